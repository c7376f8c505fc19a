"""Train the networks of the explorable *Shuffle the pixels* anew, and write what they reach.

    python tools/shuffled_digits.py       some six minutes of one core

Writes lib/fitlab/classification/shuffled_digits.json; a test repeats some of it.
"""

import json
import re
from pathlib import Path

import torch

from fitlab import files
from fitlab.classification import shuffled_digits

if __name__ == "__main__":
    torch.set_num_threads(1)
    text = json.dumps(shuffled_digits.run_all(), indent=1)
    text = re.sub(r"\[[^][]*\]", lambda row: re.sub(r"\s+", " ", row[0]), text)  # a row a line
    path = Path(shuffled_digits.__file__).with_name(shuffled_digits.RECORD)
    files.write_whole(path, text + "\n")
    print(f"wrote {path}")
