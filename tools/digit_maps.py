"""Fit the maps of the explorable *Perplexity* anew, and write them down.

    python tools/digit_maps.py       some twenty seconds of one core

Writes lib/fitlab/distances/digit_maps.json; a test holds it to new fits.
"""

import json
from pathlib import Path

import torch

from fitlab import files
from fitlab.distances import digit_maps

if __name__ == "__main__":
    torch.set_num_threads(1)
    record = digit_maps.run_all()
    *head, _ = ((key, json.dumps(value)) for key, value in record.items())
    rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in record["maps"])
    lines = [*(f'"{key}": {value}' for key, value in head), f'"maps": [\n{rows}\n]']
    path = Path(digit_maps.__file__).with_name(digit_maps.RECORD)
    files.write_whole(path, "{" + ",\n".join(lines) + "}\n")
    print(f"wrote {path}")
