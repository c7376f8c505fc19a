"""Measure what a seed of each claim costs in a page, for the estimate of *Check it here*.

    python tools/check_seconds.py       some two minutes, after `make book`

Writes lib/fitlab/claims/seconds.json.
"""

import json
import sys
import tempfile
from pathlib import Path

from fitlab import files
from fitlab.claims import plans

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.bench.checks import SEEDS, load, seconds
from tools.bench.serving import ROOT, Workers, browse, serve, visit


def measured():
    """The seconds of a seed, by the id of the claim."""
    with (
        tempfile.TemporaryDirectory() as made,
        serve(ROOT / "_build" / "html", made) as address,
        browse() as browser,
        visit(browser, f"{address}/bench/blank.html") as blank,
    ):
        workers = Workers(blank)
        load(workers)
        return {
            id: round(seconds(workers, plans.as_json(id), SEEDS) / SEEDS, 2)
            for id in plans.all_planned()
        }


if __name__ == "__main__":
    files.write_whole(plans.SECONDS, json.dumps(measured(), indent=1) + "\n")
    print(f"wrote {plans.SECONDS}")
