"""The engine's own exp, log and tanh are right to the last bits, and at the edges of float64."""

from pathlib import Path

import mpmath
import numpy as np
import pytest
import wasmtime

from fitlab.engine import build

ROOM = 1 << 16  # numbers at a time
SIZES = [1e-300, 1e-8, 1e-3, 0.1, 0.3466, 0.5, 1, 3, 10, 19, 22, 30, 700, 1e300]
INF, NAN = np.inf, np.nan
GENERATOR = np.random.default_rng(0)


@pytest.fixture(scope="module")
def compute(tmp_path_factory):
    """A function: `name` of the engine on an array."""
    path = tmp_path_factory.mktemp("elementary") / "elementary.wasm"
    build.compile(path, Path(__file__).with_name("elementary.c"))
    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    module = wasmtime.Module.from_file(engine, str(path))
    exports = wasmtime.Instance(store, module, []).exports(store)

    def run(name, x):
        assert len(x) <= ROOM
        buffer, start = exports["memory"].get_buffer_ptr(store), exports["numbers_at"](store)
        numbers = np.frombuffer(buffer, dtype=np.float64, count=len(x), offset=start)
        numbers[:] = x
        exports[name](store, len(x))
        return numbers.copy()

    return run


def units_off(ours, x, true):
    """The largest error, in units in the last place of the true value."""
    with mpmath.workdps(40):
        return max(
            abs((mpmath.mpf(our) - value) / np.spacing(abs(float(value))))
            for our, value in zip(ours.tolist(), map(true, x.tolist()), strict=True)
        )


@pytest.mark.parametrize(
    ("low", "high"),
    [(-745.13, -708), (-708, -1), (-1, 1), (1, 709.78), (-1e-8, 1e-8), (-1e-300, 1e-300)],
)
def test_exp_is_within_two_units(compute, low, high):
    """The first interval's results are below the normal numbers."""
    x = GENERATOR.uniform(low, high, 5_000)
    assert units_off(compute("exp", x), x, mpmath.exp) < 2


@pytest.mark.parametrize(
    ("low", "high"), [(-1074, -1022), (-1022, 1023.99), (-1, 1), (-0.01, 0.01), (-1e-9, 1e-9)]
)
def test_log_is_within_two_units(compute, low, high):
    """Of powers of 2; the first interval's numbers are below the normal ones."""
    x = 2.0 ** GENERATOR.uniform(low, high, 5_000)
    x = x[x != 1]
    assert units_off(compute("log", x), x, mpmath.log) < 2


def test_tanh_is_within_two_and_a_half_units(compute):
    x = np.concatenate([size * GENERATOR.uniform(-1.1, 1.1, 200) for size in SIZES])
    found = compute("tanh", x)
    assert units_off(found, x, mpmath.tanh) < 2.5
    assert (compute("tanh", -x) == -found).all()


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        ("exp", [0, -0.0, -INF, INF, NAN, 1e308, -1e308], [1, 1, 0, INF, NAN, INF, 0]),
        ("exp", [709.782712893384, 709.7827128933841], [np.exp(709.782712893384), INF]),
        ("exp", [-745.1332191019411, -745.1332191019412], [5e-324, 0]),
        ("log", [1, 0, -0.0, -1, -5e-324, -INF], [0, -INF, -INF, NAN, NAN, NAN]),
        ("log", [INF, NAN, 5e-324], [INF, NAN, -744.4400719213812]),
        ("tanh", [0, 23, -1e308, INF, -INF, NAN], [0, 1, -1, 1, -1, NAN]),
    ],
)
def test_the_edges_of_float64(compute, name, x, expected):
    np.testing.assert_allclose(compute(name, x), expected, rtol=4e-16)
