"""A sweep gives the numbers of single fits, on whatever it runs, and survives being killed."""

import concurrent.futures
import errno
import functools
import json
import multiprocessing
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from dask.distributed import Client, LocalCluster

import fitlab
from fitlab import Settings, fit, grid, sweep, sweep_stream
from fitlab.regression import ensemble, sine, sweeps
from test_layers import MODULES, imported, own_modules

SMALL = {"tolerance": 0, "max_steps": 75}
CASES = [
    {"width": 16, "depth": 2, "tolerance": 0, "max_steps": 300},
    {"width": 16, "depth": 2, "lr": 1e-2, "batch": 128},  # converge, each at its own step
    {"width": 64, "depth": 5},
    {"width": 4, "depth": 6, "max_steps": 400},  # some of them die
    {"width": 8, "depth": 2, "activation": "identity", "lr": 1e200},  # diverge
    {"width": 8, "depth": 3, "activation": "tanh", "dropout": 0.1, "max_steps": 60},
    {"width": 1, "depth": 0, "max_steps": 110, "check_every": 70, "target": "runge"},
    {"width": 16, "depth": 2, "samples": 10, "tolerance": 0, "max_steps": 150, "check_every": 1},
]


def assert_same(rows, others):
    """Two tables (Rows or Fits) agree: ends and steps exactly, errors within 1e-10."""
    assert [row.settings for row in rows] == [other.settings for other in others]
    for row, other in zip(rows, others, strict=True):
        assert (row.reason, row.steps) == (other.reason, other.steps)
        assert row.mse == pytest.approx(other.mse, rel=1e-9, abs=1e-10, nan_ok=True)
        steps, errors = np.array(row.checks).T
        other_steps, other_errors = np.array(other.checks).T
        assert (steps == other_steps).all()
        np.testing.assert_allclose(errors, other_errors, rtol=1e-9, atol=1e-10)


@pytest.fixture
def trained(monkeypatch):
    """The Settings that this process trains, as they are trained."""
    seen = []

    def train(group):
        seen.extend(group)
        return ensemble.train_together(group)

    monkeypatch.setattr(sweeps, "train_together", train)
    return seen


# ---------------------------------------------------------------------------- the numbers


@pytest.mark.parametrize("settings", CASES)
def test_together_they_become_what_they_become_one_by_one(settings):
    rows = sweep([Settings(seed=seed, **settings) for seed in range(6)])
    assert_same(rows, [fit(seed=seed, **settings) for seed in range(6)])


def test_the_cases_end_in_all_ways():
    ends = {r.ending for case in CASES for r in sweep([Settings(seed=s, **case) for s in range(6)])}
    assert ends == {"converged", "dead", "diverged", "out of steps"}


def test_who_ends_early_leaves_the_others_as_they_would_have_been():
    settings = [Settings(width=16, depth=2, seed=seed) for seed in range(5)]
    rows = sweep(settings)
    assert len({row.steps for row in rows}) > 1
    assert_same([rows[3]], sweep(settings[3:4]))


def test_rows_come_in_the_order_asked_for_whatever_the_groups():
    settings = grid((3, 5), (1, 2), (4, 0), **SMALL)
    settings = [*settings[::-1], settings[2]]
    rows = sweep(settings, together=1)
    assert [row.settings for row in rows] == settings
    assert_same(rows, sweep(settings))
    assert repr(rows[0]).startswith("Row(width=5, depth=2, seed=0: did not get below 0 in 75 steps")


def test_a_grid_is_every_width_with_every_depth_and_seed():
    settings = grid((4, 8), range(3), range(2), lr=1e-2)
    assert len(set(settings)) == 12
    assert {(s.width, s.depth, s.seed) for s in settings} >= {(4, 0, 1), (8, 2, 0)}
    assert {s.lr for s in settings} == {1e-2}
    rows = [SimpleNamespace(settings=s, mse=s.width + s.seed) for s in settings]
    assert fitlab.by_shape(rows)[8, 2].tolist() == [8, 9]


