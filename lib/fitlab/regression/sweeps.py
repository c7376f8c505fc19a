"""Many fits, over width x depth x seed: in this process, on all its cores, or on a cluster.

Networks that differ in their seed only are trained together (`fitlab.regression.ensemble`). Such a
group is what an executor is given; whatever it finished is kept in a directory, so that a sweep
which was killed goes on where it was.
"""

import ast
import concurrent.futures
import contextlib
import functools
import hashlib
import inspect
import itertools
import json
import logging
import os
import pickle
import queue
import tempfile
import time
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import torch

from fitlab import files, interrupts, random, validate
from fitlab.networks import backprop, cnn, dealing, losses, mlp, network, optimizers
from fitlab.networks import training as steps
from fitlab.regression import ensemble, settings, targets, training
from fitlab.regression.ensemble import Row, train_together
from fitlab.regression.settings import Ending, Settings, TrainingKeywords, show_settings
from fitlab.regression.targets import Target, find_target

DECISIVE = (
    random,
    targets,
    network,
    mlp,
    cnn,
    losses,
    optimizers,
    dealing,
    backprop,
    steps,
    settings,
    training,
    ensemble,
)  # the modules behind the numbers
LOG = logging.getLogger("fitlab.sweeps")
STEP_COST = 1_000  # weights that would take as long as all else in a step, for one sample


@dataclass(frozen=True)
class SweepProgress:
    """One network of a sweep has been trained, or was found in the directory.

    done, total: networks.  seconds_left: an estimate, from the arithmetic still to do and the pace
    so far; None before there is a pace.  It takes it that every fit needs all its steps.
    """

    row: Row
    done: int
    total: int
    seconds_left: float | None

    def __repr__(self) -> str:
        left = "" if self.seconds_left is None else f", about {self.seconds_left:.0f} s left"
        return f"SweepProgress({self.done} of {self.total}{left}: {self.row!r})"


@show_settings
def grid(
    widths: Iterable[int],
    depths: Iterable[int],
    seeds: Iterable[int],
    *,
    target: str | Target = "sine",
    **settings: Unpack[TrainingKeywords],
) -> list[Settings]:
    """The Settings of every width with every depth and every seed; the others are the same."""
    shapes = itertools.product(widths, depths, seeds)
    return [Settings(target, width=w, depth=d, seed=s, **settings) for w, d, s in shapes]


def by_shape(
    rows: Iterable[Row], value: Callable[[Row], float] = lambda row: row.mse
) -> dict[tuple[int, int], np.ndarray]:
    """{(width, depth): float64 (seeds,)}: one value of each row, the MSE unless told otherwise."""
    found: dict[tuple[int, int], list[float]] = {}
    for row in rows:
        found.setdefault((row.settings.width, row.settings.depth), []).append(value(row))
    return {shape: np.array(values, dtype=np.float64) for shape, values in found.items()}


def sweep(
    settings: Iterable[Settings],
    *,
    executor: Executor | None = None,
    directory: str | os.PathLike[str] | None = None,
    together: int = 64,
    on_progress: Callable[[SweepProgress], None] | None = None,
) -> list[Row]:
    """Fit all `settings`, many at once; returns their Rows in the order given.

    executor: any concurrent.futures.Executor, such as a ProcessPoolExecutor, or that of a
    dask.distributed Client (`client.get_executor()`); None trains in this process.
    directory: where every Row is kept as soon as it is there; what is found there is not trained
    again. None keeps nothing.  together: at most so many networks are trained as one group.
    on_progress: called with a SweepProgress for every Row.
    The numbers are those of `fit` up to rounding, whoever computes them. If interrupted, it raises
    KeyboardInterrupt with how far it got. Raises ValueError for what is not allowed.
    """
    settings, rows = _checked_settings(settings), {}
    stream = sweep_stream(settings, executor=executor, directory=directory, together=together)

    def reached() -> str:
        return f"sweep interrupted {_reached(len(rows), len(set(settings)), directory)}"

    with interrupts.told(reached), contextlib.closing(stream):
        for progress in stream:
            rows[progress.row.settings] = progress.row
            if on_progress:
                on_progress(progress)
    return [rows[each] for each in settings]


