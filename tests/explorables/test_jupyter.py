"""The explorables in a real JupyterLab: torch in the kernel, a browser in front of it."""

import contextlib

import nbformat
import pytest

from fitlab.explorables import EXPLORABLES
from lab import SECONDS, opened, running_lab

ONE = ["from fitlab.explorables import FitExplorer\nexplorer = FitExplorer()\nexplorer"]
ALL = [
    """\
from IPython.display import display
from fitlab.explorables import EXPLORABLES
explorables = {explorable.__name__: explorable() for explorable in EXPLORABLES}
at_first = {name: str(explorable.get_state()) for name, explorable in explorables.items()}
display(*explorables.values())""",
    """\
print("moved:", *(name for name, explorable in explorables.items()
                  if str(explorable.get_state()) != at_first[name]))""",
]

# Note when a slider moved, and every change of the root's data-* with the curve at that moment.
WATCH = """() => {
    const root = document.querySelector(".fit-explorable");
    const curve = () => root.querySelector(".fit-curve .network").getAttribute("d");
    window.moves = [];
    const note = (what) => window.moves.push(
        { what, at: performance.now(), curve: curve(), ...root.dataset });
    root.addEventListener("input", () => note("input"), { capture: true });
    new MutationObserver(() => note("change")).observe(root, { attributes: true });
}"""

# A quick fit may be over before one can look whether it is training: then it is among the moves.
BEGUN_AND_ENDED = """() => moves.some((move) => move.state === "training")
    && ["converged", "stopped"].includes(moves.at(-1).state)"""
AS_AT_FIRST = """() => {
    const { state, step } = document.querySelector(".fit-explorable").dataset;
    const width = document.querySelector(".fit-explorable input[type=range]").value;
    return state === "converged" && step === "100" && width === "64";
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab of its own, on this machine only; a function gives a notebook's address."""
    folder = tmp_path_factory.mktemp("lab")
    for name, cells in (("explorer", ONE), ("all", ALL)):
        _write_notebook(folder / "work" / f"{name}.ipynb", cells)
    with running_lab(folder) as address_of:
        yield lambda name: address_of(f"{name}.ipynb")


def _write_notebook(path, cells):
    path.parent.mkdir(exist_ok=True)
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata.kernelspec = kernel
    nbformat.write(notebook, path)


@contextlib.contextmanager
def _run_first_cell(browser, address, selector, count):
    """The page of a notebook whose first cell was run and shows this many of a selector."""
    with opened(browser, address) as page:
        page.locator(".jp-CodeCell").first.click()
        page.keyboard.press("Shift+Enter")
        shown = page.locator(selector)
        try:
            shown.nth(count - 1).wait_for(timeout=120 * SECONDS, state="attached")
        except Exception:
            outputs = page.locator(".jp-OutputArea").all_inner_texts()
            pytest.fail(f"the cell shows {shown.count()} of {count} {selector}, and: {outputs}")
        yield page


@pytest.fixture(scope="module")
def notebook(browser, lab):
    """The page of the notebook, with its one cell run and the explorable shown."""
    shown = ".fit-explorable .fit-curve svg svg"
    with _run_first_cell(browser, lab("explorer"), shown, 1) as page:
        page.get_by_text("More", exact=True).click()
        page.evaluate(WATCH)
        yield page


def _wait(page, *states):
    """Until the explorable is in one of the states."""
    condition = "states => states.includes(document.querySelector('.fit-explorable').dataset.state)"
    try:
        page.wait_for_function(condition, arg=list(states), timeout=60 * SECONDS)
    except Exception:
        shown = page.locator(".fit-explorable").evaluate("e => ({...e.dataset})")
        pytest.fail(f"waited in vain for {states}; the explorable shows {shown}")


def _press(page, slider, key):
    """Press a key on a slider, wait for the end of the fit; return what changed, first to last."""
    page.evaluate("moves.length = 0")
    page.get_by_role("slider", name=slider, exact=True).press(key)
    page.wait_for_function(BEGUN_AND_ENDED, timeout=60 * SECONDS)
    return page.evaluate("moves")


def _move(control):
    """Set a slider or a choice to something else, by keyboard."""
    value = "e => e.value ?? e.getAttribute('aria-valuenow')"
    before = control.evaluate(value)
    for key in ("ArrowDown", "ArrowUp"):
        control.press(key)
        if control.evaluate(value) != before:
            return
    pytest.fail(f"no key moves {control}")


