"""Classes in the plane: the engine beside TensorFlow Playground's network, and other peers."""

import functools
import itertools

import numpy as np
import torch

from fitlab import random
from fitlab.classification import plane
from fitlab.engine import Machine
from tools.bench import peers
from tools.bench.layers import layered
from tools.bench.report import times
from tools.bench.steps import ENDLESS, SLICE, python_pace

NETWORK = {"inputs": 2, "outputs": 2, "width": 8, "depth": 2}
POINTS = {"name": "XOR", "n": 500, "held_out": 0.5}  # 250 to train on
BATCH, STEPS = 10, 25  # samples in a step, steps in an epoch
ACTIVATIONS = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}
ADAM = {"loss": "cross-entropy", "optimizer": "adam", "lr": 1e-2}
SGD = {"loss": "cross-entropy", "optimizer": "sgd", "lr": 3e-2}
NUMBER = {"loss": "squared error", "optimizer": "sgd", "lr": 1.5e-2, "outputs": 1}  # -1 or 1

ENGINE, TORCH = "the engine (float64)", "torch, fused Adam (float64)"
TENSORFLOW, CONVNETJS = "TensorFlow.js, minimize (float32)", "ConvNetJS (float64)"
PLAYGROUND = "Playground's network (float64)"
MODULES = {  # of those that run in the browser
    ENGINE: "plane_engine",
    TENSORFLOW: "plane_tensorflow",
    CONVNETJS: "convnetjs",
    PLAYGROUND: "playground",
}
CONTESTS = {  # what is trained how -> settings, and the engine's peers
    "cross-entropy, Adam": (ADAM, [TENSORFLOW, TORCH]),
    "cross-entropy, SGD": (SGD, [CONVNETJS]),
    "squared error of one output, SGD": (NUMBER, [PLAYGROUND]),
}
CLOSE = {TENSORFLOW: 1e-4, TORCH: 1e-9, CONVNETJS: 1e-9, PLAYGROUND: 1e-9}  # losses to the engine's
PLAYGROUND_TARGET = 4  # times as long as the engine
EPOCHS, SIDE, FRAME = 200, 100, 16  # in a frame of so many ms, with a surface of SIDE x SIDE
XOR = ADAM | {"tolerance": 0.01, "check_every": STEPS, "max_steps": 300 * STEPS}
XOR_TARGET = 50  # ms


def order(activation, seed=0, **options):
    """What a contestant is told: settings, points, and the engine's own first weights and epoch.

    options: of the engine, beyond those that all have in common.
    """
    settings = NETWORK | ENDLESS | {"batch": BATCH, "dealing": "epochs", "seed": seed} | options
    settings["activation"] = activation
    points = plane.puzzle(POINTS["name"], seed, n=POINTS["n"], held_out=POINTS["held_out"])
    y = points.y if settings["outputs"] == 2 else 2 * points.y - 1
    machine = compiled_engine()
    machine.create(points.x, y, **settings)
    shuffled = random.uniform(seed, random.BATCHES, len(y), 1).argsort(kind="stable")
    return {
        "settings": settings,
        "x": points.x.tolist(),
        "y": y.tolist(),
        "parameters": machine.parameters.tolist(),
        "batches": shuffled.reshape(STEPS, BATCH).tolist(),
    }


@functools.cache
def compiled_engine():
    """The engine in wasmtime, which needs a second to compile it; one network at a time."""
    return Machine()


# ---------------------------------------------------------------------------- contestants


def torch_steps(given):
    """An epoch's steps, each as anybody would write it, on a batch that is cut already.

    A function without arguments each, which returns the loss before its step.
    """
    settings = given["settings"]
    sizes = [settings["inputs"], *[settings["width"]] * settings["depth"], settings["outputs"]]
    model = layered(sizes, ACTIVATIONS[settings["activation"]], torch.float64)
    start = torch.tensor(given["parameters"], dtype=torch.float64)
    torch.nn.utils.vector_to_parameters(start, model.parameters())
    optimizer = torch.optim.Adam(model.parameters(), lr=settings["lr"], fused=True)
    x, y = torch.tensor(given["x"], dtype=torch.float64), torch.tensor(given["y"])

    def step(inputs, labels):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()
        return loss

    return [functools.partial(step, x[batch], y[batch]) for batch in given["batches"]]


def first_losses(workers, name, given):
    """The losses of a contestant's first epoch, float64 (STEPS,)."""
    if name == TORCH:
        return np.array([step().item() for step in torch_steps(given)])
    return np.array(workers.call(MODULES[name], "losses", given))


def assert_same_work(workers, name, given):
    """The losses of its first epoch are the engine's: it is the same network, trained alike."""
    off = np.abs(first_losses(workers, name, given) - first_losses(workers, ENGINE, given)).max()
    if not off <= CLOSE[name]:
        raise RuntimeError(f"{name} trains another network: its loss is off by {off}")


