"""A small decoder, the kind of network that writes text: a classifier of the next token.

A causal transformer (Vaswani and others 2017; GPT's arrangement, Radford and others 2019) in plain
torch, and its training with cross-entropy. Text is a stream of tokens, from `fitlab.tokens`.
"""

import copy
import functools
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from fitlab import random, tokens, validate
from fitlab.mlp import draw_parameters
from fitlab.token_counts import NAMES, KneserNey, checked_stream

STEPS = 1_200  # about a minute of one core
BATCH = 8  # windows of text in a step
LR = 3e-3
WEIGHT_DECAY = 0.1
WARM_UP = 0.05  # the share of the steps in which the learning rate rises
CHECKS = 4  # how often a training looks at the held-out text
RECORD = "language_runs.json"
RECORDED = range(1_000, 1_010)  # the seeds on record
EVERY, DIGITS = 20, 3  # steps in a mean on record, and its decimals
MAX_STEPS = 1_000_000


# ---------------------------------------------------------------------------- the network


class Transformer(nn.Module):
    """From tokens int64 (n, t), t <= context, to the scores of each next token: (n, t, vocabulary).

    Row t of the scores is a softmax away from the distribution of token t + 1, and knows of the
    tokens 0 to t alone. A token's score is how well what was found so far agrees with the numbers
    that stand for the token, the same at the input and the output (Press & Wolf 2017), and a bias;
    at the input they are multiplied by sqrt(width), as Vaswani and others do.
    The parameters are float32; they start as torch's linear layers do, drawn by `seed` from the
    book's own generator.

    width: numbers that stand for a token.  heads: attentions side by side; they divide the width.
    depth: how many blocks.  context: how many tokens it sees at most.
    """

    def __init__(
        self, *, width=128, heads=4, depth=2, context=64, vocabulary=tokens.VOCABULARY, seed=0
    ):
        super().__init__()
        self.context = validate.integer("context", context, 2)
        self.vocabulary = validate.integer("vocabulary", vocabulary, 1)
        self.seed = validate.integer("seed", seed, 0, random.MAX_SEED)
        self.width = width = validate.integer("width", width, 1)
        heads = validate.integer("heads", heads, 1)
        if width % heads:
            raise ValueError(f"width={width} and heads={heads} were given; heads must divide width")
        depth = validate.integer("depth", depth, 1)
        self.token = nn.utils.skip_init(nn.Embedding, self.vocabulary, width)
        self.position = nn.utils.skip_init(nn.Embedding, self.context, width)
        self.blocks = nn.Sequential(*(Block(width, heads) for _ in range(depth)))
        self.norm = nn.LayerNorm(width)
        self.bias = nn.Parameter(torch.zeros(self.vocabulary))
        drawn = [m for m in self.modules() if isinstance(m, nn.Embedding | nn.Linear)]
        draw_parameters(drawn, self.seed)

    def forward(self, ids):
        """The scores of each next token."""
        return self.scores(self.features(ids))

    def features(self, ids):
        """What is found out about the token after each of ids (n, t): (n, t, width)."""
        x = math.sqrt(self.width) * self.token(ids) + self.position.weight[: ids.shape[1]]
        return self.norm(self.blocks(x))

    def scores(self, features):
        """Features (..., width) as a score for each token: (..., vocabulary)."""
        return functional.linear(features, self.token.weight, self.bias)

    @torch.no_grad()
    def next_token_probabilities(self, ids):
        """The distribution of the token after the tokens `ids`: float64 (vocabulary,).

        Of a longer beginning than `context`, the last tokens count.
        """
        ids = checked_stream("ids", ids, self.vocabulary, 1)[-self.context :]
        scores = self.scores(self.features(torch.from_numpy(ids)[None])[0, -1])
        return functional.softmax(scores.double(), dim=0).numpy()

    @torch.no_grad()
    def surprise(self, stream):
        """-ln of the probability of each token but the first, after those before it: (n - 1,).

        Each token is predicted from a quarter of `context` at least, as far as the stream has that:
        windows overlap by a quarter, which is predicted by the first of them alone.
        """
        stream = torch.from_numpy(checked_stream("stream", stream, self.vocabulary, 2))
        known = self.context // 4
        found = []
        for start in range(0, max(len(stream) - 1 - known, 1), self.context - known):
            window = stream[start : start + self.context + 1]
            skipped = known if start else 0
            scores = self.scores(self.features(window[None, :-1])[0, skipped:])
            truth = window[1 + skipped :]
            found.append(functional.cross_entropy(scores, truth, reduction="none"))
        return torch.cat(found).double().numpy()

    @property
    def parameter_count(self):
        """How many numbers training adjusts."""
        return sum(p.numel() for p in self.parameters())

    def __repr__(self):
        return (
            f"Transformer({len(self.blocks)} blocks, context {self.context}, seed={self.seed}: "
            f"{self.parameter_count:,} parameters)"
        )


