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

# What a theme can break: whoever has asked all rules in one theme asks only these in the other.
COLOURS = ("color-contrast", "link-in-text-block")


def assert_accessible(page, context=None, rules=()):
    """Or a report of what axe finds; context: a selector of the part to look at.

    rules: ask these alone.
    """
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else None
    found = _AXE.run(page, context=context, options=only)
    assert found.violations_count == 0, found.generate_report()
