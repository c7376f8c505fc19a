"""What a role looks like is drawn where it is named, by what draws the figures."""

import re

import pytest

from conftest import soup
from fitlab import figures
from fitlab.claims import Verdict
from fitlab.claims.cards import LOOKS

# how the page's words speak of a line that has no dashes
UNBROKEN = {"network": "solid", "kl": "solid", "data": "grey"}
# those that share the colour of another role, and have a dash or a mark of their own
COLOURED_AS = {"cross-entropy": "ink", "kl": "network"}


@pytest.fixture(scope="module")
def notation(site):
    return soup(site / "book" / "notation.html")


def test_every_role_is_drawn_in_its_row(notation):
    keys = notation.select("table svg.fit-key")
    assert [key["data-role"] for key in keys] == list(figures.LINES)


@pytest.mark.parametrize("role", figures.LINES)
def test_a_line_looks_as_it_is_told(notation, role):
    (key,) = notation.select(f'svg.fit-key[data-role="{role}"]')
    line = key.select_one("path[style*=stroke]")
    assert f"stroke: var(--fit-{COLOURED_AS.get(role, role)}," in line["style"]
    told = key.find_parent("td").get_text()
    dashed = "stroke-dasharray" in line["style"]
    assert dashed != (role in UNBROKEN)
    assert bool(re.search("dash|dotted", told.partition("(")[0])) == dashed
    assert bool(key.select("use")) == (role in figures.MARKERS)


def test_the_signs_of_the_verdicts_are_told(notation):
    text = notation.select_one("article").get_text()
    for verdict in Verdict:
        assert f"{LOOKS[verdict][1]} {verdict}" in text
