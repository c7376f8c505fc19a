"""The claim of the page `cross_entropy` about networks that write: a decoder is a classifier."""

import functools
import math
from typing import Any

import numpy as np

from fitlab import language, tokens
from fitlab.claims.ledger import Verdict, claim, percent, spread
from fitlab.information import cross_entropy, kl_divergence, smoothed_labels
from fitlab.numbers import show_level
from fitlab.token_counts import NAMES

ROUNDING = 1e-9  # nats, in float64
SMALL = {"width": 16, "heads": 2, "depth": 1, "context": 16}
SMALL_STEPS: dict[str, Any] = {"steps": 20, "batch": 4, "lr": 1e-2}
PLACES = 50  # of held-out text at which the whole distribution is looked at


@functools.lru_cache(maxsize=32)
def small_training(seed, loss):
    """A decoder small enough for every seed, in float64, trained for some steps with that loss."""
    text = tokens.split(seed)
    model = language.Transformer(**SMALL, seed=seed).double()
    held_out = text.held_out[:200]
    return language.train_language_model(
        model, text.train, held_out, loss=loss, seed=seed, **SMALL_STEPS
    )


def difference_of_losses(seed):
    """How far cross-entropy and KL divergence are apart in any step of two such trainings, nats."""
    one, other = (small_training(seed, loss).losses for loss in language.LOSSES)
    return float(np.abs(one - other).max())


def difference_of_formulas(model, seed):
    """The same for the model's own distributions at some places of held-out text, by NumPy.

    Cross-entropy H(P, Q), KL divergence D(P || Q) and -ln q of the token that comes, each Q a
    distribution over all tokens and P one-hot.
    """
    stream = tokens.split(seed).held_out
    places = np.linspace(1, len(stream) - 1, PLACES).astype(int)
    q = np.array([model.next_token_probabilities(stream[:i]) for i in places])
    p = smoothed_labels(stream[places], tokens.VOCABULARY)
    surprise = -np.log(q[np.arange(PLACES), stream[places]])
    apart = [cross_entropy(p, q) - kl_divergence(p, q), cross_entropy(p, q) - surprise]
    return float(np.abs(apart).max())


@claim(
    "decoder-is-a-classifier",
    section="cross_entropy",
    says="A network that writes is a classifier of the next token, trained with cross-entropy.",
    recorded="holds",
)
def decoder_is_a_classifier(seeds):
    """Holds if cross-entropy is the KL divergence to the token that came, and the training learns.

    The first: to 1e-9 nats in every step of a small decoder that is trained once with each loss,
    for every seed, and at 50 places of held-out text. The second: decoders start within half a nat
    of ln 4000, and that of this page, trained for the first seed now and for ten seeds beforehand,
    ends below the unigram and the smoothed bigram of the same text each time, on documents held
    out. The counted models are counted anew for every seed.
    """
    full = language.trained(seeds[0])
    apart = [difference_of_losses(seed) for seed in seeds]
    apart.append(difference_of_formulas(full.model, seeds[0]))
    counted = {
        name: np.array([language.counted_surprise(order, seed) for seed in seeds])
        for order, name in NAMES.items()
    }
    runs = language.recorded()
    ends = np.array([full.held_out, *(run["held_out"][-1] for run in runs)])
    starts = np.array(
        [full.losses[0], *(small_training(s, "cross-entropy").losses[0] for s in seeds)]
    )
    rivals = {
        name: np.array([counted[name][0], *(run[name] for run in runs)]) for name in NAMES.values()
    }
    level = math.log(tokens.VOCABULARY)
    same = max(apart) < ROUNDING
    fair = np.abs(starts - level).max() < 0.5
    won = {name: percent(ends < values) for name, values in rivals.items()}
    learnt = won["unigram"] == won["bigram"] == 100
    size = tokens.split(seeds[0])
    bits = full.held_out / math.log(2)
    numbers = {
        "decoder at the start, nats per token": spread(starts),
        "decoder at the end, this training, nats": full.held_out,
        "decoder at the end, ten on record, nats": spread(ends[1:]),
        "smoothed bigram, nats": spread(counted["bigram"]),
        "smoothed trigram, nats": spread(counted["trigram"]),
        "unigram, nats": spread(counted["unigram"]),
        "decoders below the bigram, in percent": won["bigram"],
        "decoders below the trigram, in percent": won["trigram"],
        "decoder, bits per token": bits,
        "decoder, bits per byte": bits * (len(size.held_out) - 1) / size.held_out_bytes,
        "small decoder after 20 steps, nats": spread(
            [small_training(s, "cross-entropy").held_out for s in seeds]
        ),
        f"trainings where |CE - KL| < {show_level(ROUNDING)} nats all the way, in percent": percent(
            difference < ROUNDING for difference in apart[:-1]
        ),
    }
    return (Verdict.HOLDS if same and fair and learnt else Verdict.FAILS), numbers
