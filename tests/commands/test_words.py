"""Which files are read for their words: those of the project, with Git or without."""

import subprocess

import pytest

from conftest import ROOT
from tools.check import words


def test_the_words_of_all_files_are_read_that_git_knows():
    patterns = [f"*{suffix}" for suffix in words.SUFFIXES]
    run = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if run.returncode:
        pytest.skip("a source archive has no Git to compare with")
    present = {name for name in run.stdout.splitlines() if (ROOT / name).exists()}
    assert set(words.sources()) == present


def test_without_git_the_same_files_are_read(monkeypatch):
    here = set(words.sources())
    monkeypatch.setenv("PATH", "")
    assert set(words.sources()) == here