def _reset(page):
    page.get_by_role("button", name="Reset", exact=True).click()
    page.wait_for_function(AS_AT_FIRST, timeout=60 * SECONDS)


def test_a_moved_slider_trains_in_the_kernel_and_the_curve_follows(notebook):
    _reset(notebook)
    moves = _press(notebook, "width", "ArrowRight")
    assert moves[0]["what"] == "input"
    steps = [int(move["step"]) for move in moves if move["state"] == "training"]
    assert 25 in steps
    assert len({move["curve"] for move in moves}) >= 3, "the curve did not move while training"
    assert moves[-1]["state"] == "converged"
    assert float(moves[-1]["mse"]) < 5e-4
    assert notebook.get_by_role("slider", name="width", exact=True).input_value() == "65"


def test_a_dragged_slider_ends_at_its_last_position_and_the_kernel_keeps_up(notebook):
    _reset(notebook)
    slider = notebook.get_by_role("slider", name="width", exact=True)
    notebook.evaluate("moves.length = 0")
    for _ in range(30):
        slider.press("ArrowLeft")
    notebook.wait_for_function(BEGUN_AND_ENDED, timeout=60 * SECONDS)
    numbers = notebook.locator(".fit-numbers dd", has_text="4,863")
    numbers.first.wait_for(timeout=60 * SECONDS)
    _wait(notebook, "converged")
    # anything left over would move it again
    notebook.wait_for_function("() => performance.now() - moves.at(-1).at > 500")
    assert notebook.locator(".fit-explorable").get_attribute("data-state") == "converged"
    assert slider.input_value() == "34"
    assert notebook.locator(".fit-numbers dd").first.text_content() == "4,863"


def test_a_long_fit_shows_how_far_it_is_and_pauses_at_once(notebook):
    _reset(notebook)
    notebook.get_by_role("slider", name="dropout", exact=True).press("End")
    _wait(notebook, "training")
    notebook.wait_for_function(
        "document.querySelector('.fit-explorable').dataset.step > 200"
        " && document.querySelector('progress').value > 0.03",
        timeout=60 * SECONDS,
    )
    notebook.get_by_role("button", name="Pause", exact=True).click()
    notebook.wait_for_function(
        "document.querySelector('.fit-explorable').dataset.state === 'paused'", timeout=30 * SECONDS
    )
    assert "Paused at step" in notebook.locator(".fit-sentence").text_content()


def test_the_kernel_answers_while_it_trains(notebook):
    _reset(notebook)
    # a cell runs in between, and it pauses the training from Python
    editor = notebook.locator(".jp-CodeCell").last.locator(".cm-content")
    editor.click()
    notebook.keyboard.type("explorer.pause(); 6 * 7")
    notebook.get_by_role("slider", name="dropout", exact=True).press("End")
    _wait(notebook, "training")
    editor.click()
    notebook.keyboard.press("Shift+Enter")
    _wait(notebook, "paused")
    output = notebook.locator(".jp-CodeCell .jp-OutputArea-output pre", has_text="42")
    output.first.wait_for(timeout=30 * SECONDS)


def test_every_explorable_lives_in_a_notebook_and_its_state_follows_in_python(browser, lab):
    shown, names = ".fit-explorable[data-state]", [E.__name__ for E in EXPLORABLES]
    with _run_first_cell(browser, lab("all"), shown, len(names)) as page:
        for root in page.locator(shown).all():
            _move(root.locator("input[type=range], [role=slider], select").first)
        cell = page.locator(".jp-CodeCell").last
        for _ in range(60):  # a state that follows later is there at the next look
            before = cell.locator(".jp-InputPrompt").inner_text()
            cell.click()
            page.keyboard.press("Control+Enter")
            page.wait_for_function(
                "([prompt, before]) => /\\d/.test(prompt.innerText) && prompt.innerText !== before",
                arg=[cell.locator(".jp-InputPrompt").element_handle(), before],
                timeout=60 * SECONDS,
            )
            printed = cell.locator(".jp-OutputArea-output pre", has_text="moved:").last
            moved = printed.inner_text().split()[1:]
            if moved == names:
                return
        pytest.fail(f"the states of {sorted({*names} - {*moved})} did not follow")