class Block(nn.Module):
    """Tokens look back, x + attention(norm(x)); then each thinks for itself, x + mlp(norm(x)).

    x: (n, t, width), and so is the result.
    """

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        linear = functools.partial(nn.utils.skip_init, nn.Linear)
        self.attention_norm, self.mlp_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query_key_value, self.mixed = linear(width, 3 * width), linear(width, width)
        self.up, self.down = linear(width, 4 * width), linear(4 * width, width)

    def forward(self, x):
        """One round of looking back and thinking."""
        n, t, width = x.shape
        parts = self.query_key_value(self.attention_norm(x)).view(n, t, 3, self.heads, -1)
        query, key, value = parts.permute(2, 0, 3, 1, 4)  # each (n, heads, t, width / heads)
        heard = causal_attention(query, key, value).transpose(1, 2).reshape(n, t, width)
        x = x + self.mixed(heard)
        return x + self.down(functional.gelu(self.up(self.mlp_norm(x))))


def causal_attention(query, key, value):
    """softmax(Q K' / sqrt(d)) V, with no weight on what comes later (Vaswani and others 2017).

    query, key, value: (..., t, d).  Returns (..., t, d): row i is a mean of the values 0 to i.
    """
    t, d = query.shape[-2:]
    later = torch.ones(t, t, dtype=torch.bool).triu(1)
    match = (query @ key.mT / math.sqrt(d)).masked_fill(later, -math.inf)
    return torch.softmax(match, dim=-1) @ value


# ---------------------------------------------------------------------------- training


def _divergence_from_one_hot(scores, labels):
    """The mean of D(one-hot || softmax(scores)), by its own formula."""
    truth = functional.one_hot(labels, scores.shape[1]).to(scores.dtype)
    return functional.kl_div(functional.log_softmax(scores, 1), truth, reduction="batchmean")


# name -> loss(scores (n, vocabulary), labels (n,)) in nats per token
LOSSES: dict[str, Callable] = {
    "cross-entropy": functional.cross_entropy,
    "KL divergence": _divergence_from_one_hot,
}


@dataclass(frozen=True)
class Step:
    """One step of training: the loss on its batch before the step, in nats per token.

    held_out: the mean on the held-out text after the step, at those steps that check it, or None.
    """

    number: int
    steps: int
    loss: float
    held_out: float | None


@dataclass(frozen=True)
class TrainedLanguageModel:
    """A finished training: history has one Step for each step; seconds as a clock saw them."""

    model: Transformer
    history: list[Step]
    seconds: float

    @property
    def losses(self):
        """The loss of every step: float64 (steps,)."""
        return np.array([step.loss for step in self.history])

    @property
    def checks(self):
        """The steps that checked the held-out text, and what they found: two arrays (CHECKS,)."""
        checked = [step for step in self.history if step.held_out is not None]
        return np.array([s.number for s in checked]), np.array([s.held_out for s in checked])

    @property
    def held_out(self):
        """The mean surprise on the held-out text at the end, in nats per token."""
        return self.history[-1].held_out

    def __repr__(self):
        return f"TrainedLanguageModel({self.model!r}: {self.held_out:.2f} nats on held-out text)"


def train_language_model(
    model,
    stream,
    held_out,
    *,
    loss="cross-entropy",
    steps=STEPS,
    batch=BATCH,
    lr=LR,
    seed=0,
    on_step: Callable[[Step], None] | None = None,
) -> TrainedLanguageModel:
    """Train a copy of `model` to name each next token of `stream`, with AdamW; the model stays.

    stream, held_out: tokens int (n,); the second is only looked at, CHECKS times.
    loss: a name from LOSSES.  batch: windows of model.context tokens in a step, drawn by `seed`
    from anywhere in the stream.  lr: the largest step size; it rises over the first 5 % of the
    steps and falls to nothing at the last, in straight lines.  on_step: called after every step.
    One that is interrupted raises KeyboardInterrupt with the step it had reached, and leaves
    nothing; one that diverges raises ValueError.
    """
    stream = checked_stream("stream", stream, model.vocabulary, model.context + 1)
    held_out = checked_stream("held_out", held_out, model.vocabulary, 2)
    model = copy.deepcopy(model)
    training = _steps(
        model,
        torch.from_numpy(stream),
        held_out,
        LOSSES[validate.one_of("loss", loss, LOSSES)],
        validate.integer("steps", steps, 1, MAX_STEPS),
        validate.integer("batch", batch, 1),
        validate.real("lr", lr, 0, np.inf, low_open=True),
        validate.integer("seed", seed, 0, random.MAX_SEED),
    )
    history, started = [], time.perf_counter()
    try:
        for step in training:
            history.append(step)
            if on_step:
                on_step(step)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"training interrupted after step {len(history):,} of {steps:,}; no result was kept"
        ) from None
    return TrainedLanguageModel(model, history, time.perf_counter() - started)


