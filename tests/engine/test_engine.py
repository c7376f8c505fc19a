"""The page's engine trains the same network as torch, stops where `fit` does, and is one file."""

import base64
import gzip
import hashlib
import json
import math
import re
import shutil
import sys

import numpy as np
import pytest
import torch
import wasmtime

from fitlab import MLP, TARGETS, Settings, Target, fit, random
from fitlab.engine import ACTIVATIONS, CHOICES, DEFAULTS, WASM, Engine, Machine, build
from fitlab.engine.machine import _compiled
from fitlab.explorables import sources
from tests.engine import oracle

# width, depth, batch, activation, dropout
SHAPES = [
    (1, 1, 64, "relu", 0), (1, 8, 16, "tanh", 0), (2, 3, 7, "relu", 0.2), (3, 2, 1, "relu", 0),
    (5, 1, 100, "tanh", 0.5), (9, 0, 64, "relu", 0.5), (16, 2, 64, "relu", 0),
    (17, 2, 65, "identity", 0.1), (33, 3, 100, "relu", 0.5), (64, 5, 64, "relu", 0),
    (64, 5, 256, "tanh", 0.1), (7, 8, 50, "tanh", 0), (24, 4, 129, "relu", 0.3),
    (127, 2, 130, "relu", 0), (10, 3, 1_000, "relu", 0.01), (6, 2, 1_000, "identity", 0),
]  # fmt: skip


def torchs_network(engine):
    """The same network in torch."""
    return oracle.Oracle(engine.options, engine.parameters)


@pytest.mark.parametrize(("width", "depth", "batch", "activation", "dropout"), SHAPES)
def test_a_hundred_steps_are_torchs(width, depth, batch, activation, dropout):
    """Every loss, every parameter and the output, within 1e-12 after 100 steps of Adam."""
    settings = Settings(
        "sine", width, depth, activation, dropout, 1_000, batch, tolerance=0, max_steps=100, seed=2
    )
    engine = Engine(settings)
    torchs = torchs_network(engine)
    x, y = TARGETS["sine"].samples(1_000)
    for step, chosen in enumerate(random.batch_indices(2, np.arange(1, 101), batch, 1_000), 1):
        assert engine.advance(1) == 1
        loss = torchs.step(x[chosen, None], y[chosen], step)
        assert engine.loss == pytest.approx(loss, abs=1e-12)
    assert np.abs(engine.parameters - torchs.vector).max() <= 1e-12
    with torch.no_grad():
        prediction = torchs(x[:, None]).numpy()[:, 0]
    assert np.abs(engine.predict(x) - prediction).max() <= 1e-12
    assert engine.evaluate() == pytest.approx(np.mean((prediction - y) ** 2), abs=1e-12)


@pytest.mark.parametrize(("width", "depth"), [(1, 1), (5, 3), (16, 2), (64, 5), (9, 0), (3, 64)])
@pytest.mark.parametrize("seed", [0, 7, random.MAX_SEED])
def test_the_first_parameters_are_the_librarys_bit_for_bit(width, depth, seed):
    model = MLP(width, depth, seed=seed)
    vector = torch.nn.utils.parameters_to_vector(model.parameters()).detach().numpy()
    assert Engine(width=width, depth=depth, seed=seed).parameters.tobytes() == vector.tobytes()


STOPS = [
    {},
    {"width": 16, "depth": 2, "max_steps": 450},
    {"width": 8, "depth": 3, "lr": 1e-2, "tolerance": 2e-3, "check_every": 20, "max_steps": 150,
     "target": "absolute"},
    {"width": 32, "depth": 1, "lr": 3e-2, "tolerance": 1e-2, "samples": 1_001, "max_steps": 150,
     "target": "runge"},
    {"width": 24, "depth": 4, "dropout": 0.02, "batch": 33, "tolerance": 2e-2, "max_steps": 150},
    {"width": 12, "depth": 2, "activation": "tanh", "lr": 1e-2, "tolerance": 5e-3,
     "max_steps": 200},
]  # fmt: skip
REASONS = {  # how a Fit says it -> the engine's word
    "reached MSE": "converged", "diverged": "diverged", "dead": "dead", "did not": "out of steps"
}  # fmt: skip