def epoch_timer(workers, name, given):
    """A function that gives the milliseconds of a contestant's epoch, from a slice of them."""
    if name == TORCH:
        steps = torch_steps(given)
        return lambda: python_pace(lambda: [step() for step in steps], 1) / 1e3
    return lambda: 1e3 / workers.call(MODULES[name], "pace", given, 1e3 * SLICE)


# ---------------------------------------------------------------------------- what is measured


def print_plane(report, workers, rounds, seeds):
    """All of it; a reader of the page has the same network and points."""
    backend = peers.load_tensorflow(workers, MODULES[TENSORFLOW])
    for name in (ENGINE, CONVNETJS):
        workers.call(MODULES[name], "load")
    print_epochs(report, workers, rounds, backend["version"])
    print_frame(report, workers, rounds)
    print_xor(report, workers, seeds)


def print_epochs(report, workers, rounds, version):
    """How long does an epoch take?"""
    report.part(
        f"Classes in the plane: an epoch on {STEPS * BATCH} points in batches of {BATCH}, in turns",
        "2-8-8-2, with a softmax; of one output 2-8-8-1, with -1 and 1 for the classes",
        "peers get the engine's weights, and its first epoch's batches, cut, for every epoch;",
        "the engine deals its samples out anew in the epoch; all begin with the same losses",
        "Playground's network: its formulas, written anew; timed with its tanh at the output",
        f"TensorFlow.js {version}: wasm backend, SIMD, one thread; ConvNetJS has no Adam",
    )
    for activation, (what, (options, names)) in itertools.product(ACTIVATIONS, CONTESTS.items()):
        given = order(activation, **options)
        for name in names:
            assert_same_work(workers, name, given)
        timers = {name: epoch_timer(workers, name, given) for name in [ENGINE, *names]}
        found = race(timers, rounds)
        report.case(f"{activation}, {what}")
        print_contest(report, activation, found)


def race(timers, rounds):
    """{name: what its timer gave in each round}, in turns, after a round to warm up."""
    for timer in timers.values():
        timer()
    found = {name: [] for name in timers}
    for _, (name, timer) in itertools.product(range(rounds), timers.items()):
        found[name].append(timer())
    return found


def print_contest(report, activation, found):
    """Everybody's time for an epoch, and Playground's network against its target."""
    for name, ms in found.items():
        ratios, remark = times(ms, found[ENGINE]), f"{1e3 / np.median(ms):,.0f} epochs a second"
        if name == PLAYGROUND:
            goal = f"epoch beside Playground's network, {activation}"
            remark += "; " + report.ratio_goal(goal, ratios, "x", PLAYGROUND_TARGET)
        report.row(name, ms, "ms", *ratios, remark)


def print_frame(report, workers, rounds):
    """Do many epochs and a surface fit into one picture of a moving one?"""
    report.part(
        f"Classes in the plane: {EPOCHS} epochs of 2-8-8-2 and one surface of {SIDE} x {SIDE}",
        "cross-entropy, Adam; the surface: the probability of a class at every place",
    )
    for activation in ACTIVATIONS:
        call = (MODULES[ENGINE], "frame", order(activation, **ADAM), EPOCHS, SIDE)
        workers.call(*call)  # warm up
        found = [workers.call(*call) for _ in range(rounds)]
        training, surface = (np.array([f[key] for f in found]) for key in ("training", "surface"))
        both = training + surface
        goal = f"{EPOCHS} epochs and a surface, 2-8-8-2, {activation}"
        report.case(activation)
        report.row(f"{EPOCHS} epochs", training, "ms")
        report.row("the surface", surface, "ms")
        limit = report.goal(goal, np.median(both), "ms", most=FRAME)
        report.row("both", both, "ms", remark=limit)


def print_xor(report, workers, seeds):
    """How long until XOR is learned, as when a slider has moved?"""
    report.part(
        f"Classes in the plane: XOR from creation to 99 % of {STEPS * BATCH} points, {seeds} seeds",
        "2-8-8-2, cross-entropy, Adam, batch 10, a check after every epoch",
    )
    for activation in ACTIVATIONS:
        orders = [order(activation, seed, **XOR) for seed in range(seeds)]
        workers.call(MODULES[ENGINE], "train", orders[0])  # warm up
        found = [workers.call(MODULES[ENGINE], "train", given) for given in orders]
        ms, epochs, wrong = (np.array([f[key] for f in found]) for key in ("ms", "epochs", "wrong"))
        there = wrong < XOR["tolerance"]
        goal, waited = f"XOR to 99 %, 2-8-8-2, {activation}", np.where(there, ms, np.inf)
        limit = report.goal(goal, np.median(waited), "ms", most=XOR_TARGET)
        remark = f"{there.sum()} of {seeds}, {np.median(epochs):.0f} epochs; {limit}"
        report.row(activation, ms, "ms", remark=remark)