def test_only_what_differs_in_the_seed_alone_is_trained_together():
    with pytest.raises(ValueError, match="may differ in nothing but the seed"):
        ensemble.train_together([Settings(width=4), Settings(width=5)])


# ---------------------------------------------------------------------------- executors


def steep(x):  # a Target of one's own that a process pool can send
    return 3 * x


STEEP = fitlab.Target("steep", steep, -1.0, 1.0, "3x")
SHARED = [*grid((4, 8), (1, 3), range(3), **SMALL), Settings(STEEP, width=2, **SMALL)]


def assert_nobody_trains_here(monkeypatch):
    def refuse(group):
        raise AssertionError(f"{group} was trained in this process")

    monkeypatch.setattr(sweeps, "train_together", refuse)


def test_a_process_pool_gives_the_same_table(monkeypatch):
    expected = sweep(SHARED)
    assert_nobody_trains_here(monkeypatch)
    with concurrent.futures.ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        assert_same(sweep(SHARED, executor=pool, together=2), expected)


def test_a_cluster_of_two_workers_gives_the_same_table(monkeypatch, tmp_path):
    expected = sweep(SHARED)
    assert_nobody_trains_here(monkeypatch)
    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(tmp_path)
    )
    with cluster, Client(cluster) as client:
        client.wait_for_workers(2)
        with client.get_executor() as executor:
            rows = sweep(SHARED, executor=executor, together=1, directory=tmp_path / "rows")
        ran = client.run(lambda dask_worker: dask_worker.state.executed_count)
    assert len(ran) == 2
    assert min(ran.values()) > 0  # both had a part in it
    assert_same(rows, expected)
    assert_same(sweep(SHARED, directory=tmp_path / "rows"), expected)  # and trains nothing here


def test_settings_that_were_checked_are_not_checked_again(monkeypatch, tmp_path):
    """They are valid as soon as there are any: neither grouping nor keeping asks once more."""
    settings, checked = [*SHARED], []
    monkeypatch.setattr(Settings, "__post_init__", checked.append)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for executor in (None, pool):
            rows = sweep(settings, executor=executor, directory=tmp_path / str(executor))
            assert len(rows) == len(settings)
    assert sweep(settings, directory=tmp_path / "None") == sweep(settings)
    assert not checked


def test_threads_will_do_too():
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        assert_same(sweep(SHARED, executor=pool), sweep(SHARED))


def test_a_worker_with_other_code_is_refused_in_words():
    with pytest.raises(ValueError, match="another fitlab, torch or NumPy than the one who asks"):
        sweeps._train(SHARED[:1], "other code", os.getpid())


@pytest.mark.parametrize("kept", [True, False])
def test_an_executor_that_is_shut_down_ends_the_sweep_in_words(monkeypatch, tmp_path, kept):
    """What had begun is finished and kept; nothing waits for what was called off."""
    directory = tmp_path if kept else None
    settings = grid(range(1, 9), (1,), (0,), **SMALL)
    pool = concurrent.futures.ThreadPoolExecutor(1)

    def shut(group):
        if group == last_to_run:
            pool.shutdown(wait=False, cancel_futures=True)
        return ensemble.train_together(group)

    last_to_run = [settings[2]]  # which are as dear, and go in the order given
    monkeypatch.setattr(sweeps, "train_together", shut)
    said = f"shut down after 3 of 8 networks; {'they are' if kept else 'nothing was'} kept"
    outcome = concurrent.futures.Future()

    def run():
        try:
            outcome.set_result(sweep(settings, executor=pool, directory=directory))
        except Exception as error:
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True).start()  # one that hangs would hang the tests
    with pytest.raises(RuntimeError, match=said):
        outcome.result(timeout=60)
    assert len(list(tmp_path.glob("*.json"))) == (3 if kept else 0)


