"""Run the book's notebooks in place so that two runs on one machine give the same bytes.

    python tools/execute.py                        every notebook named in _toc.yml
    python tools/execute.py notebooks/taylor.ipynb only this one
    python tools/execute.py --check                run, compare with the committed, write nothing

A committed notebook is the book's source and its result at once, so nothing in it may change from
run to run: no timings, no random widget ids, no versions. `--check` allows for another processor:
numbers may differ by a relative 1e-6, coordinates of drawings by a step of their last digit.

A number in the text, `<span data-number="fit-steps">100</span>`, is what a cell keeps under that
name (`fitlab.glue`): it is written anew after every run.
"""

import argparse
import base64
import io
import json
import math
import os
import re
import sys
from pathlib import Path

import nbformat
import numpy as np
import yaml
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from PIL import Image

from fitlab import files, svg

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "book" / "_ext"))

import from_jupyter  # noqa: E402

RELATIVE = 1e-6  # numbers that a reader sees
DRAWING = 0.15  # places inside a drawing, in its own units: a step of their last digit
STORED_PICTURE = re.compile(rf'"(?:image/\w+|{re.escape(from_jupyter.SVG)})": "(?:\\.|[^"\\])*"')
SHADES = 3  # of 255, in the mean of a sixteenth of a picture by a sixteenth
WIDGET_ID = re.compile(r'"(?:IPY_MODEL_)?([0-9a-f]{32})"')
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
PIXELS = re.compile(r'data:image/png;base64,[^"]*')  # one of them may differ by a shade
PATH = re.compile(r'(?<= d=")M[^"]*')  # told by its steps, of which small errors would add up
GEOMETRY = re.compile(r'\b(?:[dxyr]|[xy][12]|c[xy]|points|transform|width|height)="[^"]*"')
# {tag of a cell that the page folds or leaves out: what of it is folded in Jupyter}; an answer to
# an exercise is folded whole, and what only keeps numbers shows nothing anyway
FOLDED = {
    "hide-input": ["source_hidden"],
    "hide-output": ["outputs_hidden"],
    "remove-input": ["source_hidden"],
    "remove-cell": ["source_hidden"],
    "hide-cell": ["source_hidden", "outputs_hidden"],
}
MARKUP = re.compile(r"[\\`*_$<>&|~]")  # what Markdown might not show as it is


class NotebookError(Exception):
    """A cell raised, or the text asks for a number that is not there; the message says where."""


# ---------------------------------------------------------------------------- which notebooks


def notebooks_in_toc(root=ROOT):
    """The notebooks that `_toc.yml` names, in its order."""
    names = pages_in_toc(yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8")))
    return [root / f"{name}.ipynb" for name in names if (root / f"{name}.ipynb").exists()]


def pages_in_toc(toc):
    """The names of all pages of a parsed `_toc.yml`, in its order."""
    return [toc["root"], *_files(toc)]


def _files(entry):
    for value in entry.values():
        for child in value if isinstance(value, list) else []:
            if "file" in child:
                yield child["file"]
            yield from _files(child)


# ---------------------------------------------------------------------------- running


def run(path):
    """Execute one notebook; return it as the text that should stand in the file."""
    notebook = clean(nbformat.read(path, as_version=4))
    os.environ["OMP_NUM_THREADS"] = "1"  # two threads on a busy machine are slower, and add noise
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        record_timing=False,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],  # no word about encryption
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        where = next(
            f"cell {number}"
            for number, cell in enumerate(notebook.cells)
            if any(out.output_type == "error" for out in cell.get("outputs", []))
        )
        raise NotebookError(f"{path}, {where}: {error.ename}: {error.evalue}\n{error}") from None
    notebook.metadata.language_info = {"name": "python"}
    write_numbers(notebook, path)
    from_jupyter.put_widgets_aside(notebook)
    return nbformat.writes(renumber_widgets(notebook)) + "\n"


def clean(notebook):
    """Forget the last run; every cell has an id that stays, and is folded as in the page."""
    for key in ("widgets", from_jupyter.OURS):
        notebook.metadata.pop(key, None)
    notebook.nbformat_minor = max(notebook.nbformat_minor, 5)
    for number, cell in enumerate(notebook.cells):
        cell.metadata.pop("execution", None)
        cell.setdefault("id", f"cell-{number}")
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            fold(cell)
    return notebook


def fold(cell):
    """Fold a code cell in Jupyter as far as its tags fold it in the page."""
    cell.metadata.pop("jupyter", None)
    folded = [part for tag in cell.metadata.get("tags", []) for part in FOLDED.get(tag, [])]
    if folded:
        cell.metadata["jupyter"] = dict.fromkeys(folded, True)


def write_numbers(notebook, path):
    """Put what the cells of a notebook have kept into its text."""
    numbers = kept_numbers(notebook)
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            try:
                cell.source = with_numbers(cell.source, numbers)
            except ValueError as error:
                raise NotebookError(f"{path}, cell {place} ({cell.id}): {error}") from None


def kept_numbers(notebook):
    """{name: text} of what the cells of an executed notebook keep by `glue`."""
    found = {}
    for cell in notebook.cells:
        for out in cell.get("outputs", []):
            record = out.get("metadata", {}).get("scrapbook")
            if record:
                text = _text(out.data[f"{record.mime_prefix}text/plain"])
                found[record.name] = re.sub(r"""^(['"])(.*)\1$""", r"\2", text)  # of a string
    return found


