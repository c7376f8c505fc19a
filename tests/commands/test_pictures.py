"""Pictures that are no figure of a page: drawn by their program, and shown where they belong."""

import re

import nbformat
import numpy as np
import pytest

from conftest import ROOT
from tools import pictures

BOOK = ROOT / "book"
NUMBER = re.compile(r"-?\d+\.?\d*")
PLACES = re.compile(r' (?:d|x|y|width|height|transform|points)="[^"]*"')


@pytest.fixture(scope="module")
def drawn():
    return pictures.draw_all()


def test_every_picture_is_the_one_that_its_program_draws(drawn):
    """Another processor moves coordinates a little, and may bend a boundary once more."""
    assert {path.name for path in (BOOK / "pictures").glob("*")} == {
        path.name for path in drawn if path.parent.name == "pictures"
    }
    for path, svg in drawn.items():
        kept = path.read_text(encoding="utf-8")
        assert PLACES.sub("", kept) == PLACES.sub("", svg), path
        numbers = [
            np.array([float(n) for n in NUMBER.findall(" ".join(PLACES.findall(text)))])
            for text in (kept, svg)
        ]
        assert len(numbers[0]) == pytest.approx(len(numbers[1]), rel=0.05), path
        if len(numbers[0]) == len(numbers[1]):
            np.testing.assert_allclose(*numbers, atol=1.5, err_msg=str(path))


def test_the_readme_and_the_list_of_pages_show_them(drawn):
    assert "book/_static/readme.svg" in (ROOT / "README.md").read_text(encoding="utf-8")
    index = "".join(c.source for c in nbformat.read(BOOK / "index.ipynb", 4).cells)
    for page in pictures.PAGES:
        assert re.search(rf"^!\[\]\(pictures/{page}\.svg\) \[\*\*.*/{page}\.ipynb\)", index, re.M)


def test_in_the_page_they_are_part_of_it_and_have_its_colours(site):
    html = (site / "book/index.html").read_text(encoding="utf-8")
    found = re.findall(
        r'<p class="fit-pictured">\s*<svg[^>]*fit-page-picture[^>]*>.*?</svg>', html, re.S
    )
    assert len(found) == len(pictures.PAGES)
    for svg in found:
        assert "var(--fit-" in svg
        assert "background" not in svg
        assert 'aria-hidden="true"' in svg
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
