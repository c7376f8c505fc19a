"""Claims about squared error: where it comes from, what it chooses, where it does not fit."""

import math

import numpy as np
import torch
from torch.nn import functional

from fitlab.claims.ledger import Verdict, claim, percent, spread
from fitlab.claims.strip import Level, Strip
from fitlab.classification.digit_losses import (
    RIVALS,
    SCORES,
    accuracy_with,
    log_loss_with,
    sgd_epochs,
    wrong_slope,
)
from fitlab.display import show_level
from fitlab.distances import angles, norms
from fitlab.distances.angles import held_out_errors, listener
from fitlab.distances.norms import NORMS, OWN_NORM, centre_error
from fitlab.networks.mlp import MLP

SIGMAS = (0.1, 1.0, 10.0)
ROUNDING = 1e-12
TRUTH = 5.0  # of norms.readings
GRID = 4_001  # constants that are tried
CERTAIN = 20.0  # the score of a class that is wrong, where the others have 0
SEAM = math.radians(170)
NEAR, OFF, FAR = 0.5, 2.0, 30.0  # that median, mean and midrange are from TRUTH
WORSE, LITTLE_WORSE = 0.01, 0.005  # of accuracy

# numbers on the faces of the cards
SAME = "pairs of gradients that agree to 1e-12, in percent"
RATIOS = {
    (noise, norm): f"{noise} noise, squared error of {norm} by that of {own}"
    for noise, own in OWN_NORM.items()
    for norm in NORMS
    if norm != own
}
ANSWERS = {
    norm: f"best constant under {norm}, the {name}"
    for norm, name in {"L1": "median", "L2": "mean", "L∞": "midrange"}.items()
}
BEST = "answers that no other constant beats, in percent"
HITS = {loss: f"accuracy, {loss}" for loss in RIVALS}
LOG_LOSS = {loss: f"log-loss, {loss}, nats" for loss in RIVALS}
MEAN_ERROR = {way: f"mean error, {way}, degrees" for way in angles.WAYS}
WORST = {way: f"worst error anywhere, {way}, degrees" for way in angles.WAYS}


# ---------------------------------------------------------------------------- the likelihood


def likelihood_gap(seed, sigma):
    """How far 2 sigma^2 grad NLL is from grad MSE for a network, by the largest slope of the MSE.

    The gradients are torch's, by all parameters; the likelihood is torch.distributions'.
    """
    rng = np.random.default_rng(seed)
    x, y = (torch.from_numpy(rng.normal(size=size)) for size in ((200, 8), (200, 1)))
    network = MLP(16, 1, seed=seed, inputs=8)
    nll = -torch.distributions.Normal(network(x), sigma).log_prob(y).mean()
    mse = functional.mse_loss(network(x), y)
    slopes = [torch.autograd.grad(loss, list(network.parameters())) for loss in (nll, mse)]
    of_nll, of_mse = (torch.cat([g.flatten() for g in found]) for found in slopes)
    return float((2 * sigma**2 * of_nll - of_mse).abs().max() / of_mse.abs().max())


@claim(
    "mse-is-gaussian",
    section="mse",
    says="To minimise squared error is to believe in Gaussian noise of one size everywhere.",
    kind="observation",
    rule=(
        "Holds if 2 sigma² times the gradient of the likelihood is that of squared "
        f"error, to {show_level(ROUNDING)}, and if under Gaussian noise the mean comes "
        "nearer to the truth than the median and the midrange, for every seed."
    ),
    recorded="holds",
    face=(
        Strip(
            "squared error, by that of the noise’s own norm",
            {name: f"{noise} noise, {norm}" for (noise, norm), name in RATIOS.items()},
            (
                Level(
                    1,
                    "as good as its own",
                    at_least=tuple(RATIOS["Gaussian", norm] for norm in ("L1", "L∞")),
                ),
            ),
            log=True,
        ),
        SAME,
    ),
)
def mse_is_gaussian(seeds):
    gaps = np.array([likelihood_gap(seed, sigma) for seed in seeds for sigma in SIGMAS])
    found = {
        (noise, norm): np.array([centre_error(noise, NORMS[norm], seed) for seed in seeds])
        for noise in OWN_NORM
        for norm in NORMS
    }
    beaten = all(np.all(found["Gaussian", "L2"] < found["Gaussian", norm]) for norm in ("L1", "L∞"))
    same = gaps < ROUNDING
    numbers = {SAME: percent(same)}
    for (noise, norm), name in RATIOS.items():
        numbers[name] = spread(found[noise, norm] / found[noise, OWN_NORM[noise]])
    return (Verdict.HOLDS if same.all() and beaten else Verdict.FAILS), numbers


