"""axe, a checker of accessibility, as all tests ask it."""

from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe

# Of text on or near a pseudo-element's background axe says by default that it does not know, and
# to find that out takes most of its time. Rather let it judge that text, too.
JUDGE_ALL = """;axe.configure({ checks: [{
  id: "color-contrast",
  options: { ...axe._audit.checks["color-contrast"].options, ignorePseudo: true },
}] })"""
_AXE = Axe(AXE_SCRIPT + JUDGE_ALL)


def assert_accessible(page, context=None):
    """Or a report of what axe finds; context: a selector of the part to look at."""
    found = _AXE.run(page, context=context)
    assert found.violations_count == 0, found.generate_report()
