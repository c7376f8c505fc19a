"""Measure what the book promises about speed, beside real peers, in one run.

    python -m tools.bench              everything: `make bench`
    python -m tools.bench --quick      every part with few repetitions: `make bench BENCH=--quick`
    python -m tools.bench --json PATH  where to write the JSON; without it, to bench.json

One table is printed as it is measured, with all goals at its foot. The JSON has the same rows and
goals; `tools.bench.report` says what its fields mean. It lies beside the Makefile, as `make build`
removes _build. If a part fails, what was measured until then is written all the same, and says that
it is not complete.

What counts are the ratios: both sides were measured in the same minutes on the same machine, in
turns. Of a machine that had other things to do, not even they can be trusted: the foot of the
table says so.
"""

import argparse
import os
import platform
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from fitlab.language import decoder
from tools.bench import checks, library, page, peers, plane, simd, steps, sweep, trainings
from tools.bench.report import Report
from tools.bench.serving import ROOT, Workers, browse, serve, visit

SITE = ROOT / "_build" / "html"
# How often everything is done, in full and with --quick.
FULL = {"visits": 10, "clicks": 5, "seeds": 15, "rounds": 25, "maps": 5}
FULL |= {"grid": sweep.GRID_SEEDS, "decoder": decoder.STEPS}
QUICK = {"visits": 2, "clicks": 2, "seeds": 2, "rounds": 4, "maps": 1, "grid": 2, "decoder": 40}
IDLE = 0.5  # processes that wait for a processor on a machine that does nothing else


def in_browser(report, site, many):
    """All that is measured in a browser."""
    with tempfile.TemporaryDirectory() as made, serve(site, made) as address, browse() as browser:
        simd.compile_roof(Path(made))
        page.print_weights(report, browser, address)
        page.print_clicks(report, browser, address, many["visits"], many["clicks"], many["seeds"])
        with visit(browser, f"{address}/bench/blank.html") as blank:
            workers = Workers(blank)
            peers.print_peers(report, workers, many["seeds"])
            plane.print_plane(report, workers, many["rounds"], many["seeds"])
            steps.print_steps(report, workers, many["rounds"])
            simd.print_simd(report, workers, many["rounds"])
            checks.print_checks(report, workers, many["rounds"])


def in_python(report, many):
    """All that is measured outside a browser."""
    library.print_library(report, many["seeds"])
    library.print_explorer(report, many["seeds"])
    sweep.print_sweep(report, many["seeds"], many["grid"])
    trainings.print_maps(report, many["maps"])
    trainings.print_decoder(report, many["decoder"])
    library.print_notebooks(report)
    library.print_book(report)


def about(quick):
    """What this is measured with, as the JSON has it (see `tools.bench.report`)."""
    with browse() as browser:
        chromium = browser.version
    return {
        "quick": quick,
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "machine": {"processor": processor(), "processors": os.cpu_count(), "load": load()},
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
            "chromium": chromium,
        },
    }


def processor():
    """The name of this machine's processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(": ")[1] for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def load():
    """How many processes wanted a processor in the last minute; None where nobody counts."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def main():
    """Print the table, with all goals at its foot, and write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few repetitions, some minutes")
    parser.add_argument("--site", type=Path, default=SITE, help="the built book")
    parser.add_argument("--json", type=Path, default=ROOT / "bench.json", help="where to write it")
    options = parser.parse_args()
    if not options.json.absolute().parent.is_dir():  # to be told at the end would be late
        parser.error(f"--json {options.json} was given; its folder must be there")
    many, started = QUICK if options.quick else FULL, time.perf_counter()
    known, report, complete = about(options.quick), Report(), False
    torch.set_num_threads(1)
    print("{processor}, {processors} processors, load {load}".format(**known["machine"]))
    print(", ".join(f"{name} {version}" for name, version in known["versions"].items()))
    report.head()
    try:
        with threadpool_limits(1):  # scikit-learn's
            in_browser(report, options.site, many)
            in_python(report, many)
        complete = True
    finally:
        seconds = time.perf_counter() - started
        report.write(options.json, complete=complete, **known, seconds=seconds)
    report.summary()
    said = ", --quick" if options.quick else ""
    print(f"\n{seconds / 60:.1f} minutes{said}; written to {options.json}")
    busy = known["machine"]["load"]
    if busy is not None and busy > IDLE:
        print(f"The machine was busy before this began (load {busy:.1f}): run it again in peace.")


if __name__ == "__main__":
    main()
