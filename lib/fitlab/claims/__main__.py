"""The ledger from a run: `python -m fitlab.claims [ID ...] [--json] [--seeds 0-9] [--record]`."""

import argparse
import itertools
import json
import sys

import torch

from fitlab.claims import CLAIMS, check, ledger, record
from fitlab.display import show
from fitlab.random import MAX_SEED


def seed_range(text):
    """Turn "0-9" or "3" or "1,4,7" into a list of seeds."""
    try:
        parts = [_range(part) for part in text.split(",")]
        return list(ledger.checked_seeds(itertools.chain(*parts)))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} was given; write 0-9, or 3, or 1,4,7: at most {ledger.MOST_SEEDS:,} seeds "
            f"from 0 to {MAX_SEED}, each only once"
        ) from None


def _range(text):
    """The seeds of "0-9" or "3"; ValueError if there are none."""
    first, dash, last = text.partition("-")
    seeds = range(int(first), int(last if dash else first) + 1)
    if not seeds:
        raise ValueError(f"{text!r} was given; the first must not be above the last")
    return seeds


def known_id(text):
    """Refuse an id that no claim has, with the list."""
    if text not in CLAIMS:
        raise argparse.ArgumentTypeError(f"{text!r} is no claim; there are {', '.join(CLAIMS)}")
    return text


def main(arguments=None):
    """Check claims, print the ledger; returns 1 if a verdict is not the one on record."""
    parser = argparse.ArgumentParser(prog="python -m fitlab.claims", description=__doc__)
    parser.add_argument("ids", nargs="*", metavar="ID", type=known_id, help="default: all")
    parser.add_argument("--json", action="store_true", help="a list of records instead of text")
    seeds = parser.add_mutually_exclusive_group()
    seeds.add_argument("--seeds", type=seed_range, default="0-9", help="default: 0-9")
    seeds.add_argument(
        "--record", action="store_true", help="on the seeds of the pages, into the book's record"
    )
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    rows = [_row(id, options) for id in options.ids or CLAIMS]
    print(json.dumps(rows, indent=1) if options.json else "\n\n".join(map(_text, rows)))
    changed = [row["id"] for row in rows if _verdicts(row) != _recorded(CLAIMS[row["id"]])]
    for id in changed:
        recorded = ", literally ".join(f"“{verdict}”" for verdict in _recorded(CLAIMS[id]))
        print(f"{id}: the verdict on record is {recorded}", file=sys.stderr)
    return 1 if changed else 0


def _verdicts(row):
    """The verdicts of a run: of the claim, and of the letter of its quote if that differs."""
    return [row["verdict"], *([row["literally"]["verdict"]] if "literally" in row else [])]


def _recorded(claim):
    """The same as the book prints them."""
    return [claim.recorded, *([claim.literally.recorded] if claim.literally else [])]


def _row(id, options):
    claim = CLAIMS[id]
    print(f"checking {id} …", end=" ", file=sys.stderr, flush=True)
    evidence = check(id, claim.seeds if options.record else options.seeds)
    print(f"{evidence.verdict} ({evidence.seconds:.1f} s)", file=sys.stderr)
    if options.record:
        record.save({id: record.entry(id, evidence)})
    return {
        "id": id,
        **record.about(claim, evidence),
        "numbers": evidence.numbers,
        "seeds": list(evidence.seeds),
        "seconds": round(evidence.seconds, 3),
    }


def _text(row):
    numbers = "\n".join(f"    {name}: {show(value)}" for name, value in row["numbers"].items())
    whose = f"{row['id']} ({row['section']}; {row['whose']}, {row['kind']})"
    quote = f"  “{row['quote']}”\n" if "quote" in row else ""
    letter = row.get("literally")
    literally = f"  By the letter: {letter['says']} {letter['verdict'].upper()}\n" if letter else ""
    says = f"{quote}  {row['says']}\n  {row['verdict'].upper()}\n{literally}"
    return f"{whose}\n{says}{numbers}"


if __name__ == "__main__":
    sys.exit(main())
