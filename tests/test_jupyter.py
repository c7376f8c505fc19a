"""The FitExplorer in a real JupyterLab: a slider moves, and a kernel trains while you look."""

import os
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest

TOKEN = "essay"
PATIENCE = 120_000  # ms: a cold JupyterLab with a cold torch, on a busy machine

# In the page: note when a slider moved, when the curve first changed, when the fit was over.
STOPWATCH = """
() => {
  const root = document.querySelector("[data-explorable=fit]");
  window.times = { moved: null, first: null, end: null };
  root.querySelector("input").addEventListener("input", () => {
    window.times = { moved: performance.now(), first: null, end: null };
  }, { capture: true });
  const curve = root.querySelector(".fit-curve");
  new MutationObserver(() => {
    if (window.times.moved && root.dataset.state === "training") {
      window.times.first ??= performance.now();
    }
  }).observe(curve, { subtree: true, childList: true, attributes: true });
  new MutationObserver(() => {
    if (window.times.first && root.dataset.state !== "training") {
      window.times.end ??= performance.now();
    }
  }).observe(root, { attributes: true, attributeFilter: ["data-state"] });
}
"""


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory):
    """The address of a JupyterLab of its own, with one notebook in it."""
    home = tmp_path_factory.mktemp("jupyter")
    cell = "from fitlab.explorables import FitExplorer\nexplorer = FitExplorer()\nexplorer"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, home / "explorer.ipynb")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folders = {f"JUPYTER_{name}_DIR": str(home / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    arguments = [
        *("--no-browser", "--allow-root", f"--port={port}", f"--ServerApp.root_dir={home}"),
        *(f"--IdentityProvider.token={TOKEN}", "--LabApp.news_url="),
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    log = (home / "log.txt").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *arguments],
        env={**os.environ, **folders}, stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/api/status?token={TOKEN}", server, home / "log.txt")
        yield address
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def wait_for(url, server, log):
    """Until the server answers; fails with its log if it dies or stays silent."""
    for _ in range(120):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2_000:]}")


@pytest.fixture(scope="module")
def page(browser, jupyter):
    """The notebook in JupyterLab, its cell run."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{jupyter}/lab/tree/explorer.ipynb?token={TOKEN}")
    page.locator(".jp-CodeCell .cm-content").click()
    page.get_by_text("Kernel status: Idle").wait_for(state="attached")
    page.keyboard.press("Shift+Enter")
    page.locator("[data-explorable=fit]").wait_for()
    yield page
    context.close()


def explorer(page, state=None):
    return page.locator(f"[data-explorable=fit]{f'[data-state={state}]' if state else ''}")


def test_it_comes_up_with_its_fit(page):
    assert explorer(page).get_attribute("data-state") == "converged"
    assert float(explorer(page).get_attribute("data-mse")) < 5e-4
    assert page.locator(".fit-curve path.network").first.get_attribute("d")


def test_a_slider_moved_by_keyboard_trains_a_new_network(page):
    page.evaluate(STOPWATCH)
    curve = page.locator(".fit-curve path.network").first
    before = curve.get_attribute("d")
    page.get_by_role("slider", name="width", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("window.times.end !== null")
    explorer(page, "converged").wait_for()
    times = page.evaluate("window.times")
    print(f"\nslider to first curve {times['first'] - times['moved']:.0f} ms, "
          f"to the end {times['end'] - times['moved']:.0f} ms")  # fmt: skip
    assert curve.get_attribute("d") != before
    assert page.get_by_role("slider", name="width", exact=True).input_value() == "63"


def test_the_last_of_many_positions_wins(page):
    page.get_by_role("slider", name="width", exact=True).focus()
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "document.querySelector('[data-explorable=fit]').innerText.includes('10,762')"
    )  # 51 units in 5 layers
    explorer(page, "converged").wait_for()


def test_a_long_training_shows_progress_and_can_be_stopped(page):
    page.get_by_role("slider", name="dropout", exact=True).focus()
    page.keyboard.press("End")
    explorer(page, "training").wait_for()
    page.locator("progress").wait_for(state="visible")
    page.get_by_role("button", name="Stop").click()
    explorer(page, "stopped").wait_for()
    assert "Stopped at step" in page.locator(".fit-sentence").inner_text()
    page.get_by_role("button", name="Reset").click()
    explorer(page, "converged").wait_for()
    assert page.get_by_role("slider", name="width", exact=True).input_value() == "64"
