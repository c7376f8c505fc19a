"""Claims of the page `fitting_sine`: can a network fit a function that we do know?"""

import itertools

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
from fitlab.claims.strip import PERCENT, Level, Strip, nine_in_ten, parts
from fitlab.display import show_level
from fitlab.regression.constructions import (
    bent_knots,
    broken_line_network,
    squaring_network,
)
from fitlab.regression.pieces import linear_pieces
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
    swept,
)
from fitlab.regression.stops import STOP_STEPS, STOPS, stopped

SMALL_DROPOUT, TORCH_DROPOUT = 0.01, 0.5  # and what torch.nn.Dropout takes if none is given
POLYNOMIALS = (2, 5, 11)  # degrees
CLOSE = (1e-1, 1e-2, 1e-3)  # largest errors, as shares of the largest value
UNITS = tuple(2**k for k in range(1, 12))  # numbers of units that are tried
INSIDE, BEYOND = (-1, 1), 3.0  # an interval, and a place outside
ROUNDING = 1e-10  # what the rounding of 100 slopes may add up to
DROPOUT_STEPS = 1_000  # ten times what the recipe needs without dropout
EARLY = 3  # hidden layers up to which each one helped, as we expected
EXACT = 1e-12  # an error so small is rounding
ALL = 100  # percent
RATIO = "largest MSE over smallest, of one shape, at most"
REACHED = {
    p: f"seeds with dropout {p:g} within {DROPOUT_STEPS:,} steps, in percent" for p in DROPOUTS
}
STOPPING = {rule: f"{rule} below {show_level(TOLERANCE)}, networks in percent" for rule in STOPS}
APART = "networks whose MSE gets there and whose largest error does not, in percent"
EXACT_LINES = f"lines with an error below {show_level(ROUNDING)}, in percent"
EVEN_PIECES = "largest error against x squared, 128 even pieces"
DEEP_PIECES = "error with 6 layers of 3 units"
FOLLOWED = "polynomials and errors for which that is so, in percent"
UNITS_FOR = {
    (d, close): f"units for an error of {show_level(close)}, degree {d}"
    for d in POLYNOMIALS
    for close in CLOSE
}
TRAINED = {(w, d): f"pieces of {w} x {d}, trained" for w, d in SHAPES}
SMALLEST_REACH = f"8 x 1 networks that reach {show_level(TOLERANCE)}, in percent"
ENOUGH = "pieces that would do"
SMALLEST = SHAPES[0]
ENOUGH_FOR_ITS_OWN = "pieces that would do for the network's own MSE"
BEST = {n: f"MSE of the best line of {n} pieces" for n in (5, 6, 7, 8)}
LOWER = "enlargements that lower the median MSE, in percent"
WIDER = "doublings of the width that do, in percent"
DEEPER = f"layers more, up to depth {EARLY}, that do, in percent"
DEEPER_STILL = f"layers more, beyond depth {EARLY}, that do, in percent"


