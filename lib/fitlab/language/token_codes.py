"""A small task on tokens, to see what a network makes of their numbers: does one begin a word?"""

import functools
from collections import Counter

import numpy as np

from fitlab.classification.permutation import permuted, with_permuted_inputs
from fitlab.classification.training import train_classifier
from fitlab.language import corpus, tokens
from fitlab.networks.mlp import MLP, linear
from fitlab.networks.network import draw_parameters

CODES = 64  # tokens in the task
CODE_EPOCHS = 200  # all codes in every step
PATIENT = {"width": 256, "epochs": 5 * CODE_EPOCHS}  # four times the width, five times the steps


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


def _mlp(inputs, seed, width=64):
    return MLP(width, 1, seed=seed, inputs=inputs, outputs=2)


class EmbeddingNetwork(MLP):
    """One-hot rows times a matrix, which gives each code a place of its own; then an MLP."""

    def __init__(self, seed, dimensions=2, width=64):
        super().__init__(width, 2, seed=seed, inputs=CODES, outputs=2)
        self.layers[0] = linear(CODES, dimensions)
        self.layers[1] = linear(dimensions, width)
        draw_parameters(self.layers, seed)

    @property
    def activations(self):
        """A place is nothing but a row of a matrix; then comes the MLP's hidden layer."""
        return ["identity", "relu"]


def learn_codes(model, x, epochs=CODE_EPOCHS):
    """Train a network on all codes at once, from rows x of whatever kind."""
    _, labels = token_task()
    return train_classifier(
        model, x, labels, batch=CODES, until=None, max_epochs=epochs, seed=model.seed
    )


@functools.lru_cache(maxsize=512)
def codes_trained(kind, seed, relabelled=True):
    """A network trained on codes as "number", "patient number", "one-hot" or "embedding"; kept.

    relabelled: whether the codes are drawn by `seed`, or in the order of the tokenizer's.
    """
    codes = relabelling(seed) if relabelled else np.arange(CODES)
    if kind == "number":
        return learn_codes(_mlp(1, seed), as_numbers(codes))
    if kind == "patient number":
        wide = _mlp(1, seed, PATIENT["width"])
        return learn_codes(wide, as_numbers(codes), PATIENT["epochs"])
    if kind == "one-hot":
        return learn_codes(_mlp(CODES, seed), as_one_hot(codes))
    return learn_codes(EmbeddingNetwork(seed), as_one_hot(codes))


def relabelled_twin(seed):
    """The network on the tokenizer's order, one-hot, renamed with its columns moved along."""
    codes = relabelling(seed)
    x = as_one_hot(np.arange(CODES))
    order = np.argsort(codes)  # the column of a code is that of the token that had it
    start = with_permuted_inputs(_mlp(CODES, seed), order)
    return learn_codes(start, permuted(x, order))
