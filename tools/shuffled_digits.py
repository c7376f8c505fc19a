"""Train the networks of the explorable *Shuffle the pixels* anew, and write what they reach.

    python tools/shuffled_digits.py       some six minutes of one core

Writes lib/fitlab/explorables/shuffled_digits.json; tests/test_shuffle.py repeats some of its runs.
"""

import json
import re
from pathlib import Path

import torch

import fitlab
from fitlab import shuffled_digits

if __name__ == "__main__":
    torch.set_num_threads(1)
    text = json.dumps(shuffled_digits.run_all(), indent=1)
    text = re.sub(r"\[[^][]*\]", lambda row: re.sub(r"\s+", " ", row[0]), text)  # a row a line
    path = Path(fitlab.__file__).parent / shuffled_digits.RECORD
    path.write_text(text + "\n", encoding="utf-8")
    print(f"wrote {path}")
