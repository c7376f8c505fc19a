"""Raise the pins of requirements files, in two steps with `make constraints` between them.

    python tools/upgrade.py loosen requirements.txt    name==1.4.2 becomes name~=1.4
    python tools/upgrade.py pin requirements.txt       name~=1.4 becomes what constraints.txt says

`~=1.4` admits every later release of the same major version. NumPy stays as it is, because its
docstrings are a text that the book is about. `make upgrade` does all of it.
"""

import re
import sys
from pathlib import Path

KEPT = {"numpy"}
PIN = re.compile(r"^([\w.-]+)==(\d+)\.(\d+)[\w.]*", re.MULTILINE)
LOOSE = re.compile(r"^([\w.-]+)~=[\d.]+", re.MULTILINE)


def loosened(text):
    """The text of a requirements file with every pin loosened but those of KEPT."""
    return PIN.sub(lambda m: m[0] if m[1] in KEPT else f"{m[1]}~={m[2]}.{m[3]}", text)


def pinned(text, constraints):
    """The text with every loose requirement pinned to its version in that of constraints.txt."""
    found = re.findall(r"^([\w.-]+)==(\S+)", constraints, re.MULTILINE)
    versions = {_canonical(name): version for name, version in found}
    return LOOSE.sub(lambda m: f"{m[1]}=={versions[_canonical(m[1])]}", text)


def _canonical(name):
    """pip writes Sphinx, and we sphinx (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def main(step, *paths):
    """Rewrite the files in place."""
    for path in map(Path, paths):
        text = path.read_text(encoding="utf-8")
        if step == "loosen":
            path.write_text(loosened(text), encoding="utf-8")
        else:
            constraints = Path("constraints.txt").read_text(encoding="utf-8")
            path.write_text(pinned(text, constraints), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