@pytest.mark.parametrize("f", [lambda x: 2 * x, functools.partial(lambda x, y: x * y, y=2)])
def test_a_process_pool_is_not_sent_what_it_cannot_take(f):
    """At the call, whatever the pool's processes are: a lambda has no name in a module."""
    target = fitlab.Target("double", f, -1.0, 1.0, "2x")
    with concurrent.futures.ProcessPoolExecutor(1) as pool:
        with pytest.raises(ValueError, match=r"'double' was given .* f must be a function of a"):
            sweep_stream([Settings(target, **SMALL)], executor=pool)
        assert not pool._processes
    sweep([Settings(target, width=2, depth=1, **SMALL)])  # here it may


def test_an_error_in_a_worker_is_raised_and_the_rest_is_not_begun(monkeypatch, tmp_path):
    done = []

    def fail(group):
        done.append(group)
        raise RuntimeError("out of memory")

    monkeypatch.setattr(sweeps, "train_together", fail)
    settings = grid(range(1, 200), (1,), (0,), **SMALL)
    with (
        concurrent.futures.ThreadPoolExecutor(1) as pool,
        pytest.raises(RuntimeError, match="out of memory"),
    ):
        sweep(settings, executor=pool)
    assert len(done) < 199


# ---------------------------------------------------------------------------- the directory

KILLED = """
import sys
from concurrent.futures import ProcessPoolExecutor
from fitlab import grid, sweep
if __name__ == "__main__":
    settings = grid(range(6, 26), (2,), range(2), tolerance=0, max_steps=150)
    with ProcessPoolExecutor(2) as pool:
        sweep(settings, directory=sys.argv[1], executor=eval(sys.argv[2]))
"""
KILLED_SETTINGS = grid(range(6, 26), (2,), range(2), tolerance=0, max_steps=150)


@pytest.mark.parametrize("executor", ["None", "pool"])
def test_a_killed_sweep_goes_on_where_it_was(tmp_path, trained, executor):
    """kill -9 in the middle: nothing that was there is lost or trained again; the same table."""
    script, rows = tmp_path / "killed.py", tmp_path / "rows"
    script.write_text(KILLED, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script), str(rows), executor],
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
    try:
        while len(list(rows.glob("*.json"))) < 5:
            assert process.poll() is None
            time.sleep(0.005)
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # its workers too
        process.wait()
    there = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in rows.glob("*.json")}
    assert 5 <= len(there) < len(KILLED_SETTINGS), "it was not killed in the middle"
    found = sweep(KILLED_SETTINGS, directory=rows)
    kept = {s for s in KILLED_SETTINGS if rows / f"{sweeps.key(s)}.json" in there}
    assert len(kept) == len(there)
    assert set(trained) == set(KILLED_SETTINGS) - kept
    assert len(trained) == len(set(trained))
    for path, before in there.items():
        assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    trained.clear()
    assert_same(found, sweep(KILLED_SETTINGS))  # once without a directory
    trained.clear()
    assert sweep(KILLED_SETTINGS, directory=rows) == found
    assert not trained


def test_a_file_is_whole_or_not_there(monkeypatch, tmp_path, trained):
    """Killed while it writes: the draft does not count; nor does what cannot be read."""
    settings = grid((3,), (1,), range(3), **SMALL)
    expected = sweep(settings, directory=tmp_path)
    first, second, _ = paths = sorted(tmp_path.glob("*.json"))
    assert [path.name for path in paths] == sorted(f"{sweeps.key(s)}.json" for s in settings)
    first.rename(first.with_suffix(".123.tmp"))
    second.write_text(second.read_text(encoding="utf-8")[:40], encoding="utf-8")
    trained.clear()
    assert_same(sweep(settings, directory=tmp_path), expected)
    assert len(trained) == 2
    assert json.loads(second.read_text(encoding="utf-8"))["settings"]["width"] == 3


