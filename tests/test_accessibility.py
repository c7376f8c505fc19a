"""axe, a checker of accessibility, looks at every page: both themes, wide, narrow, unfolded."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from conftest import PAGES, THEMES, WIDTHS


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(visit, address, name, theme, width):
    page = visit(f"{address}/{name}.html", theme, width, reduced_motion="reduce").page
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
