"""Claims of the page `modelling_image`: an image is a vector, and codes are not quantities."""

import functools
from collections import Counter

import numpy as np
import torch
from torch import nn

from fitlab import classifiers, corpus, tokens
from fitlab.claims.ledger import Verdict, claim, percent, spread, verdict_by
from fitlab.numbers import show_level
from fitlab.permutation import PIXELS, permuted, pixel_shuffle, with_permuted_inputs
from fitlab.shuffled_digits import EPOCHS, held_out_accuracy, shuffled_split, trained

ROUNDING = 1e-12  # what the order of a sum's terms may change in a loss, in nats

CODES = 64  # tokens in the task
CODE_EPOCHS = 200  # all codes in every step
PATIENT = {"width": 256, "epochs": 5 * CODE_EPOCHS}  # four times the width, five times the steps
POOR, RIGHT = 0.9, 0.99  # an accuracy that is poor, and one that is as good as 1


@functools.lru_cache(maxsize=64)
def mlp_and_its_twin(seed):
    """An MLP trained on digits, and one on shuffled digits whose columns started shuffled, too."""
    shuffle = pixel_shuffle(PIXELS, seed)
    split = shuffled_split(PIXELS, seed, seed)
    start = with_permuted_inputs(classifiers.mlp(seed=seed), shuffle)
    twin = classifiers.train_classifier(
        start, split.x, split.y, until=None, max_epochs=EPOCHS["MLP"], seed=seed
    )
    return trained("MLP", 0, seed), twin


def largest_difference(one, other):
    """The largest difference of two trainings' losses over all epochs, in nats."""
    first, second = ([epoch.loss for epoch in run.history] for run in (one, other))
    return float(np.abs(np.subtract(first, second)).max())


@claim(
    "image-is-a-vector",
    section="modelling_image",
    says="An image is a vector: for a network it is a list of numbers, in whatever order.",
    recorded="holds with a caveat",
)
def image_is_a_vector(seeds):
    """Holds if shuffling all pixels changes nothing, for the MLP and for the CNN.

    With a caveat if it changes no loss of the MLP by 1e-12 in any epoch, its columns moved along,
    but costs most CNNs held-out accuracy.
    """
    differences = [largest_difference(*mlp_and_its_twin(seed)) for seed in seeds]
    accuracy = {
        (network, count): np.array([held_out_accuracy(network, count, s, s) for s in seeds])
        for network in ("MLP", "CNN")
        for count in (0, PIXELS)
    }
    lost = 100 * (accuracy["CNN", 0] - accuracy["CNN", PIXELS])
    ahead = 100 * (accuracy["CNN", PIXELS] - accuracy["MLP", PIXELS])
    same = percent(difference < ROUNDING for difference in differences)
    worse = percent(lost > 0)
    numbers = {
        f"MLPs whose losses all agree to {show_level(ROUNDING)}, in percent": same,
        "points that the CNN loses by the shuffle": spread(lost),
        "CNNs that lose by the shuffle, in percent": worse,
        "points by which the shuffled CNN leads the shuffled MLP": spread(ahead),
        **{
            f"accuracy of the {network}, {count} pixels shuffled": spread(values)
            for (network, count), values in accuracy.items()
        },
    }
    if same < 100:
        return Verdict.FAILS, numbers
    return (Verdict.CAVEAT if worse > 50 else Verdict.HOLDS), numbers


# ---------------------------------------------------------------------------- codes


@functools.cache
def token_task():
    """The most frequent tokens of the docstrings, and whether each begins with a space.

    Returns ids int64 (CODES,), in the order of their numbers, and labels int64 (CODES,), 0 or 1.
    """
    counts = Counter(i for text in corpus.docstrings() for i in tokens.encode(text))
    frequent = sorted(counts, key=lambda i: (-counts[i], i))[:CODES]
    ids = np.sort(frequent)
    labels = [tokens.decode([i]).startswith(" ") for i in ids.tolist()]
    return ids, np.array(labels, dtype=np.int64)


