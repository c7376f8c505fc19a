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


def compile_all(folder):
    """Compile what is measured here only, as the engine is compiled."""
    for name in ("roof", "products"):
        build.compile(folder / f"{name}.wasm", ROOT / f"tools/bench/{name}.c")


def flops(width, depth, batch):
    """Multiplications and additions of a step's matrix products.

    Forward and the slopes of the weights for every layer; the slopes of the inputs for all layers
    but the first.
    """
    inner = (depth - 1) * width**2
    forward, inputs = width + inner + width, inner + width
    return 2 * batch * (2 * forward + inputs)


def gigaflops(workers, rounds):
    """The roof (rounds,), and {case: (whole step, products alone), each (rounds,)}, interleaved."""
    settings = [vars(Settings(width=w, depth=d, batch=b, **ENDLESS)) for w, d, b in CASES]
    found = workers.call("simd", "measure", settings, rounds, SLICE)
    cases = {
        case: np.array([[whole, products] for whole, products in rows]).T * flops(*case) / 1e9
        for case, rows in zip(CASES, found["steps"], strict=True)
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
        "not counted, but in the time of a whole step: random numbers, biases, relu, Adam",
        ratio_unit="%",
    )
    report.row("the roof", roof, "GFLOP/s", 100, 100)
    for (width, depth, batch), (whole, products) in cases.items():
        what = f"({width}, {depth}) batch {batch}"
        report.case(what)
        for part, rates in (("whole step", whole), ("products alone", products)):
            shares = share_of(roof, rates)
            goal = f"SIMD, {what}, {part}"
            limit = report.ratio_goal(goal, shares, "%", LEAST)
            report.row(part, rates, "GFLOP/s", *shares, limit)
