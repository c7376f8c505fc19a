"""EightPoints: a few points, and a fan of networks that pass through them and differ between.

In Jupyter all networks of a fan are trained side by side in the kernel, in the built book one after
the other in the page (fan_page.mjs); each is the same network, up to rounding.
"""

import numpy as np

from fitlab import figures
from fitlab.display import show
from fitlab.explorables.live import LiveTraining
from fitlab.explorables.sources import module
from fitlab.explorables.state import Choice, Dots, Number, Several
from fitlab.networks.optimizers import OPTIMIZERS
from fitlab.networks.training import Ending
from fitlab.regression.ensemble import Together
from fitlab.regression.examples import Examples
from fitlab.regression.few_points import CLASSICAL, bending, bending_of_dots, few_points
from fitlab.regression.pieces import linear_pieces
from fitlab.regression.settings import Settings

PAPER, REACH = (-1.0, 1.0), (-2.0, 2.0)  # where points may stand: x and y
BEYOND = 1.2  # how far the curves are drawn
COUNT, GAP = (3, 8), 0.02  # of points; between two of them, in x
NETWORKS, CURVE = 20, 241  # of a fan; points of a curve
RULES = {"tolerance": 1e-6, "max_steps": 5_000, "check_every": 25}
LEARNING_RATES = {"adam": 1e-2, "sgd": 5e-2, "momentum": 2e-2}  # by the optimiser
WIDTHS = [4, 8, 16, 32, 64, 128, 256, 512, 1024]
FACTORS = [0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5, 10]

DEFAULTS = {
    "points": [],  # noisy ones of a sine: see `noisy`
    "width": 256,
    "start_factor": 1.0,
    "activation": "relu",
    "optimizer": "adam",
    "beside": ["connect the dots"],
    "seed": 0,
}
WORDS = {
    "ended": "{hits} of {total} networks pass through all {n} points{apart}{bend}",
    "apart": "; between the points they are {apart} apart, on average",
    "bend": ", and they bend {bend} times as much as they must",
    "training": "training {total} networks, for at most {max_steps} steps each",
    "paused": "paused: {hits} of {total} networks pass through all {n} points so far",
    "ready": "{rest}; press Train, and your browser trains them anew",
    "moving": "let go, and {total} networks are trained",
    "broken": "your browser could not train them: reload the page to try again",
}


def noisy(seed: int = 0) -> list[list[float]]:
    """Eight noisy points of a sine, to two decimals, as a reader could have put them."""
    points = few_points(n=8, noise=0.5, seed=seed)
    return np.column_stack([points.x, points.y]).round(2).tolist()


class EightPoints(LiveTraining):
    """Twenty networks of one shape, and the points that all of them are to pass through.

    points: [[x, y], ...], 3 to 8 of them from left to right; by default eight noisy ones of a sine.
    width, start_factor, activation, optimizer: of all networks, as `fitlab.Settings` has them.
    seed: of the first network; the others have the next ones.  beside: names of CLASSICAL, curves
    that are drawn as well. Setting a trait but the last trains anew.
    Raises ValueError for what is not allowed.
    """

    name = "fan"
    worker = "fan_worker"
    _esm = module("explorables/fan")

    points = Dots(PAPER, REACH, COUNT, GAP)
    width = Number(WIDTHS[0], WIDTHS[-1], whole=True, stops=WIDTHS)
    start_factor = Number(FACTORS[0], FACTORS[-1], stops=FACTORS)
    activation = Choice(["relu", "tanh"])
    optimizer = Choice(OPTIMIZERS)
    beside = Several(list(CLASSICAL))
    seed = Number(0, 9_999 - NETWORKS, whole=True)

    def __init__(self, **settings):
        given = {**DEFAULTS, "points": noisy(), **settings}
        super().__init__(
            given,
            words=WORDS,
            rules={**RULES, "networks": NETWORKS, "curve": CURVE},
            rates=LEARNING_RATES,
            reach=[-BEYOND, BEYOND],
        )

    # ------------------------------------------------------------------ training

    def new_training(self, settings):
        return FanTraining(settings)

    def frame_of(self, training, *, moving, detailed):
        return training.frame()

    def outcome(self, training):
        frame = training.frame()
        state = "converged" if all(each["hit"] for each in frame["networks"]) else "stopped"
        return {"frame": frame, "state": state, "message": in_words("ended", frame, self._trained)}

    def say(self, what, frame=None):
        return in_words(what, frame, self.settings)

    # ------------------------------------------------------------------ at rest

    def figure_at_rest(self):
        """The fan, and beside it the same networks from weights ten times as large at the start."""
        fig, axes = figures.new_figure(1, 2, height=2.9, on_phone=(1, 5.6))
        told = []
        fans = {"usual start": self.frame, "start × 10": self._other_fan(start_factor=10.0)}
        for ax, (name, frame) in zip(axes, fans.items(), strict=True):
            draw_fan(ax, self.initial["points"], frame)
            ax.set(xlabel=name)
            told.append(f"{name}: {in_words('ended', frame, self.initial)}")
        figures.legend_above(fig)
        return figures.Picture(
            fig,
            alt=f"""Two plots of the same points with {NETWORKS} networks each, all of which were
            to pass through them. {". ".join(told)}.""",
            caption=f"""The same points, the same network, the same perfect fit. From a usual start
            {NETWORKS} networks take much the same way from point to point, and hardly bend; from
            weights ten times as large each goes its own way.""",
        )

    def _other_fan(self, **other):
        training = FanTraining({**self.initial, **other})
        while training.ending is None:
            training.advance(RULES["check_every"])
        return training.frame()

    def __repr__(self):
        return f"EightPoints(width {self.width}, start x {self.start_factor:g}: {self.message})"


