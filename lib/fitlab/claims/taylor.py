"""Claims of the page `taylor`: how good is the fit, measured by the polynomials of sin?"""

import numpy as np

from fitlab.claims.formulas import Constant, Trial, largest, smallest
from fitlab.claims.ledger import (
    HALF,
    NINE_IN_TEN,
    Verdict,
    in_ten,
    rule_by_share,
)
from fitlab.claims.plans import planned
from fitlab.claims.strip import PERCENT, Level, Strip, nine_in_ten
from fitlab.display import show_level
from fitlab.regression.approximants import taylor
from fitlab.regression.sine import TOLERANCE
from fitlab.regression.taylor_distance import (
    DEGREES,
    least_squares_mse,
    rmse,
    taylor_mse,
)

SAMPLES = 10_000  # of a stretch outside
TOLERANCES = (1e-1, 1e-2, TOLERANCE, 1e-5)
ALL_OUTSIDE = "[π, 4π]"
OUTSIDE = {  # stretches beyond the interval, in multiples of pi
    "[π, 2π]": (1, 2),
    "[2π, 3π]": (2, 3),
    "[3π, 4π]": (3, 4),
    ALL_OUTSIDE: (1, 4),
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
TAYLOR_KNOWS = f"RMSE on {ALL_OUTSIDE}, T_{ENOUGH}"
IGNORANT = f"networks worse than the best constant on {ALL_OUTSIDE}, in percent"


def _between(low, high):
    """The MSE in the middle of those of two Taylor polynomials, on a logarithmic scale."""
    return (taylor_mse(low) * taylor_mse(high)) ** 0.5


def _stretch(where):
    """Points of a stretch outside, and sin there."""
    low, high = np.multiply(OUTSIDE[where], np.pi)
    x = np.linspace(low, high, SAMPLES)
    return x, np.sin(x)


def _rmse_there(where, degree=0):
    """RMSE of a Taylor polynomial there; of degree 0, which is zero."""
    x, y = _stretch(where)
    return rmse(taylor(x, degree), y)


def _best_constant_there(where):
    _, y = _stretch(where)
    return rmse(y.mean(), y)


STOPPED_AT = {t: Trial("sine", tolerance=t) for t in TOLERANCES}
TO_TAYLOR = {
    t: {n: run("distance to Taylor", n) for n in map(int, DEGREES)} for t, run in STOPPED_AT.items()
}
OF_RECIPE = TO_TAYLOR[TOLERANCE]
NEAREST_ONE = smallest(*OF_RECIPE.values())

planned(
    "closest-to-degree-11",
    section="taylor",
    says="The fitted network is about as close to the Taylor polynomial of degree 11 as to any.",
    kind="observation",
    rule=rule_by_share(
        "networks",
        f"are no more than {CLOSE} % further from T_{CLAIMED} than from the nearest polynomial",
    ),
    recorded="holds with a caveat",
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
    numbers={STOPPED[t]: run("nearest degree").spread() for t, run in STOPPED_AT.items()}
    | {ABOUT[n]: (OF_RECIPE[n] <= (1 + CLOSE / 100) * NEAREST_ONE).percent() for n in LIKELY}
    | {NEAREST[n]: (OF_RECIPE[n] <= NEAREST_ONE).percent() for n in LIKELY}
    | {"MSE to T_9 by MSE to T_11": (OF_RECIPE[9] / OF_RECIPE[11]).spread()},
)


RECIPE = STOPPED_AT[TOLERANCE]
AWAY = largest(*(abs(OF_RECIPE[n] / RECIPE("MSE") - 1) for n in OF_RECIPE if n >= CLAIMED))

planned(
    "plateau-is-the-networks-own-error",
    section="taylor",
    says="From degree 11 on, the distance to Taylor stays fixed: it is the network’s own error.",
    kind="observation",
    rule=f"Holds if, for {in_ten(100)} network, its distance to every Taylor polynomial from "
    f"degree {CLAIMED} on is its own MSE against sin within {100 * OFF:g} %; with a "
    f"caveat if that is so for {in_ten(NINE_IN_TEN)}.",
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
                    strict=True,
                    otherwise=Verdict.CAVEAT,
                ),
            ),
            log=True,
        ),
        Strip(
            "networks of which that is so, in percent",
            {FIXED: "networks"},
            (Level(NINE_IN_TEN, "nine in ten", at_least=(FIXED,)),),
            ends=PERCENT,
        ),
    ),
    numbers={
        LARGEST_OFF: (100 * AWAY).spread(),
        FIXED: (AWAY < OFF).percent(),
        "the networks' own MSE": RECIPE("MSE").spread(),
    },
)


