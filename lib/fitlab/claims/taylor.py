"""Claims of the page `taylor`: how good is the fit, measured by the polynomials of sin?"""

import numpy as np

from fitlab.claims.ledger import (
    HALF,
    NINE_IN_TEN,
    Reading,
    Verdict,
    claim,
    in_ten,
    percent,
    rule_by_share,
    spread,
    verdict_by,
)
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
CLAIMED, WORTH, LIKELY = 11, 7, (7, 9, 11, 13, 21)  # degrees; of 11 terms it is 21
CLOSE = 10  # percent: so much further is about as close
NEAREST = {n: f"closest to degree {n}, in percent" for n in map(int, DEGREES)}
ABOUT = {n: f"about as close to degree {n}, in percent" for n in LIKELY}
STOPPED = {t: f"closest degree, stopped at {show_level(t)}" for t in TOLERANCES}
ENOUGH, KNOWN = 41, 1e-5  # a degree, and an error
OFF = 1e-2  # by which the plateau may differ from the network's own error
LARGEST_OFF = f"largest difference from degree {CLAIMED} on, in percent"
FIXED = "networks of which that is so, in percent"
OWN_MSE = "the networks' MSE"
WORTH_SHARE = f"networks worth degree {WORTH}, in percent"
WORTH_AT = {t: f"degree it is worth, stopped at {show_level(t)}" for t in (1e-2, 1e-5)}
TAYLOR_MSE = {n: f"MSE of T_{n}" for n in (5, 7, 9)}
NETWORK_RMSE = {where: f"RMSE on {where}, network" for where in OUTSIDE}
CONSTANT_RMSE = {where: f"RMSE on {where}, best constant" for where in OUTSIDE}
TAYLOR_KNOWS = f"stretches on which T_{ENOUGH} is within {show_level(KNOWN)}, in percent"
IGNORANT = "networks worse than the best constant, in percent"


