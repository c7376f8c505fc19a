"""Claims of the page `which_fit`: the same data, the same perfect fit, and another function."""

import numpy as np

from fitlab.claims.formulas import Trial, together
from fitlab.claims.ledger import (
    ALL,
    HALF,
    NINE_IN_TEN,
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
from fitlab.classification import starts
from fitlab.display import show_level
from fitlab.regression import held_out_point

# ---------------------------------------------------------------------------- starts

MOST_NEW = 80  # percent of new digits: that is read well
FRESH, LARGER, LARGE, MISLED = starts.STARTS
FROM = {start: Trial("starts", start=start) for start in starts.STARTS}
REPAIRED = Trial("starts", start=MISLED, decay=True)
NEW = {start: f"new digits right, {start} start, in percent" for start in (FRESH, LARGER, LARGE)}
NEW[MISLED] = f"new digits right, {MISLED}, in percent"
NEW_REPAIRED = f"new digits right, {MISLED}, with weight decay, in percent"
KNOWN = "networks that know all training digits, in percent"
ERRORS = "largest squared error on the training digits"
FURTHER = f"further steps, {MISLED}"

planned(
    "the-start-decides",
    section="which_fit",
    says="Networks that know the same digits, with the same error, can be right or wrong about new "
    "ones: where training began decides.",
    kind="observation",
    rule=(
        f"Holds if every network knows all {starts.KNOWN} training digits with a squared error "
        f"below {show_level(starts.TOLERANCE)}; if from a fresh start each gets more than "
        f"{MOST_NEW} % of the new digits right, and fewer than {in_ten(HALF)} from one eight times "
        f"as large, or from one that had learnt {starts.MISNAMED} other digits with random labels."
    ),
    recorded="holds",
    face=(
        Strip(
            "new digits right, in percent",
            {NEW[start]: start for start in starts.STARTS} | {NEW_REPAIRED: "the same, with decay"},
            (
                Level(HALF, "half", at_most=(NEW[LARGE], NEW[MISLED]), strict=True),
                Level(MOST_NEW, "{} %", at_least=(NEW[FRESH],), strict=True),
            ),
            ends=PERCENT,
        ),
        Strip(
            "networks, in percent",
            {KNOWN: "know all training digits"},
            (Level(ALL, at_least=(KNOWN,)),),
            ends=PERCENT,
        ),
        Strip(
            ERRORS,
            {ERRORS: "of all networks"},
            (Level(starts.TOLERANCE, "below {}", at_most=(ERRORS,), strict=True),),
        ),
    ),
    seeds=range(10),
    numbers={NEW[start]: (100 * FROM[start]("accuracy")).spread() for start in starts.STARTS}
    | {
        NEW_REPAIRED: (100 * REPAIRED("accuracy")).spread(),
        KNOWN: together(*(FROM[s]("known") >= 1 for s in starts.STARTS)).percent(),
        ERRORS: together(*(FROM[s]("error") for s in starts.STARTS)).highest(),
        FURTHER: FROM[MISLED]("steps").spread(),
    },
)

# ---------------------------------------------------------------------------- eight points

GOAL = 1e-5  # MSE on the points: they are passed through
RULES = {"depth": 1, "lr": 1e-2, "tolerance": GOAL}
WIDTHS = (64, 256, 1024)
STEPS = 10_000
MIDDLES = tuple(float(x) for x in (np.arange(7) - 3) * 2 / 7)  # between eight even points
OF_WIDTH = {w: Trial("points", width=w, max_steps=STEPS, **RULES) for w in WIDTHS}
APART = {w: f"networks of width {w} apart between the points" for w in WIDTHS}
REACH = {w: f"networks of width {w} that pass through the points, in percent" for w in WIDTHS}


def _apart(trial):
    """The standard deviation over seeds, on average over the middles between the points."""
    deviations = [trial("answer", x).deviation() for x in MIDDLES]
    return (1 / len(deviations)) * sum(deviations[1:], deviations[0])


planned(
    "wider-is-not-wilder",
    section="which_fit",
    says="Wider networks are no wilder between the points: they differ less among each other.",
    kind="observation",
    rule=(
        f"Holds if networks of width {WIDTHS[-1]:,} are less apart in the middles between eight "
        "points of a sine than those of any smaller width: the standard deviation over the seeds, "
        f"after {STEPS:,} steps or when they pass through the points."
    ),
    recorded="holds",
    face=(
        Strip(
            "apart between the points",
            {name: f"width {w:,}" for w, name in APART.items()},
            tuple(
                Level(APART[WIDTHS[-1]], "", at_least=(APART[w],), strict=True) for w in WIDTHS[:-1]
            ),
        ),
        Strip(
            "networks that pass through the points, in percent",
            {name: f"width {w:,}" for w, name in REACH.items()},
            ends=PERCENT,
        ),
    ),
    seeds=range(10),
    numbers={APART[w]: _apart(OF_WIDTH[w]) for w in WIDTHS}
    | {REACH[w]: OF_WIDTH[w]("converged").percent() for w in WIDTHS},
)


NOISE, WIDE, FEW, LARGE_START = 0.5, 256, 1.1, 10
SPLINE = "cubic spline"
THROUGH_NOISE = {"noise": NOISE, "width": WIDE, "max_steps": STEPS, **RULES}
BENT = {
    "ReLU": Trial("points", **THROUGH_NOISE),
    "tanh": Trial("points", **{**THROUGH_NOISE, "activation": "tanh"}),
    f"ReLU, start x {LARGE_START}": Trial(
        "points", **{**THROUGH_NOISE, "start_factor": LARGE_START}
    ),
}
BENDING = {how: f"bending of {how}, times that of connect-the-dots" for how in (*BENT, SPLINE)}
STRAIGHT = f"ReLU networks that bend less than {FEW} times as much as they must, in percent"

planned(
    "few-bends",
    section="which_fit",
    says="Of all curves through a few points, a wide ReLU network takes one that bends hardly more "
    "than it must, from a usual start.",
    kind="observation",
    rule=(
        rule_by_share(
            f"networks of width {WIDE}",
            f"bend less than {FEW} times as much as the broken line through eight noisy points, "
            "which no curve through them undercuts",
        )
        + " Bending: the sum of all changes of the slope."
    ),
    recorded="holds",
    face=(
        Strip(
            "bending, times that of connect-the-dots",
            {name: how for how, name in BENDING.items()},
            (Level(1, "must"),),
            log=True,
        ),
        Strip("ReLU networks, in percent", {STRAIGHT: "bend hardly more"}, nine_in_ten(STRAIGHT)),
    ),
    seeds=range(10),
    numbers={BENDING[how]: run("bending").spread() for how, run in BENT.items()}
    | {
        BENDING[SPLINE]: BENT["ReLU"]("bending of", SPLINE).spread(),
        STRAIGHT: (BENT["ReLU"]("bending") < FEW).percent(),
        "ReLU networks that pass through the points, in percent": BENT["ReLU"](
            "converged"
        ).percent(),
    },
)

FACTORS, MORE = (1, 3, 10), 3
SMALL_STEPS, LONG = {**RULES, "lr": 3e-3}, 20_000  # large weights need them
OF_FACTOR = {
    f: Trial("points", noise=NOISE, width=WIDE, max_steps=LONG, start_factor=f, **SMALL_STEPS)
    for f in FACTORS
}
BENDING_AT = {f: f"bending from a start x {f}, times connect-the-dots" for f in FACTORS}
PASS_AT = {f: f"networks from a start x {f} that pass through, in percent" for f in FACTORS}
WILDER = f"seeds for which a start x {FACTORS[-1]} bends more than {MORE} times as much, in percent"

planned(
    "scale-picks-the-fit",
    section="which_fit",
    says="How large the weights are at the start decides how much the fit bends.",
    kind="observation",
    rule=rule_by_share(
        "seeds",
        f"have a network that bends more than {MORE} times as much from weights "
        f"{FACTORS[-1]} times as large as from the usual ones, through the same eight points",
    ),
    recorded="holds",
    face=(
        Strip(
            "bending, times that of connect-the-dots",
            {name: f"start x {f}" for f, name in BENDING_AT.items()},
            (Level(1, "must"),),
            log=True,
        ),
        Strip("seeds, in percent", {WILDER: f"bend {MORE} times as much"}, nine_in_ten(WILDER)),
    ),
    seeds=range(10),
    numbers={BENDING_AT[f]: OF_FACTOR[f]("bending").spread() for f in FACTORS}
    | {PASS_AT[f]: OF_FACTOR[f]("converged").percent() for f in FACTORS}
    | {WILDER: (OF_FACTOR[FACTORS[-1]]("bending") > MORE * OF_FACTOR[1]("bending")).percent()},
)

SMALL_START, BIG_START, TEN = 0.5, 4, 10
GAIN, NO_GAIN = 0.01, 0.005  # root of the MSE
OF_WORLD = {
    (world, f): Trial(
        "points",
        world=world,
        n=TEN,
        shifted=True,
        width=WIDE,
        start_factor=f,
        max_steps=STEPS,
        **SMALL_STEPS,
    )
    for world in ("triangles", "sine")
    for f in (SMALL_START, BIG_START)
}
OFF = {(world, f): f"off the truth, {world}, start x {f}, root of the MSE" for world, f in OF_WORLD}
GAINED = {w: f"gained by the small start, {w}, root of the MSE" for w in ("triangles", "sine")}

planned(
    "the-right-scale-depends-on-the-world",
    section="which_fit",
    says="What a start is worth depends on the world: small weights come nearer to the truth where "
    "it has corners, and not where it is smooth.",
    kind="observation",
    rule=(
        f"Holds if, with weights {SMALL_START} times as large as usual in the place of ones "
        f"{BIG_START} times as large, networks through {TEN} points come nearer to a world of "
        f"triangles by more than {GAIN}, and to a sine by less than {NO_GAIN}, in the median. "
        "The worlds begin anywhere."
    ),
    recorded="holds",
    face=(
        Strip(
            "off the truth, root of the MSE",
            {name: f"{world}, start x {f}" for (world, f), name in OFF.items()},
        ),
        Strip(
            "gained by the small start",
            {name: world for world, name in GAINED.items()},
            (
                Level(
                    NO_GAIN, "none: below {}", at_most=(GAINED["sine"],), median=True, strict=True
                ),
                Level(GAIN, "above {}", at_least=(GAINED["triangles"],), median=True, strict=True),
            ),
        ),
    ),
    seeds=range(10),
    numbers={OFF[key]: run("RMS to truth").spread() for key, run in OF_WORLD.items()}
    | {
        GAINED[w]: (
            OF_WORLD[w, BIG_START]("RMS to truth") - OF_WORLD[w, SMALL_START]("RMS to truth")
        ).spread()
        for w in GAINED
    }
    | {
        "networks that pass through the points, in percent": together(
            *(run("converged") for run in OF_WORLD.values())
        ).percent()
    },
)

# ---------------------------------------------------------------------------- a point held out

RIGHTLY = {
    curve: f"{curve}: seeds for which the point chooses {kind}, in percent"
    for curve, (_, kind) in held_out_point.HALVES.items()
}
CHOSEN_LEVELS = (
    Level(
        NINE_IN_TEN,
        "nine in ten",
        at_least=tuple(RIGHTLY.values()),
        otherwise=Verdict.CAVEAT,
    ),
    Level(HALF, "half", at_least=tuple(RIGHTLY.values()), strict=True),
)
FITTED = "seeds for which all three networks fit, in percent"
LEFT = {curve: f"{curve}: MSE left of 0, chosen" for curve in RIGHTLY}
LEFT_PLAIN = {curve: f"{curve}: MSE left of 0, plain" for curve in RIGHTLY}


@claim(
    "a-held-out-point-chooses",
    section="which_fit",
    says="One point that nobody learnt can choose what to build in: odd for sin, even for cos.",
    kind="observation",
    rule=rule_by_share(
        "seeds",
        "have a point left of 0 at which, of an odd, an even and a plain network, the odd one is "
        "the best for sin, and the even one for cos",
    )
    + " All three have learnt the curve right of 0.",
    recorded="holds",
    needs="networks that are odd or even",
    face=(
        Strip(
            "seeds, in percent",
            {name: curve for curve, name in RIGHTLY.items()} | {FITTED: "all three fit"},
            (*CHOSEN_LEVELS, Level(ALL, at_least=(FITTED,))),
            ends=PERCENT,
        ),
        Strip(
            "MSE left of 0",
            {name: f"{curve}, chosen" for curve, name in LEFT.items()}
            | {name: f"{curve}, plain" for curve, name in LEFT_PLAIN.items()},
            log=True,
        ),
    ),
    seeds=range(10),
)
def a_held_out_point_chooses(seeds):
    found = {c: [held_out_point.chosen(c, seed) for seed in seeds] for c in RIGHTLY}
    numbers = {}
    for curve, choices in found.items():
        _, kind = held_out_point.HALVES[curve]
        numbers[RIGHTLY[curve]] = percent(choice.guess == kind for choice in choices)
        numbers[LEFT[curve]] = spread([choice.mse for choice in choices])
        numbers[LEFT_PLAIN[curve]] = spread([choice.plain for choice in choices])
    numbers[FITTED] = percent(choice.fitted for choices in found.values() for choice in choices)
    worst = min(numbers[name] for name in RIGHTLY.values())
    return (verdict_by(worst) if numbers[FITTED] == ALL else Verdict.FAILS), numbers
