"""The ledger: all claims at rest, those asked for in the view, and each link ends at its card."""

import random
import re
from functools import partial

import pytest
from bs4 import BeautifulSoup

from axe import assert_accessible
from conftest import SITE
from fitlab.claims import CLAIMS, record
from fitlab.claims.cards import seeds_in_words
from fitlab.display import without_tex
from fitlab.explorables import Ledger
from mounted import CLIPBOARD, copied_link, figure_of, hash_of
from tabs import ALL_LIVE, settle
from typed import typed

EXPLORABLE = Ledger

RECORD = record.load()
PAGES = list(dict.fromkeys(entry["section"] for entry in RECORD.values()))
KINDS = {
    "holds": "holds", "caveat": "holds with a caveat", "fails": "does not hold as stated",
}  # fmt: skip
SIGNS = {"holds": "✓", "caveat": "≈", "fails": "✗"}
PLURALS = {"holds": "hold", "caveat": "hold with a caveat", "fails": "do not hold as stated"}
WHOSE = {"article": "the article’s", "ours": "ours"}
KINDS_OF_CLAIMS = ["theorem", "identity", "observation"]
START = {"verdict": "all", "page": "all", "whose": "all", "kind": "all"}


@pytest.fixture
def mount(mount):
    return partial(mount, ready=".fit-ledger")


def expected(verdict="all", page="all", whose="all", kind="all"):
    """The ids that such a choice should show."""
    return [
        id
        for id, entry in RECORD.items()
        if KINDS.get(verdict, entry["verdict"]) == entry["verdict"]
        and page in {"all", entry["section"]}
        and WHOSE.get(whose, entry["whose"]) == entry["whose"]
        and kind in {"all", entry["kind"]}
    ]


def counts(ids):
    found = {
        kind: sum(RECORD[id]["verdict"] == verdict for id in ids) for kind, verdict in KINDS.items()
    }
    return ", ".join(f"{n} {KINDS[k] if n == 1 else PLURALS[k]}" for k, n in found.items() if n)


# ---------------------------------------------------------------------------- at rest


@pytest.fixture(scope="module")
def rest(default):
    return BeautifulSoup(figure_of(default), "html.parser")


def test_at_rest_it_is_a_table_of_all_claims(rest):
    assert rest.figure.attrs["data-explorable"] == "ledger"
    assert [th.get_text() for th in rest.select("thead th")] == [
        "Claim",
        "Verdict",
        "What was found",
    ]
    rows = rest.select("tbody tr[data-claim]")
    assert [row["data-claim"] for row in rows] == list(RECORD)
    for row in rows:
        entry = RECORD[row["data-claim"]]
        assert typed(row.a.get_text()) == entry["says"]
        of = row.select_one(".fit-ledger-kind").get_text()
        where = "" if CLAIMS[row["data-claim"]].needs else ", can be checked here"
        assert of == f"{entry['whose']}, {entry['kind']}{where}"
        quotes = row.select("blockquote[lang=zh]")
        assert [q.get_text() for q in quotes] == [
            without_tex(entry[name]) for name in ("quote",) if name in entry
        ]
        letters = [typed(p.get_text()) for p in row.select(".fit-ledger-letter")]
        said = entry.get("literally", {})
        assert all(said["says"] in text and said["verdict"] in text.lower() for text in letters)
        assert len(letters) == bool(said)
        assert row.a["href"] == f"{entry['section']}.html#claim-{row['data-claim']}"
        verdict, found = row.select("td")
        sign, words = verdict.get_text().split(" ", 1)
        assert words.lower() == entry["verdict"] == KINDS[row["data-verdict"]]
        assert sign == SIGNS[row["data-verdict"]]
        assert verdict.span["aria-hidden"] == "true"
        *shown, seeds = [typed(item.get_text()) for item in found.select("li")]
        face = CLAIMS[row["data-claim"]].on_its_face
        assert shown == [f"{name}: {entry['numbers'][name]}" for name in face]
        assert not found.details.has_attr("open"), "a claim is folded"
        assert found.summary.get_text() == "numbers"
        assert typed(found.summary["aria-label"]) == f"numbers: {entry['says']}"
        assert seeds == f"seeds 0 to {max(entry['seeds'])}"