def sweep_stream(
    settings: Iterable[Settings],
    *,
    executor: Executor | None = None,
    directory: str | os.PathLike[str] | None = None,
    together: int = 64,
) -> Generator[SweepProgress, None, None]:
    """The same as `sweep`, as a generator of SweepProgress: rows come as they are finished.

    Bad input raises at the call. Whoever stops asking stops the sweep, except for the groups that
    an executor has already begun.
    """
    settings = list(dict.fromkeys(_checked_settings(settings)))
    _check_executor(executor, settings)
    together = validate.integer("together", together, 1)
    return _stream(settings, executor, None if directory is None else Store(directory), together)


def _checked_settings(settings: Any) -> list[Settings]:
    """A list of Settings, one at least, or ValueError."""
    if isinstance(settings, Iterable):
        settings = list(settings)
        wrong = [each for each in settings if not isinstance(each, Settings)]
    else:
        wrong = [settings]
    if wrong or not settings:
        given = repr(wrong[0]) if wrong else "nothing"
        raise ValueError(
            f"{given} was given; a sweep needs a list of fitlab.Settings, such as from grid()"
        )
    return settings


def _check_executor(executor: Any, settings: list[Settings]) -> None:
    """ValueError for what is no executor, and for what it cannot send to its processes."""
    if executor is not None and not isinstance(executor, concurrent.futures.Executor):
        raise ValueError(
            f"executor={executor!r} was given; executor must be None or a "
            "concurrent.futures.Executor, such as client.get_executor() of a dask Client"
        )
    if isinstance(executor, concurrent.futures.ProcessPoolExecutor):
        for target in {each.target for each in settings}:
            _check_sendable(find_target(target))


def _check_sendable(target: Target) -> None:
    try:
        pickle.dumps(target)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ValueError(
            f"target {target.name!r} was given with f={target.f!r}, which no other process can be "
            f"sent ({error}); f must be a function of a module: one that `def` makes at the top of "
            "a file, not a lambda and not inside another function"
        ) from None


def _stream(
    settings: list[Settings], executor: Executor | None, store: "Store | None", together: int
) -> Generator[SweepProgress, None, None]:
    found = store.load(settings) if store else {}
    done, total = 0, len(settings)
    for row in found.values():
        done += 1
        yield SweepProgress(row, done, total, None)
    groups = _groups([each for each in settings if each not in found], together)
    started, work, worked = time.perf_counter(), sum(map(_cost, groups)), 0
    with contextlib.closing(_trained(groups, executor)) as trained:
        for rows in trained:
            if rows is None:
                directory = store.directory if store else None
                raise RuntimeError(f"the executor was shut down {_reached(done, total, directory)}")
            if store:
                _keep(store, rows, done, total)
            worked += _cost([row.settings for row in rows])
            left = (time.perf_counter() - started) * (work - worked) / worked
            for row in rows:
                done += 1
                yield SweepProgress(row, done, total, left)


def _keep(store: "Store", rows: list[Row], done: int, total: int) -> None:
    """Save the rows of a group; where that fails (a full disk), say what is safe."""
    for number, row in enumerate(rows, start=done):
        try:
            store.save(row)
        except OSError as error:
            said = f"{error.strerror}: sweep stopped {_reached(number, total, store.directory)}"
            raise OSError(error.errno, said) from error


def _reached(done: int, total: int, directory: str | os.PathLike[str] | None) -> str:
    """How far a sweep got, and what is left of it."""
    kept = "nothing was kept" if directory is None else f"they are kept in {directory}"
    return f"after {done} of {total} networks; {kept}"


def _groups(settings: list[Settings], together: int) -> list[list[Settings]]:
    """Lists of Settings that differ in the seed only, the dearest first: the end is then even."""
    alike: dict[object, list[Settings]] = {}
    for each in settings:
        alike.setdefault(each.all_but_seed, []).append(each)
    groups = [
        group[start : start + together]
        for group in alike.values()
        for start in range(0, len(group), together)
    ]
    return sorted(groups, key=_cost, reverse=True)


def _cost(group: list[Settings]) -> int:
    """The arithmetic of a group, in units of its own."""
    first, *_ = group
    inner = max(0, first.depth - 1) * first.width**2  # weights between hidden layers
    return len(group) * first.max_steps * first.batch * (inner + STEP_COST)


