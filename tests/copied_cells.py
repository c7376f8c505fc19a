"""Cells that a reader copied out of the page, run in a Python of their own."""

import json
import os
import subprocess
import sys

RUN_EACH = """
import contextlib, io, json, sys
import torch
torch.set_num_threads(1)
said = []
for cell in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(cell, {"__name__": "__main__"})
    said.append(printed.getvalue())
print(json.dumps(said))
"""


def said_by(cells):
    """What each cell prints; each has names of its own."""
    run = subprocess.run(
        [sys.executable, "-c", RUN_EACH], input=json.dumps(cells),
        capture_output=True, text=True, check=False, env={**os.environ, "MPLBACKEND": "Agg"},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
