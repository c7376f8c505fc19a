"""Claims of the page `fitting_sine`: can a network fit a function that we do know?"""

import itertools

import numpy as np

from fitlab.claims.formulas import Constant, Trial, largest, together
from fitlab.claims.ledger import (
    ALL,
    HALF,
    NINE_IN_TEN,
    Reading,
    Verdict,
    claim,
    in_ten,
    percent,
    rule_by_share,
    spread,
)
from fitlab.claims.plans import planned
from fitlab.claims.strip import PERCENT, ByLevels, Level, Strip, nine_in_ten
from fitlab.display import show_level
from fitlab.regression.constructions import (
    bent_knots,
    broken_line_network,
    squaring_network,
)
from fitlab.regression.sine import (
    DEPTHS,
    DROPOUTS,
    SHAPES,
    SINE,
    SWEEP_STEPS,
    TOLERANCE,
    WIDTHS,
    best_line_mse,
    enough_pieces,
    fitted,
    so_long,
)
from fitlab.regression.stops import STOP_STEPS, STOPS

SMALL_DROPOUT, TORCH_DROPOUT = 0.01, 0.5  # and what torch.nn.Dropout takes if none is given
POLYNOMIALS = (2, 5, 11)  # degrees
CLOSE = (1e-1, 1e-2, 1e-3)  # largest errors, as shares of the largest value
UNITS = tuple(2**k for k in range(1, 12))  # numbers of units that are tried
INSIDE, BEYOND = (-1, 1), 3.0  # an interval, and a place outside
ROUNDING = 1e-10  # what the rounding of 100 slopes may add up to
EARLY_STOPS = STOPS[:2]  # those that come to an end
DROPOUT_STEPS = 1_000  # ten times what the recipe needs without dropout
EARLY = 3  # hidden layers up to which each one helped, as we expected
RATIO = "largest MSE over smallest, of one shape, at most"
REACHED = {
    p: f"seeds with dropout {p:g} within {DROPOUT_STEPS:,} steps, in percent" for p in DROPOUTS
}
STOPPING = {rule: f"{rule} below {show_level(TOLERANCE)}, networks in percent" for rule in STOPS}
APART = "networks whose MSE gets there and whose largest error does not, in percent"
AT_A_JUMP, STEEP = "largest error at a jump of 1", 1e-6
EXACT_LINES = f"lines with an error below {show_level(ROUNDING)}, in percent"
EVEN_PIECES = "largest error against x squared, 128 even pieces"
DEEP_PIECES = "error with 6 layers of 3 units"
FOLLOWED = "polynomials and errors for which that is so, in percent"
UNITS_FOR = {
    (d, close): f"units for an error of {show_level(close)}, degree {d}"
    for d in POLYNOMIALS
    for close in CLOSE
}
ERROR_BEYOND = {
    d: f"error at x = {BEYOND:g}, degree {d}, in percent of the value there" for d in POLYNOMIALS
}
TRAINED = {(w, d): f"pieces of {w} x {d}, trained" for w, d in SHAPES}
SMALLEST_REACH = f"8 x 1 networks that reach {show_level(TOLERANCE)}, in percent"
ENOUGH = "pieces that would do"
SMALLEST = SHAPES[0]
ENOUGH_FOR_ITS_OWN = "pieces that would do for the network's own MSE"
BEST = {n: f"MSE of the best line of {n} pieces" for n in (5, 6, 7, 8)}
LOWER = "enlargements that lower the median MSE, in percent"
WIDER = "doublings of the width that do, in percent"
LAYERS = "layers more that do, in percent"
DEEPER = f"layers more, up to depth {EARLY}, that do, in percent"
DEEPER_STILL = f"layers more, beyond depth {EARLY}, that do, in percent"


DROPPED = {p: Trial("sine", dropout=p, max_steps=DROPOUT_STEPS) for p in DROPOUTS}


def _of_dropout(p):
    """The numbers of one dropout, besides the share that gets there."""
    run = DROPPED[p]
    if p <= SMALL_DROPOUT:
        return {f"steps, dropout {p:g}": run("steps").spread()}
    return {
        f"training loss at the end, dropout {p:g}": run("last losses").spread(),
        f"MSE at the end, dropout {p:g}": run("MSE").spread(),
    }


