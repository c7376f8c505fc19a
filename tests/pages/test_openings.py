"""A page opens with its question, a guess, and a picture to put it on; all else comes after."""

import pytest

from conftest import PAGES, soup
from fitlab.explorables import Guess

NOTEBOOKS = [name for name in PAGES if name.startswith("notebooks/")]
LATEST = 700  # pixels from the top of the page, in a window of 1280: where the picture begins
PICTURES = ".bd-article :is([data-explorable], .fit-figure)"
TOPS = """all => all.filter((e) => e.getBoundingClientRect().height)
    .map((e) => e.getBoundingClientRect().top + scrollY)"""


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_first_picture_begins_early(visit, address, name, script):
    page = visit(f"{address}/{name}.html", "light", "wide", java_script_enabled=script).page
    page.set_viewport_size({"width": 1280, "height": 900})
    if script:
        page.locator(".fit-explorable-guess").wait_for()
    box = page.locator(".admonition.guess").first.bounding_box()
    first = min(page.locator(PICTURES).evaluate_all(TOPS))
    assert box["y"] + box["height"] < first <= LATEST


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_question_guess_picture_article_and_set_up_stand_in_this_order(site, name):
    page = soup(site / f"{name}.html").select_one("article.bd-article")
    parts = [
        page.select_one("h1 + p"),
        page.select_one(".admonition.guess"),
        page.select_one(f"[data-explorable={Guess.name}]"),
        page.find(lambda tag: tag.name == "p" and tag.get_text().startswith("The article ")),
        page.find(lambda tag: tag.name == "summary" and "Set-up" in tag.get_text()),
    ]
    everything = list(page.descendants)
    places = [next(i for i, each in enumerate(everything) if each is part) for part in parts]
    assert places == sorted(places)
    assert len(page.select("[data-explorable]")[0].select("figcaption")) <= 1
    assert page.select("[data-explorable]")[0] is parts[2], "the guess is the first picture"