# ---------------------------------------------------------------------------- what is trained


class FanTraining:
    """A fan of networks in training, side by side."""

    def __init__(self, settings):
        points = np.array(settings["points"])
        self._points, self._total = points, NETWORKS
        target = Examples.from_arrays(*points.T, classes=False)
        names = ("width", "activation", "optimizer", "start_factor")
        own = {name: settings[name] for name in names}
        own |= {"depth": 1, "dealing": "all", "lr": LEARNING_RATES[settings["optimizer"]], **RULES}
        seeds = range(settings["seed"], settings["seed"] + NETWORKS)
        self._together = Together([Settings(target, seed=seed, **own) for seed in seeds])
        self._ended = {}

    @property
    def ending(self):
        """Why it ended, when no network is trained any more; else None."""
        if self._together.going:
            return None
        every = all(row.converged for row, _ in self._ended.values())
        return Ending.CONVERGED if every else Ending.OUT_OF_STEPS

    @property
    def steps(self):
        """How many steps the networks have taken, all of them together."""
        under_way = len(self._together.going) * self._together.steps
        return under_way + sum(row.steps for row, _ in self._ended.values())

    def advance(self, most):
        """Go on to the next check."""
        del most
        self._together.advance()
        self._ended |= {row.settings.seed: (row, model) for row, model in self._together.leave()}

    def frame(self):
        """A picture: {"step", "networks"}, each {seed, hit, steps, curve, bending, hinges}.

        hit: None as long as it is trained.  curve: at CURVE points from -BEYOND to BEYOND.
        hinges: [x, change of slope], where a ReLU network bends between the points.
        """
        networks = [
            self._known(model, seed, row.converged, row.steps)
            for seed, (row, model) in self._ended.items()
        ]
        networks += [
            self._known(self._together.network(i), each.seed, None, self._together.steps)
            for i, each in enumerate(self._together.going)
        ]
        return {"step": self.steps, "networks": sorted(networks, key=lambda each: each["seed"])}

    def _known(self, model, seed, hit, steps):
        low, high = self._points[[0, -1], 0]
        curve = model.predict(np.linspace(-BEYOND, BEYOND, CURVE))
        finite = bool(np.isfinite(curve).all())
        hinges = []
        if finite and model.activation != "tanh":
            pieces = linear_pieces(model, low, high)
            hinges = np.column_stack([pieces.knots[1:-1], np.diff(pieces.slopes)]).tolist()
        return {
            "seed": seed,
            "hit": hit,
            "steps": steps,
            "curve": curve.tolist() if finite else [None] * CURVE,
            "bending": bending(model, low, high) if finite else None,
            "hinges": hinges,
        }


def in_words(what, frame, settings):
    """One of WORDS for a frame."""
    values = {
        "total": NETWORKS,
        "max_steps": f"{RULES['max_steps']:,}",
        "n": len(settings["points"]),
    }
    if frame is None:
        return WORDS[what].format(**values)
    hits = [each for each in frame["networks"] if each["hit"]]
    apart = WORDS["apart"].format(apart=show(apart_of(hits, settings))) if len(hits) > 1 else ""
    bend = WORDS["bend"].format(bend=times(relative_bending(hits, settings))) if hits else ""
    return WORDS[what].format(**values, hits=len(hits), apart=apart, bend=bend)


def times(ratio):
    """A ratio as text, to two decimals where it is small: 1.00, 17."""
    return f"{ratio:.2f}" if ratio < 10 else show(ratio)


def apart_of(networks, settings):
    """The standard deviation of their answers, on average between the first and the last point."""
    x = np.linspace(-BEYOND, BEYOND, CURVE)
    low, *_, high = (at for at, _ in settings["points"])
    inside = (x >= low) & (x <= high)
    return float(np.array([each["curve"] for each in networks])[:, inside].std(axis=0).mean())


def relative_bending(networks, settings):
    """How much they bend in the median, as a multiple of what they must."""
    x, y = np.array(settings["points"]).T
    must = bending_of_dots(x, y)
    return float(np.median([each["bending"] for each in networks])) / must


def draw_fan(ax, points, frame):
    """The networks that pass through, the points, and the broken line between them."""
    x = np.linspace(-BEYOND, BEYOND, CURVE)
    hits = [each for each in frame["networks"] if each["hit"]]
    for i, each in enumerate(hits):
        label = f"{len(hits)} networks" if i == 0 else None
        figures.draw_line(ax, x, each["curve"], "network", label, linewidth=0.7, alpha=0.6)
    at, y = np.array(points).T
    figures.draw_line(ax, at, y, "best-line", "connect the dots", linewidth=0.9)
    figures.draw_points(ax, at, y, "data", "points", linestyle="none")
    ax.set(xlim=(-BEYOND, BEYOND), ylim=REACH)
