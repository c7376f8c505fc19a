"""Put into every notebook the first cell that Colab needs, or take it out.

    python tools/colab.py            every notebook named in _toc.yml
    python tools/colab.py FOLDER     those of another copy of the book

Colab opens a notebook from the repository, without the library beside it. So once `source_at` of
_config.yml says where the source lives, each notebook begins with a cell that installs the library
from there. Elsewhere the cell does nothing, and without a source there is none: it would not know
from where. Nothing is run: outputs stay, and only the numbers of the cells move by one.
"""

import sys
from pathlib import Path

import nbformat
import yaml
from nbformat.v4 import new_code_cell

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "book" / "_ext")]

from publication import FIRST_CELL, Source  # noqa: E402

from fitlab import files  # noqa: E402
from tools.execute import notebooks_in_toc  # noqa: E402

# What the notebooks import and Colab lacks; the rest (torch, numpy ...) it has, and a page prints
# numbers so that they are the same with other versions.
LACKING = {"anywidget", "constriction"}
CELL = """\
# On Colab: install the library of this book. Elsewhere this cell does nothing.
import subprocess
import sys

if "google.colab" in sys.modules:
    packages = [
        {packages},
    ]
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *packages], check=True)"""


def pinned(root):
    """The exact requirements of what Colab lacks, as the book names them."""
    lines = (root / "requirements.txt").read_text(encoding="utf-8").split()
    return [line for line in lines if line.split("==")[0] in LACKING]


def source_of(root):
    """The repository that `source_at` names, or None."""
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    return Source.parse(config["sphinx"]["config"]["source_at"])


def first_cell(source, root):
    """The cell for Colab, as it should stand in the notebook."""
    packages = ",\n        ".join(f'"{name}"' for name in [source.library, *pinned(root)])
    cell = new_code_cell(CELL.format(packages=packages), id=FIRST_CELL, execution_count=1)
    cell.metadata["tags"] = ["remove-cell"]
    return cell


def with_first_cell(notebook, cell):
    """The notebook with this first cell, or without one if it is None; cells are counted anew."""
    cells = [old for old in notebook.cells if old.id != FIRST_CELL]
    notebook.cells = [cell, *cells] if cell else cells
    ran = [cell for cell in notebook.cells if cell.get("execution_count")]
    for number, cell in enumerate(ran, start=1):
        cell.execution_count = number
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = number
    return notebook


def renew(root=ROOT):
    """Give every notebook the first cell that the setting asks for; returns the changed ones."""
    source = source_of(root)
    changed = []
    for path in notebooks_in_toc(root):
        before = path.read_text(encoding="utf-8")
        cell = first_cell(source, root) if source else None
        after = nbformat.writes(with_first_cell(nbformat.reads(before, 4), cell)) + "\n"
        if after != before:
            files.write_whole(path, after)
            changed.append(path)
    return changed


if __name__ == "__main__":
    for path in renew(*(Path(folder).resolve() for folder in sys.argv[1:])):
        print(path)
