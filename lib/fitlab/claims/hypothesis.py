"""Claims of the page `hypothesis`: is everything function fitting, and what does that explain?"""

import numpy as np

from fitlab.claims.formulas import Constant, Trial, largest, together
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
from fitlab.claims.plans import planned
from fitlab.claims.strip import PERCENT, Level, Strip, nine_in_ten
from fitlab.classification.digit_networks import (
    BY_HEART,
    EPOCHS,
    NETWORKS,
    PILE_DEPTH,
    PILE_WIDTH,
    held_out_accuracy,
    training_accuracy,
)
from fitlab.classification.peers import svm_accuracy
from fitlab.classification.puzzles import PUZZLES, puzzle_accuracy
from fitlab.classification.region_growth import EPOCHS as EPOCHS_OF_REGIONS
from fitlab.classification.region_growth import LEARNT as SO_MANY
from fitlab.classification.region_growth import PUZZLES as PUZZLES_OF_REGIONS
from fitlab.display import show_level
from fitlab.regression.sine import TOLERANCE, fitted

ROUNDING = 1e-12  # what a few matrix products may lose
BY_ROUNDING = 1e-6  # so little below the best line is rounding, of the points or the steps
BEST_LINE = 0.5 - 3 / np.pi**2  # MSE of the affine map that is closest to sin: 3 x / pi²
CHANCE, COIN = 0.1, 0.5  # right by guessing: of ten classes in equal shares, and of two
ABOVE, HARDLY = 0.2, 0.02  # guessing: of use, and of none
NEAR = 0.05  # so close to guessing is guessing
SGD = {"optimizer": "sgd", "lr": 1e-2}  # the plainest training, and a usual step size
HELD_OUT = {n: f"held-out digits right, {n}, in percent" for n in ("linear", "MLP", "CNN")}
SVM = "the same, RBF SVM of scikit-learn"
STRAIGHT, BENT = "MSE on sin of five linear layers", "MSE on sin with ReLU between the layers"
SAME = f"stacks that differ by less than {show_level(ROUNDING)}, in percent"
GUESSING = "piles that stay at guessing on the digits, in percent"
REVIVED = "piles with He’s start that are of use on the digits, in percent"
FITTING = "piles that fit sin, in percent"
PILE, PILE_HE = "digits right, the pile, in percent", "digits right, the pile with He’s start"
FOUR, FOUR_SGD = "digits right, four layers, Adam", "digits right, four layers, SGD"
STACK, ONE = "digits right, five linear layers, in percent", "digits right, one linear layer"
PUZZLE = {p: f"{p} right, three linear layers" for p in PUZZLES}
WITH_RELU = {p: f"{p} right, with ReLU between them" for p in PUZZLES}
LEARNT_TRUE = "networks that learn every true label, in percent"
LEARNT = "networks that learn every shuffled label, in percent"
AFTER_TRUE = "new digits right after true labels, in percent"
AFTER_SHUFFLED = "new digits right after shuffled labels"


READERS = {n: Trial("digits", network=n) for n in HELD_OUT}


def _parameters(network):
    return NETWORKS[network]().parameter_count


planned(
    "fits-a-function",
    section="hypothesis",
    says="Reading digits is a function, from 64 numbers to 10 probabilities, and fitting finds, "
    "from examples, one that comes close to it.",
    kind="observation",
    rule=(
        f"Holds if every network gets more than {in_ten(NINE_IN_TEN)} of the digits right that "
        f"training never saw; with a caveat if each gets more than {in_ten(HALF)} right."
    ),
    recorded="holds",
    face=(
        Strip(
            "held-out digits right, in percent",
            {name: n for n, name in HELD_OUT.items()} | {SVM: "RBF SVM"},
            (
                Level(
                    NINE_IN_TEN,
                    "holds above {}",
                    at_least=tuple(HELD_OUT.values()),
                    strict=True,
                    otherwise=Verdict.CAVEAT,
                ),
                Level(HALF, "caveat above {}", at_least=tuple(HELD_OUT.values()), strict=True),
            ),
            ends=(HALF, 100),
        ),
    ),
    numbers={HELD_OUT[n]: (100 * READERS[n]("accuracy")).spread() for n in HELD_OUT}
    | {"parameters of the MLP": Constant(_parameters, "MLP")},
    beside=lambda seeds: {SVM: _percents([svm_accuracy(seed) for seed in seeds])},
)