ROW = {"ending": "converged", "steps": 75, "error": 0.1, "checks": [[25, 0.2], [75, 0.1]]}


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", '"row"', "3", "[" * 100_000 + "]" * 100_000, "\ud800",
        *(
            json.dumps(ROW | {name: value})
            for name, values in {
                "ending": ["tired", None, 3, []],
                "steps": ["75", 0, -1, 76, 1.5, None, True],
                "error": ["0.1", None, True, [], {}, 1],
                "checks": [None, [], 3, "ab", [3], [[25]], [["25", 0.1]], [[25, "0.1"]], {"ab": 1}],
            }.items()
            for value in values
        ),
        *(json.dumps({k: v for k, v in ROW.items() if k != name}) for name in ROW),
    ],
)  # fmt: skip
def test_a_file_that_holds_no_row_is_made_anew_and_told_of(tmp_path, trained, caplog, text):
    settings = [Settings(width=2, depth=1, **SMALL)]
    path = tmp_path / f"{sweeps.key(*settings)}.json"
    path.write_bytes(text.encode(errors="surrogatepass"))
    rows = sweep(settings, directory=tmp_path)
    assert trained == settings
    (said,) = [record.getMessage() for record in caplog.records]
    assert f"{path} holds no row" in said
    assert "trained again" in said
    assert_same(sweep(settings, directory=tmp_path), rows)
    assert trained == settings


def test_a_row_that_is_one_is_read(tmp_path, trained, caplog):
    settings = Settings(width=2, depth=1, **SMALL)
    (tmp_path / f"{sweeps.key(settings)}.json").write_text(json.dumps(ROW), encoding="utf-8")
    (row,) = sweep([settings], directory=tmp_path)
    assert (row.ending, row.steps, row.mse) == ("converged", 75, 0.1)
    assert not trained
    assert not caplog.records


def test_a_full_disk_is_told_of_with_what_is_kept(monkeypatch, tmp_path):
    settings, write_text = grid((3, 4, 5), (1,), range(2), **SMALL), pathlib.Path.write_text

    def full(path, text, **options):
        if len(list(tmp_path.glob("*.json"))) == 3:
            write_text(path, text[:20], **options)
            raise OSError(errno.ENOSPC, "No space left on device")
        return write_text(path, text, **options)

    monkeypatch.setattr(pathlib.Path, "write_text", full)
    said = "No space left on device: sweep stopped after 3 of 6 networks; they are kept in"
    with pytest.raises(OSError, match=said) as raised:
        sweep(settings, directory=tmp_path)
    assert raised.value.errno == errno.ENOSPC
    monkeypatch.undo()
    assert len(list(tmp_path.iterdir())) == 3
    assert len(sweep(settings, directory=tmp_path)) == 6


def test_two_may_sweep_the_same_into_one_directory(monkeypatch, tmp_path):
    """Two threads, or two machines whose processes happen to have the same number."""
    monkeypatch.setattr(os, "getpid", lambda: 7)
    store = sweeps.Store(tmp_path)
    (row,) = sweep([Settings(width=2, depth=1, **SMALL)])
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(store.save, [row] * 400))
    assert store.load([row.settings]) == {row.settings: row}
    assert len(list(tmp_path.iterdir())) == 1


def test_a_fit_without_a_finite_error_is_kept_as_well(tmp_path, trained):
    lost = Settings(width=8, depth=2, activation="identity", lr=1e200)
    (row,) = sweep([lost], directory=tmp_path)
    (again,) = sweep([lost], directory=tmp_path)
    assert len(trained) == 1
    assert again.reason == row.reason
    assert not np.isfinite(again.mse)


def test_more_seeds_train_only_the_new_ones(tmp_path, trained):
    sweep(grid((4,), (1, 2), range(2), **SMALL), directory=tmp_path)
    trained.clear()
    sweep(grid((4,), (1, 2), range(3), **SMALL), directory=tmp_path)
    assert [s.seed for s in trained] == [2, 2]


