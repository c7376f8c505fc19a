"""Train the networks of the explorable *The frayed sine* anew, and write what they answer.

    python tools/extrapolation.py       about a minute of one core

Writes lib/fitlab/regression/extrapolation.json; a test repeats some of it.
"""

import json
from pathlib import Path

import torch

from fitlab import files
from fitlab.regression import extrapolation

if __name__ == "__main__":
    torch.set_num_threads(1)
    text = json.dumps(extrapolation.run_all(), separators=(",", ":"))
    text = text.replace("]],[[", "]],\n[[").replace('"lines":{', '"lines":{\n')  # a line a line
    path = Path(extrapolation.__file__).with_name(extrapolation.RECORD)
    files.write_whole(path, text + "\n")
    print(f"wrote {path}")