def _percents(shares):
    return spread(100 * np.asarray(shares))


LINEAR_STACK = Trial("digits", network="linear stack")
LINEAR_FIT = Trial("sine", activation="identity", max_steps=1_000)

planned(
    "linear-stack-is-one-line",
    section="hypothesis",
    says="However many linear layers are stacked, without an activation they are one affine map.",
    kind="identity",
    rule=(
        "Holds if the five layers multiplied out give the same answers as the stack, to within "
        f"{show_level(ROUNDING)}, and if the stack is at most {show_level(BY_ROUNDING)} better on "
        "sin than the best straight line, while ReLU between the layers brings the MSE below "
        f"{show_level(TOLERANCE)}."
    ),
    recorded="holds",
    face=(
        Strip(
            "MSE on sin",
            {STRAIGHT: "five linear layers", BENT: "ReLU between them"},
            (
                Level(TOLERANCE, "a fit: below {}", at_most=(BENT,), strict=True),
                Level(BEST_LINE, "best straight line {}"),
                Level(BEST_LINE, plus=-BY_ROUNDING, at_least=(STRAIGHT,)),
            ),
            log=True,
        ),
        Strip(
            "stacks that are their one map, in percent",
            {SAME: "stacks"},
            (Level(100, "every", at_least=(SAME,)),),
            ends=PERCENT,
        ),
    ),
    numbers={
        SAME: (LINEAR_STACK("collapse error") < ROUNDING).percent(),
        STRAIGHT: LINEAR_FIT("MSE").spread(),
        "MSE on sin of the best straight line": Constant(lambda: BEST_LINE),
        BENT: Trial("sine")("MSE").spread(),
        "numbers in the five layers": Constant(_parameters, "linear stack"),
        "numbers in the one map": Constant(_parameters, "linear"),
    },
)


def _matrices_alone(numbers):
    """The verdict on matrices with nothing between them."""
    tasks = {STACK: CHANCE, **dict.fromkeys(PUZZLE.values(), COIN)}
    most = max(numbers[name]["median"] / 100 - chance for name, chance in tasks.items())
    verdict = Verdict.CAVEAT if most <= ABOVE else Verdict.FAILS
    return Verdict.HOLDS if most < HARDLY else verdict


