"""Claims of the page `fitting_sine`: can a network fit a function that we do know?"""

import itertools

import numpy as np

from fitlab.claims.ledger import HALF, Verdict, claim, in_ten, percent, spread
from fitlab.claims.strip import PERCENT, Level, Strip
from fitlab.display import show_level
from fitlab.regression.constructions import broken_line_network, squaring_network
from fitlab.regression.pieces import linear_pieces
from fitlab.regression.sine import (
    DEPTHS,
    DROPOUTS,
    SHAPES,
    SINE,
    TOLERANCE,
    WIDTHS,
    best_line_mse,
    enough_pieces,
    fitted,
    swept,
)

ROUNDING = 1e-10  # what the rounding of 100 slopes may add up to
DROPOUT_STEPS = 1_000  # ten times what the recipe needs without dropout
EARLY = 3  # hidden layers up to which each one helped, as we expected
EXACT = 1e-12  # an error so small is rounding
ALL = 100  # percent
RATIO = "largest MSE over smallest, of one shape, at most"
REACHED = {
    p: f"seeds with dropout {p:g} within {DROPOUT_STEPS:,} steps, in percent" for p in DROPOUTS
}
EXACT_LINES = f"lines with an error below {show_level(ROUNDING)}, in percent"
EVEN_PIECES = "largest error against x squared, 128 even pieces"
DEEP_PIECES = "error with 6 layers of 3 units"
TRAINED = {(w, d): f"pieces of {w} x {d}, trained" for w, d in SHAPES}
SMALLEST_REACH = f"8 x 1 networks that reach {show_level(TOLERANCE)}, in percent"
ENOUGH = "pieces that would do"
BEST = {n: f"MSE of the best line of {n} pieces" for n in (5, 6, 7, 8)}
LOWER = "enlargements that lower the median MSE, in percent"
WIDER = "doublings of the width that do, in percent"
DEEPER = f"layers more, up to depth {EARLY}, that do, in percent"
DEEPER_STILL = f"layers more, beyond depth {EARLY}, that do, in percent"


