"""The README says which browsers are new enough; what the pages use is no newer."""

import re

import pytest
import tinycss2

from conftest import ROOT

SHEETS = [ROOT / "book/_static/book.css", ROOT / "lib/fitlab/explorables/kit.css"]
SCRIPTS = [
    *(ROOT / "lib/fitlab").glob("*/*.mjs"),
    *(ROOT / "lib/fitlab").glob("*/*/*.mjs"),
    *(ROOT / "book").glob("_*/*.js"),
]
ORDER = ("Chrome", "Firefox", "Safari")

# The first versions that know them, from MDN's tables (browser-compat-data).
CSS = {
    "@container": (105, 110, 16.0),
    "@media": (1, 1, 1),
    "@supports": (28, 22, 9),
    "(forced-colors)": (89, 81, 16.0),
    ":has": (105, 121, 15.4),
    ":is": (88, 78, 14),
    ":not": (88, 84, 9),  # with a list
    ":focus-visible": (86, 85, 15.4),
    ":focus-within": (60, 52, 10.1),
    "color-mix": (111, 113, 16.2),
    "clamp": (79, 75, 13.1),
    "max": (79, 75, 11.1),
    "min": (79, 75, 11.1),
    "lh": (109, 120, 16.4),
}
JAVASCRIPT = {
    r"\.(?:toSpliced|toSorted|toReversed|with)\(": (110, 115, 16.0),
    r"\.(?:findLast|findLastIndex)\(": (97, 104, 15.4),
    r"\bObject\.hasOwn\(": (93, 92, 15.4),
    r"\.at\(": (92, 90, 15.4),
    r"\bstructuredClone\(": (98, 94, 15.4),
    r"\?\?=|\|\|=|&&=": (85, 79, 14),
    r"#\w+\(.*\) \{|^\s*#\w+( =|;)": (84, 90, 15),  # private methods and fields
    r"\bWebAssembly\b": (91, 89, 16.4),  # the engine is compiled with SIMD
}
# What no browser of those versions has: whoever wants it must raise them.
TOO_NEW = (
    r"\bPromise\.(?:try|withResolvers)\b|\b(?:Object|Map)\.groupBy\(|\.checkVisibility\(|"
    r"\bIterator\.|\.(?:union|intersection|isSubsetOf)\(|\bRegExp\.escape\b|"
    r"\bArray\.fromAsync\b|\bUint8Array\.fromBase64\b"
)
# Where an older browser shows something plainer and nothing is lost; and what all have long had.
GRACEFUL = {
    "light-dark",  # light_theme.py spells it out
    "::details-content",
    "subgrid",  # what stands beside each other then stands below each other
}
KEYWORDS = {"subgrid"}  # words among the values whose age matters
OLD = {
    *("px", "rem", "em", "ch", "fr", "in", "cm", "mm", "pt", "vh", "vw", "s", "ms", "deg"),
    *("var", "calc", "url", "attr", "linear-gradient", "repeating-linear-gradient", "repeat"),
    *("minmax", "polygon", "inset", "format", "translate", "rotate", "selector"),
    *(":root", ":hover", ":active", ":focus", ":visited", ":first-child", ":last-child", ":empty"),
    *(":nth-child", ":nth-last-child", ":target", "::before", "::after", "::placeholder"),
}
VENDOR = re.compile(r"::?-(webkit|moz)-")


def spoken():
    """{browser: the first version that the README promises}."""
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    promise = re.search(
        r"come to life in Chrome and Edge (\d+), Firefox (\d+), Safari ([\d.]+)", text
    )
    return dict(zip(ORDER, map(float, promise.groups()), strict=True))


def rules(parsed):
    """All rules of a style sheet, also those within at-rules."""
    for rule in parsed:
        yield rule
        if rule.type == "at-rule" and rule.content:
            yield from rules(tinycss2.parse_rule_list(rule.content))


def read(tokens):
    """Functions, units, keywords, and pseudo-classes, these with their colons, among tokens."""
    found, colons = set(), ""
    for token in tokens:
        if token.type == "function":
            found |= {colons + token.lower_name} | read(token.arguments)
        elif token.type == "ident" and colons:
            found.add(colons + token.lower_value)
        elif token.type == "dimension":
            found.add(token.lower_unit)
        elif token.type == "ident" and token.lower_value in KEYWORDS:
            found.add(token.lower_value)
        elif token.type in {"() block", "[] block"}:
            found |= read(token.content)
        colons = colons + ":" if token == ":" else ""
    return found


def used_by_sheets():
    found = set()
    for sheet in SHEETS:
        for rule in rules(tinycss2.parse_stylesheet(sheet.read_text(encoding="utf-8"))):
            if rule.type == "at-rule":
                found.add(f"@{rule.lower_at_keyword}")
            elif rule.type == "qualified-rule":  # "color:inherit" is no pseudo-class
                found |= read(rule.prelude) | {n for n in read(rule.content) if ":" not in n}
    return {name for name in found if not VENDOR.match(name)}


def test_every_part_of_the_style_sheets_has_a_known_age():
    assert used_by_sheets() <= CSS.keys() | GRACEFUL | OLD


def test_the_style_sheets_need_no_newer_browser():
    newest = [max(CSS[name][i] for name in used_by_sheets() & CSS.keys()) for i in range(3)]
    assert all(need <= spoken()[name] for name, need in zip(ORDER, newest, strict=True))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_need_no_newer_browser(script):
    text = script.read_text(encoding="utf-8")
    for pattern, versions in JAVASCRIPT.items():
        if re.search(pattern, text, re.MULTILINE):
            for name, need in zip(ORDER, versions, strict=True):
                assert need <= spoken()[name], f"{pattern} needs {name} {need}"
    assert not re.findall(TOO_NEW, text)


def test_masks_are_also_said_as_older_browsers_of_these_know_them():
    """Chrome before 120 knows only -webkit-mask."""
    for sheet in SHEETS:
        for rule in re.findall(r"\{[^{}]*\}", sheet.read_text(encoding="utf-8")):
            masks = re.findall(r"(?<![-\w])(mask[\w-]*):", rule)
            assert all(f"-webkit-{mask}:" in rule for mask in masks), rule
