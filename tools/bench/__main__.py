"""Measure what the book promises about speed, beside real peers, in one run.

    python -m tools.bench          everything: `make bench`
    python -m tools.bench --quick  every part with few repetitions, to see that it runs

What counts are the ratios: both sides were measured in the same minutes on the same machine, in
turns. Of a machine that had other things to do, not even they can be trusted; it is printed.
"""

import argparse
import os
import platform
import tempfile
import time
from pathlib import Path

import torch
from threadpoolctl import threadpool_limits

from tools.bench import library, page, peers, simd, steps, sweep
from tools.bench.report import Report
from tools.bench.serving import ROOT, Workers, browse, serve, visit

SITE = ROOT / "_build" / "html"
# How often everything is done, in full and with --quick.
FULL = {"visits": 10, "clicks": 5, "seeds": 15, "rounds": 25, "grid": sweep.GRID_SEEDS}
QUICK = {"visits": 2, "clicks": 2, "seeds": 2, "rounds": 4, "grid": 2}
IDLE = 0.5  # processes that wait for a processor on a machine that does nothing else


def in_browser(report, site, many):
    """All that is measured in a browser. Returns which one it was."""
    with tempfile.TemporaryDirectory() as made, serve(site, made) as address, browse() as browser:
        simd.compile_all(Path(made))
        page.print_weights(report, browser, address)
        page.print_clicks(report, browser, address, many["visits"], many["clicks"], many["seeds"])
        with visit(browser, f"{address}/bench/blank.html") as blank:
            workers = Workers(blank)
            peers.print_peers(report, workers, many["seeds"])
            steps.print_steps(report, workers, many["rounds"])
            simd.print_simd(report, workers, many["rounds"])
        return browser.version


def in_python(report, many):
    """All that is measured outside a browser."""
    library.print_library(report, many["seeds"])
    library.print_explorer(report, many["seeds"])
    sweep.print_sweep(report, many["seeds"], many["grid"])
    library.print_notebooks(report)
    library.print_book(report)


def machine():
    """What this is measured on."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.split(": ")[1] for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor() or platform.machine()
    return f"{model}, {os.cpu_count()} processors, torch {torch.__version__}, one thread each"


def load():
    """How many processes wanted a processor in the last minute; None where nobody counts."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def main():
    """Print all tables, then the targets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few repetitions, under two minutes")
    parser.add_argument("--site", type=Path, default=SITE, help="the built book")
    options = parser.parse_args()
    many, busy, started = QUICK if options.quick else FULL, load(), time.perf_counter()
    torch.set_num_threads(1)
    report = Report()
    print(machine())
    with threadpool_limits(1):  # scikit-learn's
        version = in_browser(report, options.site, many)
        in_python(report, many)
    report.summary()
    minutes = (time.perf_counter() - started) / 60
    print(f"\nChromium {version}; {minutes:.1f} minutes{', --quick' if options.quick else ''}.")
    if busy is not None and busy > IDLE:
        print(f"The machine was busy before this began (load {busy:.1f}): run it again in peace.")


if __name__ == "__main__":
    main()
