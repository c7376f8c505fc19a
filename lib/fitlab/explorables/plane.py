"""PlaneExplorer: two classes of points in the plane, and a network that learns to tell them apart.

At rest it shows what the network has learnt, beside the same network without its activation. In
Jupyter a change trains anew in the kernel (see live.py), in the built book in the page
(plane_page.mjs).
"""

import functools
import inspect
import math
from pathlib import Path

import numpy as np
import torch

from fitlab import figures, validate
from fitlab.classification import plane
from fitlab.explorables.live import LiveTraining
from fitlab.explorables.plane_frames import (
    draw_frame,
    epochs,
    frame,
    in_words,
    percent,
    regions_of,
)
from fitlab.explorables.sources import module
from fitlab.explorables.state import Choice, Fixed, Number, Points
from fitlab.networks.dealing import steps_in_epoch
from fitlab.networks.losses import LOSSES
from fitlab.networks.mlp import ACTIVATIONS, MLP
from fitlab.networks.network import evaluated
from fitlab.networks.optimizers import OPTIMIZERS
from fitlab.networks.training import Recipe, Samples, Training

OWN = "own"  # the name of a reader's own points
MOST_OWN, LEAST = 200, 2  # points: one's own; to train on, of each class
OFFERED_LOSSES = ["cross-entropy", "squared error of softmax", "squared error of scores"]

# The sliders' stops
NOISES = [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5]
SHARES = [0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5]
HELD_OUT = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
WIDTHS = [*range(1, 17), 20, 24, 32, 48, 64]
LEARNING_RATES = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10]
BATCHES = [1, 2, 5, 10, 20, 50, 100, 500]
DROPOUTS = [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]
DECAYS = [0, 1e-5, 1e-4, 1e-3, 1e-2, 0.1]

DEFAULTS = {
    "puzzle": "two spirals",
    "own": [],
    "n": 500,
    "noise": 0.0,
    "held_out": 0.5,
    "false_labels": 0.0,
    "width": 16,
    "depth": 2,
    "activation": "relu",
    "loss": "cross-entropy",
    "optimizer": "adam",
    "lr": 1e-2,
    "batch": 10,
    "dropout": 0.0,
    "weight_decay": 0.0,
    "tolerance": 1e-2,
    "max_epochs": 300,
    "seed": 0,
}
# What to try, each for what it shows
PRESETS = {
    "alone": {"activation": "identity"},
    "XOR": {"puzzle": "XOR", "activation": "relu", "width": 8, "depth": 1},
    "twoUnits": {"puzzle": "XOR", "activation": "relu", "width": 2, "depth": 1},
    "spiral": {"puzzle": "spiral", "activation": "relu", "width": 16, "depth": 3},
    "lies": {
        "puzzle": "circle",
        "activation": "relu",
        "false_labels": 0.2,
        "width": 64,
        "depth": 2,
    },
}

# How a training ends or stands, and what to do about it. The page says it in these very words.
REASONS = {
    "converged": "{right} of the points to train on are right after {epochs}{held}",
    "diverged": "diverged: by epoch {epoch} the scores are not numbers any more; try a smaller "
    "learning rate than {lr}",
    "dead": "dead: by epoch {epoch} the answer is the same for all points, and no longer improves; "
    "try another seed, more width, less depth or a smaller learning rate",
    "out of steps": "{right} of the points to train on are right after all {epochs}, not "
    "{goal}{held}: {advice}",
    "held": ", and {held} of those held out",
    "training": "training, for at most {max_epochs} epochs",
    "ready": "{rest}; press Train, and your browser trains this network anew",
    "moving": "let go, and this network is trained",
    "broken": "your browser could not train it: reload the page to try again",
    "paused": "paused at epoch {epoch} of at most {max_epochs}: {right} of the points to train on "
    "are right{held}",
    "altered": "a weight was changed: {right} of the points to train on are right{held}; Train "
    "goes on from here",
    "few": "to train on, class 1 has points: {ones}, and class 0: {zeros}; put at least {least} of "
    "each on the plane, or hold fewer out",
}
ADVICE = {
    "line": "without an activation the border is one straight line; try depth 2 with relu",
    "false": "some labels are false, and whoever learns them all learns mistakes",
    "noise": "noise mixes the classes; try less of it",
    "narrow": "width {width} may be too small; try 16",
    "other": "try another seed, another learning rate or more width",
}


def _source(name):
    """The code of a puzzle, with what it calls, for "Copy as PyTorch"."""
    helpers = "\n\n".join(inspect.getsource(f) for f in (plane._polar, plane._normal))
    own = inspect.getsource(plane.PUZZLES[name])
    plain = own.replace(f"def {plane.PUZZLES[name].__name__}", "def puzzle")
    return f"{helpers}\n\n{plain}".rstrip()