def assert_same_fit(**settings):
    """The engine and torch agree on every check, and on how it ends; returns the ending."""
    torchs, engine, checks = fit(**settings), Engine(**settings), []
    while engine.ending is None:
        engine.advance()
        checks.append((engine.steps, engine.checked_error))
    ending = next(word for start, word in REASONS.items() if torchs.reason.startswith(start))
    assert (engine.ending, engine.steps) == (ending, torchs.steps)
    assert [step for step, _ in checks] == [step for step, _ in torchs.checks]
    for (_, ours), (_, theirs) in zip(checks, torchs.checks, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-6, nan_ok=True)
    assert engine.evaluate() == pytest.approx(torchs.mse, rel=1e-6, nan_ok=True)
    return ending


@pytest.mark.parametrize("settings", STOPS, ids=lambda settings: repr(settings)[1:-1] or "defaults")
def test_the_engine_stops_where_fit_stops(settings):
    endings = {assert_same_fit(**settings, seed=seed) for seed in range(10)}
    assert "converged" in endings


def test_every_ending_is_the_one_of_fit():
    diverging = {"width": 8, "depth": 2, "activation": "identity", "lr": 1e200}
    assert assert_same_fit(**diverging) == "diverged"
    assert assert_same_fit(width=16, depth=3, lr=1e150) == "diverged"
    assert assert_same_fit(width=16, depth=8, activation="identity", lr=10.0) == "diverged"
    assert assert_same_fit(width=4, depth=1, max_steps=30) == "out of steps"
    assert assert_same_fit(depth=0, lr=1e-2, max_steps=150) == "out of steps"
    assert "dead" in {assert_same_fit(width=1, depth=8, seed=s, max_steps=500) for s in range(3)}
    five = Target("five", lambda x: 0 * x + 5, 0, 1, "5")
    assert assert_same_fit(target=five, width=2, depth=2, lr=3e-2) == "converged"


@pytest.mark.parametrize("samples", [2, 10, 16, 17])
def test_a_single_screened_sample_is_not_called_a_constant_output(samples):
    few = {"width": 16, "depth": 2, "seed": 2, "tolerance": 1e-9, "batch": 10, "lr": 3e-2}
    ending = assert_same_fit(samples=samples, **few, check_every=1, max_steps=100)
    assert ending == "out of steps"


def test_a_flat_line_without_hidden_layers_is_not_called_dead():
    """It has no lower layers that a gradient could fail to reach."""
    engine = Engine(depth=0, lr=1e-300, max_steps=200)
    engine.parameters = [0, 1]
    assert engine.train() == "out of steps"


def test_steps_are_taken_in_any_portions_but_never_beyond_a_check():
    settings = {"width": 16, "depth": 2, "max_steps": 60, "tolerance": 0}
    engine, other = Engine(**settings), Engine(**settings)
    assert (engine.steps, engine.ending) == (0, None)
    assert math.isnan(engine.loss)
    assert math.isnan(engine.checked_error)
    assert [engine.advance(10) for _ in range(4)] == [10, 10, 5, 10]
    assert [engine.advance(0), engine.advance(), engine.advance()] == [0, 15, 10]
    assert (engine.steps, engine.ending, engine.advance()) == (60, "out of steps", 0)
    assert other.train() == "out of steps"
    assert engine.parameters.tobytes() == other.parameters.tobytes()


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [0, 5, 20, -1])
def test_nan_and_infinity_go_where_they_go_in_torch(activation, bad, place):
    """One bad parameter: the output is as torch's, and so is what a step makes of the network."""
    settings = Settings("sine", 5, 2, activation, samples=100, batch=7, tolerance=0)
    engine = Engine(settings)
    vector = engine.parameters
    vector[place] = bad
    engine.parameters = vector
    torchs = torchs_network(engine)
    x, y = TARGETS["sine"].samples(100)
    with torch.no_grad():
        expected = torchs(x[:, None]).numpy()[:, 0]
    assert np.allclose(engine.predict(x), expected, rtol=0, atol=1e-12, equal_nan=True)
    chosen = random.batch_indices(0, [1], 7, 100)[0]
    loss = torchs.step(x[chosen, None], y[chosen], 1)
    engine.advance(1)
    assert engine.loss == pytest.approx(loss, nan_ok=True)
    assert np.allclose(engine.parameters, torchs.vector, rtol=0, atol=1e-12, equal_nan=True)


