"""Train the decoder of the page on cross-entropy anew, on ten seeds, and write what it reaches.

    python tools/decoder_runs.py       about a minute and a half of one core for each seed

Writes lib/fitlab/language/decoder_runs.json; a test repeats the beginning of one.
"""

import json
import re
import sys
from pathlib import Path

import torch

from fitlab import files
from fitlab.language import decoder

if __name__ == "__main__":
    torch.set_num_threads(1)
    runs = []
    for seed in decoder.RECORDED:
        runs.append(decoder.record_of(seed))
        print(f"seed {seed}: {runs[-1]['held_out'][-1]:.2f} nats", file=sys.stderr, flush=True)
    text = json.dumps(runs, indent=1)
    text = re.sub(r"\[[^][{]*\]", lambda row: re.sub(r"\s+", " ", row[0]), text)  # a row a line
    path = Path(decoder.__file__).with_name(decoder.RECORD)
    files.write_whole(path, text + "\n")
    print(f"wrote {path}")
