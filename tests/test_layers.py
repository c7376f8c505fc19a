"""Imports in the library run one way, and importing it does nothing else."""

import ast
import graphlib
import subprocess
import sys

import pytest

from conftest import ROOT

LIBRARY = ROOT / "lib" / "fitlab"

# The house, from the ground up: what stands in a row may import from the rows above it here, and
# from its left in its own row.
FLOORS = [
    [
        "validate",
        "display",
        "files",
        "interrupts",
        "modes",
        "glue",
        "random",
        "svg",
        "layouts",
        "figures",
    ],
    ["networks", "information"],
    ["regression", "classification", "language"],
    ["distances"],
    ["engine"],
    ["claims"],
    ["explorables"],
]
ORDER = [room for floor in FLOORS for room in floor]
FORBIDDEN = {"IPython", "requests", "urllib", "socket", "warnings", "pyplot"}
MODULES = {
    ".".join(p.relative_to(LIBRARY).with_suffix("").parts).removesuffix(".__init__"): p
    for p in LIBRARY.rglob("*.py")
}
MODULES.pop("__init__")


def imported(path):
    """The dotted names that a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own_modules(names):
    """Which of the library's modules they are (of a.b.name, the longest that is a module)."""
    for name in names:
        parts = name.split(".")
        if parts[0] == "fitlab":
            candidates = [".".join(parts[1:end]) for end in range(len(parts), 1, -1)]
            yield next(c for c in candidates if c in MODULES)


def room(module):
    """The package that a module is in; on the ground, the module itself."""
    return module.partition(".")[0]


def test_every_module_has_its_place():
    assert {room(module) for module in MODULES} == set(ORDER)


@pytest.mark.parametrize("module", MODULES)
def test_imports_run_one_way(module):
    later = ORDER[ORDER.index(room(module)) + 1 :]
    wrong = [name for name in own_modules(imported(MODULES[module])) if room(name) in later]
    assert not wrong, f"{module} imports {wrong}, which stand above it"


def test_no_imports_go_round_in_a_circle():
    """Inside a package too; what a package's own `__init__` gathers from its modules is no import
    of theirs."""
    asked = {
        module: {n for n in own_modules(imported(path)) if n != room(module)}
        for module, path in MODULES.items()
    }
    list(graphlib.TopologicalSorter(asked).static_order())


@pytest.mark.parametrize(
    "package", [name for name, path in MODULES.items() if path.stem == "__init__"]
)
def test_every_package_says_what_lives_there(package):
    assert len(ast.get_docstring(ast.parse(MODULES[package].read_text("utf-8")))) > 40


@pytest.mark.parametrize("module", sorted(set(MODULES) - {"figures", "glue", "claims.__main__"}))
def test_mathematics_neither_draws_nor_prints_nor_asks_the_network(module):
    path = MODULES[module]
    parts = {part for name in imported(path) for part in name.split(".")}
    assert not parts & FORBIDDEN
    names = (n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Name))
    assert "print" not in {name.id for name in names}


def test_importing_is_quiet_and_changes_nothing():
    program = (
        "import torch, numpy as np; s = torch.random.get_rng_state();"
        "n = np.random.get_state()[1].copy(); t = torch.get_num_threads();"
        "import fitlab, fitlab.claims; assert torch.equal(s, torch.random.get_rng_state());"
        "assert (n == np.random.get_state()[1]).all() and t == torch.get_num_threads()"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout == run.stderr == ""
