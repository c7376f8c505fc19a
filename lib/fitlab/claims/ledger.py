"""What a claim is: a sentence, a check over seeds, and the verdict on record."""

import enum
import itertools
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from fitlab import random, validate
from fitlab.display import show

MOST_SEEDS = 10_000  # that a check runs on
NINE_IN_TEN, HALF = 90, 50  # percent


class Verdict(enum.StrEnum):
    """The three answers a check can give."""

    HOLDS = "holds"
    CAVEAT = "holds with a caveat"
    FAILS = "does not hold as stated"


@dataclass(frozen=True)
class Evidence:
    """What a check found.

    numbers: name with its unit -> a number, or {"median", "min", "max"} over the seeds.
    """

    verdict: Verdict
    numbers: dict[str, float | dict[str, float]]
    seeds: tuple[int, ...]
    seconds: float

    def __repr__(self):
        found = "; ".join(f"{name} {show(value)}" for name, value in self.numbers.items())
        return f"Evidence({self.verdict}: {found})"


@dataclass(frozen=True)
class Claim:
    """One statement of the article, or of ours.

    says: the statement in one plain sentence.  recorded: the verdict that the book prints.
    seeds: those of its card, wherever the card stands.
    face: what its card shows at once: strips (`strip.py`), and names of numbers that stand as they
    are.  check: seeds -> (verdict, numbers); it decides from the numbers alone.
    """

    id: str
    section: str
    says: str
    recorded: Verdict
    seeds: tuple[int, ...]
    face: tuple
    check: Callable[[Sequence[int]], tuple[Verdict, dict]]

    @property
    def on_its_face(self):
        """The names of the numbers on the face of its card, in their order."""
        rows = [[part] if isinstance(part, str) else part.rows for part in self.face]
        return tuple(itertools.chain.from_iterable(rows))

    def __repr__(self):
        return f"Claim({self.id!r}: {self.says} On record: {self.recorded})"


CLAIMS: dict[str, Claim] = {}


def claim(id, *, section, says, recorded, face, seeds=range(5)):
    """Register the decorated check as a claim."""

    def register(check):
        if id in CLAIMS:
            raise ValueError(f"id={id!r} was given twice; every claim needs its own")
        CLAIMS[id] = Claim(id, section, says, Verdict(recorded), tuple(seeds), tuple(face), check)
        return check

    return register


def check(id, seeds=range(10)):
    """Run the check of one claim on `seeds` (different integers >= 0); returns its Evidence."""
    found, seeds = CLAIMS[validate.one_of("claim", id, CLAIMS)], checked_seeds(seeds)
    started = time.perf_counter()
    verdict, numbers = found.check(seeds)
    return Evidence(verdict, numbers, seeds, time.perf_counter() - started)


def checked_seeds(seeds):
    """Different seeds, one at least and MOST_SEEDS at most, as a tuple; or ValueError.

    No more are looked at, so that a range may be any.
    """
    found = tuple(itertools.islice(seeds, MOST_SEEDS + 1)) if isinstance(seeds, Iterable) else ()
    if not isinstance(seeds, Iterable) or len(found) > MOST_SEEDS:
        raise ValueError(
            f"seeds={seeds!r} was given; seeds must be different integers, at most {MOST_SEEDS:,}"
        )
    found = tuple(validate.integer("seed", seed, 0, random.MAX_SEED) for seed in found)
    if not found or len(set(found)) < len(found):
        raise ValueError(f"seeds={list(found)} was given; at least one is needed, each only once")
    return found


def verdict_by(share):
    """The verdict when `share` percent of the networks do as a claim says: nine in ten, or most."""
    if share >= NINE_IN_TEN:
        return Verdict.HOLDS
    return Verdict.CAVEAT if share > HALF else Verdict.FAILS


def spread(values):
    """Median, smallest and largest of some numbers."""
    values = np.asarray(values, dtype=np.float64)
    return {
        "median": float(np.median(values)),
        "min": float(values.min()),
        "max": float(values.max()),
    }


def percent(answers):
    """How many of some yes-or-no answers are yes, in percent."""
    return 100 * float(np.mean(list(answers)))
