"""The same fits in the same browser: the engine and TensorFlow.js."""

import numpy as np

from fitlab import random
from fitlab.engine import Engine
from tools.bench.report import times

SHAPES = [(64, 5), (16, 2)]
TOLERANCE = 5e-4
# Times as long as the engine. None at (64, 5): an earlier run found 5.5 there while the engine's
# steps reached three quarters of the float64 roof (see simd), all of which would have given 7.
TENSORFLOW_TARGETS = {(16, 2): 15}
WARM_UP_SEED, WARM_UPS = 10_000, 2
SPARE = 2  # so many times the batches that the engine needs: others may need more
CONTESTANTS = {  # name -> module and function
    "the engine (float64)": ("engine", "fit"),
    "TensorFlow.js, minimize (float32)": ("tensorflow", "fit"),
    "TensorFlow.js, model.fit (float32)": ("tensorflow", "fitModel"),
}
CLOSE = 1e-4  # of the peer's first losses to the engine's: rounding to float32


def order(width, depth, seed):
    """What a contestant is told: settings, and the engine's own first weights and batches."""
    engine = Engine(width=width, depth=depth, seed=seed)
    parameters = engine.parameters.tolist()
    engine.train()
    settings = engine.settings
    steps = np.arange(1, SPARE * engine.steps + 1)
    batches = random.batch_indices(seed, steps, settings.batch, settings.samples)
    return {"settings": vars(settings), "parameters": parameters, "batches": batches.tolist()}


def load(workers):
    """Start all contestants; returns what TensorFlow.js says that it is."""
    workers.call("engine", "load")
    return load_tensorflow(workers, "tensorflow")


def load_tensorflow(workers, module):
    """Start TensorFlow.js in that module's worker; returns what it says that it is."""
    backend = workers.call(module, "load")
    if not (backend["backend"] == "wasm" and backend["simd"]):
        raise RuntimeError(f"TensorFlow.js does not run as intended: {backend}")
    return backend


def assert_same_work(workers, given, steps=3):
    """The first losses are the engine's: it is the same network on the same batches."""
    ours = np.array(workers.call("engine", "losses", given, steps))
    off = np.abs(workers.call("tensorflow", "losses", given, steps) - ours).max()
    if not off <= CLOSE:
        raise RuntimeError(f"TensorFlow.js trains another network: its loss is off by {off}")


def race(workers, shape, seeds):
    """{contestant: [(ms, steps, mse) of each seed]}, taken in turns."""
    results = {name: [] for name in CONTESTANTS}
    for seed in seeds:
        given = order(*shape, seed)
        for name, (module, function) in CONTESTANTS.items():
            found = workers.call(module, function, given)
            results[name].append((found["ms"], found["steps"], found["mse"]))
    return {name: np.array(rows).T for name, rows in results.items()}


def print_peers(report, workers, seeds):
    """How long do others take for the same fit?"""
    backend = load(workers)
    report.part(
        f"The same fit in the same browser, each in a worker, {seeds} seeds, taken in turns",
        "peers get the engine's weights and batches for nothing; the engine draws its own",
        f"TensorFlow.js {backend['version']}: wasm backend, SIMD, one thread",
        "no goal at (64, 5): 5.5 x was found at 3/4 of the float64 roof; the roof gives 7, not 15",
    )
    for shape in SHAPES:
        warm_up = order(*shape, WARM_UP_SEED)
        assert_same_work(workers, warm_up)
        for module, function in [*CONTESTANTS.values()] * WARM_UPS:
            workers.call(module, function, warm_up)
        print_race(report, shape, race(workers, shape, range(seeds)))


def print_race(report, shape, results):
    """One shape: everybody's time, ratio to the engine, and how many reached the goal."""
    what = f"({shape[0]}, {shape[1]})"
    report.case(what)
    (ours, *_), *_ = results.values()
    flow = {name: times(rows[0], ours) for name, rows in results.items() if "Tensor" in name}
    best = min(flow, key=lambda name: min(flow[name]))
    limit = ""
    if wanted := TENSORFLOW_TARGETS.get(shape):
        goal = f"whole fit beside TensorFlow.js wasm, {what}"
        limit = "; " + report.ratio_goal(goal, flow[best], "x", wanted)
    for name, (ms, steps, mse) in results.items():
        reached = f"{np.sum(mse < TOLERANCE)} of {len(mse)}, {np.median(steps):.0f} steps"
        remark = reached + limit if name == best else reached
        report.row(name, ms, "ms", *times(ms, ours), remark)