@claim(
    "recipe-reaches-5e-4",
    section="fitting_sine",
    says="The recipe, five layers of Linear, Dropout and ReLU, fits sin to an MSE below 5e-4.",
    kind="observation",
    rule=(
        f"Holds if {in_ten(ALL)} seed gets there within {DROPOUT_STEPS:,} steps at every "
        "dropout that was tried; with a caveat if it does without dropout."
    ),
    recorded="holds with a caveat",
    face=(
        Strip(
            f"seeds that get there within {DROPOUT_STEPS:,} steps, in percent",
            {name: f"dropout {p:g}" for p, name in REACHED.items()},
            (
                Level(
                    ALL, "every seed", at_least=tuple(REACHED.values()), otherwise=Verdict.CAVEAT
                ),
                Level(ALL, at_least=(REACHED[0.0],)),
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
    numbers = {REACHED[p]: share for p, share in shares.items()}
    numbers |= details
    verdict = Verdict.HOLDS if min(shares.values()) == ALL else Verdict.CAVEAT
    return (verdict if shares[0.0] == ALL else Verdict.FAILS), numbers


@claim(
    "relu-is-any-broken-line",
    section="fitting_sine",
    says="One hidden layer of ReLU can be any broken line: for k bends, k + 1 units are enough.",
    kind="theorem",
    rule=(
        "Holds if the weights that we write down give random broken lines, to within "
        f"{show_level(ROUNDING)}."
    ),
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
    says="One hidden layer of ReLU can be any sum of powers of x.",
    kind="observation",
    rule=(
        "Holds if such lines equal x squared and random polynomials, to within "
        f"{show_level(EXACT)}; else the card says how near they come."
    ),
    recorded="does not hold as stated",
    face=(
        Strip(
            "largest error against x squared",
            {EVEN_PIECES: "128 even pieces", DEEP_PIECES: "6 layers of 3 units"},
            (Level(EXACT, "exact: below {}", at_most=(EVEN_PIECES,)),),
            log=True,
        ),
    ),
)
def any_polynomial(seeds):
    counts = np.array([8, 16, 32, 64, 128])
    square = np.array([_polynomial_error([0, 0, 1], n) for n in counts])
    random_errors = np.array([
        [_polynomial_error(np.random.default_rng(seed).normal(size=5), n) for n in counts]
        for seed in seeds
    ])  # fmt: skip
    layers = np.arange(1, 7)
    deep = np.array([_squaring_error(depth) for depth in layers])
    largest = max(square.max(), random_errors.max())
    return (Verdict.HOLDS if largest < EXACT else Verdict.FAILS), {
        EVEN_PIECES: square[-1],
        "slope of log error over log pieces, x squared": _slope(np.log(counts), np.log(square)),
        "the same, random polynomials of degree 4": spread(
            [_slope(np.log(counts), np.log(errors)) for errors in random_errors]
        ),
        DEEP_PIECES: deep[-1],
        "factor that one more layer gains": float(np.exp(-_slope(layers, np.log(deep)))),
    }


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
    says="More units make more little segments, and so a better fit.",
    kind="observation",
    rule=(
        "Holds if wider networks have more pieces in the median, and with a caveat if, all the "
        f"same, some networks with enough pieces for an MSE of {show_level(TOLERANCE)} do not "
        "get there."
    ),
    recorded="holds with a caveat",
    face=(
        Strip(
            "pieces, after training",
            {name: f"{w} x {d} units" for (w, d), name in TRAINED.items()},
            (Level(ENOUGH, "{} would do"),),
            log=True,
        ),
        SMALLEST_REACH,
    ),
)
def more_units_more_pieces(seeds):
    numbers, medians = {}, {}
    for width, depth in SHAPES:
        fits = [fitted(seed, width=width, depth=depth) for seed in seeds]
        before = [len(_untrained_pieces(f.settings)) for f in fits]
        after = np.array([f.pieces for f in fits])
        medians[width, depth] = np.median(after)
        numbers[f"pieces of {width} x {depth}, untrained"] = spread(before)
        numbers[TRAINED[width, depth]] = spread(after)
        if (width, depth) == (8, 1):
            reached = percent(f.converged for f in fits)
            numbers[SMALLEST_REACH] = reached
    grow = medians[8, 1] < medians[16, 1] < medians[64, 1]
    enough = enough_pieces()
    numbers[ENOUGH] = enough
    spoiled = medians[8, 1] >= enough and reached < ALL
    return (Verdict.CAVEAT if spoiled else Verdict.HOLDS) if grow else Verdict.FAILS, numbers


def _untrained_pieces(settings):
    return linear_pieces(settings.new_model(), SINE.low, SINE.high)


@claim(
    "six-pieces-would-do",
    section="fitting_sine",
    says="Six straight pieces, placed as well as can be, would be enough for an MSE below 5e-4.",
    kind="observation",
    rule=(
        "Holds if the best broken line of six pieces, placed by computation and not by "
        f"training, has an MSE below {show_level(TOLERANCE)}."
    ),
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
    numbers["parameters of the network"] = fits[0].parameters
    return (Verdict.HOLDS if best_line_mse(6) < TOLERANCE else Verdict.FAILS), numbers


@claim(
    "bigger-is-better",
    section="fitting_sine",
    says="A bigger network, wider or deeper, fits better.",
    kind="observation",
    rule=(
        f"Holds if {in_ten(ALL)} doubling of the width and {in_ten(ALL)} layer more lowers the "
        f"median MSE; with a caveat if more than {in_ten(HALF)} of them do. All networks are "
        "trained equally long."
    ),
    recorded="holds with a caveat",
    face=(
        Strip(
            "enlargements that lower the median MSE, in percent",
            {
                LOWER: "all",
                WIDER: "doublings of the width",
                DEEPER: f"layers more, up to depth {EARLY}",
                DEEPER_STILL: f"layers more, beyond depth {EARLY}",
            },
            (
                Level(ALL, "every one", at_least=(LOWER,), otherwise=Verdict.CAVEAT),
                Level(HALF, "half", at_least=(LOWER,)),
            ),
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
    if better == ALL:
        return Verdict.HOLDS, numbers
    return (Verdict.CAVEAT if better > HALF else Verdict.FAILS), numbers