@pytest.mark.parametrize("place", ["inputs", "targets"])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_sample_that_is_no_number_ends_the_training_as_diverged(place, bad):
    engine = Engine(width=8, depth=2, samples=50)
    engine._view(place, 50)[32] = bad
    assert engine.train() == "diverged"
    assert engine.steps == 25


def test_samples_outside_the_batch_do_not_matter():
    """A batch of 3 does not fill a tile; what a broken network left in there is not read."""
    settings = Settings(width=6, depth=2, batch=3, samples=64, max_steps=5, dropout=0.3)
    engine, fresh = Engine(width=6, depth=2, batch=64, samples=64), Engine(settings)
    engine.parameters = np.full(len(engine.parameters), np.nan)
    engine.advance(5)
    engine.start(settings)
    assert (engine.advance(), fresh.advance()) == (5, 5)
    assert engine.parameters.tobytes() == fresh.parameters.tobytes()


def test_many_networks_in_one_instance_leave_nothing_behind():
    shapes = [(64, 5, 0.1), (3, 1, 0), (33, 2, 0.5), (16, 2, 0), (9, 0, 0), (64, 5, 0)]
    every = [
        Settings(width=w, depth=d, dropout=p, max_steps=30, samples=500, seed=w)
        for w, d, p in shapes
    ]
    alone = {}
    for settings in every:
        engine = Engine(settings)
        engine.train()
        alone[settings] = engine.parameters.tobytes()
    engine = Engine(every[0])
    size = memory_of(engine)  # the largest first
    for settings in every * 5:
        engine.start(settings)
        assert (engine.steps, engine.ending) == (0, None)
        engine.train()
        assert engine.parameters.tobytes() == alone[settings]
    assert memory_of(engine) == size < 4e6


def memory_of(engine):
    return engine._exports["memory"].data_len(engine._store)


TRAIN_IN_CHROMIUM = """([wasm, x, y, settings]) => {
    const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
    const engine = new WebAssembly.Instance(new WebAssembly.Module(bytes(wasm))).exports;
    const samples = [x, y].map(text => new Float64Array(bytes(text).buffer));
    const count = create(engine, settings, samples);
    while (!engine.ending()) engine.advance(1000);
    const found = new Uint8Array(engine.memory.buffer, engine.parameters(), 8 * count);
    const letters = Array.from(found, c => String.fromCharCode(c));
    return [engine.steps(), engine.ending(), btoa(letters.join(""))];
}"""


def assert_same_in_chromium(browser, engine, x, y):
    """A whole training there and here: the same steps, ending and bytes of the parameters."""
    page = browser.new_page()
    page.goto("about:blank")
    page.add_script_tag(content=sources.script("engine/network"))
    files = [WASM.read_bytes(), *(np.asarray(v, dtype=np.float64).tobytes() for v in (x, y))]
    given = [base64.b64encode(file).decode() for file in files]
    steps, ending, parameters = page.evaluate(TRAIN_IN_CHROMIUM, [*given, engine.options])
    page.close()
    while not engine.ended:
        engine.advance()
    assert (steps, ending) == (engine.steps, engine.ended)
    digest = hashlib.sha256(base64.b64decode(parameters)).hexdigest()
    assert digest == hashlib.sha256(engine.parameters.tobytes()).hexdigest()


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"width": 17, "depth": 3, "activation": "tanh", "max_steps": 200},
        {"width": 33, "depth": 3, "dropout": 0.1, "batch": 70, "max_steps": 200},
        {"width": 16, "depth": 2, "activation": "tanh", "dropout": 0.5, "max_steps": 100},
    ],
)
def test_chromium_and_wasmtime_agree_to_the_last_bit(browser, fields):
    s = Settings(**fields, seed=random.MAX_SEED)
    assert_same_in_chromium(browser, Engine(s), *TARGETS["sine"].samples(s.samples))


PLANE = {"inputs": 2, "outputs": 2, "width": 8, "depth": 2, "batch": 10, "dealing": "epochs"}
PICTURES = {"network": "cnn", "outputs": 10}


