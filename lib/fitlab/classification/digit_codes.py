"""Codes for the ten digits as what a network is to answer, and what classes have to do with others.

A network answers with k numbers; its class is the one whose code word is nearest. Errors and moves
are shares, 0 to 1.
"""

import functools

import numpy as np
import torch

from fitlab import random, validate
from fitlab.classification.datasets import CODE_BITS, digits
from fitlab.classification.digit_networks import CLASSES, NETWORKS, class_numbers, digit_training
from fitlab.classification.training import train_classifier
from fitlab.networks.training import Recipe, Samples, Training

LONG, SHORT = 31, 4  # bits of a code word; fewer than 4 do not tell ten classes apart
BATCH, STEPS = 64, 660  # 30 passes over all training digits; as many steps for fewer digits
LEFT_OUT = (1, 3, 8)  # digits: those that are mistaken most often


def _one_hot(_seed):
    return np.eye(CLASSES)


def _dealt(seed):
    return np.eye(CLASSES)[class_numbers(seed)]


def _random_bits(seed):
    drawn = random.uniform(seed, random.DIGITS, CLASSES * LONG, CODE_BITS)
    return (drawn >= 0.5).astype(np.float64).reshape(CLASSES, LONG)


def _binary(_seed):
    return (np.arange(CLASSES)[:, None] >> np.arange(SHORT) & 1).astype(np.float64)


# name -> the words of the ten classes, (10, k), by a seed
CODES = {
    "ten outputs": _one_hot,
    "ten outputs, dealt out anew": _dealt,
    f"{LONG} random bits": _random_bits,
    "four bits, its number in binary": _binary,
}


def code_words(code, seed):
    """The words of the ten classes by a name from CODES: float64 (10, k)."""
    return CODES[validate.one_of("code", code, CODES)](seed)


@functools.lru_cache(maxsize=256)
def accuracy_with_code(code, seed, n=None):
    """The accuracy on held-out digits of an MLP that is to answer with a class's code word.

    code: a name from CODES.  n: how many training digits it sees; None: all.  Squared error, Adam.
    """
    split, words = digits(seed), code_words(code, seed)
    x, y = split.x[:n], words[split.y[:n]]
    model = new_model(words, seed)
    recipe = Recipe(
        dealing="epochs", batch=BATCH, seed=seed, tolerance=0, max_steps=STEPS, check_every=STEPS
    )
    samples = Samples(torch.from_numpy(x), torch.from_numpy(y))
    Training(model, samples, recipe).advance(STEPS)
    away = np.square(model.scores(split.x_test)[:, None] - words).sum(axis=-1)  # (n, 10)
    return float(np.mean(away.argmin(axis=1) == split.y_test))


def new_model(words, seed):
    """The MLP that is to answer with one of these words (10, k), untrained."""
    return NETWORKS["MLP"](outputs=words.shape[1], seed=seed)


# ---------------------------------------------------------------------------- classes and others


def confusion(seed):
    """How often the usual MLP takes held-out digits of class i for class j: int64 (10, 10)."""
    split = digits(seed)
    answers = digit_training(seed).model.scores(split.x_test).argmax(axis=1)
    counts = np.zeros((CLASSES, CLASSES), dtype=np.int64)
    np.add.at(counts, (split.y_test, answers), 1)
    return counts


def _recall(counts):
    return np.diag(counts) / counts.sum(axis=1)


@functools.lru_cache(maxsize=64)
def moves_without(gone, seed):
    """What the recall of the nine others gains if no digit of the class `gone` is trained on: (9,).

    The recall of a class: the share of its held-out digits that is named rightly.
    """
    split, task = digits(seed), digit_training(seed)
    kept = split.y != gone
    rules = {"until": None, "max_epochs": task.epochs, "seed": seed}
    model = train_classifier(
        NETWORKS["MLP"](seed=seed), split.x[kept], split.y[kept], **rules
    ).model
    answers = model.scores(split.x_test).argmax(axis=1)
    right = [np.mean(answers[split.y_test == k] == k) for k in range(CLASSES)]
    return np.delete(np.array(right) - _recall(confusion(seed)), gone)


def share_of_known_errors(confusions, pairs=9):
    """The share of all errors in confusions (n, k, k) that are of a kind frequent in the others.

    For each confusion, the `pairs` kinds of errors that are most frequent in all others: whoever
    chose them by the same errors would find many where chance alone makes them.
    """
    confusions = np.asarray(confusions)
    errors = confusions[:, ~np.eye(confusions.shape[-1], dtype=bool)]  # (n, kinds)
    others = errors.sum(axis=0) - errors
    known = np.argsort(-others, axis=1, kind="stable")[:, :pairs]
    return float(np.take_along_axis(errors, known, axis=1).sum() / max(1, errors.sum()))