def test_every_setting_has_a_part_in_the_key():
    other = {
        "target": "runge", "width": 3, "depth": 1, "activation": "tanh", "dropout": 0.5,
        "samples": 99, "batch": 3, "lr": 1.0, "tolerance": 0.1, "max_steps": 7,
        "check_every": 3, "seed": 5, "loss": "squared error", "optimizer": "sgd",
        "weight_decay": 0.1, "epsilon": 1e-3, "dealing": "all", "start": "he", "start_factor": 2.0,
    }  # fmt: skip
    assert other.keys() == vars(Settings()).keys()
    keys = {sweeps.key(Settings(**{name: value})) for name, value in other.items()}
    assert len(keys | {sweeps.key(Settings())}) == len(other) + 1
    assert sweeps.key(Settings(seed=5)) == sweeps.key(Settings(seed=5))


def test_a_target_of_ones_own_is_known_by_its_values():
    def settings(f):
        return Settings(fitlab.Target("mine", f, -1.0, 1.0, "?"), samples=50)

    assert sweeps.key(settings(lambda x: 2 * x)) == sweeps.key(settings(lambda x: x + x))
    assert sweeps.key(settings(lambda x: 2 * x)) != sweeps.key(settings(lambda x: 3 * x))


def test_examples_are_known_by_their_values():
    def key(x, y):
        return sweeps.key(Settings(fitlab.Examples.from_arrays(x, y), samples=50))

    x = np.eye(3)
    assert key(x, [0, 1, 1]) == key(x.copy(), [0, 1, 1])
    different = [key(x, [0, 1, 1]), key(2 * x, [0, 1, 1]), key(x, [1, 1, 0]), key(x, [0.0, 1, 1])]
    assert len(set(different)) == 4


def test_examples_can_be_sent_to_another_process():
    x = np.arange(12.0).reshape(6, 2)
    settings = [Settings(fitlab.Examples.from_arrays(x, [0, 1] * 3), width=2, depth=1, **SMALL)]
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        assert_same(sweep(settings, executor=pool), sweep(settings))


@pytest.fixture
def new_code_key():
    """Whether the key of some settings is another one, with whatever was changed."""
    before = sweeps.key(Settings())

    def is_new():
        sweeps.code_key.cache_clear()
        return sweeps.key(Settings()) != before

    yield is_new
    sweeps.code_key.cache_clear()


def change_source(monkeypatch, module, change):
    read = sweeps.inspect.getsource

    def changed(asked):
        return change(read(asked)) if asked is module else read(asked)

    monkeypatch.setattr(sweeps.inspect, "getsource", changed)


@pytest.mark.parametrize("module", sweeps.DECISIVE, ids=lambda module: module.__name__)
def test_changed_code_has_another_key(new_code_key, module):
    with pytest.MonkeyPatch.context() as patch:
        change_source(patch, module, lambda source: source + "\nchanged = 1")
        assert new_code_key()
    assert not new_code_key()


@pytest.mark.parametrize("module", sweeps.DECISIVE, ids=lambda module: module.__name__)
def test_words_in_the_code_have_no_part_in_the_key(new_code_key, module):
    """A comment, a line more, docstrings with one letter more: no row is lost for them."""

    def reworded(source):
        return re.sub(r'"""(?=\w)', '"""X', source.replace("\n\n", "\n\n\n# why\n")) + "# end"

    with pytest.MonkeyPatch.context() as patch:
        change_source(patch, module, reworded)
        assert not new_code_key()


@pytest.mark.parametrize("package", [np, torch], ids=lambda package: package.__name__)
def test_the_numbers_of_another_numpy_or_torch_are_others(new_code_key, package):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(package, "__version__", "0.0.1")
        assert new_code_key()
    assert not new_code_key()


def test_the_key_covers_all_code_behind_the_numbers():
    """Whatever the ensemble imports, but what refuses bad input, writes words, or counts pieces."""
    waiting, found = ["regression.ensemble"], set()
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += own_modules(imported(MODULES[module]))
    decisive = {module.__name__.removeprefix("fitlab.") for module in sweeps.DECISIVE}
    assert found - decisive == {"validate", "display", "interrupts", "modes", "regression.pieces"}