def _trained(
    groups: list[list[Settings]], executor: Executor | None
) -> Generator[list[Row] | None, None, None]:
    """The Rows of each group, as they are finished; at the end None if some were called off."""
    if executor is None:
        yield from map(train_together, groups)
        return
    asked = {executor.submit(_train, group, code_key(), os.getpid()): group for group in groups}
    ended: queue.SimpleQueue[Future[list[Row]]] = queue.SimpleQueue()
    for future in asked:  # concurrent.futures.wait() would not hear of those that are called off
        future.add_done_callback(ended.put)
    try:
        called_off = False
        for future in (ended.get() for _ in asked):
            if future.cancelled():
                called_off = True
            else:  # with our own settings: a Target is another one after its journey
                rows = zip(asked[future], future.result(), strict=True)
                yield [replace(row, settings=own) for own, row in rows]
        if called_off:
            yield None
    finally:
        for future in asked:
            future.cancel()


def _train(group: list[Settings], code: str, caller: int) -> list[Row]:
    """What an executor runs, here or elsewhere."""
    if code != code_key():
        raise ValueError(
            "this worker has another fitlab, torch or NumPy than the one who asks; install the same"
        )
    if os.getpid() != caller:  # a worker: the executor decides how much runs at once, not torch
        torch.set_num_threads(1)
    return train_together(group)


@functools.cache
def code_key() -> str:
    """A hash of the code that decides the numbers: our modules, and versions of NumPy and torch."""
    programs = [_program(inspect.getsource(module)) for module in DECISIVE]
    return _hash([*programs, np.__version__, torch.__version__])


def _program(source: str) -> str:
    """What a source does: without comments, docstrings, and the way it is set."""
    return ast.unparse(_WithoutWords().visit(ast.parse(source)))


class _WithoutWords(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        return None if isinstance(node.value, ast.Constant) else node


def key(settings: Settings) -> str:
    """The name under which a Row is kept: a hash of code and settings, 32 hexadecimal digits."""
    return _hash([code_key(), _described(settings)])


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:32]


def _described(settings: Settings) -> dict[str, Any]:
    """The settings in plain JSON; a Target of one's own by the values that a network sees."""
    plain = dict(vars(settings))
    if isinstance(settings.target, Target):
        x, y = settings.target.samples(settings.samples)
        digest = hashlib.sha256(x.tobytes() + y.tobytes()).hexdigest()
        plain["target"] = {"name": settings.target.name, "samples": digest}
    return plain


class Store:
    """Rows in a directory, a small file of JSON for each, under its key.

    A file is there whole or not at all. One that holds no row (after a power cut, say) is told of
    in the log, counts as not there, and is written again.
    """

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        try:
            self.directory = Path(directory)
            self.directory.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=self.directory).close()
        except (OSError, TypeError, ValueError) as error:
            raise ValueError(
                f"directory={directory!r} was given; it must be a folder that can be made and "
                f"written to: {getattr(error, 'strerror', None) or error}"
            ) from None

    def load(self, settings: Iterable[Settings]) -> dict[Settings, Row]:
        """{settings: Row} for those that are there."""
        rows = ((each, self._read(each)) for each in settings)
        return {each: row for each, row in rows if row}

    def save(self, row: Row) -> None:
        """Keep a Row."""
        record = {"settings": _described(row.settings), "ending": row.ending, "steps": row.steps}
        record |= {"error": row.error, "checks": row.checks}
        files.write_whole(self._path(row.settings), json.dumps(record))

    def _read(self, settings: Settings) -> Row | None:
        path = self._path(settings)
        try:
            return _row(settings, json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            LOG.warning("%s holds no row (%r); the network is trained again", path, error)
            return None

    def _path(self, settings: Settings) -> Path:
        return self.directory / f"{key(settings)}.json"


def _row(settings: Settings, record: Any) -> Row:
    """The Row that a record of it says, or ValueError, KeyError, TypeError."""
    steps = validate.integer("steps", record["steps"], 1, settings.max_steps)
    checks = [
        (validate.integer("step", step, 1, steps), _error(error))
        for step, error in record["checks"]
    ]
    if not checks:
        raise ValueError("checks=[] was given; there must be one at least")
    ending = Ending(record["ending"])
    return Row(settings, ending, steps, _error(record["error"]), checks)


def _error(value: Any) -> float:
    if not isinstance(value, float):
        raise TypeError(f"error={value!r} was given; it must be a float")
    return value
