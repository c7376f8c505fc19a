"""What `pip install` of the folder brings along; an editable install hides what is missing."""

import ast
import json
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name as canonical

from conftest import ROOT

LIBRARY = ROOT / "lib" / "fitlab"
READ_ALL = """
import sys
from fitlab import figures, random
from fitlab.claims import record
from fitlab.classification import shuffled_digits
from fitlab.distances import digit_maps
from fitlab.engine import Engine
from fitlab.explorables import EXPLORABLES
from fitlab.language import decoder

assert all(module.recorded() for module in (shuffled_digits, digit_maps, decoder))
assert record.load()
for explorable in EXPLORABLES:
    made = explorable()
    assert made._esm and made._css and made.figure_at_rest().bundle()
assert Engine(width=4, depth=1, max_steps=5).train()
print(figures.__file__)
"""
# What a reader of a downloaded notebook has not got, cannot be imported.
RUN_NOTEBOOK = """
import json, sys
sys.modules |= dict.fromkeys(("jupyter_book", "myst_nb"))
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
for cell in json.load(sys.stdin)["cells"]:
    if cell["cell_type"] == "code":
        shell.run_cell("".join(cell["source"])).raise_error()
"""
NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The library's wheel, built from a copy: setuptools leaves a folder behind where it builds."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(LIBRARY, folder / "lib" / "fitlab")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    build = ["wheel", str(folder), "--no-deps", "--no-build-isolation", "-w", str(folder)]
    subprocess.run([*pip, *build], check=True)
    (path,) = folder.glob("fitlab-*.whl")
    return path


def test_the_wheel_has_every_file_of_the_library(wheel):
    here = {
        path.relative_to(LIBRARY.parent).as_posix()
        for path in LIBRARY.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    there = {name for name in zipfile.ZipFile(wheel).namelist() if "dist-info" not in name}
    assert here == there


@pytest.fixture
def alone(wheel, tmp_path):
    """Runs a program where the wheel is and the folder that this test stands in is not."""
    zipfile.ZipFile(wheel).extractall(tmp_path)  # a pure wheel is installed by unpacking it

    def run(program, *, fed=""):
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)},
            input=fed, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run


def test_every_record_and_source_is_read_from_the_wheel(alone, tmp_path):
    assert alone(READ_ALL) == str(tmp_path / "fitlab" / "figures.py")


def brought_along():
    """The packages that the library asks for, and what those ask for in turn."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting, seen = [*project["dependencies"], "ipykernel"], {"fitlab"}
    while waiting:
        needs = Requirement(waiting.pop())
        name = canonical(needs.name)
        if name not in seen and (needs.marker is None or needs.marker.evaluate({"extra": ""})):
            seen.add(name)
            waiting += metadata.requires(name) or []
    return seen


def imported(cell):
    """The names of the packages that the code of a cell imports."""
    for node in ast.walk(ast.parse("".join(cell["source"]))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_imports_only_what_the_library_brings_along(path):
    """Every page says: elsewhere, `pip install` the book's folder, and the notebook runs."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    names = {name for cell in cells if cell["cell_type"] == "code" for name in imported(cell)}
    homes = metadata.packages_distributions()
    brought = brought_along()
    missing = {
        name
        for name in names - sys.stdlib_module_names
        if brought.isdisjoint(map(canonical, homes[name]))
    }
    assert not missing


def test_a_downloaded_notebook_runs_without_the_builder_of_the_book(alone):
    alone(RUN_NOTEBOOK, fed=(ROOT / "notebooks/conclusion.ipynb").read_text(encoding="utf-8"))