def test_on_top_stands_a_sign_for_each_claim_page_by_page(rest):
    """Each says its verdict by a sign, to who listens in words, and leads to its row."""
    matrix, key = rest.select(".fit-matrix, .fit-matrix-key")
    pages = {li.select_one(".fit-matrix-page").get_text(): li.select("a") for li in matrix.children}
    assert list(pages) == [record.PAGES[page] for page in PAGES]
    for page, signs in zip(PAGES, pages.values(), strict=True):
        assert [sign["data-of"] for sign in signs] == expected(page=page)
        for sign in signs:
            entry = RECORD[sign["data-of"]]
            assert typed(sign["aria-label"]) == f"{entry['verdict'].capitalize()}: {entry['says']}"
            assert entry["verdict"] == KINDS[sign["data-verdict"]]
            assert sign.get_text() == SIGNS[sign["data-verdict"]]
            row = rest.find(id=sign["href"].removeprefix("#"))
            assert row["data-claim"] == sign["data-of"]
    meanings = [li.get_text().split(" ", 1) for li in key.select("li")]
    assert [sign for sign, _ in meanings] == list(SIGNS.values())
    assert ", ".join(words for _, words in meanings) == counts(RECORD)


def test_it_is_grouped_by_page_and_every_part_has_its_role(rest):
    bodies = rest.select("tbody")
    assert [body["data-page"] for body in bodies] == PAGES
    for body in bodies:
        heading, *rows = body.select("tr")
        assert heading.get_text() == record.PAGES[body["data-page"]]
        assert heading.a["href"] == f"{body['data-page']}.html"
        assert {RECORD[row["data-claim"]]["section"] for row in rows} == {body["data-page"]}
    roles = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}
    for name, role in roles.items():
        assert {tag.get("role") for tag in rest.select(name)} == {role}
    assert {th["role"] for th in rest.select("th")} == {"columnheader", "rowheader"}


def test_its_caption_and_its_words_count_the_verdicts(rest, default):
    said = f"{len(RECORD)} claims"
    assert said in rest.figcaption.get_text()
    assert counts(RECORD) in rest.figcaption.get_text()
    assert repr(default) == f"Ledger({said}: {counts(RECORD)})"


def test_seeds_are_written_as_a_range_or_one_by_one():
    assert [seeds_in_words(s) for s in ([3], [0, 1, 2], [2, 1], [1, 4])] == [
        "seed 3", "seeds 0 to 2", "seeds 1 to 2", "seeds 1, 4",
    ]  # fmt: skip


