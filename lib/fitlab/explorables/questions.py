"""The questions of the pages, for `Guess`: what is known, what is asked, and the answer.

Each is a function that makes a Question from runs: those that the cards of its page look at too,
so that a page trains nothing twice.
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from fitlab import validate
from fitlab.claims import CLAIMS
from fitlab.claims.ledger import spread
from fitlab.classification import bayes, shuffled_digits
from fitlab.classification.digit_losses import SCORES, accuracy_with
from fitlab.classification.digit_networks import memorised_labels
from fitlab.display import show
from fitlab.distances import digit_maps
from fitlab.distances.tsne import MAP_LOSSES
from fitlab.regression.half_sine import HALF, guessed
from fitlab.regression.pieces import linear_pieces
from fitlab.regression.sine import SINE, TOLERANCE, best_line_mse, enough_pieces, fitted
from fitlab.regression.taylor_distance import taylor_mse

PERPLEXITY, STEPS = 30, 100  # of the maps that the card of t-SNE compares
MARGIN = 0.04  # of an axis, beyond its ends
POINTS = 33  # of a curve in the drawing
PERCENT = ((0, "0"), (25, "25"), (50, "50"), (75, "75"), (100, "100"))

QUESTIONS: dict[str, Callable[[], "Question"]] = {}


@dataclass(frozen=True)
class Axis:
    """An axis from low to high. ticks: pairs of a value and its words."""

    name: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    log: bool = False

    def at(self, share):
        """The value at so many hundredths of the axis."""
        if self.log:
            return float(self.low * (self.high / self.low) ** (share / 100))
        return float(self.low + (self.high - self.low) * share / 100)

    def ends(self):
        """Those of the drawing, which has a margin."""
        return self.at(-100 * MARGIN), self.at(100 + 100 * MARGIN)


@dataclass(frozen=True)
class Layer:
    """Points (x, y) of one role. look: a "line", "dashed", "dotted", or "dots"."""

    role: str
    name: str | None  # for the legend; None: that of the layer before
    points: Sequence[tuple[float, float]]
    look: str = "line"

    def as_json(self):
        """For the view, with as many digits as a drawing needs."""
        points = [[float(f"{value:.5g}") for value in point] for point in self.points]
        return dataclasses.asdict(self) | {"points": points}


@dataclass(frozen=True)
class Question:
    """What is asked, and what a plot of it shows.

    marks: the axis on which the answer lies, "x" or "y"; then `where` is the place in x.  step: of
    the mark, in hundredths of that axis.  unit: how a guess is said, with {} for its number, which
    has so many `digits` after the point.  goal: a level and its name, if there is one.
    shows: what one sees before the answer.  asks: what to do.  answer: goes on after "You guessed
    60 %; ".
    """

    name: str
    label: str
    marks: str
    unit: str
    x: Axis
    y: Axis
    known: list[Layer]
    hidden: list[Layer]
    shows: str
    asks: str
    answer: str
    where: float = 0.0
    step: int = 1
    digits: int = 0
    goal: tuple[float, str] | None = None

    def __post_init__(self):
        for field in ("shows", "asks", "answer"):  # written over several lines
            object.__setattr__(self, field, " ".join(getattr(self, field).split()))

    @property
    def alt(self):
        """The whole in words, while the answer is open."""
        return f"{self.shows} A question mark stands where the answer will be."

    def as_json(self):
        """For the view."""
        own = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        del own["name"]
        axes = {axis: dataclasses.asdict(own[axis]) for axis in ("x", "y")}
        layers = {part: [layer.as_json() for layer in own[part]] for part in ("known", "hidden")}
        return own | axes | layers


def _asked(make):
    """Register a question under the name of its function."""
    QUESTIONS[make.__name__.replace("_", "-")] = make
    return make


def question(name):
    """The Question of that name, from QUESTIONS."""
    return QUESTIONS[validate.one_of("name", name, QUESTIONS)]()


def _spread(values):
    """Median and range in words; or the one number that all are."""
    words = {show(value) for value in spread(values).values()}
    return words.pop() if len(words) == 1 else show(spread(values))


def _minus(words):
    """With a minus that is as long as a plus."""
    return words.replace("-", "−")


def _hundredths(value):
    return _minus(f"{round(float(value), 2) + 0.0:.2f}")  # zero has no sign


def _points(x, y):
    return [(float(a), float(b)) for a, b in zip(x, y, strict=True)]


def _curve(values):
    """Values over 1, 2, ...: some of them, with both ends."""
    places = np.unique(np.geomspace(1, len(values), POINTS).round().astype(int))
    return [(int(place), float(values[place - 1])) for place in places]


def _dots(x, values):
    return [(x, float(value)) for value in values]


# ---------------------------------------------------------------------------- the digits


@_asked
def shuffled_labels():
    """How many of the shuffled labels does a network learn?"""
    seeds = CLAIMS["it-fits-anything"].seeds
    runs = {shuffled: [memorised_labels(shuffled, seed) for seed in seeds] for shuffled in (0, 1)}

    def curves(shuffled, name, look):
        for run in runs[shuffled]:
            right = [100 * epoch.accuracy for epoch in run.history]
            yield Layer("network", name, _curve(right), look)
            name = None

    ends = [100 * run.history[-1].accuracy for run in runs[1]]
    passes = _spread([run.epochs for run in runs[1]])
    ticks = ((1, "1"), (10, "10"), (100, "100"))
    return Question(
        name="shuffled-labels",
        label="Guess first: shuffled labels",
        marks="y",
        unit="{} %",
        x=Axis("passes over the digits", 1, max(run.epochs for run in runs[1]), ticks, log=True),
        y=Axis("right, %", 0, 100, PERCENT),
        where=max(run.epochs for run in runs[1]),
        known=list(curves(0, "true labels", "line")),
        hidden=list(curves(1, "shuffled labels", "dashed")),
        shows=f"""With true labels the network learns all of its training digits, in
            {_spread([run.epochs for run in runs[0]])} passes over them.""",
        asks="With shuffled labels, how many of its training digits will it get “right”?",
        answer=f"it is {_spread(ends)} %, after {passes} passes ({len(seeds)} networks).",
    )


@_asked
def shuffled_pixels():
    """How many digits does a network still read when all pixels are shuffled?"""
    runs = shuffled_digits.recorded()
    right = {
        name: 100 * np.array(runs[name]) / runs["held_out"] for name in shuffled_digits.SHUFFLED
    }
    counts = runs["counts"]
    looks = {"MLP": "line", "CNN": "dashed"}
    mlp, cnn = (_spread(right[name][-1]) for name in looks)
    return Question(
        name="shuffled-pixels",
        label="Guess first: shuffled pixels",
        marks="y",
        unit="{} %",
        x=Axis("pixels shuffled", 0, 64, tuple((n, str(n)) for n in range(0, 65, 16))),
        y=Axis("new digits right, %", 0, 100, PERCENT),
        where=64,
        known=[Layer("network", "as they are", _dots(0, right["MLP"][0]), "dots")],
        hidden=[
            Layer("network", name, _points(counts, np.median(right[name], axis=1)), look)
            for name, look in looks.items()
        ],
        shows=f"""With every pixel in its place, a network of full layers (MLP) names
            {_spread(right["MLP"][0])} % of new digits.""",
        asks="With all 64 pixels shuffled, how many will it name?",
        answer=f"""it is {mlp} % for {len(runs["seeds"])} such networks, and {cnn} % for those that
            look at neighbours (CNN).""",
    )


@_asked
def squared_error():
    """How many digits does a network name that was trained with squared error?"""
    seeds = CLAIMS["classes-need-cross-entropy"].seeds
    usual, squared = (
        [100 * accuracy_with(loss, seed) for seed in seeds] for loss in ("cross-entropy", SCORES)
    )
    return Question(
        name="squared-error",
        label="Guess first: squared error for classes",
        marks="y",
        unit="{} %",
        digits=1,
        x=Axis("", -0.5, 1.5, ((0, "cross-entropy"), (1, "squared error"))),
        y=Axis("new digits right, %", 90, 100, tuple((n, str(n)) for n in range(90, 101, 2))),
        where=1,
        known=[Layer("cross-entropy", "with cross-entropy", _dots(0, usual), "dots")],
        hidden=[Layer("network", "with squared error", _dots(1, squared), "dots")],
        shows=f"""Trained with cross-entropy, {len(seeds)} networks name {_spread(usual)} % of new
            digits.""",
        asks="And how many with plain squared error?",
        answer=f"it is {_spread(squared)} % (median and range of {len(seeds)} networks).",
    )


@_asked
def height_ten_times():
    """How often are decisions right that count one measure ten times?"""
    counts = range(1, 11)
    right = [100 * bayes.copied_limit(count).accuracy for count in counts]
    losses = [bayes.copied_limit(count).log_loss for count in (counts[0], counts[-1])]
    return Question(
        name="height-ten-times",
        label="Guess first: one measure, counted ten times",
        marks="y",
        unit="{} %",
        x=Axis("times counted", 1, 10, tuple((n, str(n)) for n in (1, 4, 7, 10))),
        y=Axis("decisions right, %", 0, 100, PERCENT),
        where=10,
        known=[Layer("data", "counted once", [(1, right[0])], "dots")],
        hidden=[Layer("data", "counted more often", _points(counts, right))],
        shows=f"""Who decides between two groups by height alone, counted once, is right in
            {show(right[0])} % of all cases.""",
        asks="And who counts the same height ten times, as if it were ten measures?",
        answer=f"""it is {show(right[-1])} %: with two groups of one size, no decision changes. But
            the log-loss goes from {show(losses[0])} to {show(losses[1])} nats.""",
    )


@_asked
def another_loss():
    """How far do the points of a map move when it is made with cross-entropy?"""
    seeds = CLAIMS["perplexity-moves-the-entropy"].seeds
    kl, other = (
        [digit_maps.digit_map(seed, loss, PERPLEXITY, STEPS).points for seed in seeds]
        for loss in MAP_LOSSES
    )
    moves = [_largest_move(a, b) for a, b in zip(kl, other, strict=True)]
    rows = digit_maps.recorded()["maps"]
    maps = {row["perplexity"]: np.transpose([row["x"], row["y"]]) for row in rows}
    known = _largest_move(maps[PERPLEXITY], maps[50])
    return Question(
        name="another-loss",
        label="Guess first: a map by cross-entropy",
        marks="y",
        unit="{} % of the map’s width",
        x=Axis("", -0.5, 1.5, ((0, "perplexity 50 for 30"), (1, "cross-entropy for KL"))),
        y=Axis("largest move, %", 0, 100, PERCENT),
        where=1,
        known=[Layer("data", "another perplexity", [(0, known)], "dots")],
        hidden=[Layer("cross-entropy", "another loss", _dots(1, moves), "dots")],
        shows=f"""With another perplexity, one of the {len(maps[50])} points of a map goes as far as
            {show(known)} % of its width.""",
        asks="With cross-entropy for KL divergence, how far does the farthest one go?",
        answer=f"it is {_spread(moves)} % in {len(seeds)} maps.",
    )


def _largest_move(points, others):
    """How far any point is from the same one on another map, in percent of the map's width."""
    apart = np.linalg.norm(points - others, axis=1).max()
    return float(100 * apart / np.ptp(points, axis=0).max())


