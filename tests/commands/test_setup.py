"""The set-up means one thing: what is asked for, what is pinned and what is installed agree."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from importlib import metadata

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name as canonical

from conftest import ROOT

ASKED = ["requirements.txt", "tests/requirements.txt"]


def pins(name):
    """{package: version} of a requirements file; a line that is no exact pin is an error."""
    found = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        text = line.split("#")[0].strip()
        if text:
            package, version = text.split("==")
            found[canonical(package)] = version
    return found


CONSTRAINTS = pins("constraints.txt")


@pytest.mark.parametrize("name", ASKED)
def test_every_requirement_is_pinned_alike_in_constraints(name):
    disagree = {
        package: (version, CONSTRAINTS.get(package))
        for package, version in pins(name).items()
        if CONSTRAINTS.get(package) != version
    }
    assert not disagree, f"{name} and constraints.txt disagree: run `make constraints`"


def test_whatever_the_requirements_pull_in_is_pinned():
    waiting = [package for name in ASKED for package in pins(name)]
    seen = set()
    while waiting:
        package = waiting.pop()
        if package in seen:
            continue
        seen.add(package)
        for text in metadata.requires(package) or []:
            needs = Requirement(text)
            if needs.marker is None or needs.marker.evaluate({"extra": ""}):
                waiting.append(canonical(needs.name))
    assert seen <= CONSTRAINTS.keys(), sorted(seen - CONSTRAINTS.keys())


def test_this_environment_is_the_pinned_one():
    installed = {
        canonical(found.name): found.version.split("+")[0]  # torch is 2.13.0+cpu on some machines
        for found in metadata.distributions()
    }
    wrong = {
        package: (version, installed[package])
        for package, version in CONSTRAINTS.items()
        if installed.get(package, version) != version
    }
    assert not wrong, "(pinned, installed): run `make book` and `make test` to renew .venv"


def test_every_pin_can_be_installed_on_the_oldest_python_that_is_promised():
    """Debian 12 has Python 3.11.2, where pip refuses what asks for 3.11.5."""
    refusing = {
        found.name: found.metadata.get("Requires-Python")
        for found in metadata.distributions()
        if canonical(found.name) in CONSTRAINTS
        and "3.11.0" not in SpecifierSet(found.metadata.get("Requires-Python") or "")
    }
    assert not refusing


def test_constraints_bind_to_no_index():
    assert not [line for line in CONSTRAINTS.items() if "+" in line[1]]


def test_the_library_asks_for_nothing_that_is_not_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {canonical(name) for name in project["dependencies"]} <= pins("requirements.txt").keys()
    assert project["requires-python"] == ">=3.11"


def test_katex_is_locked_with_its_checksum():
    asked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, version in asked.items():
        assert lock[f"node_modules/{name}"]["version"] == version
        assert lock[f"node_modules/{name}"]["integrity"].startswith("sha512-")


def test_continuous_integration_runs_the_contributors_commands():
    assert "make test" in (ROOT / ".ci/run").read_text(encoding="utf-8")
    text = (ROOT / ".github/workflows/book.yml").read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    commands = [step.get("run", "") for job in jobs.values() for step in job["steps"]]
    assert {"make book", "make test"} <= set(commands)
    for action in re.findall(r"uses: (\S+)", text):
        assert re.search(r"@v\d+(\.\d+)*$|@[0-9a-f]{40}$", action), f"{action} is not pinned"


@pytest.mark.parametrize("name", ["it's here", 'the "book"', "a $HOME #1 & 50 %", "深度学习"])
def test_the_book_says_where_it_is_in_a_folder_of_any_name(tmp_path, name):
    """As `make book` does at its end; the building itself is taken as done."""
    folder = tmp_path / name
    folder.mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    run = subprocess.run(
        ["make", "--assume-old", "build", "book"], cwd=folder, capture_output=True, text=True,
        check=False, env={"PATH": os.environ["PATH"]},  # not that of the make around the tests
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == str(folder / "_build/html/index.html")
