"""The library beside others in Python, the explorer in a kernel, notebooks, building the book."""

import asyncio
import subprocess
import time

import numpy as np
import torch
from sklearn.neural_network import MLPRegressor

import fitlab
from fitlab.explorables import FitExplorer
from tools import execute
from tools.bench.layers import rectified
from tools.bench.report import times
from tools.bench.serving import ROOT

TOLERANCE = 5e-4
SHAPES = [(64, 5), (16, 2)]
MOST_EPOCHS = 400
NOTEBOOK_SECONDS = 60  # each but the LONG ones, its kernel's start included
LONG = ("cross_entropy", "mse")  # a language model trains in the first; they have a goal together
LONG_SECONDS = 240
WARM_UP_SEED = 10_000
X, Y = fitlab.TARGETS["sine"].samples(10_000)


def library(width, depth, seed):
    """`fitlab.fit` at its defaults (float64)."""
    return fitlab.fit(width=width, depth=depth, seed=seed).mse


def beginner(batch, dtype):
    """The loop that the first tutorial teaches: DataLoader, Adam 1e-3, evaluate every epoch."""

    def run(width, depth, seed):
        torch.manual_seed(seed)
        model = rectified(width, depth, dtype)
        x, y = torch.tensor(X, dtype=dtype)[:, None], torch.tensor(Y, dtype=dtype)[:, None]
        data = torch.utils.data.TensorDataset(x, y)
        loader = torch.utils.data.DataLoader(data, batch_size=batch, shuffle=True)
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        for _ in range(MOST_EPOCHS):
            for inputs, targets in loader:
                optimizer.zero_grad()
                torch.nn.functional.mse_loss(model(inputs), targets).backward()
                optimizer.step()
            with torch.no_grad():
                mse = torch.nn.functional.mse_loss(model(x), y).item()
            if mse < TOLERANCE:
                break
        return mse

    return run


def scikit_learn(width, depth, seed):
    """MLPRegressor, one epoch at a time with the same check (Adam 3e-3, batches of 256)."""
    model = MLPRegressor(
        hidden_layer_sizes=[width] * depth,
        batch_size=256,
        learning_rate_init=3e-3,
        alpha=0,
        random_state=seed,
    )
    for _ in range(MOST_EPOCHS):
        model.partial_fit(X[:, None], Y)
        mse = np.mean((model.predict(X[:, None]) - Y) ** 2)
        if mse < TOLERANCE:
            break
    return mse


CONTESTANTS = {
    "fitlab.fit, float64": library,
    "beginner, DataLoader 64": beginner(64, torch.float32),
    "beginner, DataLoader 256": beginner(256, torch.float32),
    "beginner, DataLoader 64, float64": beginner(64, torch.float64),
    "scikit-learn MLPRegressor": scikit_learn,
}


def race(shape, seeds):
    """Milliseconds and MSE of each contestant on each seed, taken in turns: two (n, seeds)."""
    found = np.zeros((2, len(CONTESTANTS), len(seeds)))
    for column, seed in enumerate(seeds):
        for row, run in enumerate(CONTESTANTS.values()):
            started = time.perf_counter()
            found[1, row, column] = run(*shape, seed)
            found[0, row, column] = 1e3 * (time.perf_counter() - started)
    return found


def print_library(report, seeds):
    """Whole fits in Python; no target, as the page trains with the engine."""
    report.part(f"The library beside others in Python: sin to an MSE below 5e-4, {seeds} seeds")
    for shape in SHAPES:
        for run in CONTESTANTS.values():
            run(*shape, WARM_UP_SEED)
        all_times, errors = race(shape, range(seeds))
        report.case(f"({shape[0]}, {shape[1]})")
        for name, ms, error in zip(CONTESTANTS, all_times, errors, strict=True):
            reached = f"{np.sum(error < TOLERANCE)} of {seeds}"
            report.row(name, ms, "ms", *times(ms, all_times[0]), reached)


def explorer_times(width):
    """Milliseconds from a moved slider to the first new curve and to the end, in the kernel."""

    async def move(explorer):
        started, moments = time.perf_counter(), []
        explorer.observe(lambda _: moments.append(time.perf_counter() - started), "frame")
        explorer.width = width
        while explorer.state == "training":
            await asyncio.sleep(0.001)
        explorer.unobserve_all("frame")
        return 1e3 * moments[0], 1e3 * moments[-1]

    return asyncio.run(move(FitExplorer(width=width - 1)))


def print_explorer(report, runs):
    """The kernel's part of what a reader waits for in JupyterLab; the browser adds its own."""
    first, last = np.array([explorer_times(64) for _ in range(runs)]).T
    report.part("FitExplorer in a kernel, as in JupyterLab: width slider moved to 64 (depth 5)")
    report.row("first new curve", first, "ms")
    report.row("end of the fit", last, "ms")


def print_book(report):
    """How long `make book` takes when everything is set up. It builds the book anew."""
    started = time.perf_counter()
    subprocess.run(["make", "book"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    report.part("Building the book")
    report.row("make book, again", time.perf_counter() - started, "s")


def print_notebooks(report):
    """How long each notebook takes to run, its kernel included. Writes nothing."""
    report.part("Running the notebooks, one after the other, each with a kernel that starts")
    seconds = {}
    for path in execute.notebooks_in_toc():
        started = time.perf_counter()
        execute.run(path)
        seconds[path.stem] = time.perf_counter() - started
        report.row(path.stem, seconds[path.stem], "s")
    together = sum(seconds.pop(name) for name in LONG)
    report.goal(f"notebooks {' and '.join(LONG)}", together, "s", most=LONG_SECONDS)
    slowest = max(seconds, key=seconds.get)
    report.goal(f"slowest other notebook, {slowest}", seconds[slowest], "s", most=NOTEBOOK_SECONDS)
