"""A file is written whole or stays as it was, and two who change the same one lose nothing."""

import json
import multiprocessing
import os
import pathlib
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from conftest import ROOT
from fitlab import files

OLD, NEW = "what stood there", "ä new text\n" * 1_000


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def path(tmp_path):
    (tmp_path / "folder").mkdir()
    path = tmp_path / "folder" / "file.json"
    path.write_text(OLD, encoding="utf-8")
    return path


def test_what_is_written_is_there_and_nothing_else(path):
    files.write_whole(path, NEW)
    assert path.read_text(encoding="utf-8") == NEW
    assert names(path.parent) == ["file.json"]


def test_a_link_is_followed(path, tmp_path):
    link = tmp_path / "link.json"
    link.symlink_to(path)
    files.write_whole(link, NEW)
    assert link.is_symlink()
    assert path.read_text(encoding="utf-8") == NEW


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("method", ["write_text", "replace"])
def test_what_fails_leaves_all_as_it_was(path, monkeypatch, method, error):
    """The disk is full, or somebody presses Ctrl-C, in the middle of it."""
    whole = getattr(pathlib.Path, method)

    def fail(self, given, **options):
        if method == "write_text":
            whole(self, given[:100], **options)
        raise error

    monkeypatch.setattr(pathlib.Path, method, fail)
    with pytest.raises(type(error)):
        files.write_whole(path, NEW)
    monkeypatch.undo()
    assert path.read_text(encoding="utf-8") == OLD
    assert names(path.parent) == ["file.json"]


WRITES = """
import sys
from pathlib import Path
from fitlab import files
print("ready", flush=True)
while True:
    files.write_whole(Path(sys.argv[1]), "a" * 3_000_000)
    files.write_whole(Path(sys.argv[1]), "b" * 3_000_000)
"""


def test_who_reads_meets_a_whole_file_and_a_killed_writer_leaves_one(path):
    files.write_whole(path, "a" * 3_000_000)
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITES, str(path)], stdout=subprocess.PIPE, text=True
    )
    try:
        writer.stdout.readline()
        seen = set()
        while len(seen) < 2:  # until it has been written over
            text = path.read_text(encoding="utf-8")
            assert len(text) == 3_000_000
            seen |= set(text)
    finally:
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
    assert len(path.read_text(encoding="utf-8")) == 3_000_000


def test_many_may_write_the_same_file_at_once(path, monkeypatch):
    """Threads of one process, or processes of two machines that have the same number."""
    monkeypatch.setattr(os, "getpid", lambda: 7)
    texts = [str(number) * 1_000 for number in range(10)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda text: files.write_whole(path, text), texts * 40))
    assert path.read_text(encoding="utf-8") in texts
    assert names(path.parent) == ["file.json"]


def add(path, name):
    """Read, change and write; as slowly as may be, were there no lock."""
    for number in range(20):
        with files.locked(path):
            found = json.loads(path.read_text(encoding="utf-8"))
            found.append(f"{name} {number}")
            time.sleep(0)  # let others go first
            files.write_whole(path, json.dumps(found))


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_two_who_change_the_same_file_lose_nothing(path, kind):
    path.write_text("[]", encoding="utf-8")
    spawn = multiprocessing.get_context("spawn")
    pool = ThreadPoolExecutor(4) if kind == "threads" else ProcessPoolExecutor(2, spawn)
    with pool:
        list(pool.map(add, [path] * 4, "abcd"))
    found = json.loads(path.read_text(encoding="utf-8"))
    assert sorted(found) == sorted(f"{name} {number}" for name in "abcd" for number in range(20))
    assert names(path.parent) == ["file.json", "file.json.lock"]


def test_a_lock_ends_with_what_it_guards(path):
    with pytest.raises(RuntimeError), files.locked(path):
        raise RuntimeError
    with files.locked(path):
        pass


IN_PLACE = {
    "tools/check/words.py",  # into a folder of its own, for a moment
    "tools/pdf.py",
    "tools/upgrade.py",  # before there is an environment with the library
}


@pytest.mark.parametrize("folder", ["lib", "tools"])
def test_nobody_writes_in_another_way(folder):
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*.py")
        if any(word in path.read_text("utf-8") for word in (".write_text(", '"w")', "os.replace("))
    }
    assert found - IN_PLACE <= {"lib/fitlab/files.py"}
