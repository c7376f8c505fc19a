""" "Check it here": a reader's seeds, the numbers beside those on record, and an honest verdict.

What is found is compared with Python in tests/claims/test_plans.py; here stands what a reader does.
"""

import json
import re
from importlib.metadata import version
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup

from axe import assert_accessible
from conftest import SITE, soup
from fitlab import claims
from fitlab.claims import CLAIMS, cards, plans, record
from fitlab.display import show, typeset
from mounted import CLIPBOARD

PLANNED = list(plans.all_planned())
RECORD = record.load()
PAGE = "notebooks/taylor.html"
ID = "plateau-is-the-networks-own-error"  # a quick one
QUICK = [ID, "outside-nobody-knows", "more-units-more-pieces"]
(BESIDE,) = (id for id, plan in plans.all_planned().items() if plan.beside)
VERSION = version("fitlab")
PATIENCE = 60_000  # ms


# Leaves some claims only, of which the second has another verdict on record.
FEW = """async (ids) => {
  const script = document.createElement("script");
  const { src } = document.querySelector("script[src*='check_here.js']");
  script.src = src.replace("check_here", "checks");
  await new Promise((done) => { script.onload = done; document.head.append(script); });
  const few = Object.fromEntries(ids.map((id) => [id, fitlab.checks.claims[id]]));
  few[ids[1]].verdict = "holds with a caveat";
  const value = { ...fitlab.checks, claims: few };
  Object.defineProperty(fitlab, "checks", { get: () => value, set: () => {} });
}"""


def button(page, id=ID):
    return page.locator(f'.fit-check-open[data-check="{id}"]')


def panel(page, id=ID):
    return page.locator(f'.fit-check[data-check="{id}"]')


def opened(page, id=ID):
    """The panel of a claim, opened by its button."""
    button(page, id).click()
    found = panel(page, id)
    found.wait_for()
    return found


def check(found, seeds, state="checked"):
    """Check on these seeds, and wait for how it ends."""
    found.get_by_label("seeds").fill(seeds)
    found.get_by_role("button", name="Check", exact=True).click()
    page = found.page
    page.wait_for_function(
        "([panel, state]) => panel.dataset.state === state",
        arg=[found.element_handle(), state],
        timeout=PATIENCE,
    )
    return found.locator(".fit-check-said").text_content()


def test_every_claim_that_can_be_checked_has_a_button_on_its_card_and_in_the_ledger():
    on_cards = {
        tag["data-check"]: path.stem
        for path in SITE.glob("notebooks/*.html")
        for tag in soup(path).select("article.fit-claim > .fit-check-open")
    }
    assert on_cards == {id: CLAIMS[id].section for id in PLANNED}
    ledger = soup(SITE / "notebooks/conclusion.html").select(".fit-ledger .fit-check-open")
    assert [tag["data-check"] for tag in ledger] == [id for id in RECORD if id in PLANNED]
    for row in soup(SITE / "notebooks/conclusion.html").select("tr[data-claim]"):
        marked = "can be checked here" in row.get_text()
        assert marked == (row["data-claim"] in PLANNED)


def test_without_scripts_there_are_no_buttons(visit, address):
    page = visit(f"{address}/{PAGE}", java_script_enabled=False).page
    assert page.locator(".fit-check-open").count() == 4
    assert not page.locator(".fit-check-open").first.is_visible()


def test_a_claim_is_checked_on_the_readers_seeds(open_live, root):
    """The same verdict and numbers as Python's, beside those on record; from the disk as well."""
    page = open_live(f"{root}/{PAGE}")
    found = opened(page)
    assert found.get_by_label("seeds").input_value() == "100-104"
    assert re.search(r"about .* for seeds 100 to 104", found.text_content())
    said = check(found, "7,200-201")
    evidence = claims.check(ID, [7, 200, 201])
    assert said == f"On your seeds 7, 200, 201 it {evidence.verdict}, as on record."
    assert found.get_attribute("data-verdict") == "holds"
    rows = [
        [cell.text_content() for cell in row.locator("th, td").all()]
        for row in found.locator("tbody tr").all()
    ]
    assert rows == [
        [typeset(name), typeset(show(value)), typeset(RECORD[ID]["numbers"][name])]
        for name, value in evidence.numbers.items()
    ]