def _steps(model, stream, held_out, loss, steps, batch, lr, seed):
    """Train; yields a Step after every step."""
    optimizer = torch.optim.AdamW(model.parameters(), lr, betas=(0.9, 0.99), fused=True,
                                  weight_decay=WEIGHT_DECAY)  # fmt: skip
    windows = stream.unfold(0, model.context + 1, 1)  # every place where one can begin; a view
    check_at = {round(part * steps / CHECKS) for part in range(1, CHECKS + 1)}
    for number in range(1, steps + 1):
        optimizer.param_groups[0]["lr"] = lr * rate(number, steps)
        (chosen,) = random.batch_indices(seed, [number], batch, len(windows))
        window = windows[chosen]
        scores = model(window[:, :-1])  # (batch, context, vocabulary)
        value = loss(scores.flatten(0, 1), window[:, 1:].flatten())
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        if not math.isfinite(value.item()):
            raise ValueError(
                f"lr={lr:g} was given; the loss is not a number at step {number:,}: try a smaller "
                "learning rate"
            )
        found = float(model.surprise(held_out).mean()) if number in check_at else None
        yield Step(number, steps, value.item(), found)


def rate(number, steps):
    """The learning rate of a step, 1 to `steps`, as a share of the largest: up, then down to 0."""
    return min(number / (WARM_UP * steps), (steps - number) / ((1 - WARM_UP) * steps))


_kept: dict[int, TrainedLanguageModel] = {}


def trained(seed, on_step=None):
    """The book's own decoder, trained on the docstrings of `tokens.split(seed)`; about a minute.

    seed: of the split, the weights and the batches. The last one trained is kept.
    """
    if seed not in _kept:
        text = tokens.split(seed)
        model = Transformer(seed=seed)
        run = train_language_model(model, text.train, text.held_out, seed=seed, on_step=on_step)
        _kept.clear()
        _kept[seed] = run
    return _kept[seed]


@functools.lru_cache(maxsize=64)
def counted_surprise(order, seed):
    """The mean on the same held-out text, in nats per token, of a model counted on the same text.

    order: 1, 2 or 3, the unigram, bigram or trigram with Kneser-Ney smoothing.
    """
    text = tokens.split(seed)
    return float(KneserNey(text.train, order).surprise(text.held_out).mean())


# ---------------------------------------------------------------------------- writing


def continue_text(model, beginning, length=40, *, temperature=1.0, seed=0):
    """Let a model write: `beginning`, as that of a docstring, and `length` tokens more, as text.

    Each token is drawn by `seed` from the model's distribution, sharpened by a temperature below 1:
    p ** (1 / temperature), made to add up to 1 again; 0 takes the most probable token each time.
    model: anything with next_token_probabilities.
    """
    length = validate.integer("length", length, 0)
    temperature = validate.real("temperature", temperature, 0, np.inf)
    rng = np.random.default_rng(validate.integer("seed", seed, 0, random.MAX_SEED))
    written = tokens.encode(beginning)
    for _ in range(length):
        p = next_token_probabilities(model, written)
        written.append(_drawn(p, temperature, rng))
    return tokens.decode(written)


def next_token_probabilities(model, beginning):
    """What a model says after a beginning of a docstring: float64 (VOCABULARY,), adding up to 1.

    beginning: a text, or its tokens.
    """
    ids = tokens.encode(beginning) if isinstance(beginning, str) else list(beginning)
    return model.next_token_probabilities([*tokens.encode(tokens.BOUNDARY), *ids])


def _drawn(p, temperature, rng):
    if temperature == 0:
        return int(p.argmax())
    with np.errstate(divide="ignore"):
        raised = np.exp((np.log(p) - np.log(p.max())) / temperature)
    return int(rng.choice(len(p), p=raised / raised.sum()))


# ---------------------------------------------------------------------------- runs on record


@functools.cache
def recorded():
    """The trainings on record: a list of one dictionary for each seed, as `record_of` makes it.

    `python tools/language_runs.py` makes them anew.
    """
    text = resources.files("fitlab").joinpath(RECORD).read_text(encoding="utf-8")
    return json.loads(text)


def record_of(seed):
    """One training and the counted models on the same text, in nats per token: a dictionary.

    "seed"; "loss": means over EVERY steps, from the first to the last; "checked": steps, and
    "held_out": what was found there; "unigram", "bigram", "trigram": on the same held-out text.
    """
    run = trained(seed)
    checked, held_out = run.checks
    return {
        "seed": seed,
        "loss": run.losses.reshape(-1, EVERY).mean(axis=1).round(DIGITS).tolist(),
        "checked": checked.tolist(),
        "held_out": held_out.round(DIGITS).tolist(),
        **{name: round(counted_surprise(order, seed), DIGITS) for order, name in NAMES.items()},
    }
