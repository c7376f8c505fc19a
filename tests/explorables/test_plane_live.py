"""The plane in the page: what is trained there is what torch trains, and everyone can do it."""

import base64

import numpy as np
import pytest

from fitlab.engine import WASM
from fitlab.explorables import sources
from fitlab.explorables.plane import DEFAULTS
from plane_settings import SETTINGS, ended

# ---------------------------------------------------------------------------- the page's worker

TRAIN_ALL = """async ({ wasm, worker, orders }) => {
    const url = URL.createObjectURL(new Blob([worker], { type: "text/javascript" }));
    const engine = new Worker(url);
    const answer = () => new Promise((resolve, reject) => {
        engine.onmessage = ({ data }) => {
            if (data.type === "failed") reject(new Error(data.message));
            if (data.state !== "training") resolve(data);
        };
    });
    const ready = answer();
    engine.postMessage({ type: "wake", wasm: Uint8Array.from(atob(wasm), (c) => c.charCodeAt(0)) });
    await ready;
    const results = [];
    for (const settings of orders) {
        const done = answer();
        engine.postMessage({ type: "train", run: 0, settings });
        const { ending, frame } = await done;
        results.push([ending, frame.step, frame.found, frame.count, frame.parameters]);
    }
    engine.terminate();
    return results;
}"""


@pytest.mark.parametrize("changes", SETTINGS[:8], ids=lambda changes: str(changes)[:60])
def test_the_page_ends_where_the_kernel_ends_with_the_same_six_digits(browser, changes):
    ours = [ended(changes, seed) for seed in range(10)]
    given = {
        "wasm": base64.b64encode(WASM.read_bytes()).decode(),
        "worker": sources.script("engine/plane_worker"),
        "orders": [{**DEFAULTS, "seed": seed, **changes} for seed in range(10)],
    }
    page = browser.new_page()
    results = page.evaluate(TRAIN_ALL, given)
    page.close()
    for explorer, (ending, step, found, count, parameters) in zip(ours, results, strict=True):
        frame = explorer.frame
        assert (ending == "converged") == (explorer.state == "converged")
        assert step == frame["step"]
        for theirs, own in zip(found, frame["found"], strict=True):
            assert theirs == (own if own is None else pytest.approx(own, rel=5.1e-6))
        assert count == frame["count"]
        np.testing.assert_allclose(parameters, frame["parameters"], rtol=1e-6, atol=1e-9)