# ---------------------------------------------------------------------------- the sine


@_asked
def pieces():
    """Of how many straight pieces is the network that fits sin?"""
    fits = [fitted(seed) for seed in CLAIMS["six-pieces-would-do"].seeds]
    found = [len(linear_pieces(each.model, SINE.low, SINE.high)) for each in fits]
    counts = tuple((n, str(n)) for n in (2, 8, 32, 128, 512))
    best = [(float(n), best_line_mse(n)) for n in range(2, 12)]
    return Question(
        name="pieces",
        label="Guess first: how many pieces",
        marks="x",
        unit="{} pieces",
        x=Axis("straight pieces", 2, 512, counts, log=True),
        y=Axis("MSE", 1e-5, 1, _powers(-5, 0), log=True),
        goal=(TOLERANCE, "the goal"),
        known=[Layer("best-line", "the best broken lines", best)],
        hidden=[Layer("network", "networks", _points(found, [each.mse for each in fits]), "dots")],
        shows="The best broken lines come nearer to sin with every piece, and soon below the goal.",
        asks="Of how many pieces is a network that gets there?",
        answer=f"""it is {_spread(found)} pieces (median and range of {len(fits)} networks);
            {enough_pieces()} would do.""",
    )


@_asked
def degree():
    """Which Taylor polynomial is as good as a network?"""
    errors = [fitted(seed).mse for seed in CLAIMS["as-good-as-degree-7"].seeds]
    degrees = range(1, 12, 2)
    taylor = [taylor_mse(n) for n in degrees]
    nearest = [degrees[int(np.abs(np.log(np.divide(taylor, mse))).argmin())] for mse in errors]
    winner = max(degrees, key=nearest.count)
    return Question(
        name="degree",
        label="Guess first: which degree of Taylor",
        marks="x",
        unit="degree {}",
        step=20,
        x=Axis("degree of Taylor", 1, 11, tuple((n, str(n)) for n in degrees)),
        y=Axis("MSE", 1e-8, 10, _powers(-8, 0), log=True),
        known=[Layer("taylor", "Taylor", _points(degrees, taylor))],
        hidden=[
            Layer("network", None if i else "networks", [(1, mse), (11, mse)])
            for i, mse in enumerate(errors)
        ],
        shows="Each Taylor polynomial is nearer to sin than the one before.",
        asks="As good as which of them is the network?",
        answer=f"""it is degree {winner} for {nearest.count(winner)} of {len(errors)} networks;
            their errors are {_spread(errors)}.""",
    )


