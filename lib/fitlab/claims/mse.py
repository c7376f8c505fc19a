"""Claims about squared error: where it comes from, what it chooses, where it does not fit."""

import math

import numpy as np
import torch
from torch.nn import functional

from fitlab.claims.formulas import Constant, Trial, smallest
from fitlab.claims.ledger import Verdict, claim, percent, spread
from fitlab.claims.plans import planned
from fitlab.claims.strip import Level, Strip
from fitlab.classification.digit_losses import (
    EPOCHS,
    LR,
    RIVALS,
    SCORES,
    by_sgd,
    wrong_slope,
)
from fitlab.display import show_level
from fitlab.distances import angles, noisy_fits, norms, trees
from fitlab.distances.angles import held_out_errors, listener
from fitlab.distances.norms import NORMS, OWN_NORM, centre_error
from fitlab.networks.losses import SQUARED
from fitlab.networks.mlp import MLP

SIGMAS = (0.1, 1.0, 10.0)
ROUNDING = 1e-12
TRUTH = 5.0  # of norms.readings
GRID = 4_001  # constants that are tried
CERTAIN = 20.0  # the score of a class that is wrong, where the others have 0
SEAM = math.radians(170)
NEAR, OFF, FAR = 0.5, 2.0, 30.0  # that median, mean and midrange are from TRUTH
WORSE = 0.01  # of accuracy
OFF_BY = 10  # percent
NEAR_MEAN = 0.15  # standard deviations of the noise

# numbers on the faces of the cards
SAME = "pairs of gradients that agree to 1e-12, in percent"
RATIOS = {
    (noise, norm): f"{noise} noise, squared error of {norm} by that of {own}"
    for noise, own in OWN_NORM.items()
    for norm in NORMS
    if norm != own
}
ABOVE = {
    (noise, loss): f"{noise} noise, {loss}: above the mean"
    for noise in noisy_fits.NOISES
    for loss in noisy_fits.WAYS
}
SQUARES = tuple(name for (_, loss), name in ABOVE.items() if loss == SQUARED)
ANSWERS = {
    norm: f"best constant under {norm}, the {name}"
    for norm, name in {"L1": "median", "L2": "mean", "L∞": "midrange"}.items()
}
BEST = "answers that no other constant beats, in percent"
HITS = {loss: f"accuracy, {loss}" for loss in RIVALS}
LOG_LOSS = {loss: f"log-loss, {loss}, nats" for loss in RIVALS}
CLIPPED = "log-loss, scores taken as probabilities, nats"
SCALED = "log-loss, scores scaled before softmax, nats"
BEHIND = f"log-loss of {SCORES}, by the better way, less cross-entropy’s, nats"
SOFTMAX_BEHIND = f"{RIVALS[1]}: seeds with a worse log-loss than cross-entropy’s, in percent"
ASTRAY = {plane: f"{plane} plane, percent off" for plane in trees.PLANES}
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
    says="Under Gaussian noise of one size, least squares gives the likeliest fit.",
    kind="theorem",
    rule=(
        "Holds if 2 sigma² times the gradient of the likelihood is that of squared "
        f"error, to {show_level(ROUNDING)} of the largest slope, and if under Gaussian noise the "
        "mean comes nearer to the truth than the median and the midrange, for every seed."
    ),
    recorded="holds",
    needs="torch’s own gradients",
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


@claim(
    "squares-ask-for-the-mean",
    section="mse",
    says="Squared error asks for the mean of y, whatever the noise.",
    kind="theorem",
    rule=(
        "Holds if under each noise, for every seed, a network trained with squared error "
        f"answers on average within {NEAR_MEAN} of the mean, and one with absolute error "
        f"within {NEAR_MEAN} of the median, in standard deviations of the noise. The noises have "
        "the mean 0; all learn sin from noisy measurements."
    ),
    recorded="holds",
    needs="noise of several kinds, and absolute error",
    face=(
        Strip(
            "above the mean, on average (standard deviations of the noise)",
            {ABOVE[noise, loss]: f"{noise} noise, {loss}" for noise, loss in ABOVE},
            (
                Level(NEAR_MEAN, "near the mean", at_most=SQUARES),
                Level(-NEAR_MEAN, at_least=SQUARES),
            ),
        ),
    ),
)
def squares_ask_for_the_mean(seeds):
    found = {key: np.array([noisy_fits.offset(*key, seed) for seed in seeds]) for key in ABOVE}
    wanted = {
        (noise, loss): 0.0 if loss == SQUARED else median
        for noise, (_, median) in noisy_fits.NOISES.items()
        for loss in noisy_fits.WAYS
    }
    near = all(np.abs(found[key] - wanted[key]).max() < NEAR_MEAN for key in ABOVE)
    numbers = {ABOVE[key]: spread(values) for key, values in found.items()}
    for noise, (_, median) in noisy_fits.NOISES.items():
        numbers[f"median of {noise} noise"] = median
    return (Verdict.HOLDS if near else Verdict.FAILS), numbers


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
    needs="no training: constants are computed",
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


