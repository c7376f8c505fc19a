"""Numbers in the text: each comes from a run, or is a setting that stands in the page's code.

A number that was measured and then typed is wrong as soon as anything changes. So a number in prose
has to be one of these: kept by a cell; part of a formula, of code, of a link or a citation; the
number of an exercise; a literal in a code cell of the page, or in a module of the library that such
a cell imports, or in the module of the page's claims (a setting, or what a cell asserts); or on the
list below, with the reason why nobody has to measure it.
"""

import ast
import re

import nbformat
import pytest
from from_jupyter import with_roles

from conftest import PAGES, ROOT

LIBRARY = ROOT / "lib" / "fitlab"
ROOTS = [page for page in PAGES if page != "search"]

ALLOWED = {
    "notebooks/hypothesis": {"1,797": "the size of scikit-learn's data set"},
    "notebooks/modelling_image": {
        "300": "a token's number, made up",
        "150": "a token's number, made up",
    },
    "notebooks/modelling_class": {
        "2.3": "ln 10, by definition",
        "0.69": "ln 2, by definition",
        "70": "a probability, made up",
        "450": "a quarter of scikit-learn's data set",
    },
    "notebooks/mse": {
        "98": "what the claim's trainings have to reach, in percent",
        "179": "an angle, for example",
        "−179": "an angle, for example",
        "358": "the difference of the two",
        "175": "an angle, for example",
        "−175": "an angle, for example",
    },
}

WORDS = {"admonition", "dropdown", "margin", "note"}  # directives that hold prose
FENCE = re.compile(r"^(?:`{3,}|:{3,})(?:\{(\w+)\})?")
NUMBER = re.compile(
    r"(?<![\w.,^])(?:[-−]\s?)?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-−+]?\d+)?(?![\w])"
)
NOT_PROSE = [
    r"(?s:\$\$.*?\$\$)",
    r"\$[^$\n]+\$",
    r"\{[\w:]+\}`[^`]*`",  # what a cell keeps, citations, references
    r"`[^`]*`",
    r"(?<=\])\([^)]*\)",  # where a link leads to
    r"https?://\S+",
    r"<[^>]+>",
    r"^\*\*\d+\.\*\*",  # the number of an exercise, and a reference to it
    r"(?i:\bexercises?) \d+(?: and \d+)?",
    r"^\d+\. ",  # a list
    r"^\(\w[\w-]*\)=$",  # a label
]


def prose(source):
    """The words of a markdown source: no formulas, code, links' targets, roles or labels."""
    kept, directive = [], None
    for line in with_roles(source).split("\n"):
        fence = FENCE.match(line)
        if fence:
            directive = None if directive else (fence[1] or "code")
        elif not directive or (directive in WORDS and not re.match(r":[\w-]+:", line)):
            kept.append(line)
    text = "\n".join(kept)
    for pattern in NOT_PROSE:
        text = re.sub(pattern, " ", text, flags=re.MULTILINE)
    return text


def numbers(text):
    """{numeral as written: (value, some words around it)} of a text."""
    found = {}
    for match in NUMBER.finditer(text):
        numeral = match[0].replace("− ", "−").replace("- ", "-")
        value = float(numeral.replace(",", "").replace("−", "-"))
        around = text[max(0, match.start() - 40) : match.end() + 30].replace("\n", " ")
        found.setdefault(numeral, (value, around))
    return found


def literals(code):
    """The sizes of the numbers that stand in Python code."""
    constants = [node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant)]
    return {abs(float(c)) for c in constants if isinstance(c, int | float) and abs(c) < 1e300}


def imported_files(code):
    """The files of the library that Python code imports, as modules or names from modules."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "fitlab":
            for name in ["", *(f".{alias.name}" for alias in node.names)]:
                parts = f"{node.module}{name}".split(".")[1:]
                path = LIBRARY.joinpath(*parts).with_suffix(".py")
                if parts and path.exists():
                    yield path


def sources(page):
    """The markdown sources of a page, and its code cells."""
    path = ROOT / f"{page}.ipynb"
    if not path.exists():
        return [(ROOT / f"{page}.md").read_text(encoding="utf-8")], []
    cells = nbformat.read(path, as_version=4).cells
    kinds = {
        kind: [c.source for c in cells if c.cell_type == kind] for kind in ("markdown", "code")
    }
    return kinds["markdown"], kinds["code"]


def settings(page):
    """The numbers that the page's own code, and the library behind it, are set to."""
    _, cells = sources(page)
    claims = LIBRARY / "claims" / f"{page.split('/')[-1]}.py"
    files = {file for cell in cells for file in imported_files(cell)}
    files |= {file for file in (claims, LIBRARY / "regression" / "settings.py") if file.exists()}
    found = set().union(*(literals(file.read_text(encoding="utf-8")) for file in files))
    return found.union(*map(literals, cells))


def typed(page):
    """The numbers that were typed into the page's prose and are no settings: {numeral: words}."""
    known = settings(page)
    text = "\n\n".join(map(prose, sources(page)[0]))
    return {n: around for n, (value, around) in numbers(text).items() if abs(value) not in known}


def test_it_sees_what_was_typed_and_nothing_else():
    text = """
**2.** As in exercise 3, the MSE was 0.0123 (<span data-number="mse-4">0.0124</span>), $x = 5$, `7`,
[here](8.html).

$$
y = 6
$$

```{admonition} Guess 9
:class: guess-10
Is it 1,234 or −5e-4, or 12.5 %?
```

```python
print(11)
```

13. Layer T_14 of the x15 [[Zhang et al., 2017](../book/references.bib#zhang2017)], and {eq}`16`;
<span id="mse-5">0.0125</span>, which no run gave.
"""
    found = {numeral: value for numeral, (value, _) in numbers(prose(text)).items()}
    assert found == {
        "0.0123": 0.0123,
        "1,234": 1234,
        "−5e-4": -5e-4,
        "12.5": 12.5,
        "0.0125": 0.0125,
    }


def test_settings_come_from_the_page_and_from_what_it_imports():
    code = "from fitlab import figures\nfrom fitlab.claims.taylor import mse\nx = f(0.125, -7)"
    assert literals(code) == {0.125, 7}
    names = {str(path.relative_to(LIBRARY)) for path in imported_files(code)}
    assert names == {"figures.py", "claims/taylor.py"}


@pytest.mark.parametrize("page", ROOTS)
def test_no_number_in_the_text_was_typed_that_a_run_should_give(page):
    unglued = {n: around for n, around in typed(page).items() if n not in ALLOWED.get(page, {})}
    assert not unglued, "let a cell keep it, or say in ALLOWED why nobody has to measure it"


@pytest.mark.parametrize("page", ALLOWED)
def test_what_is_allowed_is_needed_and_has_a_reason(page):
    assert set(ALLOWED[page]) <= set(typed(page)), "take out of ALLOWED what is no longer there"
    assert all(len(reason.split()) >= 2 for reason in ALLOWED[page].values())
