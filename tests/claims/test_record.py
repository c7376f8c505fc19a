"""The ledger and the cards say the same, because both stand on one record of one run."""

import json
import math
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest
from bs4 import BeautifulSoup

from conftest import PAGES, ROOT
from fitlab import claims
from fitlab.claims import CLAIMS, __main__, record
from fitlab.display import without_tex
from tools.execute import notebooks_in_toc
from typed import typed

RECORD = record.load()
QUICK = ["relu-is-any-broken-line", "relu-is-any-polynomial", "six-pieces-would-do"]


def cards_on(path):
    """The cards in a notebook's committed outputs, as `<article>` elements."""
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            html = "".join(output.get("data", {}).get("text/html", ""))
            yield from BeautifulSoup(html, "html.parser").select("article.fit-claim")


CARDS = [(path.stem, card) for path in notebooks_in_toc(ROOT) for card in cards_on(path)]


def id_of(card):
    return card["id"].removeprefix("claim-")


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """A record of three entries, in another file."""
    monkeypatch.setattr(record, "PATH", tmp_path / "record.json")
    three = [*list(RECORD)[:2], "no-such-claim"]
    record.PATH.write_text(json.dumps({id: {"verdict": "old", "numbers": {}} for id in three}))
    return record.PATH


# ---------------------------------------------------------------------------- the record


def test_every_claim_is_on_record_as_the_library_states_it():
    missing, unknown = (
        set(CLAIMS) - set(RECORD),
        set(json.loads(record.PATH.read_text())) - set(CLAIMS),
    )
    assert not missing, f"run: python -m fitlab.claims --record {' '.join(sorted(missing))}"
    assert not unknown
    for id, entry in RECORD.items():
        claim = CLAIMS[id]
        evidence = claims.Evidence(
            claim.recorded, {}, claim.seeds, 0, claim.literally and claim.literally.recorded
        )
        told = record.about(claim, evidence)
        assert {name: entry.get(name) for name in told} == told, id
        assert set(entry) == {*told, "numbers", "seeds"}, id
        assert entry["seeds"] == list(claim.seeds), id
        assert entry["numbers"], id
        assert all(isinstance(text, str) for text in entry["numbers"].values()), id


def test_it_stands_in_the_order_of_the_book():
    sections = list(dict.fromkeys(entry["section"] for entry in RECORD.values()))
    pages = [page.split("/")[-1] for page in PAGES]
    assert sections == [page for page in pages if page in sections]
    assert [page for page in record.PAGES if page in pages] == [
        p for p in pages if p in record.PAGES
    ]


@pytest.mark.parametrize("id", QUICK)
def test_a_run_gives_the_record_again(id):
    """The slow ones are run again with the notebooks, whose cards are compared below."""
    assert record.entry(id, claims.check(id, CLAIMS[id].seeds)) == RECORD[id]


# ---------------------------------------------------------------------------- the cards


@pytest.mark.parametrize(("page", "card"), CARDS, ids=[f"{p}-{id_of(c)}" for p, c in CARDS])
def test_a_card_shows_what_is_on_record(page, card):
    assert id_of(card) in RECORD, f"{page} argues a claim that the ledger lacks"
    entry = RECORD[id_of(card)]
    assert typed(card.select_one(".fit-claim-says").get_text()) == entry["says"]
    by, kind = card.select_one(".fit-claim-kind").get_text().split(" · ")
    assert by.startswith(
        {"ours": "Our claim", "the article’s": "The article’s claim"}[entry["whose"]]
    )
    assert kind == entry["kind"]
    quotes = card.select("blockquote[lang=zh]")
    assert [quote.get_text() for quote in quotes] == [
        without_tex(entry[q]) for q in ("quote",) if q in entry
    ]
    letters = [typed(letter.get_text()) for letter in card.select(".fit-claim-letter")]
    assert len(letters) == ("literally" in entry)
    for letter in letters:
        assert entry["literally"]["says"] in letter
        assert letter.lower().endswith(entry["literally"]["verdict"])
    sign, verdict = card.select_one(".fit-claim-verdict").get_text().split(" ", 1)
    assert verdict.lower() == entry["verdict"]
    assert sign == {"holds": "✓", "caveat": "≈", "fails": "✗"}[card["data-verdict"]]
    claim = CLAIMS[id_of(card)]
    face = [li.select_one(".fit-number") for li in card.select(".fit-claim-numbers > li")]
    shown = dict(zip(claim.on_its_face, (typed(tag.get_text()) for tag in face), strict=True))
    more = {
        typed(row.th.get_text()): typed(row.td.get_text())
        for row in card.select("details table tr")
    }
    assert shown | more == entry["numbers"]
    assert not shown.keys() & more.keys(), "nothing stands twice"
    assert entry["seeds"] == list(range(len(entry["seeds"])))
    seeds = f"seeds 0 to {len(entry['seeds']) - 1}"
    assert f"Here on {seeds}; the tests" in card.details.get_text()