def relabelling(seed):
    """Another code, drawn at random, for each of the CODES tokens: int64 (CODES,)."""
    return np.random.default_rng(seed).permutation(CODES)


def as_numbers(codes):
    """Each code as one number, evenly from -1 to 1: float64 (CODES, 1)."""
    return (2 * codes / (CODES - 1) - 1)[:, None]


def as_one_hot(codes):
    """Each code as a row of zeros with a single one: float64 (CODES, CODES)."""
    return np.eye(CODES)[codes]


def embedding_network(seed, dimensions=2, width=64):
    """One-hot rows times a matrix, which gives each code a place of its own; then an MLP."""
    places = nn.utils.skip_init(nn.Linear, CODES, dimensions, dtype=torch.float64)
    rest = classifiers.mlp(dimensions, 2, width=width, seed=seed)
    return classifiers.Classifier("embedding", places, *rest, seed=seed)


def learn_codes(model, x, epochs=CODE_EPOCHS):
    """Train a network on all codes at once, from rows x of whatever kind."""
    _, labels = token_task()
    return classifiers.train_classifier(
        model, x, labels, batch=CODES, until=None, max_epochs=epochs, seed=model.seed
    )


@functools.lru_cache(maxsize=512)
def codes_trained(kind, seed, relabelled=True):
    """A network trained on codes as "number", "patient number", "one-hot" or "embedding"; kept.

    relabelled: whether the codes are drawn by `seed`, or in the order of the tokenizer's.
    """
    codes = relabelling(seed) if relabelled else np.arange(CODES)
    if kind == "number":
        return learn_codes(classifiers.mlp(1, 2, seed=seed), as_numbers(codes))
    if kind == "patient number":
        wide = classifiers.mlp(1, 2, width=PATIENT["width"], seed=seed)
        return learn_codes(wide, as_numbers(codes), PATIENT["epochs"])
    if kind == "one-hot":
        return learn_codes(classifiers.mlp(CODES, 2, seed=seed), as_one_hot(codes))
    return learn_codes(embedding_network(seed), as_one_hot(codes))


def _relabelled_twin(seed):
    """The network on the tokenizer's order, one-hot, renamed with its columns moved along."""
    codes = relabelling(seed)
    x = as_one_hot(np.arange(CODES))
    order = np.argsort(codes)  # the column of a code is that of the token that had it
    start = with_permuted_inputs(classifiers.mlp(CODES, 2, seed=seed), order)
    return learn_codes(start, permuted(x, order))


@claim(
    "numbers-are-not-quantities",
    section="modelling_image",
    says="A code is a name and no quantity: fed as a plain number, it is hard to learn from.",
    recorded="holds",
)
def numbers_are_not_quantities(seeds):
    """Holds if, for nine relabellings in ten, one-hot codes are all learnt and numbers poorly.

    All learnt: an accuracy above 0.99, whatever the labels; poorly: below 0.9, with the same width
    and the same number of steps. With a caveat if that is so for most relabellings.
    """
    kinds = ("number", "patient number", "one-hot", "embedding")
    found = {k: np.array([codes_trained(k, s).history[-1].accuracy for s in seeds]) for k in kinds}
    own = [codes_trained("number", seed, relabelled=False) for seed in seeds]
    twins = [(codes_trained("one-hot", s, relabelled=False), _relabelled_twin(s)) for s in seeds]
    same = percent(largest_difference(*pair) < ROUNDING for pair in twins)
    _, labels = token_task()
    share = percent((found["one-hot"] > RIGHT) & (found["number"] < POOR))
    numbers = {f"accuracy, {kind}": spread(values) for kind, values in found.items()}
    numbers["accuracy of the more frequent answer"] = float(max(labels.mean(), 1 - labels.mean()))
    numbers["accuracy, number in the tokenizer's own order"] = spread(
        [training.history[-1].accuracy for training in own]
    )
    numbers["one-hot networks indifferent to relabelling, in percent"] = same
    return (verdict_by(share) if same == 100 else Verdict.FAILS), numbers