@claim(
    "closest-to-degree-11",
    section="taylor",
    says="The fitted network is about as close to the Taylor polynomial of degree 11 as to any.",
    kind="observation",
    rule=rule_by_share(
        "networks",
        f"are no more than {CLOSE} % further from T_{CLAIMED} than from the nearest polynomial",
    ),
    recorded="holds with a caveat",
    literally=Reading(
        "It is closer to degree 11 than to any other.",
        rule_by_share("networks", f"are closest to T_{CLAIMED}"),
        Verdict.FAILS,
        lambda numbers: verdict_by(numbers.get(NEAREST[CLAIMED], 0)),
    ),
    face=(
        Strip(
            "networks about as close to it as to any, in percent",
            {ABOUT[n]: f"degree {n}" for n in LIKELY},
            nine_in_ten(ABOUT[CLAIMED]),
            ends=PERCENT,
        ),
        Strip(
            "networks closest to it, in percent",
            {NEAREST[n]: f"degree {n}" for n in LIKELY},
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
    numbers, apart = {}, {}
    for tolerance in TOLERANCES:
        fits = [fitted(seed, tolerance=tolerance) for seed in seeds]
        apart[tolerance] = np.array([distances_to_taylor(f.model) for f in fits])
        numbers[STOPPED[tolerance]] = spread(DEGREES[apart[tolerance].argmin(axis=1)])
    distances = apart[TOLERANCE]  # (seeds, degrees)
    nearest = DEGREES[distances.argmin(axis=1)]
    about = distances <= (1 + CLOSE / 100) * distances.min(axis=1, keepdims=True)
    shares = dict(zip(map(int, DEGREES), 100 * about.mean(axis=0), strict=True))
    numbers |= {ABOUT[n]: float(shares[n]) for n in LIKELY}
    numbers |= {NEAREST[n]: percent(nearest == n) for n in sorted({*LIKELY, *map(int, nearest)})}
    numbers["MSE to T_9 by MSE to T_11"] = spread(
        [np.divide(*distances_to_taylor(fitted(seed).model, (9, 11))) for seed in seeds]
    )
    return verdict_by(shares[CLAIMED]), numbers


@claim(
    "plateau-is-the-networks-own-error",
    section="taylor",
    says="From degree 11 on, the distance to Taylor stays fixed: it is the network’s own error.",
    kind="observation",
    rule=f"Holds if, for {in_ten(100)} network, its distance to every T_n from degree {CLAIMED} on "
    f"is its own MSE against sin within {100 * OFF:g} %; with a caveat if that is so for "
    f"{in_ten(NINE_IN_TEN)}.",
    recorded="holds",
    face=(
        Strip(
            "difference, in percent",
            {LARGEST_OFF: f"largest from degree {CLAIMED} on"},
            (
                Level(
                    100 * OFF,
                    "the same: below {}",
                    at_most=(LARGEST_OFF,),
                    otherwise=Verdict.CAVEAT,
                ),
            ),
            log=True,
        ),
        FIXED,
    ),
)
def plateau(seeds):
    degrees = [int(n) for n in DEGREES if n >= CLAIMED]
    fits = [fitted(seed) for seed in seeds]
    off = [np.abs(distances_to_taylor(f.model, degrees) / f.mse - 1).max() for f in fits]
    fixed = percent(o < OFF for o in off)
    numbers = {
        LARGEST_OFF: spread(100 * np.array(off)),
        FIXED: fixed,
        "the networks' own MSE": spread([f.mse for f in fits]),
    }
    if fixed < NINE_IN_TEN:
        return Verdict.FAILS, numbers
    return (Verdict.HOLDS if max(off) < OFF else Verdict.CAVEAT), numbers


@claim(
    "as-good-as-degree-7",
    section="taylor",
    says="By its error on the interval, a network stopped at "
    f"{show_level(TOLERANCE)} is worth the Taylor polynomial of degree {WORTH}; the stop nearly "
    "decides that.",
    kind="observation",
    rule=rule_by_share(
        "networks", f"have an MSE to which T_{WORTH} comes nearest, on a logarithmic scale"
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
    fits = [fitted(seed) for seed in seeds]
    share = percent(_worth(f.mse) == WORTH for f in fits)
    numbers = {
        OWN_MSE: spread([f.mse for f in fits]),
        WORTH_SHARE: share,
        **{
            WORTH_AT[t]: spread([_worth(fitted(s, tolerance=t).mse) for s in seeds])
            for t in WORTH_AT
        },
        **{name: taylor_mse(n) for n, name in TAYLOR_MSE.items()},
        "smallest MSE that is worth degree 7": (taylor_mse(7) * taylor_mse(9)) ** 0.5,
        "largest MSE that is worth degree 7": (taylor_mse(5) * taylor_mse(7)) ** 0.5,
        **{f"MSE of least squares, degree {n}": least_squares_mse(n) for n in (5, 7)},
    }
    return verdict_by(share), numbers


def _worth(mse):
    """The degree whose Taylor polynomial has the nearest MSE, on a logarithmic scale."""
    errors = np.array([taylor_mse(int(n)) for n in DEGREES])
    return int(DEGREES[np.abs(np.log(errors / mse)).argmin()])


@claim(
    "outside-nobody-knows",
    section="taylor",
    says="Outside the interval the network knows nothing of sin, while enough Taylor terms do.",
    kind="observation",
    rule=(
        f"Holds if T_{ENOUGH} is within {show_level(KNOWN)} of sin on all stretches outside, "
        f"and {in_ten(NINE_IN_TEN)} networks are worse there than the best constant; with a "
        f"caveat if more than {in_ten(HALF)} are."
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
            {
                IGNORANT: "networks worse than a constant",
                TAYLOR_KNOWS: f"stretches that T_{ENOUGH} knows",
            },
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
        taylor_wins.append(rmse(taylor(x, ENOUGH), y) < KNOWN)
    numbers[TAYLOR_KNOWS] = percent(taylor_wins)
    share = percent(ignorant)
    numbers[IGNORANT] = share
    return (verdict_by(share) if all(taylor_wins) else Verdict.FAILS), numbers
