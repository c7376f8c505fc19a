"""Measure the figures that the book promises, beside peers on the same work, in one run.

    python tools/bench.py            everything: `make bench`
    python tools/bench.py --seeds 5  fewer seeds, for a quick look

Times are medians of whole fits (milliseconds, one thread); what counts is the ratio to the
library's own fit, because both were measured in the same minutes on the same machine. Every
fit has to get below an MSE of 5e-4 on all 10,000 points of sin; how many do is printed.
"""

import argparse
import asyncio
import itertools
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import torch
from sklearn.neural_network import MLPRegressor

import fitlab
from fitlab.explorables import FitExplorer

ROOT = Path(__file__).resolve().parents[1]
TOLERANCE = 5e-4
SHAPES = [(64, 5), (16, 2)]
MOST_EPOCHS = 400
X, Y = fitlab.TARGETS["sine"].samples(10_000)


def library(width, depth, seed):
    """`fitlab.fit` at its defaults (float64)."""
    return fitlab.fit(width=width, depth=depth, seed=seed).mse


def beginner(batch, dtype):
    """The loop that the first tutorial teaches: DataLoader, Adam 1e-3, evaluate every epoch."""

    def run(width, depth, seed):
        torch.manual_seed(seed)
        sizes = [1, *[width] * depth]
        layers = [
            part
            for inputs, outputs in itertools.pairwise(sizes)
            for part in (torch.nn.Linear(inputs, outputs), torch.nn.ReLU())
        ]
        model = torch.nn.Sequential(*layers, torch.nn.Linear(sizes[-1], 1)).to(dtype)
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
    times, errors = np.zeros((2, len(CONTESTANTS), len(seeds)))
    for column, seed in enumerate(seeds):
        for row, run in enumerate(CONTESTANTS.values()):
            started = time.perf_counter()
            errors[row, column] = run(*shape, seed)
            times[row, column] = 1e3 * (time.perf_counter() - started)
    return times, errors


def print_race(shape, seeds):
    """One table: median, range, ratio to the library, and how many reached the goal."""
    for run in CONTESTANTS.values():
        run(*shape, 10_000)  # warm up
    times, errors = race(shape, seeds)
    medians = np.median(times, axis=1)
    print(f"\nsin to an MSE below {TOLERANCE:.0e}, width {shape[0]}, depth {shape[1]}")
    print(f"{'':34} {'median ms':>10} {'[min, max]':>16} {'x fitlab':>9} {'reached':>9}")
    for name, row, error, median in zip(CONTESTANTS, times, errors, medians, strict=True):
        spread = f"[{row.min():.0f}, {row.max():.0f}]"
        reached = f"{np.sum(error < TOLERANCE)} of {len(seeds)}"
        print(f"{name:34} {median:10.0f} {spread:>16} {median / medians[0]:9.1f} {reached:>9}")


def explorer_times(width):
    """Milliseconds from a moved slider to the first new curve and to the end, in the kernel."""

    async def move(explorer):
        started, times = time.perf_counter(), []
        explorer.observe(lambda _: times.append(time.perf_counter() - started), "frame")
        explorer.width = width
        while explorer.state == "training":
            await asyncio.sleep(0.001)
        explorer.unobserve_all("frame")
        return 1e3 * times[0], 1e3 * times[-1]

    return asyncio.run(move(FitExplorer(width=width - 1)))


def print_explorer(runs):
    """The kernel's part of what a reader waits for; the browser adds its own."""
    first, last = np.median([explorer_times(64) for _ in range(runs)], axis=0)
    print("\nFitExplorer in a kernel, width slider moved to 64 (depth 5), medians")
    print(f"{'first new curve':34} {first:10.0f} ms")
    print(f"{'end of the fit':34} {last:10.0f} ms")


def print_book():
    """How long `make book` takes when everything is set up."""
    started = time.perf_counter()
    subprocess.run(["make", "book"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    print(f"\n{'make book, again':34} {time.perf_counter() - started:10.1f} s")


def main():
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20, help="default: 20")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, one thread, {options.seeds} seeds, taken in turns")
    for shape in SHAPES:
        print_race(shape, range(options.seeds))
    print_explorer(runs=min(options.seeds, 10))
    print_book()


if __name__ == "__main__":
    sys.exit(main())
