"""The code of a figure stands at the end of its caption, that of a card under "How we know"."""

import ast
import re

import nbformat
import pytest

from conftest import PAGES, ROOT, SITE, soup
from fitlab.figures import OURS

NOTEBOOKS = [p for p in PAGES if p.startswith("notebooks/")]


def folded(page):
    """The sources of the cells that the page folds and that draw, and of those that check."""
    drawn, checked = [], []
    for cell in nbformat.read(ROOT / f"{page}.ipynb", as_version=4).cells:
        if "hide-input" not in cell.metadata.get("tags", []):
            continue
        outputs = [out for out in cell.outputs if "data" in out]
        if any("figure" in out.metadata.get(OURS, {}) for out in outputs):
            drawn.append(cell.source)
        elif any('class="fit-claim"' in out.data.get("text/html", "") for out in outputs):
            checked.append(cell.source)
    return drawn, checked


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_code_stands_in_what_it_made_and_nowhere_else(page):
    html = soup(SITE / f"{page}.html")
    drawn, checked = folded(page)
    codes = html.select("figure figcaption > details.fit-code")
    assert [code.pre.get_text().strip() for code in codes] == drawn
    for code in codes:
        assert code.summary.get_text() == "code"
        assert code.summary["aria-label"] == "code that drew this figure"
        assert not code.find_next_sibling(), "it is the last of the caption"
    cells = html.select("article.fit-claim > details > :last-child pre")
    assert [cell.get_text().strip() for cell in cells] == checked
    prompts = [tag.get_text() for tag in html.select("details.above-input .collapsed")]
    assert prompts.count("Set-up") == 1
    assert all(prompt.startswith("Answer to ") for prompt in prompts if prompt != "Set-up")


def checks_as_written():
    """{claim: the function that checks it}, as the modules of claims have it below `@claim`.

    Of a plan, its numbers as they are given to `planned`.
    """
    found = {}
    for path in (ROOT / "lib/fitlab/claims").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for node in ast.parse(text).body:
            for mark in getattr(node, "decorator_list", []):
                if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "claim":
                    found[ast.literal_eval(mark.args[0])] = ast.get_source_segment(text, node)
            call = getattr(node, "value", None)
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "planned":
                [numbers] = [word for word in call.keywords if word.arg == "numbers"]
                own = re.sub("^    ", "", ast.get_source_segment(text, numbers), flags=re.MULTILINE)
                found[call.args[0].value] = own.replace("numbers=", "numbers = ", 1)
    return found


def test_each_card_shows_the_function_that_checks_it():
    written, shown = checks_as_written(), {}
    for page in NOTEBOOKS:
        for card in soup(SITE / f"{page}.html").select("article.fit-claim"):
            check, _cell = card.select("details pre")
            shown[card["id"].removeprefix("claim-")] = check.get_text().strip()
    assert shown == written


@pytest.mark.parametrize("scripts", [True, False])
def test_it_unfolds_by_keyboard_also_without_scripts(visit, address, scripts):
    page = visit(f"{address}/notebooks/taylor.html", java_script_enabled=scripts).page
    code = page.locator(".fit-code").first
    assert not code.locator("pre").is_visible()
    code.locator("summary").press("Enter")
    assert code.locator("pre").is_visible()
    if scripts:
        assert code.locator("button.copybtn").count() == 1
    code.locator("summary").press("Enter")
    assert not code.locator("pre").is_visible()
