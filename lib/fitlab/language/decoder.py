"""A small decoder, the kind of network that writes text: a classifier of the next token.

It is a transformer, trained with cross-entropy on a stream of tokens of `fitlab.language.tokens`.
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

from fitlab import interrupts, modes, random, validate
from fitlab.language import tokens
from fitlab.language.kneser_ney import NAMES, KneserNey
from fitlab.networks.losses import CLASS_LOSSES as LOSSES
from fitlab.networks.transformer import Transformer

STEPS = 1_200  # about a minute of one core
BATCH = 8  # windows of text in a step
LR = 3e-3
WEIGHT_DECAY = 0.1
WARM_UP = 0.05  # the share of the steps in which the learning rate rises
CHECKS = 4  # how often a training looks at the held-out text
RECORD = "decoder_runs.json"
RECORDED = range(1_000, 1_010)  # the seeds on record
EVERY, DIGITS = 20, 3  # steps in a mean on record, and its decimals
MAX_STEPS = 1_000_000


def new_decoder(seed=0, **shape) -> Transformer:
    """A Transformer for the tokens of this book, as `seed` starts it; shape: as for Transformer."""
    return Transformer(tokens.VOCABULARY, seed=seed, **shape)


# ---------------------------------------------------------------------------- training


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


@modes.ours(grad=True)
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
    loss: a name from CLASS_LOSSES.  batch: windows of model.context tokens in a step, drawn by
    `seed` from anywhere in the stream.  lr: the largest step size; it rises over the first 5 % of
    the steps and falls to nothing at the last, in straight lines.  on_step: called after every
    step.
    One that is interrupted raises KeyboardInterrupt with the step it had reached, and leaves
    nothing; one that diverges raises ValueError.
    """
    stream = validate.token_stream("stream", stream, model.vocabulary, model.context + 1)
    held_out = validate.token_stream("held_out", held_out, model.vocabulary, 2)
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

    def reached():
        step = f"step {len(history):,} of {steps:,}"
        return f"training interrupted after {step}; no result was kept"

    with interrupts.told(reached):
        for step in training:
            history.append(step)
            if on_step:
                on_step(step)
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


def docstring_decoder(seed, on_step=None):
    """The book's own decoder, trained on the docstrings of `tokens.split(seed)`; about a minute.

    seed: of the split, the weights and the batches. The last one trained is kept.
    """
    if seed not in _kept:
        text = tokens.split(seed)
        model = new_decoder(seed)
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
    with np.errstate(divide="ignore", over="ignore", under="ignore"):  # exp(-inf) is 0
        raised = np.exp((np.log(p) - np.log(p.max())) / temperature)
    return int(rng.choice(len(p), p=raised / raised.sum()))


# ---------------------------------------------------------------------------- runs on record


@functools.cache
def recorded():
    """The trainings on record: a list of one dictionary for each seed, as `record_of` makes it.

    `python tools/decoder_runs.py` makes them anew.
    """
    text = resources.files(__package__).joinpath(RECORD).read_text(encoding="utf-8")
    return json.loads(text)


def record_of(seed):
    """One training and the counted models on the same text, in nats per token: a dictionary.

    "seed"; "loss": means over EVERY steps, from the first to the last; "checked": steps, and
    "held_out": what was found there; "unigram", "bigram", "trigram": on the same held-out text.
    """
    run = docstring_decoder(seed)
    checked, held_out = run.checks
    return {
        "seed": seed,
        "loss": run.losses.reshape(-1, EVERY).mean(axis=1).round(DIGITS).tolist(),
        "checked": checked.tolist(),
        "held_out": held_out.round(DIGITS).tolist(),
        **{name: round(counted_surprise(order, seed), DIGITS) for order, name in NAMES.items()},
    }