planned(
    "as-good-as-degree-7",
    section="taylor",
    says="By its error on the interval, a network stopped at "
    f"{show_level(TOLERANCE)} is worth the Taylor polynomial of degree {WORTH}.",
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
    numbers={
        OWN_MSE: RECIPE("MSE").spread(),
        WORTH_SHARE: (abs(RECIPE("worth") - WORTH) <= 0).percent(),
        **{name: STOPPED_AT[t]("worth").spread() for t, name in WORTH_AT.items()},
        **{name: Constant(taylor_mse, n) for n, name in TAYLOR_MSE.items()},
        "smallest MSE that is worth degree 7": Constant(_between, 7, 9),
        "largest MSE that is worth degree 7": Constant(_between, 5, 7),
        **{f"MSE of least squares, degree {n}": Constant(least_squares_mse, n) for n in (5, 7)},
    },
)


OUTSIDE_RMSE = {where: RECIPE("RMSE between", *ends) for where, ends in OUTSIDE.items()}
BEST_CONSTANT = Constant(_best_constant_there, ALL_OUTSIDE)


def _beside(where):
    """What others have on a stretch outside."""
    constant = {
        f"RMSE on {where}, zero": Constant(_rmse_there, where),
        CONSTANT_RMSE[where]: Constant(_best_constant_there, where),
    }
    return constant | {
        f"RMSE on {where}, T_{n}": Constant(_rmse_there, where, n) for n in (7, 11, 13, 21)
    }


planned(
    "outside-nobody-knows",
    section="taylor",
    says="Outside the interval the network is further from sin than the best constant, while "
    "enough Taylor terms come close to it.",
    kind="observation",
    rule=(
        f"Holds if T_{ENOUGH} has an RMSE below {show_level(KNOWN)} on {ALL_OUTSIDE}, and "
        f"{in_ten(NINE_IN_TEN)} networks are worse there than the best constant; with a caveat if "
        f"more than {in_ten(HALF)} are."
    ),
    recorded="holds",
    face=(
        Strip(
            f"RMSE on {ALL_OUTSIDE}",
            {NETWORK_RMSE[ALL_OUTSIDE]: "network"},
            (Level(CONSTANT_RMSE[ALL_OUTSIDE], "best constant: {}"),),
        ),
        Strip(
            f"RMSE on {ALL_OUTSIDE}, Taylor",
            {TAYLOR_KNOWS: f"T_{ENOUGH}"},
            (Level(KNOWN, "close: below {}", at_most=(TAYLOR_KNOWS,), strict=True),),
            log=True,
        ),
        Strip(
            "networks, in percent",
            {IGNORANT: "worse than the best constant"},
            nine_in_ten(IGNORANT),
            ends=PERCENT,
        ),
    ),
    numbers={
        name: formula
        for where, name in NETWORK_RMSE.items()
        for name, formula in ({name: OUTSIDE_RMSE[where].spread()} | _beside(where)).items()
    }
    | {
        TAYLOR_KNOWS: Constant(_rmse_there, ALL_OUTSIDE, ENOUGH),
        IGNORANT: (OUTSIDE_RMSE[ALL_OUTSIDE] > BEST_CONSTANT).percent(),
    },
)
