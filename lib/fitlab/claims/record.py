"""The record of one run of all claims, which the ledger shows: `record.json`.

Each number stands there as the book prints it, to two digits, so that another processor writes the
same text. `python -m fitlab.claims --record` makes it, or the entries of some claims anew.
"""

import json
from pathlib import Path

from fitlab import files
from fitlab.claims.ledger import CLAIMS
from fitlab.display import show

PATH = Path(__file__).with_name("record.json")

# The pages in the order of the book, by their short names; a claim's section is one of them.
PAGES = {
    "hypothesis": "The hypothesis",
    "modelling_image": "An image is a vector",
    "modelling_class": "A class is a distribution",
    "fitting_sine": "Fitting sin",
    "taylor": "Against Taylor",
    "cross_entropy": "Cross-entropy",
    "mse": "Squared error",
    "conclusion": "The conclusion",
}


def entry(id, evidence):
    """What the record holds of a claim: what it is (`about`), verdict, numbers, seeds.

    numbers: name -> the text that its card shows, in the card's order.
    """
    return {
        **about(CLAIMS[id], evidence),
        "numbers": {name: show(value) for name, value in evidence.numbers.items()},
        "seeds": list(evidence.seeds),
    }


def about(claim, evidence):
    """A claim in words: {section, says, whose, kind, verdict}, and where there is one, the quote.

    Where the letter of the quote says something else: literally, {says, verdict}.
    """
    told = {
        "section": claim.section,
        "says": claim.says,
        "whose": str(claim.whose),
        "kind": str(claim.kind),
        "verdict": str(evidence.verdict),
    }
    if claim.quote:
        told["quote"] = claim.quote
    if claim.literally:
        told["literally"] = {"says": claim.literally.says, "verdict": str(evidence.literally)}
    return told


def load():
    """The record, {id: entry}, in the order of the book's pages and of the claims on each."""
    stored = json.loads(PATH.read_text(encoding="utf-8")) if PATH.exists() else {}
    pages, claims = list(PAGES), list(CLAIMS)
    known = [id for id in stored if id in CLAIMS]
    known.sort(key=lambda id: (pages.index(CLAIMS[id].section), claims.index(id)))
    return {id: stored[id] for id in known}


def save(entries):
    """Write these entries over those of the same claims, keep the others, drop unknown ones.

    In the file they are sorted by id, so that two branches that add claims seldom collide. Two runs
    that save at once keep the entries of both.
    """
    with files.locked(PATH):
        kept = load() | entries
        text = json.dumps(dict(sorted(kept.items())), indent=1, ensure_ascii=False)
        files.write_whole(PATH, text + "\n")
