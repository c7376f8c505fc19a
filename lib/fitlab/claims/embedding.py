"""Claims of the page `cross_entropy` about the P of t-SNE, which stays, and a P that learns."""

import functools

import numpy as np
import torch

from fitlab import embedding, information, variational
from fitlab.claims.ledger import Verdict, claim, percent, spread
from fitlab.digit_maps import chosen_digits

PERPLEXITY = 30  # at which the maps are fitted
OTHERS = (5, 15, 30, 50)  # at which H(P) is measured
STEPS = 100  # of a check; the page goes 500
EXACT, ROUNDING = 1e-12, 1e-9
LEARNT = (200, 2_000, 20_000)  # steps after which a learning P is looked at


@functools.lru_cache(maxsize=64)
def digit_affinities(seed, perplexity):
    """t-SNE's P of the 300 digits of that seed."""
    return embedding.affinities(chosen_digits(seed)[0], perplexity)


@functools.lru_cache(maxsize=64)
def digit_map(seed, loss, perplexity=PERPLEXITY, steps=STEPS):
    """The map of these digits, fitted with a loss: an Embedding."""
    p = digit_affinities(seed, perplexity)
    return embedding.fit_embedding(p, loss, steps=steps, seed=seed)


def gradient_difference(seed):
    """The largest difference of the two losses' gradients, at the end of the map fitted with KL."""
    p = torch.from_numpy(digit_affinities(seed, PERPLEXITY).joint)
    points = torch.from_numpy(digit_map(seed, "kl").points)
    one, other = (embedding.loss_gradient(p, points, loss) for loss in embedding.LOSSES)
    return float((one - other).abs().max())


@claim(
    "tsne-needs-kl",
    section="cross_entropy",
    says="As the entropy of its P is not fixed, t-SNE has to use KL divergence.",
    recorded="does not hold as stated",
)
def tsne_needs_kl(seeds):
    """Fails if the entropies are fixed to 1e-12, and cross-entropy draws the same map, bit for bit.

    For every seed: the rows have entropy ln(perplexity), H(P) stays during the fit. A caveat if the
    map differs by rounding, up to 1e-9 of its size; else it holds. Maps of 100 steps, perplexity
    30; the seed chooses 300 digits and the start.
    """
    rows, drifts, gradients, maps, gaps = [], [], [], [], []
    for seed in seeds:
        p, kl, other = digit_affinities(seed, PERPLEXITY), *map(
            functools.partial(digit_map, seed), ("kl", "cross-entropy")
        )  # fmt: skip
        rows.extend(np.abs(p.conditional_entropies - np.log(PERPLEXITY)))
        drifts.append(np.ptp([losses.entropy for fit in (kl, other) for losses in fit.history]))
        gradients.append(gradient_difference(seed))
        maps.append(np.abs(kl.points - other.points).max() / np.abs(kl.points).max())
        gaps.append(other.history[-1].cross_entropy - kl.kl)
    entropies = {k: [digit_affinities(seed, k).entropy for seed in seeds] for k in OTHERS}
    numbers = {
        "largest difference of the maps, by their size": max(maps),
        "largest difference of the gradients": max(gradients),
        "largest change of H(P) during a fit, nats": max(drifts),
        "rows of entropy ln(perplexity) to 1e-12, percent": percent(off < EXACT for off in rows),
        "cross-entropy less KL at the end, nats": spread(gaps),
        **{f"H(P) at perplexity {k}, nats": spread(values) for k, values in entropies.items()},
    }
    fixed = max(rows) < EXACT and max(drifts) < EXACT
    if not fixed or max(maps) > ROUNDING:
        return Verdict.HOLDS, numbers
    return (Verdict.CAVEAT if max(maps) or max(gradients) else Verdict.FAILS), numbers


@functools.lru_cache(maxsize=8)
def learnt(loss, seeds, steps=LEARNT):
    """P of two_peaks, learnt from each of the seeds (a tuple): a LearntDistribution."""
    return variational.learn_distribution(
        variational.two_peaks(), loss, steps=(0, *steps), seeds=seeds
    )


@claim(
    "kl-matters-when-p-learns",
    section="cross_entropy",
    says="Where P itself learns, KL finds Q, but cross-entropy collapses onto the peak of Q.",
    recorded="holds",
)
def kl_matters_when_p_learns(seeds):
    """Holds if for every seed D(P || Q) ends below 0.01 nats with KL, and H(P) with cross-entropy.

    And if P then has its largest place where Q has; fails if cross-entropy comes within 0.01 nats
    of Q as well, or KL does not; else a caveat. 20,000 steps; Q has two peaks on 25 places.
    """
    q = variational.two_peaks()
    kl, other = (learnt(loss, tuple(seeds)) for loss in ("kl", "cross-entropy"))
    far, far_other = (information.kl_divergence(fit.probabilities[-1], q) for fit in (kl, other))
    numbers = {
        "H(Q), nats": float(information.entropy(q)),
        "H(P) learnt with KL, nats": spread(kl.entropies[-1]),
        **{
            f"H(P) by cross-entropy, {step:,} steps": spread(entropies)
            for step, entropies in zip(other.steps[1:], other.entropies[1:], strict=True)
        },
        "seeds within 0.01 nats of Q with KL, percent": percent(far < 0.01),
        "D(P || Q) by cross-entropy, nats": spread(far_other),
        "-ln of the peak of Q, nats": float(-np.log(q.max())),
    }
    if far.max() >= 0.01 or far_other.min() < 0.01:
        return Verdict.FAILS, numbers
    on_peak = np.all(other.probabilities[-1].argmax(axis=-1) == q.argmax())
    collapsed = on_peak and other.entropies[-1].max() < 0.01
    return (Verdict.HOLDS if collapsed else Verdict.CAVEAT), numbers
