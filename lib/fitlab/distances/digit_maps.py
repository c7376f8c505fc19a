"""Maps of 300 digits by t-SNE: which digits, and the maps on record for several perplexities."""

import functools
import json
from importlib import resources

import numpy as np
from scipy.linalg import orthogonal_procrustes
from sklearn.manifold import trustworthiness

from fitlab.classification import datasets
from fitlab.distances import tsne

COUNT = 300
NEIGHBOURS = 5  # of a digit on a map, when its trust is measured
PERPLEXITIES = (2, 5, 10, 15, 30, 50, 90)  # of the maps on record
SEED = 0  # of the digits and of the first map, on record
RECORD = "digit_maps.json"
LARGEST = 999  # coordinates are integers up to it


def chosen_digits(seed):
    """300 of the scanned digits, chosen by `seed`: x (300, 64), 0 to 1, and labels (300,)."""
    split = datasets.digits(seed)
    return split.x[:COUNT], split.y[:COUNT]


@functools.lru_cache(maxsize=64)
def digit_affinities(seed, perplexity):
    """t-SNE's P of the 300 digits of that seed."""
    return tsne.affinities(chosen_digits(seed)[0], perplexity)


@functools.lru_cache(maxsize=64)
def digit_map(seed, loss, perplexity, steps):
    """The map of these digits, fitted with a loss: an Embedding."""
    p = digit_affinities(seed, perplexity)
    return tsne.fit_embedding(p, loss, steps=steps, seed=seed)


@functools.lru_cache(maxsize=64)
def trust(seed, perplexity, steps):
    """How far the neighbours on that map are neighbours among the digits, 0 to 1.

    scikit-learn's trustworthiness, of five neighbours (Venna & Kaski 2001); the map is KL's.
    """
    points = digit_map(seed, "kl", perplexity, steps).points
    return float(trustworthiness(chosen_digits(seed)[0], points, n_neighbors=NEIGHBOURS))


@functools.cache
def recorded():
    """The maps on record; `python tools/digit_maps.py` makes them anew.

    {"seed", "labels": the 300 digits as a string, "steps": where the losses were measured, "maps":
    [{"perplexity", "entropy": H(P), "kl": one for each of steps, "x", "y": integers (300,)}, ...]}
    """
    text = resources.files(__package__).joinpath(RECORD).read_text(encoding="utf-8")
    return json.loads(text)


def run_all(perplexities=PERPLEXITIES, steps=500):
    """What `recorded` returns, fitted now: some 2 seconds of one core for each perplexity."""
    x, y = chosen_digits(SEED)
    maps, before = [], None
    for perplexity in perplexities:
        p = tsne.affinities(x, perplexity)
        fit = tsne.fit_embedding(p, steps=steps, seed=SEED)
        before = turned(fit.points, before)
        maps.append({"perplexity": perplexity, **_measures(fit), **_coordinates(before)})
    steps = [losses.step for losses in fit.history]
    return {"seed": SEED, "labels": "".join(map(str, y)), "steps": steps, "maps": maps}


def turned(points, like=None):
    """A map (n, 2) in the middle, and turned or mirrored so that it lies as `like` does."""
    points = points - points.mean(axis=0)
    return points if like is None else points @ orthogonal_procrustes(points, like)[0]


def _measures(fit):
    kl = [round(losses.kl, 4) for losses in fit.history]
    return {"entropy": round(fit.history[-1].entropy, 6), "kl": kl}


def _coordinates(points):
    x, y = np.rint(LARGEST * points / np.abs(points).max()).astype(int).T
    return {"x": x.tolist(), "y": y.tolist()}