@pytest.mark.parametrize(
    "options",
    [
        PLANE | {"loss": "cross-entropy", "activation": "tanh", "lr": 1e-2},
        PLANE | {"loss": "squared error of softmax", "optimizer": "momentum", "start": "he"},
        PICTURES | {"loss": "cross-entropy", "max_steps": 100},
    ],
)
def test_chromium_and_wasmtime_agree_about_classes(browser, options):
    x, y = oracle.samples({**DEFAULTS, **options}, 250)
    machine = Machine()
    machine.create(x, y, **{"tolerance": 0.2, "max_steps": 1_000, "seed": 5, **options})
    assert_same_in_chromium(browser, machine, x, y)


def test_the_page_and_python_know_the_options_by_the_engines_numbers(node):
    settings = (WASM.parent / "settings.h").read_text(encoding="utf-8")
    in_c = [re.findall(r"\w+", body) for body in re.findall(r"enum \{(.*?)\}", settings, re.DOTALL)]
    assert [name.lower() for name in in_c[0]] == [*DEFAULTS, "options"]
    assert node("DEFAULTS") == DEFAULTS
    assert node("Object.keys(DEFAULTS)") == [*DEFAULTS]
    assert node("CHOICES") == CHOICES
    short = {"squared_error": "squared error", "of_the_number": "squared error of the number"}
    for numbered, named in zip(in_c[1:], CHOICES.values(), strict=False):
        words = [name.lower() for name in numbered]
        said = [short.get(word, word).replace("_", "-") for word in words]
        ends = zip(said, named, strict=True)
        assert all(name.endswith(end.removeprefix("of-")) for end, name in ends), (said, named)


TELL = """(() => {
    const wasm = Uint8Array.from(atob(%s), c => c.charCodeAt(0));
    const engine = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports;
    try { return create(engine, ...%s) } catch (error) { return error.message }
})()"""


@pytest.mark.parametrize(
    ("settings", "samples", "said"),
    [
        ({"width": 2, "depth": 1}, [[1, 2], [3, 4]], 7),
        ({"width": 2, "depth": 1, "loss": None}, [[1, 2], [3, 4]], 7),
        ({"inputs": 2, "depth": 0}, [[1, 2, 3, 4], [3, 4]], 3),
        ({"network": "cnn", "side": 2, "loss": "cross-entropy"}, [[1, 2, 3, 4], [0]], 1265),
        ({"activation": "sine"}, [[1], [1]],
         "activation sine was given; it must be one of relu, tanh, identity"),
        ({"depth": 65}, [[1], [1]], "depth 65 was given; it must be from 0 to 64"),
        ({"lr": "fast"}, [[1], [1]],
         "lr fast was given; it must be from 0 to 1.7976931348623157e+308"),
        ({"network": "cnn", "side": 3}, [[1] * 9, [1]],
         "side 3 was given; it must be from 2 to 64, and even, as 2 x 2 places become one"),
        ({"inputs": 2}, [[1, 2, 3], [1, 1]],
         "samples 1.5 was given; it must be from 1 to 10000000"),
        ({}, [[1, 2], [1]], "1 numbers were given as targets; 2 are needed"),
        ({"width": 4_096, "depth": 64}, [[1], [1]],
         "a network of width 4096, depth 64 does not fit into this page's memory"),
    ],
)  # fmt: skip
def test_the_page_creates_a_network_or_says_what_is_wrong(node, settings, samples, said):
    wasm = json.dumps(base64.b64encode(WASM.read_bytes()).decode())
    assert node(TELL % (wasm, json.dumps([settings, samples]))) == said


LOOK = """(() => {
    const wasm = Uint8Array.from(atob(%s), c => c.charCodeAt(0));
    const engine = new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports;
    create(engine, ...%s);
    engine.advance(3);
    return [engine.evaluate(1), engine.accuracy(), engine.evaluate(0), engine.accuracy()];
})()"""


def test_the_page_gives_held_out_samples_as_python_does(node):
    x, y = oracle.samples({**DEFAULTS, **PLANE, "loss": "cross-entropy"}, 30)
    machine = Machine()
    options = PLANE | {"loss": "cross-entropy"}
    machine.create(x[:20], y[:20], x[20:], y[20:], **options)
    machine.advance(3)
    given = [[x[:20].ravel(), y[:20]], [x[20:].ravel(), y[20:]]]
    given = [[values.tolist() for values in pair] for pair in given]
    wasm = json.dumps(base64.b64encode(WASM.read_bytes()).decode())
    assert node(LOOK % (wasm, json.dumps([options, *given]))) == [
        machine.evaluate(held_out=True), machine.accuracy(held_out=True),
        machine.evaluate(), machine.accuracy(),
    ]  # fmt: skip


