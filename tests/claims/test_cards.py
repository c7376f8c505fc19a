"""What a claim card draws is what its check decides with: numbers on one axis, thresholds as lines.

The oracle is the record of one run, as text, and arithmetic of its own.
"""

import math
import re

import pytest
from bs4 import BeautifulSoup

from fitlab.claims import CLAIMS, Evidence, Verdict, cards, record
from fitlab.claims.strip import PERCENT, Level, Strip, nine_in_ten

RECORD = record.load()
# pure counts of different things, and exact identities: nothing to compare on an axis
PLAIN = {
    "relu-is-any-broken-line",
    "ce-is-entropy-plus-kl",
    "same-gradient-when-p-is-fixed",
}
WORST_FIRST = [Verdict.FAILS, Verdict.CAVEAT, Verdict.HOLDS]


def strips(id):
    return [part for part in CLAIMS[id].face if isinstance(part, Strip)]


STRIPS = [(id, strip) for id in CLAIMS for strip in strips(id)]


def number(text):
    """(smallest, median, largest) of a number on record: "9 [7, 11]", "1.0e-4"."""
    median, *ends = [float(part.replace(",", "")) for part in re.split(r" \[|, |\]", text) if part]
    return (ends[0], median, ends[1]) if ends else (median,) * 3


def found(id):
    """The numbers on record, as a check gives them."""
    numbers = {}
    for name, text in RECORD[id]["numbers"].items():
        low, median, high = number(text)
        several = {"median": median, "min": low, "max": high}
        numbers[name] = several if "[" in text else median
    return numbers


def drawn(face, numbers, id="six-pieces-would-do"):
    """The card of a claim with another face and other numbers."""
    card = cards.Card.__new__(cards.Card)
    claim = CLAIMS[id]
    settings = {name: getattr(claim, name) for name in claim.__dataclass_fields__}
    card.claim = type(claim)(**{**settings, "face": tuple(face)})
    card.evidence = Evidence(Verdict.HOLDS, numbers, (0, 1), 0.0)
    return BeautifulSoup(card.html, "html.parser")


def places(tag):
    return {
        name: float(value) for name, value in re.findall(r"--(\w+):([\d.]+)", tag["style"])
    }  # fmt: skip


# ---------------------------------------------------------------------------- what is declared


@pytest.mark.parametrize("id", CLAIMS)
def test_every_name_on_a_face_is_a_number_of_its_claim(id):
    face = CLAIMS[id].on_its_face
    assert face
    assert set(face) <= set(RECORD[id]["numbers"])
    assert len(set(face)) == len(face), "nothing stands twice"
    assert bool(strips(id)) == (id not in PLAIN)
    for strip in strips(id):
        for level in strip.levels:
            assert set(level.decided) <= set(strip.rows), (
                "a line decides about rows that it crosses"
            )
            assert not isinstance(level.value, str) or level.value in RECORD[id]["numbers"]


def missed(level, id):
    """Whether some number on record is not on the side of the level where it must be."""
    numbers = RECORD[id]["numbers"]
    at = number(numbers[level.value])[1] if isinstance(level.value, str) else level.value
    at += level.plus
    below = [number(numbers[name])[1 if level.median else 2] for name in level.at_most]
    above = [number(numbers[name])[1 if level.median else 0] for name in level.at_least]
    if level.strict:
        return any(value >= at for value in below) or any(value <= at for value in above)
    return any(value > at for value in below) or any(value < at for value in above)


@pytest.mark.parametrize("id", [id for id in CLAIMS if any(s.levels for s in strips(id))])
def test_the_sides_of_the_thresholds_give_the_verdict_on_record(id):
    levels = [level for strip in strips(id) for level in strip.levels if level.decided]
    if not levels:
        return  # a line that explains, and decides nothing
    verdicts = [level.otherwise for level in levels if missed(level, id)]
    assert min([*verdicts, Verdict.HOLDS], key=WORST_FIRST.index) == RECORD[id]["verdict"]


@pytest.mark.parametrize(("id", "strip"), STRIPS, ids=[f"{id}-{s.axis}" for id, s in STRIPS])
def test_the_axis_holds_all_that_is_drawn(id, strip):
    numbers = found(id)
    low, high = strip.ends_for(numbers)
    values = [part for name in strip.rows for part in number(RECORD[id]["numbers"][name])]
    values += [level.on(numbers) for level in strip.levels]
    assert low < high
    assert low <= min(values)
    assert max(values) <= high
    if strip.log:
        assert {math.log10(end) % 1 for end in (low, high)} == {0}