@claim(
    "recipe-reaches-5e-4",
    section="fitting_sine",
    says="The recipe, five layers of Linear, Dropout and ReLU, fits sin to a mean squared error "
    f"below {show_level(TOLERANCE)}, if it drops little.",
    kind="observation",
    rule=f"Holds if {in_ten(NINE_IN_TEN)} networks get there within {DROPOUT_STEPS:,} steps with "
    f"dropout {SMALL_DROPOUT:g}; with a caveat if they do so only without dropout.",
    recorded="holds",
    literally=Reading(
        says=f"With Dropout as torch gives it, {TORCH_DROPOUT:g}, the recipe gets there as well.",
        rule=rule_by_share("networks", f"do so within {DROPOUT_STEPS:,} steps"),
        recorded=Verdict.FAILS,
        judge=lambda numbers: verdict_by(numbers[REACHED[TORCH_DROPOUT]]),
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
)
def recipe_reaches(seeds):
    shares, details = {}, {}
    for p in DROPOUTS:
        fits = [fitted(seed, dropout=p, max_steps=DROPOUT_STEPS) for seed in seeds]
        shares[p] = percent(f.converged for f in fits)
        if shares[p] == ALL:
            details[f"steps, dropout {p:g}"] = spread([f.steps for f in fits])
        else:
            floors = [f.losses[-100:].mean() for f in fits]
            details[f"training loss at the end, dropout {p:g}"] = spread(floors)
            details[f"MSE at the end, dropout {p:g}"] = spread([f.mse for f in fits])
    numbers = {REACHED[p]: share for p, share in shares.items()} | details
    if shares[0.0] < NINE_IN_TEN:
        return Verdict.FAILS, numbers
    small = shares[SMALL_DROPOUT] >= NINE_IN_TEN
    return (Verdict.HOLDS if small else Verdict.CAVEAT), numbers


@claim(
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
)
def largest_error(seeds):
    runs = [stopped(seed) for seed in seeds]
    numbers = {STOPPING[rule]: percent(rule in run.stops for run in runs) for rule in STOPS}
    for rule in STOPS:
        found = [run.stops[rule] for run in runs if rule in run.stops]
        if found:
            numbers[f"steps until {rule} is"] = spread([stop.step for stop in found])
            numbers[f"MSE over all points then, {rule}"] = spread([stop.mse for stop in found])
    numbers["smallest largest error at any check"] = spread([run.lowest for run in runs])
    apart = percent("MSE" in run.stops and "largest error" not in run.stops for run in runs)
    numbers[APART] = apart
    return verdict_by(apart), numbers


@claim(
    "relu-is-any-broken-line",
    section="fitting_sine",
    says="On an interval, one hidden layer of ReLU can be any broken line without jumps; for k "
    "bends, k + 1 units are enough.",
    kind="theorem",
    rule=f"Holds if weights that we write down give random broken lines with an error below "
    f"{show_level(ROUNDING)} everywhere on the interval, which is rounding.",
    recorded="holds",
    face=("bends", "units", EXACT_LINES),
)
def any_broken_line(seeds, bends=100):
    errors = [_broken_line_error(np.random.default_rng(seed), bends) for seed in seeds]
    exact = percent(error < ROUNDING for error in errors)
    return (Verdict.HOLDS if exact == ALL else Verdict.FAILS), {
        "bends": bends,
        "units": bends + 1,
        EXACT_LINES: exact,
    }


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
    literally=Reading(
        says="One hidden layer of ReLU is the polynomial itself.",
        rule=f"Holds if its largest error against x squared is below {show_level(EXACT)}, which is "
        "rounding.",
        recorded=Verdict.FAILS,
        judge=lambda numbers: (
            Verdict.HOLDS if parts(numbers[EVEN_PIECES])[2] < EXACT else Verdict.FAILS
        ),
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
        numbers[f"error at x = {BEYOND:g}, degree {d}, in percent of the value there"] = spread(
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


@claim(
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
            log=True,
        ),
    ),
)
def more_units_more_pieces(seeds):
    numbers, medians = {}, {}
    for width, depth in SHAPES:
        fits = [fitted(seed, width=width, depth=depth) for seed in seeds]
        before = [len(_untrained_pieces(f.settings)) for f in fits]
        medians[width, depth] = np.median([f.pieces for f in fits])
        numbers[f"pieces of {width} x {depth}, untrained"] = spread(before)
        numbers[TRAINED[width, depth]] = spread([f.pieces for f in fits])
    single = [medians[w, d] for w, d in SHAPES if d == 1]
    numbers[ENOUGH] = enough_pieces()
    numbers[SMALLEST_REACH] = percent(
        fitted(seed, width=SMALLEST[0], depth=SMALLEST[1]).converged for seed in seeds
    )
    grow = all(few < many for few, many in itertools.pairwise(single))
    return (Verdict.HOLDS if grow else Verdict.FAILS), numbers


def _untrained_pieces(settings):
    return linear_pieces(settings.new_model(), SINE.low, SINE.high)


@claim(
    "six-pieces-would-do",
    section="fitting_sine",
    says="Six straight pieces, placed as well as can be, would be enough for an MSE below "
    f"{show_level(TOLERANCE)}.",
    kind="observation",
    rule="Holds if the best broken line of six pieces that a search finds has an MSE below "
    f"{show_level(TOLERANCE)}.",
    recorded="does not hold as stated",
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


@claim(
    "bigger-is-better",
    section="fitting_sine",
    says="More layers, or more units in them, often fit better.",
    kind="observation",
    rule="Holds if more than "
    f"{in_ten(HALF)} of the enlargements, a doubling of the width or a layer more, lower the "
    f"median MSE. All networks are trained for {SWEEP_STEPS} steps on sin.",
    recorded="holds",
    literally=Reading(
        says="A bigger network, wider or deeper, always fits better.",
        rule="Holds if every enlargement lowers the median MSE; with a caveat if "
        f"{in_ten(NINE_IN_TEN)} do.",
        recorded=Verdict.FAILS,
        judge=lambda numbers: _always(numbers[LOWER]),
    ),
    face=(
        Strip(
            "enlargements that lower the median MSE, in percent",
            {
                LOWER: "all",
                WIDER: "doublings of the width",
                DEEPER: f"layers more, up to depth {EARLY}",
                DEEPER_STILL: f"layers more, beyond depth {EARLY}",
            },
            (Level(HALF, "half", at_least=(LOWER,)),),
            ends=PERCENT,
        ),
        RATIO,
    ),
)
def bigger_is_better(seeds):
    errors = swept(seeds=seeds)
    median = {shape: np.median(values) for shape, values in errors.items()}
    wider = [
        median[big, d] < median[small, d]
        for small, big in itertools.pairwise(WIDTHS) for d in DEPTHS
    ]  # fmt: skip
    deeper = {
        more: [median[w, more] < median[w, less] for w in WIDTHS]
        for less, more in itertools.pairwise(DEPTHS)
    }
    early, late = (
        list(itertools.chain.from_iterable(deeper[d] for d in deeper if (d <= EARLY) == wanted))
        for wanted in (True, False)
    )
    better = percent([*wider, *early, *late])
    numbers = {
        LOWER: better,
        WIDER: percent(wider),
        DEEPER: percent(early),
        DEEPER_STILL: percent(late),
        RATIO: max(values.max() / values.min() for values in errors.values()),
    }
    numbers |= {f"MSE of 64 x {depth}": spread(errors[64, depth]) for depth in DEPTHS}
    numbers["MSE of 4 x 6"] = spread(errors[4, 6])
    return (Verdict.HOLDS if better > HALF else Verdict.FAILS), numbers


def _always(share):
    if share == ALL:
        return Verdict.HOLDS
    return Verdict.CAVEAT if share >= NINE_IN_TEN else Verdict.FAILS
