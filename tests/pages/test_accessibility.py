"""axe, a checker of accessibility, looks at every page: wide, narrow, unfolded, in both themes."""

import pytest

from axe import COLOURS, assert_accessible
from conftest import PAGES, THEMES, WIDTHS
from tabs import ALL_LIVE


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(visit, address, name, theme, width):
    page = visit(f"{address}/{name}.html", theme, width, reduced_motion="reduce").page
    page.wait_for_function(ALL_LIVE)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert_accessible(page, rules=COLOURS if theme == "dark" else ())


@pytest.mark.parametrize("around", ["", "p::before { content: ''; position: absolute; inset: 0 }"])
def test_axe_would_find_pale_text(visit, around):
    page = visit("about:blank").page
    style = f"p {{ color: #bbb; position: relative }} {around}"
    page.set_content(
        f"<!doctype html><html lang=en><title>Pale</title><style>{style}</style>"
        "<main><h1>Pale</h1><p>Too pale</p></main>"
    )
    with pytest.raises(AssertionError, match="contrast"):
        assert_accessible(page)
    with pytest.raises(AssertionError, match="contrast"):
        assert_accessible(page, rules=COLOURS)