# ---------------------------------------------------------------------------- what is drawn


def test_marks_stand_where_the_numbers_say():
    numbers = {"a": {"min": 1e-4, "median": 1e-3, "max": 0.1}, "b": 1e-2, "c": 5.0}
    log = Strip(
        "MSE",
        {"a": "the first", "b": "the second", "gone": "no"},
        (Level(1e-3, "goal {}"),),
        log=True,
    )
    plain = Strip("steps", {"c": "third"}, (Level("c", "its own {}", 3.0),))
    html = drawn([log, plain], numbers)
    first, second, third = html.select(".fit-strip-track")
    assert places(first) == {"low": 0, "at": pytest.approx(1 / 3, abs=1e-4), "high": 1}
    assert places(second) == dict.fromkeys(("low", "at", "high"), pytest.approx(2 / 3, abs=1e-4))
    assert places(third) == dict.fromkeys(("low", "at", "high"), 0.625)  # 5 of 8
    lines = [places(line)["at"] for line in html.select(".fit-strip-track i")]
    assert lines == [pytest.approx(1 / 3, abs=1e-4)] * 2 + [1]
    assert [flag.get_text() for flag in html.select(".fit-strip-flags li")] == [
        "goal 1 × 10⁻³", "its own 8",
    ]  # fmt: skip
    ends = [(tag["data-low"], tag["data-high"]) for tag in html.select(".fit-strip-ends")]
    assert ends == [("1 × 10⁻⁴", "0.1"), ("0", "8")]


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ([180, 2.7], (0, 200)), ([16, 5.3], (0, 20)), ([0.028, 0.0031], (0, 0.03)),
        ([-1.1, 1.8], (-2, 2)), ([8.5], (0, 9)), ([0], (0, 1)), ([-3], (-3, 0)), ([4], (0, 4)),
    ],
)  # fmt: skip
def test_the_ends_of_a_plain_axis_are_round_and_have_0_between_them(values, ends):
    numbers = {str(i): value for i, value in enumerate(values)}
    assert Strip("x", {name: name for name in numbers}).ends_for(numbers) == ends


def test_a_value_beyond_the_ends_or_without_a_logarithm_stands_at_the_end():
    assert [Strip("x", {}, ends=PERCENT).place(x, PERCENT) for x in (-5, 50, 200)] == [0, 0.5, 1]
    log = Strip("x", {}, log=True)
    assert [log.place(x, (1e-2, 1)) for x in (0, 1e-3, 0.1, 1, 10)] == [0, 0, 0.5, 1, 1]
    assert Strip("x", {"a": "a", "b": "b"}, log=True).ends_for({"a": 0, "b": 1}) == (1, 10)


def test_a_line_is_stronger_where_it_decides():
    strip = Strip("percent", {"a": "a", "b": "b"}, nine_in_ten("b"), ends=PERCENT)
    html = drawn([strip], {"a": 10, "b": 95})
    decides = [
        [line.has_attr("data-decides") for line in row.select("i")] for row in html.select("li")
    ]
    assert [row for row in decides if row] == [[False, False], [True, True]]


def test_what_is_drawn_is_said_in_words_and_hidden_from_who_listens():
    strip = Strip("MSE <of>", {"a": "the <network>"}, (Level(5e-4, "goal {}"),), log=True)
    html = drawn([strip, "b"], {"a": {"min": 1e-4, "median": 2e-4, "max": 3e-4}, "b": 7, "c": 8})
    for hidden in html.select("[aria-hidden]"):
        hidden.decompose()
    face, more = html.select_one(".fit-strip"), html.select_one("details")
    assert face.p.get_text() == "MSE <of>"
    assert [li.get_text() for li in face.select("li")] == [
        "goal 5 × 10⁻⁴", "the <network>: 2.0 × 10⁻⁴ [1.0 × 10⁻⁴, 3.0 × 10⁻⁴]",
    ]  # fmt: skip
    assert html.select_one("article > ul").get_text() == "b: 7"
    assert [row.get_text(" ") for row in more.select("tr")] == ["c 8"], "what the face has not"
