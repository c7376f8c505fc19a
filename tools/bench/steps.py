"""One training step: the engine in the browser and in wasmtime, beside torch."""

import itertools
import math
import time

import torch

from fitlab import Settings
from fitlab.engine import Engine
from fitlab.networks.backprop import TrainingStep
from tools.bench.layers import rectified
from tools.bench.report import times

# width, depth, torch's type, how many times as long torch's step has to take at least
CASES = [(16, 2, torch.float32, 10), (64, 5, torch.float64, 1)]
BATCHES = [64, 256]
CALL = 50  # steps that wasmtime takes at a time, as going there costs as much as a small step
SLICE = 0.1  # s: so long everybody takes steps before the next one's turn
ENDLESS = {"tolerance": 0, "max_steps": 10_000_000, "check_every": 1_000_000}


def batch_of(settings, dtype):
    x = torch.rand(settings.batch, 1, dtype=dtype) * 2 * math.pi - math.pi
    return x, torch.sin(x)


def eager(settings, dtype, **kind):
    """A step as anybody would write it, on one batch that is there already."""
    model = rectified(settings.width, settings.depth, dtype)
    optimizer = torch.optim.Adam(model.parameters(), lr=settings.lr, **kind)
    x, y = batch_of(settings, dtype)

    def step():
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(model(x), y).backward()
        optimizer.step()

    return step


def librarys(settings):
    """The library's own step, which does without autograd."""
    step = TrainingStep(settings.new_model(), settings.recipe.new_optimizer())
    x, y = batch_of(settings, torch.float64)
    return lambda: step(x, y)


def python_pace(step, portion=10):
    """Microseconds of a step, from a slice of them; the clock is read once a portion."""
    started, steps = time.perf_counter(), 0
    while time.perf_counter() < started + SLICE:
        for _ in range(portion):
            step()
        steps += portion
    return 1e6 * (time.perf_counter() - started) / steps


def contestants(workers, settings, dtype):
    """{name: a function that gives the microseconds of a step}"""
    engine, name = Engine(settings), str(dtype).removeprefix("torch.")
    torchs = {
        f"torch, {name}, {kind} Adam": eager(settings, dtype, **{kind: True})
        for kind in ("foreach", "fused")
    }
    torchs["the library's step (torch, float64)"] = librarys(settings)
    browser = ("engine", "pace", vars(settings), 1e3 * SLICE)
    return {
        "the engine in the browser": lambda: 1e6 / workers.call(*browser),
        "the engine in wasmtime": lambda: python_pace(lambda: engine.advance(CALL), 1) / CALL,
        **{name: lambda step=step: python_pace(step) for name, step in torchs.items()},
    }


def print_steps(report, workers, rounds):
    """How long does a step take, beside torch's?"""
    report.part(
        "One training step (forward, backward, Adam), one thread, taken in turns",
        "the engine draws its batch in the step; torch has one batch, which is there already",
    )
    workers.call("engine", "load")
    for (width, depth, dtype, least), batch in itertools.product(CASES, BATCHES):
        settings = Settings(width=width, depth=depth, batch=batch, **ENDLESS)
        runs = contestants(workers, settings, dtype)
        for run in runs.values():
            run()  # warm up
        found = {name: [] for name in runs}
        for _, (name, run) in itertools.product(range(rounds), runs.items()):
            found[name].append(run())
        print_case(report, f"({width}, {depth}) batch {batch}", dtype, least, found)


def print_case(report, what, dtype, least, found):
    """One network and batch: everybody's microseconds, and the faster torch against the target."""
    report.case(what)
    ours = found["the engine in the browser"]
    torchs = {name: times(us, ours) for name, us in found.items() if name.startswith("torch,")}
    best = min(torchs, key=lambda name: min(torchs[name]))
    goal = f"step beside torch {str(dtype).removeprefix('torch.')}, {what}"
    limit = report.ratio_goal(goal, torchs[best], "x", least)
    for name, us in found.items():
        report.row(name, us, "µs", *times(us, ours), limit if name == best else "")
