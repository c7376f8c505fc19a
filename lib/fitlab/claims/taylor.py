"""Claims of the page `taylor`: how good is the fit, measured by the polynomials of sin?"""

import numpy as np

from fitlab.claims.ledger import Verdict, claim, percent, spread, verdict_by
from fitlab.claims.strip import PERCENT, Level, Strip, nine_in_ten
from fitlab.display import show_level
from fitlab.regression.approximants import taylor
from fitlab.regression.sine import TOLERANCE, fitted
from fitlab.regression.taylor_distance import (
    DEGREES,
    distances_to_taylor,
    least_squares_mse,
    rmse,
    taylor_mse,
)

SAMPLES = 10_000  # of a stretch outside
TOLERANCES = (1e-1, 1e-2, TOLERANCE, 1e-5)
OUTSIDE = {  # stretches beyond the interval, in multiples of pi
    "[pi, 2 pi]": (1, 2),
    "[2 pi, 3 pi]": (2, 3),
    "[3 pi, 4 pi]": (3, 4),
}
CLAIMED, WORTH, LIKELY = 11, 7, (7, 9, 11, 13)  # degrees
NEAREST = {n: f"closest to degree {n}, in percent" for n in map(int, DEGREES)}
STOPPED = {t: f"closest degree, stopped at {show_level(t)}" for t in TOLERANCES}
OFF = 1e-3  # by which the plateau may differ from the network's own error
LARGEST_OFF = "largest difference from degree 13 on, in percent"
OWN_MSE = "the networks' MSE"
WORTH_SHARE = f"networks worth degree {WORTH}, in percent"
TAYLOR_MSE = {n: f"MSE of T_{n}" for n in (5, 7, 9)}
NETWORK_RMSE = {where: f"RMSE on {where}, network" for where in OUTSIDE}
CONSTANT_RMSE = {where: f"RMSE on {where}, best constant" for where in OUTSIDE}
TAYLOR_KNOWS = "stretches on which T_41 is within 1e-5, in percent"
IGNORANT = "networks worse than the best constant, in percent"


@claim(
    "closest-to-degree-11",
    section="taylor",
    says="The fitted network is closest to the Taylor polynomial of degree 11.",
    kind="observation",
    rule=("Holds if nine networks in ten are closest to T_11; with a caveat if most of them are."),
    recorded="does not hold as stated",
    face=(
        Strip(
            f"networks closest to it, stopped at {show_level(TOLERANCE)}, in percent",
            {NEAREST[n]: f"degree {n}" for n in LIKELY},
            nine_in_ten(NEAREST[CLAIMED]),
            ends=PERCENT,
        ),
        Strip(
            "closest degree",
            {name: f"stopped at {show_level(t)}" for t, name in STOPPED.items()},
            (Level(CLAIMED, "degree {}"),),
        ),
    ),
    seeds=range(20),
)
def closest_to_degree_11(seeds):
    numbers = {}
    for tolerance in TOLERANCES:
        fits = [fitted(seed, tolerance=tolerance) for seed in seeds]
        closest = [int(DEGREES[distances_to_taylor(f.model).argmin()]) for f in fits]
        numbers[STOPPED[tolerance]] = spread(closest)
        if tolerance == TOLERANCE:
            shares = {degree: percent(n == degree for n in closest) for degree in set(closest)}
            for degree, share in sorted(shares.items()):
                numbers[NEAREST[degree]] = share
    models = [fitted(seed).model for seed in seeds]
    numbers["MSE to T_9 by MSE to T_11"] = spread(
        [np.divide(*distances_to_taylor(model, (9, 11))) for model in models]
    )
    return verdict_by(shares.get(CLAIMED, 0)), numbers