planned(
    "recipe-reaches-5e-4",
    section="fitting_sine",
    says="The recipe, five layers of Linear, Dropout and ReLU, fits sin to a mean squared error "
    f"below {show_level(TOLERANCE)}, with a dropout of {SMALL_DROPOUT:g}.",
    kind="observation",
    rule=f"Holds if {in_ten(NINE_IN_TEN)} networks get there within {DROPOUT_STEPS:,} steps with "
    f"dropout {SMALL_DROPOUT:g}; with a caveat if they do so only without dropout.",
    recorded="holds",
    literally=Reading(
        says=f"With torch’s usual dropout, {TORCH_DROPOUT:g}, the recipe gets there as well.",
        rule=rule_by_share(
            f"networks with dropout {TORCH_DROPOUT:g}", f"get there within {DROPOUT_STEPS:,} steps"
        ),
        recorded=Verdict.FAILS,
        judge=ByLevels(nine_in_ten(REACHED[TORCH_DROPOUT])),
    ),
    face=(
        Strip(
            f"networks that get there within {DROPOUT_STEPS:,} steps, in percent",
            {name: f"dropout {p:g}" for p, name in REACHED.items()},
            (
                Level(
                    NINE_IN_TEN,
                    "nine in ten",
                    at_least=(REACHED[SMALL_DROPOUT],),
                    otherwise=Verdict.CAVEAT,
                ),
                Level(NINE_IN_TEN, at_least=(REACHED[0.0],)),
            ),
            ends=PERCENT,
        ),
    ),
    seeds=range(10),
    numbers={REACHED[p]: DROPPED[p]("converged").percent() for p in DROPOUTS}
    | {name: formula for p in DROPOUTS for name, formula in _of_dropout(p).items()},
)


WATCHED = Trial("stops")

planned(
    "largest-error-is-another-goal",
    section="fitting_sine",
    says=f"Where “below {show_level(TOLERANCE)}” is said of the mean squared error, the recipe is "
    "soon done; where it is said of the largest error, it is not done at all.",
    kind="observation",
    rule=rule_by_share(
        "networks",
        f"get their mean squared error below {show_level(TOLERANCE)} within {STOP_STEPS:,} steps, "
        "and never their largest error",
    )
    + " The step size stays as it is; nothing is dropped.",
    recorded="holds",
    face=(
        Strip(
            f"networks that stop within {STOP_STEPS:,} steps, in percent",
            {STOPPING[rule]: rule for rule in STOPS},
            ends=PERCENT,
        ),
        Strip(
            "networks with an early mean and no largest error",
            {APART: "networks, in percent"},
            nine_in_ten(APART),
            ends=PERCENT,
        ),
    ),
    numbers={STOPPING[rule]: WATCHED("stopped", rule).percent() for rule in STOPS}
    | {
        name: formula.spread()
        for rule in EARLY_STOPS
        for name, formula in (
            (f"steps until {rule} is", WATCHED("step", rule)),
            (f"MSE over all points then, {rule}", WATCHED("MSE then", rule)),
        )
    }
    | {
        "smallest largest error at any check": WATCHED("lowest largest error").spread(),
        APART: (WATCHED("stopped", "largest error") < WATCHED("stopped", "MSE")).percent(),
    },
)


@claim(
    "relu-is-any-broken-line",
    section="fitting_sine",
    says="On an interval, one hidden layer of ReLU can be any broken line without jumps; for k "
    "bends, k + 1 units are enough.",
    kind="theorem",
    rule=f"Holds if weights that we write down give random broken lines with an error below "
    f"{show_level(ROUNDING)} everywhere on the interval, which is rounding.",
    recorded="holds",
    needs="no training: weights are written down",
    literally=Reading(
        says="It comes as close as one likes to any piecewise linear function, at its jumps too.",
        rule=f"Holds if a slope of the width {show_level(STEEP)} in the place of a jump of 1 is "
        f"nowhere off by {CLOSE[0]:g}.",
        recorded=Verdict.FAILS,
        judge=ByLevels((Level(CLOSE[0], at_most=(AT_A_JUMP,), strict=True),)),
    ),
    face=("bends", "units", EXACT_LINES),
)
def any_broken_line(seeds, bends=100):
    errors = [_broken_line_error(np.random.default_rng(seed), bends) for seed in seeds]
    exact = percent(error < ROUNDING for error in errors)
    return (Verdict.HOLDS if exact == ALL else Verdict.FAILS), {
        "bends": bends,
        "units": bends + 1,
        EXACT_LINES: exact,
        AT_A_JUMP: _jump_error(),
    }


def _jump_error():
    """The largest error of a line that rises by 1 within STEEP, against a jump in its middle."""
    knots, values = np.array([-1, -STEEP / 2, STEEP / 2, 1]), np.array([0.0, 0, 1, 1])
    x = np.linspace(-STEEP, STEEP, 1_001)
    return np.abs(broken_line_network(knots, values).predict(x) - (x >= 0)).max()


