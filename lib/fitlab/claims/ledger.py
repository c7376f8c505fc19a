"""What a claim is: a sentence, a check over seeds, and the verdict on record.

A claim of the article's carries the article's own sentence, from `quotes.json`, word for word; the
claim is our reading of it, the charitable one. Where the letter of the sentence says something
else, that is another reading, with a verdict of its own.
"""

import enum
import itertools
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fitlab import random, validate
from fitlab.display import show

MOST_SEEDS = 10_000  # that a check runs on
ALL, NINE_IN_TEN, HALF = 100, 90, 50  # percent
QUOTES: dict[str, str] = json.loads(
    Path(__file__).with_name("quotes.json").read_text(encoding="utf-8")
)  # id -> the sentence of the article, in Chinese; what was left out of it is "…"


class Verdict(enum.StrEnum):
    """The three answers a check can give."""

    HOLDS = "holds"
    CAVEAT = "holds with a caveat"
    FAILS = "does not hold as stated"


class Whose(enum.StrEnum):
    """Who makes a claim."""

    ARTICLE = "the article’s"
    OURS = "ours"


class Kind(enum.StrEnum):
    """What makes a claim true: a proof, algebra on both sides of an equation, or only experiments.

    A check of the first two can find a mistake; of the third, it is all that there is.
    """

    THEOREM = "theorem"
    IDENTITY = "identity"
    OBSERVATION = "observation"


Numbers = dict[str, float | dict[str, float]]


@dataclass(frozen=True)
class Reading:
    """What the article's sentence says by its letter, where we read it otherwise.

    says: that, in one plain sentence.  rule: when it holds, as a sentence.  recorded: the verdict
    that the book prints.  judge: the verdict from the numbers that the claim's check has found.
    """

    says: str
    rule: str
    recorded: Verdict
    judge: Callable[[Numbers], Verdict]


@dataclass(frozen=True)
class Evidence:
    """What a check found.

    numbers: name with its unit -> a number, or {"median", "min", "max"} over the seeds.
    literally: the verdict on the letter of the article's sentence, where that is another one.
    """

    verdict: Verdict
    numbers: Numbers
    seeds: tuple[int, ...]
    seconds: float
    literally: Verdict | None = None

    def __repr__(self):
        found = "; ".join(f"{name} {show(value)}" for name, value in self.numbers.items())
        return f"Evidence({self.verdict}: {found})"


@dataclass(frozen=True)
class Claim:
    """One statement of the article, or of ours.

    says: the statement in one plain sentence; of the article's, as we read it.
    rule: when it holds, in sentences, made from the constants that decide.
    recorded: the verdict that the book prints.  seeds: those of its card, wherever the card stands.
    face: what its card shows at once: strips (`strip.py`), and names of numbers that stand as they
    are.  check: seeds -> (verdict, numbers); it decides from the numbers alone.
    literally: the letter of the article's sentence, if it says something else.
    needs: what its check needs that a page has not; "" if a page can run it (`plans.py`).
    """

    id: str
    section: str
    says: str
    kind: Kind
    rule: str
    recorded: Verdict
    seeds: tuple[int, ...]
    face: tuple
    check: Callable[[Sequence[int]], tuple[Verdict, Numbers]]
    literally: Reading | None = None
    needs: str = ""

    @property
    def quote(self) -> str | None:
        """The article's own sentence, in Chinese; None if the claim is ours."""
        return QUOTES.get(self.id)

    @property
    def whose(self) -> Whose:
        """Who makes it."""
        return Whose.ARTICLE if self.quote else Whose.OURS

    @property
    def on_its_face(self):
        """The names of the numbers on the face of its card, in their order."""
        rows = [[part] if isinstance(part, str) else part.rows for part in self.face]
        return tuple(itertools.chain.from_iterable(rows))

    def __repr__(self):
        return f"Claim({self.id!r}: {self.says} On record: {self.recorded})"


CLAIMS: dict[str, Claim] = {}


def claim(
    id, *, section, says, kind, rule, recorded, face, seeds=range(5), literally=None, needs=""
):
    """Register the decorated check as a claim; the arguments are the fields of Claim."""

    def register(check):
        if id in CLAIMS:
            raise ValueError(f"id={id!r} was given twice; every claim needs its own")
        CLAIMS[id] = Claim(
            id=id,
            section=section,
            says=says,
            kind=Kind(kind),
            rule=rule,
            recorded=Verdict(recorded),
            seeds=tuple(seeds),
            face=tuple(face),
            check=check,
            literally=literally,
            needs=needs,
        )
        return check

    return register


def check(id, seeds=range(10)):
    """Run the check of one claim on `seeds` (different integers >= 0); returns its Evidence."""
    found, seeds = CLAIMS[validate.one_of("claim", id, CLAIMS)], checked_seeds(seeds)
    started = time.perf_counter()
    verdict, numbers = found.check(seeds)
    literally = found.literally.judge(numbers) if found.literally else None
    return Evidence(verdict, numbers, seeds, time.perf_counter() - started, literally)


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


def rule_by_share(of: str, so: str) -> str:
    """The rule of `verdict_by` as sentences: of "networks" so many "come close"."""
    return (
        f"Holds if {in_ten(NINE_IN_TEN)} {of} {so}; with a caveat if that is so for more than "
        f"{in_ten(HALF)} of them."
    )


def in_ten(share: float) -> str:
    """A share in percent as people say it: "nine in ten", "half", "every"; else "35 % of"."""
    words: dict[float, str] = {100: "every", NINE_IN_TEN: "nine in ten", HALF: "half"}
    return words.get(share, f"{share:g} % of")


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