@pytest.mark.parametrize("width", ["wide", "narrow"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_panel_is_accessible_and_fits(visit, address, width, theme):
    page = visit(f"{address}/{PAGE}", width=width, theme=theme).page
    found = opened(page)
    check(found, "5")
    assert_accessible(page, ".fit-check[data-check]")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("seeds", "wrong"),
    [
        ("", "No seed was given"),
        ("many", "“many” was given; write 0-9, or 3, or 1,4,7"),
        ("9-0", "“9-0” was given"),
        ("-1", "“-1” was given"),
        ("1.5", "“1.5” was given"),
        ("4294967296", "“4294967296” was given"),
        ("3,1-5", "A seed was given twice"),
        ("0-100", "101 seeds were given; a page takes at most 100"),
        ("0-4294967295", "4,294,967,296 seeds were given"),
    ],
)
def test_what_are_no_seeds_is_refused_in_words(open_live, address, seeds, wrong):
    page = open_live(f"{address}/{PAGE}")
    found = opened(page)
    field = found.get_by_label("seeds")
    field.fill(seeds)
    assert wrong in found.locator(".fit-check-wrong").text_content()
    assert field.get_attribute("aria-invalid") == "true"
    field.press("Enter")
    assert found.get_attribute("data-state") == "ready"
    field.fill("4294967295")
    assert found.locator(".fit-check-wrong").text_content() == ""


def test_another_verdict_is_told_as_one(open_live, address):
    page = open_live(f"{address}/{PAGE}")
    opened(page)
    page.evaluate(f"fitlab.checks.claims[{json.dumps(ID)}].verdict = 'does not hold as stated'")
    differs = "it holds. On record (seeds 0 to 4) it does not hold as stated."
    assert check(panel(page), "3") == (
        f"On your seed 3 {differs} Of fewer seeds a share is coarser: try 5."
    )
    assert check(panel(page), "3-7") == (
        f"On your seeds 3 to 7 {differs} So our verdict depends on the seeds, and we should like "
        "to know."
    )
    assert panel(page).get_attribute("data-verdict") == "holds"
    panel(page).get_by_label("seeds").fill("8")
    assert panel(page).get_attribute("data-verdict") is None, "nothing is known of other seeds"
    assert panel(page).locator("table").count() == 0


def test_it_can_be_stopped_and_begun_again(open_live, address):
    page = open_live(f"{address}/{PAGE}")
    found = opened(page, "closest-to-degree-11")
    found.get_by_label("seeds").fill("0-99")
    found.get_by_role("button", name="Check", exact=True).press("Enter")
    page.wait_for_function("document.querySelector('.fit-check progress').value > 0")
    assert "of 400 networks" in found.locator(".fit-check-said").text_content()
    found.get_by_label("seeds").press("Enter")  # once more changes nothing
    assert found.get_attribute("data-state") == "checking"
    found.get_by_role("button", name="Stop", exact=True).press("Enter")
    page.wait_for_function("document.querySelector('.fit-check').dataset.state === 'stopped'")
    assert page.evaluate("document.activeElement.textContent") == "Check"
    assert check(found, "1").startswith("On your seed 1 it ")


def test_only_one_check_runs_at_a_time(open_live, address):
    page = open_live(f"{address}/{PAGE}")
    long, short = opened(page, "closest-to-degree-11"), opened(page)
    long.get_by_label("seeds").fill("0-99")
    long.get_by_role("button", name="Check", exact=True).click()
    check(short, "1")
    assert long.get_attribute("data-state") == "stopped"


def test_a_link_opens_the_panel_with_its_seeds(open_live, visit, address):
    page = open_live(f"{address}/{PAGE}", **CLIPBOARD)
    found = opened(page)
    check(found, "8,9")
    found.get_by_role("button", name="Copy link").click()
    found.get_by_text("Copied.").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{address}/{PAGE}#check-{ID}?seeds=8%2C9"
    before, after = link.split("#")
    for sent in (link, f"{before}#{quote(after)}"):
        other = visit(sent).page
        panel(other).wait_for()
        assert panel(other).get_by_label("seeds").input_value() == "8,9"
        assert other.evaluate("document.activeElement.textContent") == "Check"
    broken = visit(f"{before}#check-{ID}%").page  # a % that encodes nothing
    panel(broken).wait_for()
    assert panel(broken).get_by_label("seeds").input_value() == "100-104"
    assert broken.locator(".fit-check-apology").count() == 0


@pytest.mark.parametrize("from_disk", [False, True])
def test_a_link_to_the_ledger_opens_the_row_that_lives(visit, address, site, from_disk):
    root = site.as_uri() if from_disk else address
    page = visit(f"{root}/notebooks/conclusion.html#check-{ID}?seeds=8%2C9").page
    panel(page).wait_for()
    assert page.locator(".fit-explorable-ledger").locator(panel(page)).count() == 1
    assert panel(page).get_by_label("seeds").input_value() == "8,9"
    page.wait_for_function("document.activeElement.textContent === 'Check'")


def test_the_result_is_copied_with_all_that_it_takes_to_judge_it(open_live, address):
    page = open_live(f"{address}/{PAGE}", **CLIPBOARD)
    found = opened(page)
    said = check(found, "8")
    found.get_by_role("button", name="Copy result").click()
    found.get_by_text("Copied.").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    for part in (
        ID,
        typeset(CLAIMS[ID].says),
        said,
        VERSION,
        "Chrome",
        *map(typeset, RECORD[ID]["numbers"]),
    ):
        assert part in text


def test_a_check_that_is_overtaken_while_its_digits_fail_stops_nobody(visit, address):
    page = visit(f"{address}/notebooks/modelling_class.html").page
    first, second = opened(page, "any-code-will-do"), opened(page, "probability-says-more")
    held = []
    page.route("**/live/digits.js", lambda route: held.append(route))
    first.get_by_role("button", name="Check", exact=True).click()
    page.wait_for_timeout(100)
    page.evaluate("fitlab.checks.claims['probability-says-more'].digits = false")
    second.get_by_role("button", name="Check", exact=True).click()
    for route in held:
        route.abort()
    page.wait_for_function("(e) => e.dataset.state !== 'checking'", arg=second.element_handle())
    assert second.get_attribute("data-state") == "failed", "it has no digits, and says so"
    assert first.get_attribute("data-state") == "stopped"


def test_a_letter_is_judged_too(open_live, address):
    page = open_live(f"{address}/notebooks/fitting_sine.html")
    found = opened(page, "recipe-reaches-5e-4")
    assert found.get_by_label("seeds").input_value() == "100-109", "as many as on record"
    check(found, "0-1")
    letter = RECORD["recipe-reaches-5e-4"]["literally"]["verdict"]
    assert f"By the letter it {letter}, as on record." in found.text_content()


def test_a_claim_about_digits_brings_them_once(open_live, address):
    page = open_live(f"{address}/notebooks/modelling_class.html")
    came = []
    page.on("request", lambda request: came.append(request.url.rsplit("/", 1)[-1]))
    found = opened(page, "probability-says-more")
    assert "44 KB of scanned digits" in found.text_content()
    for seeds in ("1", "2"):
        assert check(found, seeds).startswith(f"On your seed {seeds} it ")
    assert came.count("digits.js") == 1


def test_what_does_not_come_is_said_with_the_command(visit, address):
    page = visit(f"{address}/{PAGE}").page
    page.route("**/live/checks.js", lambda route: route.abort())
    button(page).click()
    said = page.locator(".fit-check-apology")
    said.wait_for()
    assert "checks.js did not come" in said.text_content()
    assert "python -m fitlab.claims" in said.text_content()
    page.unroute_all()
    opened(page)
    assert said.count() == 0, "it came after all"


def test_a_check_that_cannot_begin_says_so_with_the_command(visit, address):
    page = visit(f"{address}/{PAGE}").page
    page.evaluate("window.Worker = undefined")
    said = check(opened(page), "1", "failed")
    assert said.startswith("This page could not check it (")
    assert said.endswith(f"In Python: python -m fitlab.claims {ID}")


def test_a_number_that_a_page_cannot_find_is_a_dash_with_a_note(open_live, address):
    page = open_live(f"{address}/notebooks/hypothesis.html")
    found = opened(page, BESIDE)
    check(found, "1")
    mine = [row.locator("td").first.text_content() for row in found.locator("tbody tr").all()]
    assert mine.count("–") == 1
    note = found.locator("table + p").text_content()
    assert note.startswith("“–” is a number that a page cannot find, and that decides nothing")
    assert note.endswith(f"python -m fitlab.claims {BESIDE}")


def test_the_ledger_checks_them_all(open_live, address):
    page = open_live(f"{address}/notebooks/conclusion.html", **CLIPBOARD)
    page.evaluate(FEW, QUICK)  # the others would take a while
    page.locator(".fit-check-all .fit-check-open").click()
    found = page.locator(".fit-check:not([data-check])")
    found.wait_for()
    said = check(found, "6-7")
    assert said == (f"3 claims checked: 1 with another verdict than on record ({QUICK[1]}).")
    items = found.locator("li").all()
    assert [item.get_attribute("data-differs") is not None for item in items] == [
        False, True, False,
    ]  # fmt: skip
    found.get_by_role("button", name="Copy results").click()
    found.get_by_text("Copied.").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    for part in (*QUICK, said, VERSION, "seeds 6 to 7"):
        assert part in text


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_a_row_of_the_ledger_checks_its_claim(open_live, address, width):
    """Its table is none of the ledger's, which becomes a list where there is no room."""
    page = open_live(f"{address}/notebooks/conclusion.html", width=width)
    page.locator(f"#ledger-{ID} summary").click()
    found = opened(page)
    assert check(found, "6-8").startswith("On your seeds 6 to 8 it ")
    assert found.locator("th").nth(1).text_content() == "on your seeds 6 to 8"
    heads = [head.bounding_box() for head in found.locator("thead th").all()]
    assert all(box["width"] > 30 for box in heads)
    for row in found.locator("tbody tr").all():
        cells = [cell.bounding_box() for cell in row.locator("th, td").all()]
        assert [round(cell["x"]) for cell in cells] == [round(box["x"]) for box in heads]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_a_page_cannot_check_says_what_it_takes():
    for id, claim in CLAIMS.items():
        card = BeautifulSoup(cards._how(claim, _nothing()), "html.parser").get_text()
        assert f"python -m fitlab.claims {id}" in card
        assert ("A page cannot check it" in card) == (id not in PLANNED)
        if claim.needs:
            assert typeset(claim.needs) in card


def _nothing():
    return claims.Evidence(claims.Verdict.HOLDS, {}, (0, 1), 0.0)
