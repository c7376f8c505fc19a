"""Write files whole: whoever reads one never meets half of it, and a killed run spoils none."""

import contextlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock


def write_whole(path: str | os.PathLike[str], text: str) -> None:
    """Write `text` to `path`, in UTF-8: it stands there whole, or all is as it was.

    It is written under another name first, which no other thread, process or machine has. A link is
    followed.
    """
    path = Path(path).resolve()
    draft = path.with_name(f"{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextlib.contextmanager
def locked(path: str | os.PathLike[str]) -> Iterator[None]:
    """Let one thread or process at a time read `path`, change what it says, and write it again.

    The lock is on an empty file beside it, which stays: were it removed, one who waits for it and
    one who comes later would both have a lock. It ends with the process that has it.
    """
    path = Path(path).resolve()
    with FileLock(path.with_name(f"{path.name}.lock")):
        yield