@pytest.mark.parametrize(("page", "card"), CARDS, ids=[f"{p}-{id_of(c)}" for p, c in CARDS])
def test_the_marks_of_a_card_stand_where_its_numbers_say(page, card):
    """As far as two digits tell, by the ends that the axis has in words."""
    strips = [part for part in CLAIMS[id_of(card)].face if not isinstance(part, str)]
    for strip, tag in zip(strips, card.select(".fit-strip"), strict=True):
        scale = math.log10 if strip.log else float
        ends = tag.select_one(".fit-strip-ends")
        low, high = (
            scale(float(typed(ends[f"data-{end}"]).replace(",", ""))) for end in ("low", "high")
        )
        for row in tag.select(".fit-claim-numbers > li"):
            text = typed(row.select_one(".fit-number").get_text()).replace(",", "")
            median, smallest, largest = (re.findall(r"[\d.e-]+", text) * 3)[:3]
            places = dict(re.findall(r"--(\w+):([\d.]+)", row.select_one("[style]")["style"]))
            for name, number in {"at": median, "low": smallest, "high": largest}.items():
                value = max(float(number), 10**low) if strip.log else float(number)
                half = 0.05 * abs(value) + 1e-9  # of the last of two digits, at most
                near = (scale(value + half) - scale(value)) / (high - low) + 1e-3
                place = (scale(value) - low) / (high - low)
                assert float(places[name]) == pytest.approx(place, abs=near), row


def test_every_claim_has_its_card_on_its_page_once():
    argued = Counter((page, id_of(card)) for page, card in CARDS)
    assert max(argued.values()) == 1
    ledger = {(entry["section"], id) for id, entry in RECORD.items()}
    lacking = {pair for pair in ledger if pair not in argued}
    assert not lacking, "the ledger has a claim that its page does not argue"
    elsewhere = {pair for pair in argued if pair not in ledger}
    assert {page for page, _ in elsewhere} <= {"index"}, "a claim is argued on another page"


# ---------------------------------------------------------------------------- the command


def test_recording_one_claim_keeps_the_others_and_drops_what_is_no_claim(elsewhere):
    assert __main__.main(["six-pieces-would-do", "--record"]) == 0
    stored = json.loads(elsewhere.read_text(encoding="utf-8"))
    assert list(stored) == sorted([*list(RECORD)[:2], "six-pieces-would-do"])
    assert stored["six-pieces-would-do"] == RECORD["six-pieces-would-do"]
    assert stored[next(iter(RECORD))] == {"verdict": "old", "numbers": {}}
    assert sorted(elsewhere.parent.iterdir()) == [elsewhere, elsewhere.with_suffix(".json.lock")]


def test_two_runs_that_record_at_once_lose_nothing(elsewhere, monkeypatch):
    load = record.load

    def slow_load():
        found = load()
        time.sleep(0)  # let others go first
        return found

    monkeypatch.setattr(record, "load", slow_load)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda id: record.save({id: RECORD[id]}), RECORD))
    assert load() == RECORD


def test_the_first_record_needs_no_file(elsewhere):
    elsewhere.unlink()
    assert record.load() == {}
    assert __main__.main(["six-pieces-would-do", "--record"]) == 0
    assert record.load() == {"six-pieces-would-do": RECORD["six-pieces-would-do"]}


def test_it_is_recorded_on_the_seeds_of_the_pages_and_no_others(elsewhere, capsys):
    before = elsewhere.read_text()
    with pytest.raises(SystemExit):
        __main__.main(["six-pieces-would-do", "--record", "--seeds", "3"])
    assert "not allowed with" in capsys.readouterr().err
    assert __main__.main(["six-pieces-would-do", "--seeds", "3"]) == 0
    assert elsewhere.read_text() == before
