"""Whatever others made and the site ships comes with their names and their licence."""

import re
from importlib import metadata
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from conftest import PAGES, ROOT, SITE

STATIC = SITE / "_static"
OURS = {path.name for path in (ROOT / "book/_static").iterdir()}


@pytest.fixture(scope="module")
def licences(site):
    return (site / "licences.txt").read_text(encoding="utf-8-sig")


@pytest.fixture(scope="module")
def theirs(site):
    """What the site ships and is not ours; what lies in live/ is written from our library."""
    files = [path for path in STATIC.rglob("*") if path.is_file()]
    ours = {"live", "cards"}  # folders, with all that is in them
    found = [p for p in files if p.name not in OURS and p.relative_to(STATIC).parts[0] not in ours]
    assert len(found) > 40
    return found


def test_every_shipped_file_of_others_is_named(theirs, licences):
    named = re.findall(r"^  (_static/\S+)$", licences, re.MULTILINE)
    assert {path.relative_to(SITE).as_posix() for path in theirs} == set(named)


def test_every_package_has_the_words_of_its_licence(licences):
    parts = re.split(r"^={78}$", licences, flags=re.MULTILINE)[1:]
    assert len(parts) >= 10
    for part in parts:
        name = part.split()[0]
        assert re.search("copyright", part, re.IGNORECASE), name
        assert re.search(r"permission is hereby\s+granted|redistribution and use", part, re.I), name


def test_whoever_is_named_in_a_shipped_file_is_named(theirs, licences):
    """The first line of a notice, /*! ... */, and whoever has a copyright in a comment."""
    for path in theirs:
        if path.suffix not in {".js", ".css"}:
            continue
        text = path.read_text(encoding="utf-8")
        for notice in re.findall(r"/\*!(.*?)\*/", text, re.DOTALL):
            first = next(line.strip(" *") for line in notice.splitlines() if line.strip(" *"))
            assert first in licences or "licences.txt" in first, path.name
        for holder in re.findall(
            r"copyright:? (?:Copyright )?(?:\(c\) )?[\d-]+ (?:by )?([^\n,.]+)", text, re.I
        ):
            assert holder.strip() in licences, path.name


def referred(path):
    """The licence files that a script says one should see."""
    text = path.read_text("utf-8")
    return [path.parent / n for n in re.findall(r"license information please see (\S+)", text)]


def test_a_file_refers_to_no_licence_that_is_not_there(theirs):
    scripts = [path for path in theirs if path.suffix == ".js"]
    assert scripts
    assert [place for path in scripts for place in referred(path) if not place.exists()] == []
    (left_out,) = (f for f in metadata.files("pydata-sphinx-theme") if f.name == "bootstrap.js"
                   and "static" in f.parts)  # fmt: skip
    assert referred(Path(left_out.locate())), "a script that refers to one is seen to do so"


@pytest.mark.parametrize("name", PAGES)
def test_every_page_leads_to_the_licences(name):
    page = SITE / f"{name}.html"
    links = BeautifulSoup(page.read_text("utf-8"), "html.parser").select(".fit-colophon a[href]")
    assert SITE.resolve() / "licences.txt" in [(page.parent / a["href"]).resolve() for a in links]