def _broken_line_error(rng, bends):
    knots = np.sort(rng.uniform(SINE.low, SINE.high, bends))
    knots = np.concatenate([[SINE.low], knots, [SINE.high]])
    values = rng.uniform(-1, 1, bends + 2)
    x = np.concatenate([knots, np.linspace(SINE.low, SINE.high, 10_001)])
    model = broken_line_network(knots, values)
    return np.abs(model.predict(x) - np.interp(x, knots, values)).max()


@claim(
    "relu-is-any-polynomial",
    section="fitting_sine",
    says="On an interval, one hidden layer of ReLU comes as close to any polynomial as is asked, "
    "if it has units enough.",
    kind="theorem",
    rule=f"Holds if, with at most {max(UNITS):,} units, weights that we write down follow random "
    f"polynomials of degree {', '.join(map(str, POLYNOMIALS))} on "
    f"[{INSIDE[0]}, {INSIDE[1]}] with a largest error of {', '.join(map(show_level, CLOSE))} "
    "of their largest value.",
    recorded="holds",
    needs="no training: weights are written down",
    literally=Reading(
        says="The same units come close to the polynomial outside the interval, too.",
        rule=f"Holds if, with weights made for [{INSIDE[0]}, {INSIDE[1]}], the error at "
        f"x = {BEYOND:g} is below {100 * CLOSE[0]:.0f} % of the value for every polynomial.",
        recorded=Verdict.FAILS,
        judge=ByLevels((Level(100 * CLOSE[0], at_most=tuple(ERROR_BEYOND.values()), strict=True),)),
    ),
    face=(
        Strip(
            f"units that are enough for an error of {show_level(CLOSE[-1])}",
            {UNITS_FOR[degree, CLOSE[-1]]: f"degree {degree}" for degree in POLYNOMIALS},
            log=True,
        ),
        FOLLOWED,
    ),
)
def any_polynomial(seeds):
    layers, counts = np.arange(1, 7), np.array([8, 16, 32, 64, 128])
    square = np.array([_polynomial_error([0, 0, 1], n) for n in counts])
    deep = np.array([_squaring_error(depth) for depth in layers])
    random = {
        d: [
            np.polynomial.Polynomial(np.random.default_rng(seed).normal(size=d + 1))
            for seed in seeds
        ]
        for d in POLYNOMIALS
    }
    units = {
        (d, close): [_units_for(polynomial, close) for polynomial in random[d]]
        for d in POLYNOMIALS
        for close in CLOSE
    }
    followed = percent(n is not None for found in units.values() for n in found)
    numbers = {FOLLOWED: followed}
    numbers |= {
        UNITS_FOR[key]: spread([max(UNITS) if n is None else n for n in found])
        for key, found in units.items()
    }
    for d in POLYNOMIALS:
        numbers[ERROR_BEYOND[d]] = spread(
            [
                100 * abs(_follower(p, max(UNITS)).predict([BEYOND])[0] / p(BEYOND) - 1)
                for p in random[d]
            ]
        )
    numbers |= {
        EVEN_PIECES: square[-1],
        "slope of log error over log pieces, x squared": _slope(np.log(counts), np.log(square)),
        DEEP_PIECES: deep[-1],
        "factor that one more layer gains": float(np.exp(-_slope(layers, np.log(deep)))),
    }
    return (Verdict.HOLDS if followed == ALL else Verdict.FAILS), numbers


def _follower(polynomial, units):
    """The one-layer network of so many units through a polynomial on [-1, 1]."""
    knots = bent_knots(polynomial, units, *INSIDE)
    return broken_line_network(knots, polynomial(knots))


def _units_for(polynomial, close):
    """The first of UNITS with which the largest error is a share `close` of the largest value."""
    x = np.linspace(*INSIDE, 4_001)
    y = polynomial(x)
    for units in UNITS:
        if np.abs(_follower(polynomial, units).predict(x) - y).max() < close * np.abs(y).max():
            return units
    return None


def _slope(x, y):
    return float(np.polynomial.polynomial.polyfit(x, y, 1)[1])


def _polynomial_error(coefficients, pieces):
    """Largest error of the broken line through a polynomial at evenly spaced knots of [0, 1]."""
    polynomial = np.polynomial.Polynomial(coefficients)
    knots = np.linspace(0, 1, pieces + 1)
    x = np.linspace(0, 1, 100 * pieces + 1)
    line = broken_line_network(knots, polynomial(knots))
    return np.abs(line.predict(x) - polynomial(x)).max()


def _squaring_error(depth):
    x = np.linspace(0, 1, 2**12 + 1)
    return np.abs(squaring_network(depth).predict(x) - x * x).max()


OF_SHAPE = {(w, d): Trial("sine", width=w, depth=d) for w, d in SHAPES}
SINGLE = [TRAINED[w, d] for w, d in SHAPES if d == 1]  # of a single layer, from narrow to wide