# ---------------------------------------------------------------------------- the norms


def cost_gap(values, norm):
    """How much lower than at our centre the cost is at the best of many other constants; or 0."""
    p = NORMS[norm]
    others = np.linspace(values.min(), values.max(), GRID)
    ours = norms.lp_distance(values, norms.lp_centre(values, p), p)
    return max(0.0, float(ours - norms.lp_distance(values, others, p).min()))


@claim(
    "norm-chooses-the-answer",
    section="mse",
    says="The norm decides the answer: L1 finds the median, L2 the mean, L∞ the midrange.",
    kind="theorem",
    rule=(
        "Holds if no other constant costs less than these, and outliers tell them apart: "
        f"for every seed the median stays within {NEAR} of {TRUTH:g}, the mean is off by "
        f"more than {OFF:g} and the midrange by more than {FAR:g}."
    ),
    recorded="holds",
    face=(
        Strip(
            f"best constant for numbers around {TRUTH:g} and outliers",
            {
                ANSWERS["L1"]: "L1, the median",
                ANSWERS["L2"]: "L2, the mean",
                ANSWERS["L∞"]: "L∞, the midrange",
            },
            (
                Level(TRUTH - NEAR, at_least=(ANSWERS["L1"],)),
                Level(TRUTH + NEAR, f"near: {TRUTH - NEAR:g} to {{}}", at_most=(ANSWERS["L1"],)),
                Level(TRUTH + OFF, "off: above {}", at_least=(ANSWERS["L2"],)),
                Level(TRUTH + FAR, "far off: above {}", at_least=(ANSWERS["L∞"],)),
            ),
            log=True,
        ),
        BEST,
    ),
)
def norm_chooses_the_answer(seeds):
    samples = [norms.readings(seed) for seed in seeds]
    gaps = np.array([cost_gap(values, norm) for values in samples for norm in NORMS])
    answer = {
        norm: np.array([norms.lp_centre(values, p) for values in samples])
        for norm, p in NORMS.items()
    }
    off = {norm: np.abs(found - TRUTH) for norm, found in answer.items()}
    apart = off["L1"].max() < NEAR and off["L2"].min() > OFF and off["L∞"].min() > FAR
    numbers = {name: spread(answer[norm]) for norm, name in ANSWERS.items()}
    best = gaps < ROUNDING
    numbers[BEST] = percent(best)
    return (Verdict.HOLDS if best.all() and apart else Verdict.FAILS), numbers


# ---------------------------------------------------------------------------- classes


def _worse_by(loss, says="", otherwise=Verdict.FAILS):
    """The level that squared error of scores must be below to be worse by so much."""
    return Level(
        HITS["cross-entropy"],
        says.format(by=loss),
        -loss,
        at_most=(HITS[SCORES],),
        median=True,
        otherwise=otherwise,
    )


