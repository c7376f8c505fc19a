"""How much of what SIMD of 128 bits can do with float64 does the engine reach?"""

import math

import numpy as np

from fitlab import Settings
from fitlab.engine import build
from tools.bench.serving import ROOT
from tools.bench.steps import ENDLESS

CASES = [(64, 5, 64), (64, 5, 256), (128, 8, 64)]  # width, depth, batch
LEAST = 80  # per cent of the roof
SLICE = 20  # ms


def compile_roof(folder):
    """Compile the roof, as the engine is compiled."""
    build.compile(folder / "roof.wasm", ROOT / "tools/bench/roof.c")


def flops(width, depth, batch):
    """Multiplications and additions of a step's matrix products.

    Forward and the slopes of the weights for every layer; the slopes of the inputs for all layers
    but the first.
    """
    inner = (depth - 1) * width**2
    forward, inputs = width + inner + width, inner + width
    return 2 * batch * (2 * forward + inputs)


def gigaflops(workers, rounds):
    """The number of sums, the roof (rounds,), {case: the engine (rounds,)}, interleaved."""
    settings = [vars(Settings(width=w, depth=d, batch=b, **ENDLESS)) for w, d, b in CASES]
    found = workers.call("simd", "measure", settings, rounds, SLICE)
    cases = {
        case: np.array(steps) * flops(*case) / 1e9
        for case, steps in zip(CASES, found["steps"], strict=True)
    }
    return found["sums"], np.array(found["roof"]), cases


def share_of(roof, rates):
    """Per cent of the roof: in the median of the rounds, and comparing the best rounds.

    More than all is impossible: then the roof was disturbed, and nothing was measured.
    """
    shares = float(100 * np.median(rates / roof)), float(100 * rates.max() / roof.max())
    return shares if max(shares) <= 100 else (math.nan, math.nan)


def print_simd(report, workers, rounds):
    """What share of the roof does the engine reach?"""
    workers.call("simd", "load")
    sums, roof, cases = gigaflops(workers, rounds)
    report.part(
        "Share of what SIMD of 128 bits can do with float64 in this browser, interleaved",
        f"the roof: a multiply-add loop in registers, {sums} independent sums (the best number)",
        "counted of a step: forward and weight slopes of all layers, input slopes but of the first",
        "not counted, but in the time: random numbers, biases, relu, Adam",
        ratio_unit="%",
    )
    report.row("the roof", roof, "GFLOP/s", 100, 100)
    for (width, depth, batch), rates in cases.items():
        what, shares = f"({width}, {depth}) batch {batch}", share_of(roof, rates)
        limit = report.ratio_goal(f"SIMD, {what}, whole step", shares, "%", LEAST)
        report.row(f"a step, {what}", rates, "GFLOP/s", *shares, limit)