def test_words_of_a_claim_cannot_become_html(monkeypatch):
    id, entry = next(iter(RECORD.items()))
    nasty = {**entry, "says": "a < b & <script>c</script>.", "numbers": {"<i>n": "<b>1"}}
    monkeypatch.setattr(record, "load", lambda: {id: nasty})
    for html in (Ledger().table(), Ledger().matrix()):
        assert "<script>" not in html
        assert "<i>" not in html
        assert "a &lt; b &amp; " in html


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"verdict": "maybe"}, "verdict='maybe' was given; verdict must be one of all, holds,"),
        ({"page": "index"}, "page='index' was given; page must be one of all, hypothesis"),
        ({"verdict": 1}, "verdict=1"),
    ],
)
def test_what_is_not_offered_is_refused(settings, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        Ledger(**settings)


@pytest.mark.parametrize("trait", START)
def test_a_trait_refuses_it_too(trait):
    ledger = Ledger()
    with pytest.raises(ValueError, match=f"{trait}='nonsense'"):
        setattr(ledger, trait, "nonsense")
    assert getattr(ledger, trait) == "all"


# ---------------------------------------------------------------------------- the view


def signs(page):
    """The claims whose signs can be seen in the matrix."""
    return page.locator("[data-of]:visible").evaluate_all("es => es.map((e) => e.dataset.of)")


def shown(page):
    return page.locator("[data-claim]:visible").evaluate_all("es => es.map((e) => e.dataset.claim)")


def choose(page, /, **choice):
    for name, value in choice.items():
        page.get_by_role("combobox", name=name).select_option(value)


def sentence(page):
    return page.locator(".fit-sentence").text_content()


def test_the_root_carries_the_contract(mount, default):
    root = mount(default).locator(".fit-explorable")
    assert root.evaluate("e => ({...e.dataset})") == {
        "explorable": "ledger", "state": "ready", **START, "shown": str(len(RECORD)),
    }  # fmt: skip
    assert root.get_attribute("aria-label") == "Ledger of all claims"


def test_it_shows_the_very_table_that_stands_there_at_rest(mount, default, rest):
    page = mount(default, id="ledger")
    live = BeautifulSoup(
        page.locator("table.fit-ledger").evaluate("e => e.outerHTML"), "html.parser"
    )
    assert live.get_text() == rest.table.get_text()
    matrix = BeautifulSoup(page.locator(".fit-matrix").evaluate("e => e.outerHTML"), "html.parser")
    assert matrix.get_text() == rest.select_one(".fit-matrix").get_text()
    assert [a["href"] for a in live.select("a")] == [a["href"] for a in rest.select("table a")]


@pytest.mark.parametrize("verdict", ["all", *KINDS])
def test_the_filters_show_what_was_asked_for_and_the_sentence_counts_it(mount, default, verdict):
    page = mount(default, id="ledger")
    for section in ("all", *PAGES):
        choose(page, verdict=verdict, page=section)
        ids, title = expected(verdict, section), record.PAGES.get(section)
        assert shown(page) == signs(page) == ids
        headings = page.locator(".fit-ledger-page:visible").all_text_contents()
        assert headings == list(dict.fromkeys(record.PAGES[RECORD[id]["section"]] for id in ids))
        said = sentence(page)
        if not ids:
            assert said == f"None of the {len(RECORD)} claims is like that."
            assert page.locator(".fit-ledger-place:visible").count() == 0, "a head of nothing"
            continue
        start = "All" if len(ids) == len(RECORD) else f"{len(ids)} of"
        assert said.startswith(f"{start} {len(RECORD)} claims {'is' if len(ids) == 1 else 'are'} ")
        assert (f"“{title}”" in said) == (section != "all")
        assert said.endswith(f": {counts(ids)}.")
    assert page.locator(".fit-sentence").get_attribute("aria-live") == "polite"


@pytest.mark.parametrize("kind", ["all", *KINDS_OF_CLAIMS])
def test_claims_can_be_chosen_by_author_and_kind(mount, default, kind):
    page = mount(default, id="ledger")
    for whose in ("all", *WHOSE):
        choose(page, whose=whose, kind=kind)
        ids = expected(whose=whose, kind=kind)
        assert shown(page) == signs(page) == ids
        if ids:
            assert sentence(page).endswith(f": {counts(ids)}.")
            assert (f", {WHOSE.get(whose)}" in sentence(page)) == (whose != "all")


def test_a_single_claim_is_spoken_of_as_one(mount, monkeypatch):
    few = {id: RECORD[id] for id in ("six-pieces-would-do", "built-in-oddness")}
    monkeypatch.setattr(record, "load", lambda: few)
    page = mount(Ledger(), id="ledger")
    said = {}
    for choice in (START, {"verdict": "holds"}, {"page": "conclusion"}, {"verdict": "fails"}):
        choose(page, **{**START, **choice})
        said[tuple(choice.values())] = sentence(page)
    assert list(said.values()) == [
        "All 2 claims are shown: 1 holds, 1 does not hold as stated.",
        "1 of 2 claims is shown: 1 holds.",
        "1 of 2 claims is shown, those of “The conclusion”: 1 holds.",
        "1 of 2 claims is shown: 1 does not hold as stated.",
    ]
    choose(page, verdict="fails", page="conclusion")
    assert sentence(page) == "None of the 2 claims is like that."


@pytest.mark.parametrize("way", ["click", "tap", "Enter"])
def test_a_sign_opens_its_claim_and_keeps_the_address(mount, default, way):
    page = mount(default, id="ledger", width=390, has_touch=way == "tap")
    choose(page, verdict="fails")
    address = hash_of(page)
    for id in (expected("fails")[-1], expected("fails")[0]):
        sign = page.locator(f"[data-of={id}]")
        if way == "Enter":
            sign.focus()
            page.keyboard.press("Enter")
        else:
            getattr(sign, way)()
        row = page.locator(f"[data-claim={id}]")
        assert row.locator("details").evaluate("e => e.open")
        assert row.locator("li").first.is_visible()
        summary = row.locator("summary")
        assert summary.evaluate("e => e === document.activeElement")
        top = summary.evaluate("e => e.getBoundingClientRect().top")
        assert 0 < top < page.viewport_size["height"]
        page.keyboard.press("Enter")
        assert not row.locator("details").evaluate("e => e.open")
    assert hash_of(page) == address


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_the_whole_matrix_fits_one_screen_and_a_sign_takes_a_finger(mount, default, width, height):
    page = mount(default, id="ledger", width=width, book=True)
    page.set_viewport_size({"width": width, "height": height})
    box = page.locator(".fit-matrix").bounding_box()
    key = page.locator(".fit-matrix-key").bounding_box()
    assert key["y"] + key["height"] - box["y"] < height - 60, "what the bar on top leaves"
    lines = page.locator(".fit-matrix > li").evaluate_all(
        "es => es.map((e) => e.getBoundingClientRect().top)"
    )
    assert len(set(lines)) == len(PAGES), "a row for each page"
    for sign in page.locator("[data-of]").all():
        area = sign.bounding_box()
        assert min(area["width"], area["height"]) >= 32


def test_signs_of_different_verdicts_differ_in_shape(mount, default):
    """Colour aside: the corner, the kind of line, and what fills it."""
    page = mount(default, id="ledger", book=True)
    looks = page.locator(".fit-matrix-key .fit-sign").evaluate_all(
        """es => es.map((e) => {
            const { borderRadius, borderStyle, backgroundColor } = getComputedStyle(e);
            return [borderRadius, borderStyle, backgroundColor === "rgba(0, 0, 0, 0)"].join();
        })"""
    )
    assert len(set(looks)) == len(KINDS)


def test_reset_and_the_kernel(mount, default):
    page = mount(default)
    choose(page, verdict="fails", page="taylor")
    assert page.evaluate("model.saved.at(-1)") == {
        **START,
        "verdict": "fails",
        "page": "taylor",
    }
    page.get_by_role("button", name="Reset").click()
    assert page.evaluate("model.saved.at(-1)") == default.initial == START
    page.evaluate("model.receive({verdict: 'holds', page: 'hypothesis'})")
    assert shown(page) == expected("holds", "hypothesis")


def test_outside_the_book_it_has_no_links_that_lead_nowhere(mount, default):
    page = mount(default)
    assert page.locator(".fit-ledger a").count() == 0
    assert page.get_by_role("button", name="Copy link").count() == 0
    first = next(iter(RECORD.values()))
    assert typed(page.locator("[data-claim] th").first.text_content()).startswith(first["says"])


def test_the_address_brings_it_back_and_nonsense_is_ignored(mount, default):
    page = mount(default, id="ledger")
    choose(page, verdict="caveat", page="modelling_class")
    address = hash_of(page)
    assert address == "#ledger?verdict=caveat&page=modelling_class&whose=all&kind=all"
    assert shown(mount(default, id="ledger", at=address)) == expected("caveat", "modelling_class")
    assert shown(mount(default, id="ledger", at="#ledger?verdict=fails")) == expected("fails")
    page.get_by_role("button", name="Reset").click()
    assert hash_of(page) == ""
    for query in ("verdict=maybe", "page=index", "verdict=holds&page=__proto__", "x=1"):
        assert shown(mount(default, id="ledger", at=f"#ledger?{query}")) == list(RECORD)


def test_copy_link_copies_the_address_of_now(mount, default):
    page = mount(default, id="ledger", **CLIPBOARD)
    choose(page, verdict="fails")
    copied = copied_link(page)
    assert copied.endswith("/book.html#ledger?verdict=fails&page=all&whose=all&kind=all")


def test_everything_is_within_reach_of_the_keyboard(mount, default):
    page = mount(default, id="ledger")
    choose(page, verdict="fails", page=RECORD[expected("fails")[0]]["section"])
    page.evaluate("document.activeElement.blur()")
    reached = []
    for _ in range(10):
        page.keyboard.press("Tab")
        name = page.locator(":focus").evaluate(
            "e => e.ariaLabel ?? e.labels?.[0]?.firstChild.textContent ?? e.textContent"
        )
        reached.append(typed(name))
    first = RECORD[expected("fails")[0]]
    title = record.PAGES[first["section"]]
    of_page = [RECORD[id]["says"] for id in expected("fails", first["section"])]
    marks = [f"Does not hold as stated: {says}" for says in of_page]
    rest = [*START, "Reset", title, first["says"], f"numbers: {first['says']}"]
    assert reached[: len(marks) + 8] == [*marks, *rest]
    page.get_by_role("combobox", name="verdict").press("ArrowUp")
    assert shown(page) == expected("caveat", first["section"])


@pytest.mark.parametrize("id", [None, "ledger"])
def test_random_choices_leave_nothing_stuck_and_leaving_takes_all_away(mount, default, id):
    page = mount(default, id=id)
    rng = random.Random(4)
    actions = [
        lambda: choose(page, verdict=rng.choice(["all", *KINDS])),
        lambda: choose(page, page=rng.choice(["all", *PAGES])),
        lambda: choose(page, whose=rng.choice(["all", *WHOSE])),
        lambda: choose(page, kind=rng.choice(["all", *KINDS_OF_CLAIMS])),
        lambda: page.get_by_role("button", name="Reset").click(),
        lambda: page.set_viewport_size({"width": rng.choice([390, 1280]), "height": 1000}),
    ]
    for _ in range(60):
        rng.choice(actions)()
        data = page.locator(".fit-explorable").evaluate("e => ({...e.dataset})")
        assert shown(page) == expected(*(data[name] for name in START))
        assert data["shown"] == str(len(shown(page)))
    page.evaluate("leave()")
    assert page.locator(".fit-explorable").count() == 0
    assert page.evaluate("model.handlers.size") == 0
    settle(page)


@pytest.mark.parametrize("width", [320, 390, 640, 768, 1280])
@pytest.mark.parametrize("book", [True, False])
def test_it_fits_the_page_and_a_narrow_one_makes_it_a_list(mount, default, book, width):
    page = mount(default, id="ledger", width=width, book=book)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    row = page.locator("[data-claim]").first
    assert page.locator(".fit-matrix").evaluate("e => e.scrollWidth") <= width
    beside = row.evaluate(
        "e => e.children[1].getBoundingClientRect().left - e.getBoundingClientRect().left"
    )
    assert (beside < 20) == (width < 560)
    choose(page, verdict="fails")
    assert shown(page) == expected("fails")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("book", [True, False])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(mount, default, theme, book, width):
    page = mount(default, id="ledger" if book else None, theme=theme, width=width, book=book)
    assert_accessible(page)


# ---------------------------------------------------------------------------- in the book


def test_without_a_script_a_sign_leads_to_its_row(visit, address):
    page = visit(f"{address}/notebooks/conclusion.html", java_script_enabled=False).page
    id = expected("fails")[-1]
    page.locator(f"[data-of={id}]").click()
    page.wait_for_url(f"**/conclusion.html#ledger-{id}")
    row = page.locator(f"[data-claim={id}]")
    assert 0 <= row.bounding_box()["y"] < page.viewport_size["height"]
    row.locator("summary").press("Enter")
    assert row.locator("li").first.is_visible()


@pytest.mark.parametrize(("place", "width"), [("http", "wide"), ("file", "narrow")])
def test_a_link_ends_at_the_very_card(visit, site, request, place, width):
    """One claim of each page, clicked in the live ledger: its card is in view, and stays there."""
    root = site.as_uri() if place == "file" else request.getfixturevalue("address")
    ids = [expected(page=section)[-1] for section in PAGES]
    for id in ids:
        page = visit(f"{root}/notebooks/conclusion.html", width=width).page
        page.locator(".fit-explorable-ledger").wait_for()
        page.locator(f"[data-claim={id}] a").click()
        page.wait_for_url(f"**/{RECORD[id]['section']}.html#claim-{id}")
        page.wait_for_load_state("load")
        page.wait_for_function(ALL_LIVE)  # figures that come to life may change their height
        settle(page)
        top, height = page.locator(f"#claim-{id}").evaluate(
            "e => [e.getBoundingClientRect().top, innerHeight]"
        )
        assert -5 <= top <= 0.6 * height, (id, top)


def test_without_a_script_the_table_is_there_with_its_links():
    html = (SITE / "notebooks" / "conclusion.html").read_text(encoding="utf-8")
    table = BeautifulSoup(html, "html.parser").select_one("figure table.fit-ledger")
    links = [a["href"] for a in table.select("[data-claim] a")]
    assert len(links) == len(RECORD)
    for link in links:
        file, anchor = link.split("#")
        page = (SITE / "notebooks" / file).read_text(encoding="utf-8")
        assert f'<article class="fit-claim" id="{anchor}"' in page