planned(
    "more-units-more-pieces",
    section="fitting_sine",
    says="A layer with more units makes more little segments.",
    kind="observation",
    rule="Holds if the median number of straight pieces, after training, grows with the width of a "
    f"single layer: {', '.join(str(w) for w, d in SHAPES if d == 1)} units.",
    recorded="holds",
    face=(
        Strip(
            "pieces, after training",
            {name: f"{w} x {d} units" for (w, d), name in TRAINED.items()},
            tuple(
                Level(few, at_least=(many,), median=True, strict=True)
                for few, many in itertools.pairwise(SINGLE)
            ),
            log=True,
        ),
    ),
    numbers={
        name: OF_SHAPE[w, d](measure).spread()
        for w, d in SHAPES
        for name, measure in (
            (f"pieces of {w} x {d}, untrained", "pieces before"),
            (TRAINED[w, d], "pieces"),
        )
    }
    | {
        ENOUGH: Constant(enough_pieces),
        SMALLEST_REACH: OF_SHAPE[SMALLEST]("converged").percent(),
    },
)


@claim(
    "six-pieces-would-do",
    section="fitting_sine",
    says="Six straight pieces, placed as well as can be, would be enough for an MSE below "
    f"{show_level(TOLERANCE)}.",
    kind="observation",
    rule="Holds if the best broken line of six pieces that a search finds has an MSE below "
    f"{show_level(TOLERANCE)}.",
    recorded="does not hold as stated",
    needs="a search for the best broken line",
    face=(
        Strip(
            "MSE of the best broken line",
            {name: f"{n} pieces" for n, name in BEST.items()},
            (Level(TOLERANCE, "goal {}", at_most=(BEST[6],)),),
            log=True,
        ),
    ),
)
def six_pieces(seeds):
    numbers = {name: best_line_mse(n) for n, name in BEST.items()}
    numbers[ENOUGH] = enough_pieces()
    fits = [fitted(seed) for seed in seeds]
    numbers["pieces of the network"] = spread([f.pieces for f in fits])
    numbers[ENOUGH_FOR_ITS_OWN] = spread([enough_pieces(f.mse) for f in fits])
    numbers["parameters of the network"] = fits[0].parameters
    return (Verdict.HOLDS if best_line_mse(6) < TOLERANCE else Verdict.FAILS), numbers


OF_SWEEP = {
    (w, d): Trial("sine", width=w, depth=d, **so_long(SWEEP_STEPS))("MSE")
    for w in WIDTHS
    for d in DEPTHS
}


def _lower(big, small):
    """Whether the median MSE of one shape is below that of another."""
    return OF_SWEEP[big].median() < OF_SWEEP[small].median()


WIDENED = [_lower((w2, d), (w1, d)) for w1, w2 in itertools.pairwise(WIDTHS) for d in DEPTHS]
DEEPENED = {d2: [_lower((w, d2), (w, d1)) for w in WIDTHS] for d1, d2 in itertools.pairwise(DEPTHS)}
AT_FIRST, LATER = (
    [lower for d in DEEPENED if (d <= EARLY) == early for lower in DEEPENED[d]]
    for early in (True, False)
)

planned(
    "bigger-is-better",
    section="fitting_sine",
    says="More layers often fit better, and so do more units in them.",
    kind="observation",
    rule=f"Holds if more than {in_ten(HALF)} of the doublings of the width lower the median MSE, "
    f"and more than {in_ten(HALF)} of the steps to a layer more. All networks are trained for "
    f"{SWEEP_STEPS} steps on sin.",
    recorded="holds",
    face=(
        Strip(
            "enlargements that lower the median MSE, in percent",
            {
                WIDER: "doublings of the width",
                LAYERS: "layers more",
                DEEPER: f"layers more, up to depth {EARLY}",
                DEEPER_STILL: f"layers more, beyond depth {EARLY}",
            },
            (Level(HALF, "half", at_least=(WIDER, LAYERS), strict=True),),
            ends=PERCENT,
        ),
        RATIO,
    ),
    numbers={
        LOWER: together(*WIDENED, *AT_FIRST, *LATER).percent(),
        WIDER: together(*WIDENED).percent(),
        LAYERS: together(*AT_FIRST, *LATER).percent(),
        DEEPER: together(*AT_FIRST).percent(),
        DEEPER_STILL: together(*LATER).percent(),
        RATIO: largest(*(mse.highest() / mse.lowest() for mse in OF_SWEEP.values())),
        **{f"MSE of 64 x {depth}": OF_SWEEP[64, depth].spread() for depth in DEPTHS},
        "MSE of 4 x 6": OF_SWEEP[4, 6].spread(),
    },
)