@claim(
    "classes-need-cross-entropy",
    section="mse",
    says="Squared error is for continuous answers; classes need cross-entropy.",
    kind="observation",
    rule=(
        "Holds if squared error on ten raw scores is right less often than cross-entropy "
        f"by {WORSE} of all digits in the median; with a caveat if by {LITTLE_WORSE}. "
        "Network, data, optimiser and number of epochs are the same."
    ),
    recorded="does not hold as stated",
    face=(
        Strip(
            "accuracy",
            {name: loss for loss, name in HITS.items()},
            (
                _worse_by(WORSE, otherwise=Verdict.CAVEAT),
                _worse_by(LITTLE_WORSE, "worse by {by}: below {{}}"),
            ),
            ends=(0.9, 1.0),
        ),
        Strip("log-loss, nats", {name: loss for loss, name in LOG_LOSS.items()}),
    ),
)
def classes_need_cross_entropy(seeds):
    hits = {loss: [accuracy_with(loss, seed) for seed in seeds] for loss in RIVALS}
    lost = np.median(hits["cross-entropy"]) - np.median(hits[SCORES])
    numbers = {HITS[loss]: spread(values) for loss, values in hits.items()}
    for loss in RIVALS:
        numbers[LOG_LOSS[loss]] = spread([log_loss_with(loss, seed) for seed in seeds])
    clipped = [log_loss_with(SCORES, seed, "clipped") for seed in seeds]
    numbers["log-loss, scores taken as probabilities, nats"] = spread(clipped)
    for loss in RIVALS:
        numbers[f"epochs of SGD, {loss}"] = spread([sgd_epochs(loss, seed) for seed in seeds])
    for loss in RIVALS[:2]:
        numbers[f"gradient when confidently wrong, {loss}"] = wrong_slope(loss, CERTAIN)
    if lost >= WORSE:
        return Verdict.HOLDS, numbers
    return (Verdict.CAVEAT if lost >= LITTLE_WORSE else Verdict.FAILS), numbers


# ---------------------------------------------------------------------------- angles


@claim(
    "distance-must-fit-the-space",
    section="mse",
    says="A distance must fit the space: on a circle, the difference of two numbers does not.",
    kind="observation",
    rule=(
        "Holds if for every seed 1 − cos errs less than the difference and two outputs "
        "less again, and if every network with one output errs somewhere by more than "
        f"{math.degrees(SEAM):.0f} degrees, while those with two never err by more than "
        f"{math.degrees(angles.FAR):.0f}."
    ),
    recorded="holds",
    face=(
        Strip(
            "worst error anywhere, degrees",
            {name: way for way, name in WORST.items()},
            (
                Level(
                    math.degrees(SEAM),
                    "wrong way round: above {}",
                    at_least=tuple(WORST[way] for way in list(angles.WAYS)[:2]),
                ),
                Level(math.degrees(angles.FAR), "below {}", at_most=(WORST["cos and sin"],)),
            ),
            ends=(0, 180),
        ),
        Strip("mean error, degrees", {name: way for way, name in MEAN_ERROR.items()}),
    ),
)
def distance_must_fit_the_space(seeds):
    errors = {way: np.array([held_out_errors(way, seed) for seed in seeds]) for way in angles.WAYS}
    seams = {way: np.array([listener(way, seed).seam() for seed in seeds]) for way in angles.WAYS}
    numbers = {MEAN_ERROR[way]: spread(e[:, 0]) for way, e in errors.items()}
    for way, e in errors.items():
        numbers[f"near the seam, {way}, degrees"] = spread(e[:, 1])
    for way, seam in seams.items():
        worst, width = np.degrees(seam).T
        numbers[WORST[way]] = spread(worst)
        numbers[f"arc where it errs by over 60 degrees, {way}, degrees"] = spread(width)
    plain, cosine, both = (errors[way][:, 0] for way in angles.WAYS)
    one = np.concatenate([seams[way][:, 0] for way in list(angles.WAYS)[:2]])
    closed = seams["cos and sin"][:, 0].max() <= angles.FAR
    holds = np.all(both < cosine) and np.all(cosine < plain) and one.min() > SEAM and closed
    return (Verdict.HOLDS if holds else Verdict.FAILS), numbers