@_asked
def unseen_half():
    """What does a network say on the half of sin that it has never seen?"""
    seeds, place = CLAIMS["built-in-oddness"].seeds, -np.pi / 2
    x = np.linspace(-np.pi, np.pi, POINTS)
    plain = [guessed("plain", HALF, seed).model for seed in seeds]
    others = {name: guessed(name, HALF, seeds[0]).model for name in ("odd", "even")}

    def curve(model):
        return _points(x, model.predict(x))

    said = [float(model.predict(np.array([place]))[0]) for model in plain]
    middle, lowest, highest = map(_hundredths, (np.median(said), min(said), max(said)))
    seen = x[x >= 0]
    quarters = ((-np.pi, "−π"), (place, "−π/2"), (0, "0"), (-place, "π/2"), (np.pi, "π"))
    return Question(
        name="unseen-half",
        label="Guess first: the half never seen",
        marks="y",
        unit="{}",
        digits=2,
        x=Axis("", -np.pi, np.pi, quarters),
        y=Axis("", -1.5, 1.5, tuple((y, _minus(str(y))) for y in (-1, 0, 1))),
        where=place,
        known=[Layer("target", "what all have seen", _points(seen, np.sin(seen)))],
        hidden=[
            *(Layer("network", None if i else "ordinary", curve(m)) for i, m in enumerate(plain)),
            Layer("network", "odd", curve(others["odd"]), "dashed"),
            Layer("network", "even", curve(others["even"]), "dotted"),
        ],
        shows="Three kinds of network have seen the right half of a sine, and nothing of the left.",
        asks="What does an ordinary one say at −π/2?",
        answer=f"it is {middle} [{lowest}, {highest}] for {len(seeds)} networks, where sin is −1.",
    )


def _powers(low, high):
    """Every second power of ten as ticks."""
    signs = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    exponents = range(high, low - 1, -2)
    return tuple((10.0**n, f"10{str(n).translate(signs)}" if n else "1") for n in exponents)
