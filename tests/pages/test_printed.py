"""What cells print stays in its columns on a phone, and is read to its end by keyboard."""

import pytest

from conftest import PAGES

NOTEBOOKS = [page for page in PAGES if page.startswith("notebooks/")]
# Of every output in sight with several lines: its text, over how many lines it goes, whether it is
# wider than its place, and then whether one gets there with the key Tab.
PRINTED = """() => [...document.querySelectorAll(".output.stream pre")]
  .filter((e) => e.getBoundingClientRect().width && e.textContent.trim().includes("\\n"))
  .map((e) => {
    const range = document.createRange();
    range.selectNodeContents(e);
    const tops = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
    const wide = e.scrollWidth > e.clientWidth;
    return { text: e.textContent.trim(), lines: tops.size, wide, reached: e.tabIndex === 0 };
  })"""


def test_printed_lines_stay_below_one_another(visit, address):
    found = []
    for page in NOTEBOOKS:
        found += visit(f"{address}/{page}.html", width="narrow").page.evaluate(PRINTED)
    assert any(output["wide"] for output in found)
    assert [o["text"] for o in found if o["lines"] != len(o["text"].splitlines())] == []
    assert [o["text"] for o in found if o["wide"] and not o["reached"]] == []


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_what_goes_on_beyond_the_edge_says_so(visit, address, page):
    """By a shadow: a picture behind formulas and outputs that are wider than a phone."""
    seen = visit(f"{address}/{page}.html", width="narrow").page
    wide = """(all) => all.filter((e) => e.scrollWidth > e.clientWidth + 1)
        .map((e) => getComputedStyle(e).backgroundImage)"""
    marks = seen.locator(".fit-printed pre, div.math > .fit-formula").evaluate_all(wide)
    assert all("gradient" in mark for mark in marks)
