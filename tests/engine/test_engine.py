"""The page's engine trains the same network as torch, stops where `fit` does, and is one file."""

import base64
import dataclasses
import hashlib
import json
import math
import re
import shutil
import sys

import mpmath
import numpy as np
import pytest
import torch
import wasmtime

from fitlab import MLP, TARGETS, Settings, Target, fit, random
from fitlab.engine import ACTIVATIONS, ENDINGS, WASM, Engine, build
from fitlab.explorables import sources

# width, depth, batch, activation, dropout
SHAPES = [
    (1, 1, 64, "relu", 0), (1, 8, 16, "tanh", 0), (2, 3, 7, "relu", 0.2), (3, 2, 1, "relu", 0),
    (5, 1, 100, "tanh", 0.5), (9, 0, 64, "relu", 0.5), (16, 2, 64, "relu", 0),
    (17, 2, 65, "identity", 0.1), (33, 3, 100, "relu", 0.5), (64, 5, 64, "relu", 0),
    (64, 5, 256, "tanh", 0.1), (7, 8, 50, "tanh", 0), (24, 4, 129, "relu", 0.3),
    (127, 2, 130, "relu", 0), (10, 3, 1_000, "relu", 0.01), (6, 2, 1_000, "identity", 0),
]  # fmt: skip
ACTIVATE = {"relu": torch.relu, "tanh": torch.tanh, "identity": lambda z: z}


class TorchNetwork:
    """The network from a vector of parameters, with autograd and torch.optim.Adam."""

    def __init__(self, settings, vector):
        self.settings, self.parameters, sizes = (
            settings,
            [],
            [1, *[settings.width] * settings.depth],
        )
        for inputs, outputs in zip(sizes, [*sizes[1:], 1], strict=True):
            for shape in ((outputs, inputs), (outputs,)):
                part, vector = np.split(vector, [math.prod(shape)])
                self.parameters.append(torch.tensor(part).view(shape).requires_grad_())
        self.adam = torch.optim.Adam(self.parameters, lr=settings.lr)

    def __call__(self, x, keep=None):
        layers = list(zip(self.parameters[::2], self.parameters[1::2], strict=True))
        h = torch.from_numpy(x)[:, None]
        for index, (weight, bias) in enumerate(layers[:-1]):
            z = torch.nn.functional.linear(h, weight, bias)
            if keep is not None:
                z = z * torch.from_numpy(keep[index] / (1 - self.settings.dropout))
            h = ACTIVATE[self.settings.activation](z)
        return torch.nn.functional.linear(h, *layers[-1])[:, 0]

    def step(self, x, y, step):
        s, keep = self.settings, None
        if s.dropout and s.depth:
            keep = random.dropout_keep(s.seed, step, s.depth, len(x), s.width, s.dropout)
        loss = torch.nn.functional.mse_loss(self(x, keep), torch.from_numpy(y))
        self.adam.zero_grad()
        loss.backward()
        self.adam.step()
        return loss.item()

    @property
    def vector(self):
        return torch.nn.utils.parameters_to_vector(self.parameters).detach().numpy()


@pytest.mark.parametrize(("width", "depth", "batch", "activation", "dropout"), SHAPES)
def test_a_hundred_steps_are_torchs(width, depth, batch, activation, dropout):
    """Every loss, every parameter and the output, within 1e-12 after 100 steps of Adam."""
    settings = Settings(
        "sine", width, depth, activation, dropout, 1_000, batch, tolerance=0, max_steps=100, seed=2
    )
    engine = Engine(settings)
    torchs = TorchNetwork(settings, engine.parameters)
    x, y = TARGETS["sine"].samples(1_000)
    for step, chosen in enumerate(random.batch_indices(2, np.arange(1, 101), batch, 1_000), 1):
        assert engine.advance(1) == 1
        assert engine.loss == pytest.approx(torchs.step(x[chosen], y[chosen], step), abs=1e-12)
    assert np.abs(engine.parameters - torchs.vector).max() <= 1e-12
    with torch.no_grad():
        prediction = torchs(x).numpy()
    assert np.abs(engine.predict(x) - prediction).max() <= 1e-12
    assert engine.mse() == pytest.approx(np.mean((prediction - y) ** 2), abs=1e-12)


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
        checks.append((engine.steps, engine.checked_mse))
    ending = next(word for start, word in REASONS.items() if torchs.reason.startswith(start))
    assert (engine.ending, engine.steps) == (ending, torchs.steps)
    assert [step for step, _ in checks] == [step for step, _ in torchs.checks]
    for (_, ours), (_, theirs) in zip(checks, torchs.checks, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-6, nan_ok=True)
    assert engine.mse() == pytest.approx(torchs.mse, rel=1e-6, nan_ok=True)
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
    assert math.isnan(engine.checked_mse)
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
    torchs = TorchNetwork(settings, vector)
    x, y = TARGETS["sine"].samples(100)
    with torch.no_grad():
        expected = torchs(x).numpy()
    assert np.allclose(engine.predict(x), expected, rtol=0, atol=1e-12, equal_nan=True)
    chosen = random.batch_indices(0, [1], 7, 100)[0]
    loss = torchs.step(x[chosen], y[chosen], 1)
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
    engine._create(settings)
    assert (engine.advance(), fresh.advance()) == (5, 5)
    assert engine.parameters.tobytes() == fresh.parameters.tobytes()