# ---------------------------------------------------------------------------- progress and input


def test_rows_arrive_one_by_one_with_the_time_that_is_left(tmp_path, monkeypatch):
    """With a clock that runs as fast as the work is done, the estimate is exact."""
    clock = [0.0]
    settings = grid((4, 32), (1, 3), range(2), **SMALL)

    def train(group):
        clock[0] += sweeps._cost(group) / 1e6
        return ensemble.train_together(group)

    monkeypatch.setattr(sweeps, "train_together", train)
    monkeypatch.setattr(sweeps.time, "perf_counter", lambda: clock[0])
    seen = [(progress, clock[0]) for progress in sweep_stream(settings, directory=tmp_path)]
    assert [p.done for p, _ in seen] == list(range(1, 9))
    assert {p.total for p, _ in seen} == {8}
    for progress, now in seen:
        assert progress.seconds_left == pytest.approx(clock[0] - now)
    assert "8 of 8, about 0 s left" in repr(seen[-1][0])
    again = list(sweep_stream(settings, directory=tmp_path))
    assert [p.seconds_left for p in again] == [None] * 8


def test_an_interrupted_sweep_says_how_far_it_got_and_goes_on_later(tmp_path, trained):
    settings = grid((3, 4, 5), (1,), range(2), **SMALL)

    def stop(progress):
        if progress.done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match="after 4 of 6 networks; they are kept in"):
        sweep(settings, directory=tmp_path, on_progress=stop)
    assert len(trained) == 4
    sweep(settings, directory=tmp_path)
    assert len(trained) == 6
    with pytest.raises(KeyboardInterrupt, match="nothing was kept"):
        sweep(settings, on_progress=stop)


def test_whoever_stops_asking_stops_the_sweep(trained):
    stream = sweep_stream(grid(range(1, 9), (1,), (0,), **SMALL))
    next(stream)
    stream.close()
    assert len(trained) == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"settings": []}, "nothing was given; a sweep needs a list of fitlab.Settings"),
        ({"settings": [8]}, "8 was given; a sweep needs a list of fitlab.Settings"),
        ({"executor": 2}, "executor=2 was given; executor must be None or a concurrent"),
        ({"together": 0}, "together=0 was given; together must be an integer >= 1"),
        ({"settings": 8}, "8 was given; a sweep needs a list of fitlab.Settings"),
        ({"settings": None}, "None was given; a sweep needs a list of fitlab.Settings"),
        ({"settings": Settings()}, "Settings.* was given; a sweep needs a list of fitlab.Settings"),
        (
            {"settings": [{"width": 8}]},
            "{'width': 8} was given; a sweep needs a list of fitlab.Settings",
        ),
        ({"directory": __file__}, "it must be a folder that can be made"),
        ({"directory": "/proc"}, "directory='/proc' was given; it must be a folder that can"),
        ({"directory": "/proc/rows"}, "directory='/proc/rows' was given; it must be a folder"),
        ({"directory": 3}, "directory=3 was given; it must be a folder"),
        ({"directory": "a\0b"}, "directory='a.*b' was given; it must be a folder"),
    ],
)
def test_bad_input_is_refused_at_the_call(given, said):
    for function in (sweep_stream, sweep):
        with pytest.raises(ValueError, match=said):
            function(**{"settings": SHARED, **given})


# ---------------------------------------------------------------------------- the claim


def test_the_claims_networks_are_those_of_fit():
    errors = sine.swept((4,), (1, 6), seeds=(3, 5), steps=50)
    for (width, depth), values in errors.items():
        for seed, mse in zip((3, 5), values, strict=True):
            single = fit(width=width, depth=depth, seed=seed, tolerance=0, max_steps=50)
            assert mse == pytest.approx(single.mse, rel=1e-9)