def test_the_committed_wasm_is_what_its_source_compiles_to_in_any_folder(tmp_path):
    for source in [build.SOURCE, *build.SOURCE.parent.glob("*.h")]:
        shutil.copy(source, tmp_path)
    build.compile(tmp_path / "elsewhere.wasm", tmp_path / build.SOURCE.name)
    build.compile(tmp_path / "engine.wasm")
    assert (tmp_path / "engine.wasm").read_bytes() == WASM.read_bytes()
    assert (tmp_path / "elsewhere.wasm").read_bytes() == WASM.read_bytes()


def test_the_wasm_is_small_and_asks_for_nothing():
    config = wasmtime.Config()
    config.wasm_relaxed_simd = False  # refuses what may differ from machine to machine
    module = wasmtime.Module.from_file(wasmtime.Engine(config), str(WASM))
    assert len(module.imports) == 0
    assert {export.name for export in module.exports} == {
        "memory", "options", "limits", "create", "parameters", "inputs", "targets", "held_inputs",
        "held_targets", "advance", "steps", "loss", "checked_error", "ending", "evaluate",
        "accuracy", "grid", "predict", "answers", "activations", "stride",
    }  # fmt: skip
    assert len(gzip.compress(WASM.read_bytes())) < 20_000


def test_building_says_what_is_wrong(tmp_path, monkeypatch):
    assert build.main(["--check"]) is None
    monkeypatch.setattr(build, "WASM", tmp_path / "engine.wasm")
    assert "run python -m fitlab.engine.build" in build.main(["--check"])
    assert build.main([]) is None
    assert (tmp_path / "engine.wasm").read_bytes() == WASM.read_bytes()
    (tmp_path / "bad.c").write_text("int f(void) { return g; }")
    with pytest.raises(RuntimeError, match="undeclared identifier 'g'"):
        build.compile(tmp_path / "bad.wasm", tmp_path / "bad.c")
    monkeypatch.setitem(sys.modules, "ziglang", None)
    with pytest.raises(ImportError, match="pip install ziglang"):
        build.compile(tmp_path / "bad.wasm")


def test_without_wasmtime_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "wasmtime", None)
    _compiled.cache_clear()
    with pytest.raises(ImportError, match="pip install wasmtime"):
        Engine()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"target": "cosine"}, "target='cosine' was given; target must be one of sine"),
        ({"width": 0}, "width=0"),
        ({"activation": "sigmoid"}, "activation='sigmoid'"),
        ({"seed": 2**32}, "seed=4294967296"),
        ({"width": 4_096, "depth": 64}, "more memory than WebAssembly has"),
    ],
)
def test_bad_settings_are_refused_in_words(settings, said):
    with pytest.raises(ValueError, match=said):
        Engine(**settings)


def test_bad_arguments_are_refused_in_words():
    engine = Engine(width=2, depth=1)
    with pytest.raises(ValueError, match="a Settings and width were given"):
        Engine(Settings(), width=3)
    with pytest.raises(ValueError, match="most=-1"):
        engine.advance(-1)
    with pytest.raises(ValueError, match=r"shape \(3,\) were given; the shape must be \(7,\)"):
        engine.parameters = [1, 2, 3]
    with pytest.raises(ValueError, match="x has 1 of 2 values that are NaN"):
        engine.predict([0, math.nan])
    assert engine.steps == 0


def test_predictions_have_the_shape_of_the_points():
    engine = Engine(width=9, depth=2)
    x = np.linspace(-3, 3, 10_002).reshape(3, 2, -1)
    assert engine.predict(x).shape == x.shape
    assert engine.predict(0.5).shape == ()
    assert np.allclose(engine.predict(x), MLP(9, 2).predict(x), rtol=0, atol=1e-14)


def test_an_engine_says_what_it_is():
    engine = Engine(width=16, depth=2, seed=3)
    assert repr(engine) == "Engine(width=16, depth=2, relu, seed=3: training at step 0)"
    engine.train()
    assert repr(engine).startswith("Engine(width=16, depth=2, relu, seed=3: converged at step 37")
    assert "mse=0.000" in repr(engine)