@claim(
    "plateau-is-the-networks-own-error",
    section="taylor",
    says="From some degree on, the distance to Taylor stays fixed: it is the network’s own error.",
    kind="observation",
    rule=("Holds if, from degree 13 on, MSE(network, T_n) is MSE(network, sin) within 0.1 %."),
    recorded="holds",
    face=(
        Strip(
            "difference, in percent",
            {LARGEST_OFF: "largest from degree 13 on"},
            (Level(100 * OFF, "the same: below {}", at_most=(LARGEST_OFF,)),),
            log=True,
        ),
    ),
)
def plateau(seeds):
    degrees = [int(n) for n in DEGREES if n >= 13]
    fits = [fitted(seed) for seed in seeds]
    off = [np.abs(distances_to_taylor(f.model, degrees) / f.mse - 1).max() for f in fits]
    return (Verdict.HOLDS if max(off) < OFF else Verdict.FAILS), {
        LARGEST_OFF: spread(100 * np.array(off)),
        "the networks' own MSE": spread([f.mse for f in fits]),
    }


@claim(
    "as-good-as-degree-7",
    section="taylor",
    says="By its error on the interval, the network is worth the Taylor polynomial of degree 7.",
    kind="observation",
    rule=(
        "Holds if T_7 comes nearest to the MSE, on a log scale, of nine networks in ten. With a "
        "caveat if it does for most of them."
    ),
    recorded="holds",
    face=(
        Strip(
            "MSE on the interval",
            {OWN_MSE: "the networks"}
            | {name: f"Taylor, degree {n}" for n, name in TAYLOR_MSE.items()},
            log=True,
        ),
        Strip(
            f"networks worth degree {WORTH}, in percent",
            {WORTH_SHARE: "networks"},
            nine_in_ten(WORTH_SHARE),
            ends=PERCENT,
        ),
    ),
    seeds=range(20),
)
def as_good_as_degree_7(seeds):
    errors = np.array([taylor_mse(int(n)) for n in DEGREES])
    fits = [fitted(seed) for seed in seeds]
    worth = [int(DEGREES[np.abs(np.log(errors / f.mse)).argmin()]) for f in fits]
    share = percent(n == WORTH for n in worth)
    numbers = {
        OWN_MSE: spread([f.mse for f in fits]),
        WORTH_SHARE: share,
        **{name: taylor_mse(n) for n, name in TAYLOR_MSE.items()},
        **{f"MSE of least squares, degree {n}": least_squares_mse(n) for n in (5, 7)},
    }
    return verdict_by(share), numbers


@claim(
    "outside-nobody-knows",
    section="taylor",
    says="Outside the interval the network knows nothing of sin, while enough Taylor terms do.",
    kind="observation",
    rule=(
        "Holds if T_41 is within 1e-5 everywhere, and nine networks in ten worse than a "
        "constant. With a caveat if most of them are worse than the best constant."
    ),
    recorded="holds",
    face=(
        Strip(
            "RMSE of the network",
            {name: f"on {where.replace('pi', 'π')}" for where, name in NETWORK_RMSE.items()},
            (
                Level(
                    CONSTANT_RMSE["[pi, 2 pi]"],  # and on the others: half a wave each
                    "best constant {}",
                    at_least=tuple(NETWORK_RMSE.values()),
                    otherwise=Verdict.CAVEAT,
                ),
            ),
        ),
        Strip(
            "in percent",
            {IGNORANT: "networks worse than a constant", TAYLOR_KNOWS: "stretches that T_41 knows"},
            nine_in_ten(IGNORANT),
            ends=PERCENT,
        ),
    ),
)
def outside(seeds):
    models = [fitted(seed).model for seed in seeds]
    numbers, ignorant, taylor_wins = {}, [], []
    for where, ends in OUTSIDE.items():
        low, high = np.multiply(ends, np.pi)
        x = np.linspace(low, high, SAMPLES)
        y = np.sin(x)
        errors = [rmse(model.predict(x), y) for model in models]
        constant = rmse(y.mean(), y)
        numbers[NETWORK_RMSE[where]] = spread(errors)
        numbers[f"RMSE on {where}, zero"] = rmse(0, y)
        numbers[CONSTANT_RMSE[where]] = constant
        for degree in (7, 11, 13, 21):
            numbers[f"RMSE on {where}, T_{degree}"] = rmse(taylor(x, degree), y)
        ignorant += [error > constant for error in errors]
        taylor_wins.append(rmse(taylor(x, 41), y) < 1e-5)
    numbers[TAYLOR_KNOWS] = percent(taylor_wins)
    share = percent(ignorant)
    numbers[IGNORANT] = share
    return (verdict_by(share) if all(taylor_wins) else Verdict.FAILS), numbers
