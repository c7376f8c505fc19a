"""What else the pages train, beside others: t-SNE's map of digits, and the small decoder."""

import itertools
import time
from types import SimpleNamespace

import numpy as np
import torch
from sklearn.manifold import TSNE
from torch import nn
from torch.nn import functional

from fitlab import random
from fitlab.distances import digit_maps, tsne
from fitlab.language import decoder, tokens
from tools.bench.report import times

PERPLEXITY, MAP_STEPS = 30, 500  # as on the page
MAP_SECONDS, DECODER_SECONDS = 5, 90
COMPARED = 200  # steps of the decoder's training that torch's own layers take as well
CLOSE = 1e-5  # of the decoders' first losses, in float32: the same network
SEED = 0


def librarys_map(x):
    """The map of the page; returns KL divergence in nats, and steps."""
    p = tsne.affinities(x, PERPLEXITY)
    return tsne.fit_embedding(p, steps=MAP_STEPS, seed=SEED).kl, MAP_STEPS


def scikit_learns_map(x, method):
    """Its own start, and it may stop early; "exact" is the same arithmetic as ours."""
    options = {"init": "random", "max_iter": MAP_STEPS, "random_state": SEED, "method": method}
    peer = TSNE(perplexity=PERPLEXITY, **options)
    peer.fit(x)
    return peer.kl_divergence_, peer.n_iter_ + 1  # it counts from 0


MAPS = {
    "fitlab, affinities and fit": librarys_map,
    "scikit-learn, exact": lambda x: scikit_learns_map(x, "exact"),
    "scikit-learn, Barnes-Hut": lambda x: scikit_learns_map(x, "barnes_hut"),
}


def print_maps(report, rounds):
    """How long a reader waits for t-SNE's map in the notebook."""
    report.part(
        f"t-SNE of {digit_maps.COUNT} digits, {MAP_STEPS} steps, one thread, taken in turns",
        "KL: D(P || Q) at the end, in nats; every fit goes its own way, to another map",
    )
    x, _ = digit_maps.chosen_digits(SEED)
    seconds, ends = {name: [] for name in MAPS}, {}
    for _, (name, run) in itertools.product(range(rounds), MAPS.items()):
        started = time.perf_counter()
        ends[name] = run(x)
        seconds[name].append(time.perf_counter() - started)
    ours = next(iter(seconds.values()))
    goal = report.goal("t-SNE of the page", np.median(ours), "s", most=MAP_SECONDS)
    for name, (kl, steps) in ends.items():
        remark = f"KL {kl:.2f}, {steps} steps" + (f"; {goal}" if seconds[name] is ours else "")
        report.row(name, seconds[name], "s", *times(seconds[name], ours), remark)


class Peer(nn.Module):
    """The same decoder, of torch's own TransformerEncoderLayer, with the weights of `model`."""

    def __init__(self, model):
        super().__init__()
        block = {"dim_feedforward": 4 * model.width, "dropout": 0.0, "activation": "gelu"}
        block |= {"batch_first": True, "norm_first": True}
        self.model, heads = model, model.blocks[0].heads  # for its embeddings, norm and bias
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(model.width, heads, **block) for _ in model.blocks
        )
        for own, theirs in zip(model.blocks, self.layers, strict=True):
            attention = theirs.self_attn
            attention.in_proj_weight, attention.in_proj_bias = own.query_key_value.parameters()
            for name, part in {
                "norm1": own.attention_norm, "norm2": own.mlp_norm, "linear1": own.up,
                "linear2": own.down,
            }.items():  # fmt: skip
                setattr(theirs, name, part)
            attention.out_proj.weight, attention.out_proj.bias = own.mixed.parameters()
        self.causal = nn.Transformer.generate_square_subsequent_mask(model.context)

    def forward(self, ids):
        model = self.model
        x = model.width**0.5 * model.token(ids) + model.position.weight
        for layer in self.layers:
            x = layer(x, src_mask=self.causal, is_causal=True)
        return model.scores(model.norm(x))


def peer_steps(model, stream, steps):
    """Train a Peer of `model` as the library trains `steps` steps; yields the loss of each."""
    peer = Peer(model).train()
    rules = {"betas": (0.9, 0.99), "weight_decay": decoder.WEIGHT_DECAY, "fused": True}
    optimizer = torch.optim.AdamW(peer.parameters(), decoder.LR, **rules)
    windows = torch.from_numpy(stream).unfold(0, model.context + 1, 1)
    for number in range(1, steps + 1):
        optimizer.param_groups[0]["lr"] = decoder.LR * decoder.rate(number, steps)
        (chosen,) = random.batch_indices(SEED, [number], decoder.BATCH, len(windows))
        scores = peer(windows[chosen][:, :-1])
        value = functional.cross_entropy(scores.flatten(0, 1), windows[chosen][:, 1:].flatten())
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        yield value.item()


def race(steps, compared):
    """Train the page's decoder, and the peer after each of the first `compared` steps.

    Returns the seconds of every step of ours, those of the peer's, and the finished training.
    """
    text = tokens.split(SEED)
    peer = peer_steps(decoder.new_decoder(SEED), text.train, steps)
    found = SimpleNamespace(ours=[], theirs=[], begun=time.perf_counter())

    def timed(step):
        found.ours.append(time.perf_counter() - found.begun)
        if step.number <= compared:
            started = time.perf_counter()
            loss = next(peer)
            found.theirs.append(time.perf_counter() - started)
            if step.number == 1 and not abs(loss - step.loss) < CLOSE * step.loss:
                raise RuntimeError(f"the peer is another network: {loss}, not {step.loss}")
        found.begun = time.perf_counter()

    run = decoder.train_language_model(
        decoder.new_decoder(SEED), text.train, text.held_out,
        steps=steps, seed=SEED, on_step=timed,
    )  # fmt: skip
    return found.ours, found.theirs, run


def print_decoder(report, steps):
    """How long the page's decoder trains, and a step beside torch's own layers."""
    report.part(
        "The decoder of the page about cross-entropy, one thread, steps taken in turns",
        "the peer: the same network of torch.nn.TransformerEncoderLayer, the same batches",
    )
    compared = min(COMPARED, steps // decoder.CHECKS - 1)  # no further: a check is not a step
    ours, theirs, run = race(steps, compared)
    remark = f"{run.held_out:.1f} nats held out"
    if steps == decoder.STEPS:
        goal = report.goal("training of the decoder", sum(ours), "s", most=DECODER_SECONDS)
        remark += f"; {goal}"
    report.row(f"training, {steps:,} steps and checks", sum(ours), "s", remark=remark)
    for name, seconds in (("a step of ours", ours[:compared]), ("a step of the peer's", theirs)):
        report.row(name, 1e3 * np.array(seconds), "ms", *times(seconds, ours[:compared]))
