"""A sweep beside single fits: networks of one shape at once, and a grid on two processors."""

import concurrent.futures
import itertools
import multiprocessing
import time

import torch

import fitlab
from fitlab.engine import Engine
from tools.bench.layers import rectified
from tools.bench.report import times

SHAPES = [(16, 2, 64), (64, 5, 16)]  # width, depth, and how many the sweep trains at once
TARGET = 6  # times the networks per second of a lean loop, at the first shape
RULES = {"batch": 64, "tolerance": 0, "max_steps": 300, "check_every": 300}  # for all of them
ONE_BY_ONE = 2  # networks that others train for one sample of their time
WIDTHS, DEPTHS = (4, 8, 16, 32, 64, 128), (1, 2, 3, 4, 5, 6)
GRID_SECONDS, GRID_SEEDS, PROCESSORS = 60, 20, 2
X, Y = (torch.from_numpy(v)[:, None] for v in fitlab.TARGETS["sine"].samples(10_000))


def lean(settings):
    """A loop in torch without anything that could be left out; an MSE over all samples at last."""
    for each in settings:
        model = rectified(each.width, each.depth, torch.float64)
        optimizer = torch.optim.Adam(model.parameters(), lr=each.lr, fused=True)
        for _ in range(each.max_steps):
            chosen = torch.randint(len(X), (each.batch,))
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(model(X[chosen]), Y[chosen]).backward()
            optimizer.step()
        with torch.no_grad():
            torch.nn.functional.mse_loss(model(X), Y).item()


def one_by_one(settings):
    """`fitlab.fit`, one after another."""
    for each in settings:
        fitlab.fit(**vars(each))


def engine(settings):
    """The page's engine in wasmtime, one after another."""
    for each in settings:
        run = Engine(each)
        run.train()
        run.evaluate()


def print_sweep(report, rounds, seeds):
    """How long a network takes, beside others, and a grid, which has a goal with all its seeds."""
    report.part(
        f"A sweep in Python: {RULES['max_steps']} steps of batch 64, float64, one thread, in turns",
        "time for a network; each draws its own batches and evaluates all samples once, at the end",
    )
    for width, depth, many in SHAPES:
        settings = fitlab.grid((width,), (depth,), range(many), **RULES)
        contestants = {
            f"fitlab.sweep, {many} at once": (fitlab.sweep, settings),
            "lean torch loop, one by one": (lean, settings[:ONE_BY_ONE]),
            "fitlab.fit, one by one": (one_by_one, settings[:ONE_BY_ONE]),
            "the engine in wasmtime, one by one": (engine, settings[:ONE_BY_ONE]),
        }
        print_shape(report, (width, depth), contestants, rounds)
    print_grid(report, seeds)


def print_shape(report, shape, contestants, rounds):
    """One shape: everybody's milliseconds for a network, and the lean loop against the target."""
    found = {name: [] for name in contestants}
    for run, settings in contestants.values():
        run(settings[:1])  # warm up
    for _, (name, (run, settings)) in itertools.product(range(rounds), contestants.items()):
        started = time.perf_counter()
        run(settings)
        found[name].append(1e3 * (time.perf_counter() - started) / len(settings))
    report.case(f"{shape}")
    ours, limit = next(iter(found.values())), ""
    if shape == SHAPES[0][:2]:
        ratios = times(found["lean torch loop, one by one"], ours)
        goal = f"sweep beside a lean torch loop, {shape}"
        limit = report.ratio_goal(goal, ratios, "x", TARGET)
    for name, ms in found.items():
        remark = limit if name.startswith("lean") else ""
        report.row(name, ms, "ms", *times(ms, ours), remark)


def print_grid(report, seeds):
    """Every width with every depth, on two processes, their start included."""
    rules = {"tolerance": 0, "max_steps": 300}
    settings = fitlab.grid(WIDTHS, DEPTHS, range(seeds), **rules)
    started = time.perf_counter()
    spawn = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(PROCESSORS, spawn) as pool:
        fitlab.sweep(settings, executor=pool)
    seconds = time.perf_counter() - started
    name = f"{len(WIDTHS) * len(DEPTHS)} shapes, {seeds} seeds, {PROCESSORS} processes"
    limit = ""
    if seeds == GRID_SEEDS:
        limit = report.goal(f"sweep, {name}", seconds, "s", most=GRID_SECONDS)
    report.part(f"A sweep over width and depth, {rules['max_steps']} steps, in a process pool")
    report.row(name, seconds, "s", remark=limit)