@claim(
    "matrices-alone-are-useless",
    section="hypothesis",
    says="Layers that are merely piled up, and trained by backpropagation like any others, can be "
    "of no use at all.",
    kind="observation",
    rule=(
        f"Holds if {in_ten(NINE_IN_TEN)} piles of {PILE_DEPTH} ReLU layers stay at guessing on the "
        "digits, no more than half are of use with He’s start, and no more than half fit sin. "
        f"With a caveat if more than {in_ten(HALF)} stay at guessing, whatever else helps. "
        f"Guessing: at most {100 * (CHANCE + NEAR):.0f} % right; of use: more than "
        f"{100 * (CHANCE + ABOVE):.0f} %, or on sin an MSE below {show_level(TOLERANCE)}. "
        f"A layer has {PILE_WIDTH} units and torch’s usual start; Adam goes "
        f"{EPOCHS['pile']} times over the digits."
    ),
    recorded="holds with a caveat",
    needs="the clouds and spirals of NumPy’s generator",
    literally=Reading(
        says="Weight matrices alone, with nothing between them, are of no use at all.",
        rule=(
            f"Holds if linear layers gain less than {100 * HARDLY:.0f} percentage points over "
            "guessing, in the median, on digits and on both puzzles; with a caveat if they gain no "
            f"more than {100 * ABOVE:.0f} points on any."
        ),
        recorded=Verdict.FAILS,
        judge=_matrices_alone,
    ),
    face=(
        Strip(
            f"piles of {PILE_DEPTH} layers, in percent",
            {
                GUESSING: "at guessing on the digits",
                REVIVED: "of use there, with He’s start",
                FITTING: "fit sin",
            },
            (
                *nine_in_ten(GUESSING),
                Level(HALF, at_most=(REVIVED, FITTING), otherwise=Verdict.CAVEAT),
            ),
            ends=PERCENT,
        ),
        Strip(
            "digits right, in percent",
            {
                PILE: f"{PILE_DEPTH} layers",
                PILE_HE: f"{PILE_DEPTH}, He’s start",
                FOUR: "four, Adam",
                FOUR_SGD: "four, SGD",
                STACK: "five, without ReLU",
                ONE: "one, without ReLU",
            },
            (Level(100 * CHANCE, "guessing"),),
            ends=PERCENT,
        ),
        Strip(
            "points of a puzzle right, in percent",
            {name: f"{p}, linear layers" for p, name in PUZZLE.items()}
            | {name: f"{p}, with ReLU" for p, name in WITH_RELU.items()},
            (Level(100 * COIN, "guessing"),),
            ends=PERCENT,
        ),
    ),
    seeds=range(10),
)
def matrices_alone(seeds):
    pile, he = ([held_out_accuracy(s, n) for s in seeds] for n in ("pile", "pile with He's start"))
    sine = [fitted(seed, width=PILE_WIDTH, depth=PILE_DEPTH, max_steps=1_000) for seed in seeds]
    shares = {
        GUESSING: percent(right <= CHANCE + NEAR for right in pile),
        REVIVED: percent(right > CHANCE + ABOVE for right in he),
        FITTING: percent(fit.converged for fit in sine),
    }
    verdict = verdict_by(shares[GUESSING])
    if verdict == Verdict.HOLDS and max(shares[REVIVED], shares[FITTING]) > HALF:
        verdict = Verdict.CAVEAT
    return verdict, {
        **shares,
        PILE: _percents(pile),
        PILE_HE: _percents(he),
        "MSE of the pile on sin": spread([fit.mse for fit in sine]),
        **_few_layers(seeds),
        **_linear_layers(seeds),
    }


def _few_layers(seeds):
    """Four layers with ReLU, by two optimisers."""
    return {
        FOUR: _percents([held_out_accuracy(seed, "four layers") for seed in seeds]),
        FOUR_SGD: _percents([held_out_accuracy(seed, "four layers", **SGD) for seed in seeds]),
    }


def _linear_layers(seeds):
    """Without activations: on the digits, held out and seen, and on the puzzles."""
    stacks = {STACK: "linear stack", ONE: "linear"}
    seen = {
        "training digits right, five linear layers": "linear stack",
        "training digits right, one linear layer": "linear",
    }
    return {
        **{name: _percents([held_out_accuracy(s, n) for s in seeds]) for name, n in stacks.items()},
        **{name: _percents([training_accuracy(s, n) for s in seeds]) for name, n in seen.items()},
        **{n: _percents([puzzle_accuracy(p, False, s) for s in seeds]) for p, n in PUZZLE.items()},
        **{
            n: _percents([puzzle_accuracy(p, True, s) for s in seeds]) for p, n in WITH_RELU.items()
        },
    }


def _regions(when, width):
    return f"regions {when}, width {width}"


WIDTHS = (8, 16)
HARDEST = PUZZLES_OF_REGIONS[-1]
MORE_REGIONS = f"have more linear regions after the {HARDEST} than after every other task"
MOST_REGIONS = f"networks in which the {HARDEST} makes the most regions, in percent"


GROWN = {(p, w): Trial("regions", puzzle=p, width=w) for p in PUZZLES_OF_REGIONS for w in WIDTHS}
OTHERS = PUZZLES_OF_REGIONS[:-1]


