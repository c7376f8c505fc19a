"""The built pages in Firefox and WebKit: every figure lives, and trains to the same numbers.

All other tests look with Chromium. Where one of the two is missing, its tests are skipped; `make
test` installs them on a Debian where it may.
"""

import re

import pytest

import drivers
from conftest import PAGES
from fitlab import Settings
from pages.test_formulas import TORN
from tools import browsers

EVERY = [*PAGES, "404"]
TRAINING = ["book/index", "notebooks/fitting_sine", "notebooks/hypothesis"]

# Until a condition holds; an error after half a minute.
UNTIL = """const until = async (holds) => {
  for (const end = Date.now() + 30_000; !holds(); ) {
    if (Date.now() > end) throw new Error(`waited in vain for ${holds}`);
    await new Promise((done) => setTimeout(done, 20));
  }
};"""
LIVES = f"""{UNTIL}
const places = [...document.querySelectorAll(".fit-live")];
await until(() => places.every((e) => e.querySelector(".fit-explorable, .fit-apology")));
return [...document.querySelectorAll(".fit-apology")].map((e) => e.textContent);"""
SIDEWAYS = "return document.documentElement.scrollWidth - innerWidth;"
UNMARKED = """return [...document.querySelectorAll("a.fit-term")]
  .filter((e) => getComputedStyle(e).textDecorationStyle !== "dotted"
    || !getComputedStyle(e).textDecorationLine.includes("underline"))
  .map((e) => e.textContent);"""
# How the figure ends when it is trained, and what was recorded when the book was written.
TRAIN = f"""{UNTIL}
const figure = () => document.querySelector(".fit-explorable[data-explorable=fit]");
const buttons = () => [...(figure()?.querySelectorAll("button") ?? [])];
const button = () => buttons().find((e) => e.textContent === "Train");
await until(button);
const numbers = () => [figure().dataset.step, Number(figure().dataset.mse).toPrecision(6)];
const recorded = numbers();
figure().scrollIntoView();
figure().dataset.step = "none";
button().click();
const ends = ["converged", "stopped"]; // a network that is too small for the goal stops before it
await until(() => ends.includes(figure().dataset.state) && figure().dataset.step !== "none");
return [recorded, numbers(), figure().dataset.state];"""


# What Firefox says of a font whose page is left before it has come (NS_BINDING_ABORTED), and of a
# formula that is still coming. That all of them are whole, test_formulas looks at.
ON_THE_WAY = ("status=2152398850", "Invalid markup: Incorrect number of children")


@pytest.fixture(scope="module", params=["firefox", "webkit"])
def browser(request, tmp_path_factory):
    """The browser; at the end no page may have said anything."""
    paths = browsers.find(request.param)
    if not paths:
        pytest.skip(f"There is no {request.param}: `python -m tools.browsers --install` as root")
    with getattr(drivers, request.param)(paths, tmp_path_factory.mktemp(request.param)) as found:
        yield found
    assert not [words for words in found.said if not any(map(words.__contains__, ON_THE_WAY))]


def test_every_figure_lives_on_every_page(browser, root):
    for name in EVERY:
        browser.open(f"{root}/{name}.html")
        assert browser.run(LIVES) == [], name
        assert browser.run(SIDEWAYS) <= 0, name


def test_training_ends_where_it_did_when_the_book_was_written(browser, root):
    for name in TRAINING:
        browser.open(f"{root}/{name}.html")
        recorded, trained, state = browser.run(TRAIN)
        assert re.fullmatch(r"\d+", recorded[0])
        assert trained == recorded, name
        reached = float(trained[1]) < Settings().tolerance
        assert state == ("converged" if reached else "stopped"), name


def test_the_text_is_set_as_it_is_meant(browser, address):
    """Words of the glossary are marked, and no line begins with the comma after a formula."""
    for name in ("notebooks/hypothesis", "notebooks/cross_entropy"):
        browser.open(f"{address}/{name}.html")
        assert browser.run(UNMARKED) == []
        assert browser.run(f"return ({TORN})();") == []
