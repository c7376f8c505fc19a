"""A JupyterLab of its own on this machine, and the pages of notebooks in it."""

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOKEN = "a-token-for-this-test"
SECONDS = 1000  # in the milliseconds that Playwright counts


@contextlib.contextmanager
def running_lab(folder, settings=None):
    """A JupyterLab that knows nothing of its user; what is in folder/work is what it shows.

    settings: {plugin: {name: value}}, as its user would have set them.
    Gives a function from a notebook's place to its address.
    """
    private = {f"JUPYTER_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    private["JUPYTER_CONFIG_PATH"] = str(ROOT / "tools")  # as `make lab` does
    for plugin, values in (settings or {}).items():
        package, name = plugin.split(":")
        path = folder / "CONFIG/lab/user-settings" / package / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [
                sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
                "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0",
                f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder / 'work'}",
            ],
            env={**os.environ, **private}, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        address = _address(server, folder)

        def address_of(place):
            # a workspace each: another's notebooks would be opened beside it
            workspace = place.replace("/", "-").removesuffix(".ipynb")
            return f"{address}/lab/workspaces/{workspace}/tree/{place}?token={TOKEN}"

        yield address_of
    finally:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(20)
        server.kill()


def _address(server, folder, patience=90):
    """Where the server listens: it chose the port itself, and wrote it into its log."""
    end = time.monotonic() + patience
    while time.monotonic() < end and server.poll() is None:
        for word in (folder / "log").read_text().split():
            address = word.partition("/lab")[0]
            if address.startswith("http://127.0.0.1:") and _answers(address):
                return address
        time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{(folder / 'log').read_text()[-3000:]}")


def _answers(address):
    try:
        with urllib.request.urlopen(f"{address}/api", timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


@contextlib.contextmanager
def opened(browser, address):
    """The page of a notebook, its kernel ready."""
    page = browser.new_page(viewport={"width": 1280, "height": 1150})
    try:
        page.goto(address)
        page.get_by_text("| Idle").first.wait_for(timeout=120 * SECONDS)
        yield page
    finally:
        page.close()