def tanh_by_the_engine(x):
    engine = Engine(width=1, depth=1, activation="tanh")
    engine.parameters = [1, 0, 1, 0]
    return engine.predict(x)


def test_tanh_is_right_to_the_last_bits():
    generator = np.random.default_rng(0)
    sizes = [1e-300, 1e-8, 1e-3, 0.1, 0.3466, 0.5, 1, 3, 10, 19, 22, 30, 700, 1e300]
    x = np.concatenate([size * generator.uniform(-1.1, 1.1, 200) for size in sizes])
    with mpmath.workdps(40):
        wrong = [
            abs((ours - true) / np.spacing(abs(float(true))))
            for ours, true in zip(tanh_by_the_engine(x), map(mpmath.tanh, x), strict=True)
        ]
    assert max(wrong) < 2.5  # units in the last place
    assert (tanh_by_the_engine(-x) == -tanh_by_the_engine(x)).all()
    assert tanh_by_the_engine([23, -1e308, 0]).tolist() == [1, -1, 0]


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
        engine._create(settings)
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
    engine = Engine(s)
    engine.train()
    files = [WASM.read_bytes(), *(v.tobytes() for v in TARGETS["sine"].samples(s.samples))]
    page = browser.new_page()
    page.goto("about:blank")
    page.add_script_tag(content=sources.script("engine/network"))
    given = [base64.b64encode(file).decode() for file in files]
    steps, ending, parameters = page.evaluate(
        TRAIN_IN_CHROMIUM, [*given, dataclasses.asdict(s) | {"target": "sine"}]
    )
    page.close()
    assert (steps, ENDINGS[ending]) == (engine.steps, engine.ending)
    digest = hashlib.sha256(base64.b64decode(parameters)).hexdigest()
    assert digest == hashlib.sha256(engine.parameters.tobytes()).hexdigest()


def test_the_page_knows_the_engines_parameters_by_name(node):
    source = build.SOURCE.read_text(encoding="utf-8")
    declared = re.search(r"EXPORT\(create\)\(([^)]*)\)", source)[1]
    names = [parameter.split()[-1] for parameter in declared.split(",")]
    assert node("PARAMETERS") == names
    settings = dict.fromkeys(names, 1) | {"activation": "tanh", "seed": 7}
    engine = "{ create: (...given) => { throw Error(given.join()) } }"
    tried = f"try {{ create({engine}, %s, []) }} catch (error) {{ return error.message }}"
    said = [
        node(f"(() => {{ {tried % json.dumps(settings | change)} }})()")
        for change in ({}, {"activation": "sine"}, {"lr": None})
    ]
    assert said == [
        "1,1,1,1,1,1,1,1,1,1,7",
        "activation sine was given; it must be one of relu, tanh, identity",
        "the settings lack lr",
    ]


def test_the_committed_wasm_is_what_its_source_compiles_to_in_any_folder(tmp_path):
    source = shutil.copy(build.SOURCE, tmp_path)
    build.compile(tmp_path / "elsewhere.wasm", source)
    build.compile(tmp_path / "engine.wasm")
    assert (tmp_path / "engine.wasm").read_bytes() == WASM.read_bytes()
    assert (tmp_path / "elsewhere.wasm").read_bytes() == WASM.read_bytes()


def test_the_wasm_is_small_and_asks_for_nothing():
    config = wasmtime.Config()
    config.wasm_relaxed_simd = False  # refuses what may differ from machine to machine
    module = wasmtime.Module.from_file(wasmtime.Engine(config), str(WASM))
    assert len(module.imports) == 0
    assert {export.name for export in module.exports} == {
        "memory", "create", "parameters", "inputs", "targets", "advance", "steps", "loss",
        "checked_mse", "ending", "mse", "grid", "predict",
    }  # fmt: skip
    assert WASM.stat().st_size < 20_000


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
