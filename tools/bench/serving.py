"""A Chromium with no way out of this machine, and a server of the book and of what it is beside."""

from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from tools import chromium, server

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {  # the first part of an address -> where that is; anything else is the book
    "bench": ROOT / "tools/bench/browser",
    "lib": ROOT / "lib",
    "peers": ROOT / ".venv/bench/node_modules",
}


class _Handler(server.Handler):
    """Serves the built book, and below FOLDERS the peers."""

    def __init__(self, *arguments, made, **options):
        self.made = made
        super().__init__(*arguments, **options)

    def translate_path(self, path):
        first, _, rest = urlsplit(path).path.lstrip("/").partition("/")
        folder = {**FOLDERS, "made": self.made}.get(first)
        return str(folder / rest) if folder else super().translate_path(path)


def serve(site, made):
    """The address of a server of the book in `site`, and below made/ of what was compiled."""
    return server.serve(site, _Handler, made=Path(made))


@contextmanager
def browse():
    """One Chromium."""
    path = chromium.find()
    if not path:
        raise SystemExit("There is no Chromium: run `make browser`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def visit(browser, url, weigh=None):
    """A page in a context of its own (and so with nothing stored), with the network blocked.

    weigh: called with the bytes of whatever comes over the wire.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 844})
    home = urlsplit(url)[:2]

    def guard(route):
        here = urlsplit(route.request.url)
        ours = here[:2] == home or here.scheme in {"data", "blob"}
        (route.continue_ if ours else route.abort)()

    context.route("**/*", guard)
    page = context.new_page()
    if weigh:
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda event: weigh(event["encodedDataLength"]))
    page.goto(url, wait_until="load")
    yield page
    context.close()


class Workers:
    """The contestants in a browser: modules below tools/bench/browser, each in its own worker."""

    def __init__(self, page):
        self._page = page

    def call(self, module, name, *values):
        """Call a function of a module there; returns what it returns."""
        order = [f"/bench/{module}.mjs", name, *values]
        return self._page.evaluate("(order) => call(...order)", order)
