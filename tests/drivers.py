"""Firefox and WebKit, driven over the protocols that they speak themselves.

Playwright drives the Chromium of all other tests. It has no WebKit of the system's, and Firefox
only in certain pairs of versions; the little that is asked here needs neither.
"""

import contextlib
import itertools
import json
import os
import re
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request

import websocket

WAIT = 60  # seconds
# No request leaves this machine: every other host is behind a proxy that is not there.
FIREFOX_SETTINGS = "".join(
    f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
    for name, value in {
        "network.proxy.type": 1,
        "network.proxy.http": "127.0.0.1",
        "network.proxy.http_port": 9,
        "network.proxy.ssl": "127.0.0.1",
        "network.proxy.ssl_port": 9,
        "browser.shell.checkDefaultBrowser": False,
        "datareporting.policy.dataSubmissionEnabled": False,
    }.items()
)


class Firefox:
    """A tab of Firefox, over WebDriver BiDi."""

    def __init__(self, address):
        self.said = []  # what pages wrote on the console, and what they could not load
        self._numbers = itertools.count()
        self._socket = websocket.create_connection(
            f"{address}/session", timeout=WAIT, suppress_origin=True
        )
        self._call("session.new", capabilities={})
        self._tab = self._call("browsingContext.getTree")["contexts"][0]["context"]
        self._call("session.subscribe", events=["log.entryAdded", "network.fetchError"])

    def _call(self, method, **params):
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while (answer := json.loads(self._socket.recv())).get("id") != number:
            self._note(**answer)
        assert answer["type"] == "success", answer
        return answer["result"]

    def leave(self):
        """Hang up."""
        self._socket.close()

    def _note(self, method, params, **_):
        if params.get("errorText") != "NS_BINDING_ABORTED":  # because the page was left
            self.said.append(
                params.get("text") or f"{method}: {params['errorText']}: {params['request']['url']}"
            )

    def open(self, url):
        """Load a page."""
        self._call("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def run(self, script):
        """What an async function with this body returns on the page."""
        expression = (
            f"(async () => {{ {script} }})().then((value) => JSON.stringify(value ?? null))"
        )
        answer = self._call(
            "script.evaluate", expression=expression, awaitPromise=True,
            target={"context": self._tab},
        )  # fmt: skip
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"]["value"])


class WebKit:
    """A window of WebKit, over WebDriver. It shows no console: the page itself has to listen."""

    LISTEN = """const note = (what) => (window.said ??= []).push(String(what));
        addEventListener("error", (event) => note(event.message));
        addEventListener("unhandledrejection", (event) => note(event.reason));"""

    def __init__(self, address):
        self.said = []
        self._address = f"{address}/session"
        value = self._call("", capabilities={"alwaysMatch": {}})
        self._address += f"/{value['sessionId']}"
        self._call("/timeouts", script=WAIT * 1000)

    def _call(self, path, **body):
        request = urllib.request.Request(
            self._address + path,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=WAIT) as answer:
            return json.load(answer)["value"]

    def open(self, url):
        """Load a page, and note what the one before said."""
        self.said += self.run("return window.said ?? []")
        self._call("/url", url=url)
        self.run(self.LISTEN)

    def run(self, script):
        """What an async function with this body returns on the page."""
        program = (
            f"const done = arguments[0]; (async () => {{ {script} }})()"
            ".then((value) => done([value ?? null, null]), (error) => done([null, String(error)]))"
        )
        value, error = self._call("/execute/async", script=program, args=[])
        assert error is None, error
        return value

    def leave(self):
        """Close the window, and note what the last page said."""
        self.said += self.run("return window.said ?? []")
        closing = urllib.request.Request(self._address, method="DELETE")
        urllib.request.urlopen(closing, timeout=WAIT).close()


def _told(process, pattern, pipe):
    """The first line of what a process says that has a pattern; it may go on talking."""
    lines = getattr(process, pipe)
    found = next(found for line in lines if (found := re.search(pattern, line)))
    threading.Thread(target=lines.read, daemon=True).start()
    return found[1]


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def _answering(address):
    """The address, once a driver answers there."""
    last = time.monotonic() + WAIT
    while True:
        try:
            urllib.request.urlopen(f"{address}/status", timeout=WAIT).close()
            return address
        except urllib.error.URLError:
            assert time.monotonic() < last, f"nothing answers at {address}"
            time.sleep(0.05)


@contextlib.contextmanager
def _running(*command, **options):
    with subprocess.Popen(command, text=True, **options) as process:
        try:
            yield process
        finally:
            process.terminate()


@contextlib.contextmanager
def firefox(paths, folder):
    """A Firefox with a profile of its own in an empty folder."""
    (folder / "user.js").write_text(FIREFOX_SETTINGS, encoding="utf-8")
    command = [paths["firefox"], "--headless", "--no-remote", "--profile", str(folder)]
    command += ["--remote-debugging-port", "0"]
    with _running(*command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        tab = Firefox(_told(process, r"BiDi listening on (ws://\S+)", "stderr"))
        try:
            yield tab
        finally:
            tab.leave()


@contextlib.contextmanager
def webkit(paths, folder):
    """A WebKit on a screen that nobody sees."""
    ours, theirs = os.pipe()
    screen = [paths["screen"], "-displayfd", str(theirs), "-screen", "0", "1300x1000x24"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with _running(*screen, "-nolisten", "tcp", pass_fds=[theirs], **quiet):
        os.close(theirs)
        with os.fdopen(ours) as number:
            display = f":{number.readline().strip()}"
        home = {"DISPLAY": display, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
        port = _free_port()
        driver = [paths["driver"], "-p", str(port)]
        with _running(*driver, env=os.environ | home, **quiet):
            window = WebKit(_answering(f"http://127.0.0.1:{port}"))
            yield window
            window.leave()