def with_numbers(source, numbers):
    """A Markdown source with the number of each name in its place.

    A name that nothing keeps, or a text that Markdown might change, is a ValueError.
    """

    def written(span):
        name = span[1]
        if name not in numbers:
            raise ValueError(f"no cell keeps {name!r}; kept are: {', '.join(sorted(numbers))}")
        if MARKUP.search(numbers[name]):
            raise ValueError(
                f"{name!r} is kept as {numbers[name]!r}; keep a number or plain words, "
                "without signs that Markdown reads as its own"
            )
        return f'<span data-number="{name}">{numbers[name]}</span>'

    return from_jupyter.NUMBER.sub(written, source)


def renumber_widgets(notebook):
    """Replace the random ids of widgets by 0, 1, 2 ... in the order in which they were made."""
    text = json.dumps(notebook)
    for number, old in enumerate(dict.fromkeys(WIDGET_ID.findall(text))):
        text = text.replace(old, f"{number:032x}")
    return nbformat.from_dict(json.loads(text))


# ---------------------------------------------------------------------------- comparing


def differences(committed, fresh):
    """Say in words where two runs of one notebook (as text) differ; an empty list if nowhere."""
    old, new = json.loads(committed), json.loads(fresh)
    found = []
    for number, (a, b) in enumerate(zip(old["cells"], new["cells"], strict=True)):
        text = [("text", _text(a["source"]), _text(b["source"]))] if "outputs" not in b else []
        for what, left, right in text or _pairs(a["outputs"], b["outputs"]):
            said = text_difference(left, right)
            if said:
                found.append(f"cell {number} ({a.get('id', 'no id')}), {what}: {said}")
    said = text_difference(_widgets(old), _widgets(new))
    return found + ([f"widget state: {said}"] if said else [])


def _pairs(old, new):
    """Pairs of texts to compare from two lists of outputs; pictures only as seen from afar."""
    kinds = [[out.get("name", out["output_type"]) for out in outputs] for outputs in (old, new)]
    if kinds[0] != kinds[1]:
        yield "kinds of output", str(kinds[0]), str(kinds[1])
        return
    for a, b in zip(old, new, strict=True):
        yield a.get("name", "output"), _text(a.get("text", "")), _text(b.get("text", ""))
        left, right = a.get("data", {}), b.get("data", {})
        yield "formats", str(sorted(left)), str(sorted(right))
        for mime in sorted(left.keys() & right.keys()):
            pair = left[mime], right[mime]
            yield mime, *(_seen(*pair) if mime == "image/png" else map(_text, pair))


def _seen(old, new):
    """What two pictures in base64 look like from afar, as texts that are the same if it is."""
    old, new = (Image.open(io.BytesIO(base64.b64decode(png))).convert("L") for png in (old, new))
    if old.size != new.size:
        return f"{old.size} pixels", f"{new.size} pixels"
    far = (np.asarray(image.resize((16, 16), Image.Resampling.BOX), float) for image in (old, new))
    apart = np.ptp([*far], axis=0).max()
    return "", f"{apart:.0f} of 255 shades apart" if apart > SHADES else ""


def _text(value):
    """Jupyter stores text as a string or as a list of lines; widgets hold anything."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _widgets(notebook):
    """The stored widgets, one attribute a line, without the pictures in an Output widget."""
    lines = []
    for key, model in sorted(from_jupyter.models(notebook["metadata"]).items()):
        for name, value in sorted(model["state"].items()):
            text = STORED_PICTURE.sub("", _text(value))
            lines.append(f"{key} {model['model_name']}.{name} = {text}")
    return "\n".join(lines)


def text_difference(old, new):
    """None if the texts agree up to noise in their numbers, else the first place where not."""
    old, new = (PIXELS.sub("", text) for text in (old, new))
    if "<svg" in old and "<svg" in new:
        old, new = (PATH.sub(lambda path: svg.absolute(path[0]), text) for text in (old, new))
    drawing = [
        [match.span() for match in GEOMETRY.finditer(text)] if "<svg" in text else []
        for text in (old, new)
    ]
    a, b = list(NUMBER.finditer(old)), list(NUMBER.finditer(new))
    if len(a) == len(b) and NUMBER.split(old) == NUMBER.split(new):
        for left, right in zip(a, b, strict=True):
            loose = any(start <= left.start() < end for start, end in drawing[0])
            if not close(left.group(), right.group(), DRAWING if loose else 0.0):
                return _show(old, new, left.start(), right.start())
        return None
    same = next((i for i, (x, y) in enumerate(zip(old, new, strict=False)) if x != y), 0)
    return _show(old, new, same, same)


def close(a, b, absolute=0.0):
    """Whether two numerals stand for the same number up to noise."""
    return a == b or math.isclose(float(a), float(b), rel_tol=RELATIVE, abs_tol=absolute)


def _show(old, new, at_old, at_new, around=40):
    left = old[max(0, at_old - around) : at_old + around]
    right = new[max(0, at_new - around) : at_new + around]
    return f"committed …{left!r}…\n    now …{right!r}…"


# ---------------------------------------------------------------------------- the command


def main(arguments=None):
    """Return the exit code: 0 if all is well, 1 if a notebook failed or differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: those in _toc.yml")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    options = parser.parse_args(arguments)
    failed = [path for path in options.notebooks or notebooks_in_toc() if not _do(path, options)]
    return 1 if failed else 0


def _do(path, options):
    """Run or check one notebook, say what happened, return whether it is well."""
    try:
        fresh = run(path)
    except NotebookError as error:
        print(f"FAILED {error}", file=sys.stderr)
        return False
    if not options.check:
        files.write_whole(path, fresh)  # the book's source: never half of it
        print(f"ran {path}")
        return True
    found = differences(path.read_text(encoding="utf-8"), fresh)
    print(f"{'DIFFERS' if found else 'same'} {path}", *found, sep="\n  ")
    return not found


if __name__ == "__main__":
    sys.exit(main())
