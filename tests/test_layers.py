"""Imports in the library run one way, and importing it does nothing else."""

import ast
import subprocess
import sys

import pytest

from conftest import ROOT

LIBRARY = ROOT / "lib" / "fitlab"

# A module may import from the rows above its own, and from its left in its own row.
LAYERS = [
    ["validate", "numbers"],
    ["random", "targets", "corpus", "datasets", "permutation", "tokens"],
    [
        *("bayes", "calibration", "counting", "distances", "information", "ngrams"),
        *("coding", "token_counts", "embedding", "variational"),
    ],
    ["mlp", "approximants"],
    [
        *("backprop", "pieces", "training", "symmetry", "ensemble", "sweeps"),
        *("classifiers", "angles", "language", "shuffled_digits", "digit_maps"),
    ],
    [
        "claims.ledger",
        "claims.fitting_sine",
        "claims.sweep",
        "claims.taylor",
        "claims.hypothesis",
        "claims.modelling_image",
        "claims.modelling_class",
        "claims.mse",
        "claims.cross_entropy",
        "claims.embedding",
        "claims.language",
        "claims.conclusion",
        "claims.record",
        "claims",
        "claims.__main__",
    ],
    ["figures", "cards"],
    ["engine", "engine.build"],
    [
        "explorables.sources",
        "explorables.base",
        "explorables.frames",
        "explorables.fit",
        "explorables.handfit",
        "explorables.taylor",
        "explorables.shuffle",
        "explorables.correlation",
        "explorables.distance",
        "explorables.angle",
        "explorables.distributions",
        "explorables.perplexity",
        "explorables.ledger",
        "explorables",
    ],
]
ORDER = [module for row in LAYERS for module in row]
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


def test_every_module_has_its_place():
    assert sorted(ORDER) == sorted(MODULES)


@pytest.mark.parametrize("module", ORDER)
def test_imports_run_one_way(module):
    later = ORDER[ORDER.index(module) :]
    wrong = [name for name in own_modules(imported(MODULES[module])) if name in later]
    assert not wrong, f"{module} imports {wrong}, which stand at or after it"


@pytest.mark.parametrize("module", [m for m in ORDER if m not in {"figures", "claims.__main__"}])
def test_mathematics_neither_draws_nor_prints_nor_asks_the_network(module):
    path = MODULES[module]
    parts = {part for name in imported(path) for part in name.split(".")}
    assert not parts & FORBIDDEN
    names = (n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Name))
    assert "print" not in {name.id for name in names}


def test_figures_never_see_a_model():
    names = set(own_modules(imported(MODULES["figures"])))
    assert not names & {"mlp", "training", "pieces", "backprop"}


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