def _of_width(width):
    """The numbers of the networks of one width, seed by seed."""
    return {
        _regions("before", width): GROWN[HARDEST, width]("regions before"),
        **{_regions(p, width): GROWN[p, width]("regions") for p in PUZZLES_OF_REGIONS},
        **{
            f"epochs, {p}, width {width}": GROWN[p, width]("epochs until learnt")
            for p in PUZZLES_OF_REGIONS
        },
    }


planned(
    "harder-tasks-make-more-regions",
    section="hypothesis",
    says="Of several tasks, the hardest leaves a ReLU network with the most linear regions.",
    kind="observation",
    rule=(
        f"{rule_by_share('networks', MORE_REGIONS)} The {HARDEST} is the hardest of the four: "
        f"it takes the most epochs until {100 * SO_MANY:g} % of the points are right; none is "
        f"trained for more than {EPOCHS_OF_REGIONS}. A region is a part of the plane on which "
        "every unit is on one side of zero."
    ),
    recorded="does not hold as stated",
    face=(
        Strip(
            "networks, in percent",
            {MOST_REGIONS: f"the {HARDEST} makes the most regions"},
            nine_in_ten(MOST_REGIONS),
            ends=PERCENT,
        ),
        *(
            Strip(
                f"linear regions, {width} units in each of two layers",
                {_regions("before", width): "before training"}
                | {_regions(p, width): p for p in PUZZLES_OF_REGIONS},
            )
            for width in WIDTHS
        ),
    ),
    seeds=range(10),
    numbers={
        MOST_REGIONS: together(
            *(
                GROWN[HARDEST, width]("regions")
                > largest(*(GROWN[p, width]("regions") for p in OTHERS))
                for width in WIDTHS
            )
        ).percent(),
        **{
            name: formula.spread() for width in WIDTHS for name, formula in _of_width(width).items()
        },
    },
)


BY_TRUE, BY_SHUFFLED = (
    Trial("digits", labels=labels, **BY_HEART) for labels in ("true", "shuffled")
)

planned(
    "it-fits-anything",
    section="hypothesis",
    says="A network that fits the true labels also fits labels that were shuffled, so fitting "
    "alone explains nothing about new pictures.",
    kind="observation",
    rule=(
        "Holds if every network learns all labels, true or shuffled, and if after the shuffled "
        "ones it is right about new digits as often as by guessing, to within "
        f"{100 * NEAR:.0f} percentage points, in the median."
    ),
    recorded="holds",
    face=(
        Strip(
            "networks, and new digits right, in percent",
            {
                LEARNT_TRUE: "networks that learn all true labels",
                LEARNT: "networks that learn all shuffled labels",
                AFTER_TRUE: "right after true labels",
                AFTER_SHUFFLED: "right after shuffled labels",
            },
            (
                Level(100, at_least=(LEARNT_TRUE, LEARNT)),
                Level(100 * (CHANCE - NEAR), at_least=(AFTER_SHUFFLED,), median=True, strict=True),
                Level(
                    100 * (CHANCE + NEAR),
                    f"guessing: {100 * (CHANCE - NEAR):g} to {{}}",
                    at_most=(AFTER_SHUFFLED,),
                    median=True,
                    strict=True,
                ),
            ),
            ends=PERCENT,
        ),
    ),
    seeds=range(3),  # slow: labels are learnt by heart
    numbers={
        LEARNT_TRUE: BY_TRUE("learnt").percent(),
        LEARNT: BY_SHUFFLED("learnt").percent(),
        AFTER_TRUE: (100 * BY_TRUE("accuracy")).spread(),
        AFTER_SHUFFLED: (100 * BY_SHUFFLED("accuracy")).spread(),
        "epochs, true labels": BY_TRUE("epochs").spread(),
        "epochs, shuffled labels": BY_SHUFFLED("epochs").spread(),
    },
)
