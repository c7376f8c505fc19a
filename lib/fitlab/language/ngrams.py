"""Runs of n words: how much of one half of a text has stood in the other half before."""

import functools
import re
from collections import Counter

import numpy as np

from fitlab import random, validate
from fitlab.language.corpus import docstrings

WORD = re.compile(r"\w+")


def words(text):
    """The words of a text in lower case: runs of letters, digits and underscores."""
    return WORD.findall(text.lower())


def ngrams(documents, n):
    """How often each run of n words stands within one of the documents: a Counter of tuples."""
    n = validate.integer("n", n, 1)
    counts = Counter()
    for document in documents:
        found = words(document)
        counts.update(zip(*(found[i:] for i in range(n)), strict=False))
    return counts


def halves(documents, seed) -> tuple[list[str], list[str]]:
    """Two halves of the documents, dealt out by `seed`: two lists."""
    rng = np.random.default_rng(validate.integer("seed", seed, 0, random.MAX_SEED))
    order = rng.permutation(len(documents))
    middle = len(documents) // 2
    return [documents[i] for i in order[:middle]], [documents[i] for i in order[middle:]]


def unseen_share(seen, others, n):
    """The share of the runs of n words in `others`, each as often as it stands there, that never
    stands in `seen`: 0 to 1.
    """
    known, counts = ngrams(seen, n), ngrams(others, n)
    if not counts:
        raise ValueError(f"the other documents have no run of n={n} words; give longer ones")
    return sum(count for run, count in counts.items() if run not in known) / counts.total()


@functools.cache
def unseen_in_docstrings(n, seed):
    """The share of runs of n words in one half of NumPy's docstrings that the other half lacks."""
    return unseen_share(*halves(docstrings(), seed), n)
