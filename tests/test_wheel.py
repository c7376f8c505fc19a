"""What `pip install` of the folder brings along; an editable install hides what is missing."""

import shutil
import subprocess
import sys
import zipfile

import pytest

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
    assert made._esm and made._css and made.figure_at_rest().html
assert Engine(width=4, depth=1, max_steps=5).train()
print(figures.__file__)
"""


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


def test_every_record_and_source_is_read_from_the_wheel(wheel, tmp_path):
    """In a process that knows the wheel alone, not the folder that this test stands in."""
    zipfile.ZipFile(wheel).extractall(tmp_path)  # a pure wheel is installed by unpacking it
    run = subprocess.run(
        [sys.executable, "-c", READ_ALL], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == str(tmp_path / "fitlab" / "figures.py")