class PlaneExplorer(LiveTraining):
    """A network that tells two classes of points in the plane apart, with controls for both.

    puzzle: a name from `plane.PUZZLES`, or "own": the points are then `own`, [[x, y, class], ...].
    The other keywords have the defaults of DEFAULTS; each is a trait, and setting it trains anew.
    Raises ValueError for what is not allowed.
    """

    name = "plane"
    worker = "plane_worker"
    _esm = module("explorables/plane")

    puzzle = Choice([*plane.PUZZLES, OWN])
    own = Points(plane.EDGE, MOST_OWN, where=["puzzle", OWN])
    n = Fixed(functools.partial(validate.integer, low=4, high=2_000))
    noise = Number(0, plane.MOST_NOISE, stops=NOISES)
    held_out = Number(0, 0.9, stops=HELD_OUT)
    false_labels = Number(0, 0.5, stops=SHARES)
    width = Number(1, 64, whole=True, stops=WIDTHS)
    depth = Number(0, 6, whole=True)
    activation = Choice(ACTIVATIONS)
    loss = Choice(OFFERED_LOSSES)
    optimizer = Choice(OPTIMIZERS)
    lr = Number(0, math.inf, low_open=True, stops=LEARNING_RATES)
    batch = Number(1, 500, whole=True, stops=BATCHES)
    dropout = Number(0, 0.5, stops=DROPOUTS)
    weight_decay = Number(0, 1, stops=DECAYS)
    tolerance = Fixed(functools.partial(validate.real, low=0, high=1))
    max_epochs = Fixed(functools.partial(validate.integer, low=1, high=5_000))
    seed = Number(0, 9_999, whole=True)

    def __init__(self, puzzle=DEFAULTS["puzzle"], **settings):
        given = {**DEFAULTS, **settings, "puzzle": puzzle}
        super().__init__(
            given,
            presets=PRESETS,
            words={"reasons": REASONS, "advice": ADVICE, "least": LEAST},
            codes={name: _source(name) for name in plane.PUZZLES},
            cell=Path(__file__).with_name("plane_cell.txt").read_text(encoding="utf-8"),
        )

    # ------------------------------------------------------------------ training

    def new_training(self, settings):
        return training_of(settings)

    def frame_of(self, training, *, moving, detailed):
        return frame(training)

    def outcome(self, training):
        picture = frame(training)
        state = {"converged": "converged", "diverged": "failed"}.get(training.ending, "stopped")
        words = sentence(training.ending, picture, self._trained)
        return {"frame": picture, "state": state, "message": words}

    def say(self, what, frame=None):
        if frame is None:
            return REASONS[what].format(max_epochs=f"{self.max_epochs:,}")
        return sentence(what, frame, self.settings)

    def alter(self, index, value):
        """Give one of the parameters, as torch orders them, another value; training pauses there.

        A training that has ended begins anew with what it found.
        """
        training, parameters = self._training, self.frame["parameters"]
        index = validate.integer("index", index, 0, len(parameters) - 1)
        value = validate.real("value", value, -math.inf, math.inf)
        self._cancel()
        vector = torch.tensor(parameters, dtype=torch.float64, device="cpu")
        if training is not None:  # after a reset there is none: then what is shown has 9 digits
            vector = torch.nn.utils.parameters_to_vector(training.model.parameters()).detach()
        if training is None or training.ending is not None:
            training = self._training = self.new_training(self.settings)
        vector[index] = value
        set_parameters(training.model, vector)
        picture = frame(training)
        self._set(frame=picture, state="paused", message=self.say("altered", picture))

    def commands(self):
        return {**super().commands(), "alter": self.alter}

    # ------------------------------------------------------------------ at rest

    def figure_at_rest(self):
        """What the same network decides without its activation, and what it decides with it."""
        bend = {"relu": "ReLU"}.get(self.initial["activation"], self.initial["activation"])
        trained = {"matrices alone": "identity", f"with {bend}": None}
        points = points_of(self.initial)
        fig, axes = figures.new_figure(1, 2, height=2.8, on_phone=(1, 6.4))
        said, regions = [], None
        for ax, (words, other) in zip(axes, trained.items(), strict=True):
            training = trained_with({**self.initial, **({"activation": other} if other else {})})
            picture, regions = frame(training), regions_of(training.model)
            draw_frame(ax, picture, regions, points)
            ax.set(xlabel=f"{words}:\n{percent(picture['found'][3])} of new points right")
            said.append(f"{words}: {in_words(picture, regions)}")
        figures.legend_above(fig)
        lines = ""
        if regions is not None:
            lines = f" Thin lines are the borders of its linear regions, {len(regions):,} in all."
        return figures.Picture(
            fig,
            alt=f"Maps of what two networks decide about the points {self.puzzle!r}. "
            f"{'. '.join(said)}.",
            caption=f"""Matrices alone part the plane by one straight line; with {bend}
            between them the same network follows the classes: the bluer, the more probable it
            thinks class 1 (filled squares).{lines}""",
        )

    def __repr__(self):
        network = f"width {self.width}, depth {self.depth} ({self.activation})"
        return f"PlaneExplorer({self.puzzle!r}, a network of {network}: {self.message})"


