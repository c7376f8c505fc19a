"""Raising the pins: first loosened to their major version, then pinned to what was resolved."""

import importlib.util

import pytest

from conftest import ROOT

spec = importlib.util.spec_from_file_location("upgrade", ROOT / "tools" / "upgrade.py")
upgrade = importlib.util.module_from_spec(spec)
spec.loader.exec_module(upgrade)

BEFORE = "# why: a==1.2.3\ntorch==2.13.0\nnumpy==2.4.6\njupyter-book==1.0.4.post1\n"
LOOSE = "# why: a==1.2.3\ntorch~=2.13\nnumpy==2.4.6\njupyter-book~=1.0\n"


def test_every_pin_but_numpys_is_loosened_to_its_major_version():
    assert upgrade.loosened(BEFORE) == LOOSE


def test_what_was_loosened_is_pinned_to_what_was_resolved():
    resolved = "jupyter-book==1.2.0\nnumpy==2.4.6\nother==9.9\ntorch==2.20.1\n"
    expected = "# why: a==1.2.3\ntorch==2.20.1\nnumpy==2.4.6\njupyter-book==1.2.0\n"
    assert upgrade.pinned(LOOSE, resolved) == expected
    with pytest.raises(KeyError, match="torch"):
        upgrade.pinned(LOOSE, "numpy==2.4.6\n")


@pytest.mark.parametrize("name", ["requirements.txt", "tests/requirements.txt"])
def test_nothing_is_lost_when_nothing_is_newer(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert upgrade.pinned(upgrade.loosened(text), constraints) == text
