"""A target that is known at some points only: examples of one's own, from arrays or a table."""

import csv
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fitlab import random, validate
from fitlab.regression.targets import Target

MOST_CLASSES = 1_000
MOST_INPUTS = 4_096
SEPARATORS = "\t;,"  # between the columns of a table; the first that its first line has


@dataclass(frozen=True, eq=False, repr=False)
class Examples(Target):
    """Examples to train on, and perhaps some that are held out; made by one of the class methods.

    x: float64 (n, inputs).  y: numbers, float64 (n,), or classes, int64 (n,).
    held_x, held_y: the same for those held out, perhaps none.  classes: what the classes are
    called, in the order of their numbers; none for numbers.
    As a Target, f is not known between the examples, and low and high are where the first input
    ends.
    """

    x: np.ndarray
    y: np.ndarray
    held_x: np.ndarray
    held_y: np.ndarray
    classes: tuple[str, ...] = ()

    # A Target compares its fields; arrays compare one by one: each of these is itself alone.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    @classmethod
    def from_arrays(
        cls,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        *,
        held_out: float = 0.0,
        seed: int = 0,
        classes: bool | None = None,
        name: str = "data",
    ) -> "Examples":
        """Examples from inputs x (n, inputs), or (n,) for one input, and answers y (n,).

        held_out: the share of them that is not trained on, from 0 to 1; `seed` deals them out.
        classes: whether y are classes; None: if they are integers (0, 1, ...) or text.
        Raises ValueError in words for what cannot be learnt from.
        """
        inputs = _checked_inputs(x)
        answers, called = _checked_answers(y, classes)
        if len(answers) != len(inputs):
            raise ValueError(
                f"x with {len(inputs)} rows and y with {len(answers)} were given; there must be "
                "one answer for each row"
            )
        train, held = _dealt(len(inputs), held_out, seed)
        if called and len(np.unique(answers[train])) < 2:
            raise ValueError(
                f"held_out={held_out} with seed={seed} was given; it leaves one class only to "
                "train on: hold out less, or try another seed"
            )
        low, high = float(inputs[:, 0].min()), float(inputs[:, 0].max())
        return cls(
            name, _unknown, low, high, f"{len(inputs):,} examples",
            inputs[train], answers[train], inputs[held], answers[held], called,
        )  # fmt: skip

    @classmethod
    def from_csv(
        cls,
        source: str | os.PathLike[str],
        *,
        answer: str | int = -1,
        inputs: int | Sequence[str] | None = None,
        held_out: float = 0.0,
        seed: int = 0,
        classes: bool | None = None,
        name: str = "data",
    ) -> "Examples":
        """Examples from a table: one a line, columns parted by commas, semicolons or tabs.

        source: the path of a file, or the text itself if it has several lines.  A first line that
        has text over numbers holds the names of the columns.
        answer: the name or the place of the column to answer (-1: the last).
        inputs: the names of the others that are meant, or how many they are; None: all of them.
        classes: whether the answers are classes; None: if they are text.  held_out, seed: as for
        `from_arrays`.
        """
        names, rows = _table(source)
        place = _place(answer, names)
        others = _inputs(inputs, place, names)
        x = [[_number(row[i], line, names[i]) for i in others] for line, row in rows]
        y = _answers([(line, row[place]) for line, row in rows], names[place], classes)
        return cls.from_arrays(x, y, held_out=held_out, seed=seed, classes=classes, name=name)

    def __post_init__(self) -> None:
        pass  # one input may be the same in all examples: low < high is no law here

    def samples(self, n: int) -> tuple[np.ndarray, np.ndarray]:
        """The examples to train on: x (m, inputs) and y (m,), whatever n is."""
        return self.x, self.y

    def held_out(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Those held out, as `samples`; None if there are none."""
        return (self.held_x, self.held_y) if len(self.held_y) else None

    @property
    def inputs(self) -> int:
        """How many numbers a network is given."""
        return self.x.shape[1]

    @property
    def outputs(self) -> int:
        """How many it answers with: one number, or a score for each class."""
        return len(self.classes) or 1

    @property
    def of_classes(self) -> bool:
        """Whether the answers are classes, and not numbers."""
        return bool(self.classes)

    def __repr__(self) -> str:
        ends = f"{self.inputs} input{'s' if self.inputs > 1 else ''} to "
        ends += f"{len(self.classes)} classes" if self.classes else "a number"
        held = f" and {len(self.held_y):,} held out" if len(self.held_y) else ""
        return f"Examples({self.name!r}: {len(self.y):,}{held}, {ends})"


def _unknown(x: np.ndarray) -> np.ndarray:
    raise ValueError("examples were given; what lies between them is not known")


# ---------------------------------------------------------------------------- arrays


def _checked_inputs(x: npt.ArrayLike) -> np.ndarray:
    """float64 (n, inputs), n >= 2, or ValueError."""
    values = validate.finite("x", x)
    if values.ndim == 1:
        values = values[:, None]
    if values.ndim != 2 or len(values) < 2 or not 1 <= values.shape[1] <= MOST_INPUTS:
        raise ValueError(
            f"x of shape {np.shape(x)} was given; x must be (n, inputs) with at least 2 rows, and "
            f"1 to {MOST_INPUTS:,} inputs"
        )
    return values


def _checked_answers(y: npt.ArrayLike, classes: bool | None) -> tuple[np.ndarray, tuple[str, ...]]:
    """Numbers float64 (n,) and no names, or classes int64 (n,) and theirs; or ValueError."""
    values = np.asarray(y)
    if values.ndim != 1:
        raise ValueError(f"y of shape {values.shape} was given; y must be (n,): one answer a row")
    if values.dtype.kind == "b":
        values = values.astype(np.int64)
    text = values.dtype.kind in "US"
    if classes is None:
        classes = text or values.dtype.kind in "iu"
    if not classes:
        return validate.finite("y", values), ()
    if text:
        called, values = np.unique(values, return_inverse=True)
        names = tuple(str(name) for name in called)
    elif values.dtype.kind in "iu":
        names = tuple(map(str, range(_checked_classes(values))))
    else:
        raise ValueError(
            f"classes of type {values.dtype} were given; classes are integers from 0 on, or text"
        )
    _check_how_many(len(np.unique(values)), len(names))
    return values.astype(np.int64), names


def _checked_classes(values: np.ndarray) -> int:
    """How many classes there are, or ValueError for a negative one."""
    if len(values) and values.min() < 0:
        raise ValueError(f"class {values.min()} was given; classes are integers from 0 on")
    return int(values.max()) + 1 if len(values) else 0


def _check_how_many(found: int, count: int) -> None:
    if found < 2:
        raise ValueError(
            f"{found} class{'es' if found != 1 else ''} only was found in y; there must be 2 at "
            "least to tell apart"
        )
    if count > MOST_CLASSES:
        raise ValueError(
            f"{count:,} classes were given; there may be {MOST_CLASSES:,} at most: for numbers, "
            "give floats or say classes=False"
        )


def _dealt(n: int, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Which of n examples are trained on and which are held out, each in their order."""
    share = validate.real("held_out", share, 0, 1, high_open=True)
    seed = validate.integer("seed", seed, 0, random.MAX_SEED)
    count = math.floor(share * n + 0.5)  # halves go up, as in the plane
    if share > 0 and (count == 0 or n - count < 2):
        raise ValueError(
            f"held_out={share:g} of {n} examples was given; that is {count} held out and "
            f"{n - count} to train on: there must be 1 and 2 at least"
        )
    order = random.permutation(seed, random.HELD_OUT, n)
    return np.sort(order[count:]), np.sort(order[:count])


# ---------------------------------------------------------------------------- tables

Rows = list[tuple[int, list[str]]]  # the number of a line, and its cells


def _table(source: str | os.PathLike[str]) -> tuple[list[str], Rows]:
    """The names of the columns of a table, and its rows, all of one length; or ValueError."""
    text = os.fspath(source)
    if not text.strip():
        raise ValueError("an empty table was given; there must be a line for each example")
    if "\n" not in text:
        text = _read(Path(text))
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    separator = next((each for each in SEPARATORS if each in first), ",")
    parsed = enumerate(csv.reader(lines, delimiter=separator, skipinitialspace=True), start=1)
    rows = [(n, [cell.strip() for cell in cells]) for n, cells in parsed if any(cells)]
    if not rows:
        raise ValueError("an empty table was given; there must be a line for each example")
    columns = len(rows[0][1])
    for line, cells in rows:
        if len(cells) != columns:
            raise ValueError(
                f"line {line} has {len(cells)} columns and the first has {columns}; all lines must "
                "have as many"
            )
    if columns < 2:
        raise ValueError("one column was given; there must be an input and an answer at least")
    if _is_header(rows):
        if len(rows) == 1:
            raise ValueError("a table with names only was given; there must be examples below")
        _check_names(rows[0][1])
        return rows[0][1], rows[1:]
    return [f"column {i + 1}" for i in range(columns)], rows


def _check_names(names: list[str]) -> None:
    """ValueError if two columns have one name: nobody could say which is meant."""
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise ValueError(f"columns named {', '.join(names)} were given; {twice[0]!r} stands twice")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(
            f"source={str(path)!r} was given; it must be a text file that can be read, or the "
            f"lines of a table themselves: {getattr(error, 'strerror', None) or error}"
        ) from None


def _is_header(rows: Rows) -> bool:
    """Whether the first row has text where the next has a number; alone, whether it has none."""
    first, *others = (list(map(_is_number, cells)) for _, cells in rows[:2])
    if not others:
        return not any(first)
    return any(number and not own for own, number in zip(first, *others, strict=True))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _place(answer: str | int, names: list[str]) -> int:
    """Where the column to answer stands, or ValueError."""
    if isinstance(answer, str):
        return names.index(validate.one_of("answer", answer, names))
    place = validate.integer("answer", answer, -len(names), len(names) - 1)
    return place % len(names)


def _inputs(inputs: int | Sequence[str] | None, answer: int, names: list[str]) -> list[int]:
    """Where the inputs stand, or ValueError."""
    others = [place for place in range(len(names)) if place != answer]
    if inputs is None:
        return others
    if not isinstance(inputs, int):
        meant = [names.index(validate.one_of("inputs", name, names)) for name in inputs]
        if answer in meant:
            raise ValueError(
                f"inputs={list(inputs)} were given; {names[answer]!r} is the answer, and what is "
                "to be answered cannot be an input"
            )
        return meant
    if inputs != len(others):
        raise ValueError(
            f"a table with {len(names)} columns ({', '.join(names)}) was given; with "
            f"inputs={inputs} there must be {inputs + 1}: name the inputs that are meant"
        )
    return others


def _number(cell: str, line: int, column: str) -> float:
    """The number in a cell, or ValueError that says where."""
    if not _is_number(cell) or not math.isfinite(float(cell)):
        found = "an empty cell" if not cell else repr(cell)
        raise ValueError(f"line {line}, {column!r}: {found} was given; it must be a finite number")
    return float(cell)


def _answers(cells: list[tuple[int, str]], column: str, classes: bool | None) -> Any:
    """Numbers, or classes: text or integers; or ValueError."""
    texts = [cell for _, cell in cells]
    numbers = [_is_number(cell) for cell in texts]
    for line, cell in cells:
        if not cell:
            raise ValueError(f"line {line}, {column!r}: an empty cell was given; it must be filled")
    if classes or (classes is None and not any(numbers)):
        return np.array(texts, dtype=str)
    return np.array([_number(cell, line, column) for line, cell in cells], dtype=np.float64)