# ---------------------------------------------------------------------------- what is trained


def points_of(settings):
    """The points of these settings, dealt out: a plane.Puzzle."""
    how = {name: settings[name] for name in ("seed", "held_out", "false_labels")}
    if settings["puzzle"] != OWN:
        return plane.puzzle(settings["puzzle"], n=settings["n"], noise=settings["noise"], **how)
    own = np.array(settings["own"], dtype=float).reshape(-1, 3)
    return plane.dealt(own[:, :2], own[:, 2].astype(np.int64), **how)


class PlaneTraining(Training):
    """A Training that also keeps what every check found: [step, *measured] in `found`."""

    def __init__(self, model, samples, recipe, held):
        super().__init__(model, samples, recipe)
        self._held, self.found = held, []

    def measured(self):
        """Loss and share right, of the points to train on and of those held out, or None."""
        both = [self.samples, self._held]
        return [value for samples in both for value in self._measured(samples)]

    def _measured(self, samples):
        if samples is None:
            return None, None
        outputs = evaluated(self.model, samples.x)
        loss = LOSSES[self.recipe.loss](outputs, samples.y).item()
        return loss, 1 - samples.error(outputs)

    def _check(self):
        super()._check()
        self.found.append([self.steps, *self.measured()])


def training_of(settings):
    """A PlaneTraining with these settings, by name, that has not begun.

    Raises ValueError if fewer than LEAST points of a class are left to train on.
    """
    points = points_of(settings)
    zeros, ones = np.bincount(points.y, minlength=2).tolist()
    if min(zeros, ones) < LEAST:
        raise ValueError(REASONS["few"].format(ones=ones, zeros=zeros, least=LEAST))
    own, held = (
        Samples(torch.from_numpy(x), torch.from_numpy(y))
        for x, y in ((points.x, points.y), (points.x_test, points.y_test))
    )
    shape = [settings[name] for name in ("width", "depth", "activation", "dropout", "seed")]
    names = ("loss", "optimizer", "lr", "weight_decay", "batch", "tolerance", "seed")
    epoch = steps_in_epoch("epochs", settings["batch"], len(own))
    recipe = Recipe(
        **{name: settings[name] for name in names},
        dealing="epochs",
        check_every=epoch,
        max_steps=epoch * settings["max_epochs"],
    )
    model = MLP(*shape, inputs=2, outputs=2)
    return PlaneTraining(model, own, recipe, held if len(held) else None)


@torch.no_grad()
def set_parameters(model, vector):
    """Give a model the parameters of a vector (n,), in place: its step holds views of them."""
    parameters = list(model.parameters())
    parts = vector.split([p.numel() for p in parameters])
    for parameter, part in zip(parameters, parts, strict=True):
        parameter.copy_(part.view_as(parameter))


def trained_with(settings):
    """The same, trained to its ending."""
    training = training_of(settings)
    while training.ending is None:
        training.advance(training.recipe.check_every)
    return training


def sentence(what, picture, settings):
    """A REASON for a frame, in words."""
    _, right, _, held = picture["found"]
    return REASONS[what].format(
        right=percent(right),
        held="" if held is None else REASONS["held"].format(held=percent(held)),
        epoch=epochs(picture["epoch"]),
        epochs="1 epoch" if picture["epoch"] == 1 else f"{epochs(picture['epoch'])} epochs",
        max_epochs=f"{settings['max_epochs']:,}",
        goal=percent(1 - settings["tolerance"]),
        lr=f"{settings['lr']:g}",
        advice=ADVICE[_advice(settings)].format(width=settings["width"]),
    )


def _advice(settings):
    if settings["depth"] == 0 or settings["activation"] == "identity":
        return "line"
    if settings["false_labels"] > 0:
        return "false"
    if settings["noise"] > 0:
        return "noise"
    return "narrow" if settings["width"] < 16 else "other"