BY_LOSS = {loss: Trial("digits", loss=loss, epochs=EPOCHS, lr=LR) for loss in RIVALS}
BELIEVED = BY_LOSS[RIVALS[0]]("log-loss")
BEHIND_BY = smallest(BY_LOSS[SCORES]("log-loss"), BY_LOSS[SCORES]("log-loss", "clipped")) - BELIEVED

planned(
    "classes-need-cross-entropy",
    section="mse",
    says="Squares of ten scores name classes as well as cross-entropy; as probabilities their "
    "scores are worse, as long as they are not scaled.",
    kind="observation",
    rule=(
        f"Holds if squared error on ten raw scores loses less than {WORSE} of accuracy "
        "against cross-entropy in the median, and if for every seed the log-loss of "
        "cross-entropy is the lower one, whether the scores go through a softmax as they are or "
        "are clipped. It fails if the accuracy is lost; with a caveat if the log-loss "
        "is not higher. Network, data, optimiser and number of epochs are the same."
    ),
    recorded="holds",
    face=(
        Strip(
            "accuracy",
            {name: loss for loss, name in HITS.items()},
            (
                Level(
                    HITS["cross-entropy"],
                    f"worse by {WORSE}: below {{}}",
                    -WORSE,
                    at_least=(HITS[SCORES],),
                    median=True,
                    strict=True,
                ),
            ),
            ends=(0.9, 1.0),
        ),
        Strip(
            "log-loss, nats",
            {name: loss for loss, name in LOG_LOSS.items()}
            | {CLIPPED: f"{SCORES}, clipped", SCALED: f"{SCORES}, scaled"},
        ),
        Strip(
            "nats above cross-entropy’s log-loss",
            {BEHIND: f"{SCORES}, by the better way"},
            (Level(0, "no worse", at_least=(BEHIND,), strict=True, otherwise=Verdict.CAVEAT),),
        ),
    ),
    numbers={HITS[loss]: BY_LOSS[loss]("accuracy").spread() for loss in RIVALS}
    | {LOG_LOSS[loss]: BY_LOSS[loss]("log-loss").spread() for loss in RIVALS}
    | {
        CLIPPED: BY_LOSS[SCORES]("log-loss", "clipped").spread(),
        SCALED: BY_LOSS[SCORES]("log-loss", "scaled").spread(),
    }
    | {
        BEHIND: BEHIND_BY.spread(),
        SOFTMAX_BEHIND: (BY_LOSS[RIVALS[1]]("log-loss") > BELIEVED).percent(),
    }
    | {
        f"epochs of SGD, {loss}": Trial("digits", **by_sgd(loss))("epochs").spread()
        for loss in RIVALS
    }
    | {
        f"gradient when confidently wrong, {loss}": Constant(wrong_slope, loss, CERTAIN)
        for loss in RIVALS[:2]
    },
)


# ---------------------------------------------------------------------------- angles


@claim(
    "distance-must-fit-the-space",
    section="mse",
    says="A distance must fit the space: on a circle, the difference of two numbers does not.",
    kind="observation",
    rule=(
        "Holds if for every seed 1 − cos errs less on average than the difference and two outputs "
        "less again, and if every network with one output errs somewhere by more than "
        f"{math.degrees(SEAM):.0f} degrees, while those with two never err by more than "
        f"{math.degrees(angles.FAR):.0f}."
    ),
    recorded="holds",
    needs="losses made for angles",
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


# ---------------------------------------------------------------------------- a space that bends


@claim(
    "a-bent-space-holds-a-tree",
    section="mse",
    says="A geometry that is not Euclid’s can express distances that his plane cannot: those in a "
    "tree.",
    kind="observation",
    rule=(
        "Holds if for every tree a map in the hyperbolic plane keeps the distances to "
        f"within {OFF_BY} % on average, and the best flat map found does not. Both start "
        f"from the same drawing of {trees.MEMBERS} members; the unit of a map is free."
    ),
    recorded="holds",
    needs="a search in two planes",
    face=(
        Strip(
            "distances off by, on average, percent",
            {name: f"{plane} plane" for plane, name in ASTRAY.items()},
            (
                Level(
                    OFF_BY,
                    "{} %",
                    at_most=(ASTRAY["hyperbolic"],),
                    at_least=(ASTRAY["flat"],),
                ),
            ),
        ),
    ),
)
def a_bent_space_holds_a_tree(seeds):
    off = {
        plane: 100 * np.array([trees.tree_map(plane, seed).errors for seed in seeds])
        for plane in trees.PLANES
    }  # (seeds, pairs)
    mean = {plane: errors.mean(axis=1) for plane, errors in off.items()}
    numbers = {name: spread(mean[plane]) for plane, name in ASTRAY.items()}
    for plane in trees.PLANES:
        numbers[f"worst distance, {plane} plane, percent off"] = spread(off[plane].max(axis=1))
    held = mean["hyperbolic"].max() < OFF_BY < mean["flat"].min()
    return (Verdict.HOLDS if held else Verdict.FAILS), numbers
