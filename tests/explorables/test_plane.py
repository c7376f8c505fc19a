"""PlaneExplorer: it trains what torch trains, in the kernel, in the page and in its cell."""

import asyncio
import itertools
import json
import re

import numpy as np
import pytest
import torch

from copied_cells import said_by
from fitlab.classification import plane
from fitlab.explorables.plane import DEFAULTS, LEAST, OWN, PRESETS, REASONS, PlaneExplorer
from fitlab.explorables.plane_frames import epochs, percent
from plane_settings import SETTINGS, ended

EXPLORABLE = PlaneExplorer
pytestmark = pytest.mark.usefixtures("no_loop_but_ours")


def test_the_settings_of_these_tests_end_in_every_way():
    states = {ended(changes).state for changes in SETTINGS}
    assert states == {"converged", "stopped", "failed"}
    said = " ".join(ended(changes).message for changes in SETTINGS)
    for words in ("diverged", "dead", "straight line", "some labels are false", "noise mixes"):
        assert words in said


# ---------------------------------------------------------------------------- the copied cell


@pytest.fixture(scope="module")
def printed(node, default):
    """What each copied cell prints, in plain torch, which knows nothing of this library."""
    setup = json.dumps(default.setup)
    cells = [node(f"planeCell({setup}, {json.dumps({**DEFAULTS, **c})})") for c in SETTINGS]
    assert not any("fitlab" in cell for cell in cells)
    return said_by(cells)


@pytest.mark.parametrize("i", range(len(SETTINGS)), ids=lambda i: str(SETTINGS[i])[:60])
def test_the_copied_cell_ends_as_the_kernel_does(printed, i):
    explorer = ended(SETTINGS[i])
    frame = explorer.frame
    step, right = re.search(r"step (\d+): (\S+) % of the points right", printed[i]).groups()
    assert int(step) == frame["step"]
    held = re.search(r"held out: (\S+) %", printed[i])
    if explorer.state == "failed":  # what has diverged answers nothing
        assert frame["found"] == [None] * 4
        return
    assert float(right) == pytest.approx(100 * frame["found"][1], abs=0.06)
    assert (held is None) == (frame["found"][3] is None)
    if held:
        assert float(held[1]) == pytest.approx(100 * frame["found"][3], abs=0.06)


# ---------------------------------------------------------------------------- the frame


def test_a_frame_shows_the_network_that_was_trained(default):
    """The surface and the maps of the units, from the parameters alone, by torch."""
    frame, (low, high) = default.frame, (-plane.EDGE, plane.EDGE)
    numbers = torch.tensor(frame["parameters"], dtype=torch.float64)
    sizes = [2, *[frame["width"]] * frame["depth"], 2]
    layers = []
    for inputs, outputs in itertools.pairwise(sizes):
        weight, bias, numbers = numbers.split(
            [inputs * outputs, outputs, len(numbers) - outputs * (inputs + 1)]
        )
        layers.append((weight.view(outputs, inputs), bias))

    def seen(side):
        at = low + (high - low) * (torch.arange(side, dtype=torch.float64) + 0.5) / side
        x = torch.stack([at.repeat(side), at.repeat_interleave(side)], dim=1)
        values = []
        for i, (weight, bias) in enumerate(layers):
            x = x @ weight.T + bias
            x = x if i == len(layers) - 1 else x.relu()
            values.append(x)
        return values

    belief = torch.softmax(seen(32)[-1], dim=1)[:, 1]
    np.testing.assert_allclose(frame["surface"], belief, atol=0.0051)
    for maps, values in zip(frame["units"], seen(10)[:-1], strict=True):
        shares = values / values.abs().amax(dim=0).clamp(min=1e-9)
        np.testing.assert_allclose(np.transpose(maps), shares[:, :8], atol=0.0051)


def test_the_figure_at_rest_tells_the_story_of_the_activation(default):
    picture = default.figure_at_rest()
    alone, bent = re.findall(r"([\d.]+) % of new ones", picture.alt)
    assert float(alone) < 80 < 95 < float(bent)
    assert "linear in 1 region." in picture.alt


# ---------------------------------------------------------------------------- what a reader may do


def test_a_weight_can_be_changed_and_training_goes_on_from_there(default):
    explorer = PlaneExplorer()
    before = explorer.frame
    explorer._handle_custom_msg({"command": "alter", "index": 0, "value": 3.0}, [])
    assert explorer.state == "paused"
    assert explorer.frame["parameters"][0] == 3.0
    assert explorer.frame["parameters"][1:] == pytest.approx(before["parameters"][1:])
    assert explorer.frame["found"] != before["found"]
    assert explorer.message.startswith("a weight was changed")
    explorer.train()
    assert explorer.state == "converged"
    assert explorer.frame["parameters"][0] != 3.0


@pytest.mark.parametrize(("index", "value"), [(-1, 0), (354, 0), (0, float("nan")), (0.5, 1)])
def test_a_change_that_makes_no_sense_is_refused(index, value):
    explorer = PlaneExplorer()
    before = explorer.frame
    with pytest.raises(ValueError, match=r"was given"):
        explorer.alter(index, value)
    assert explorer.frame == before


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ([[0, 0]], "(n, 3)"),
        ([[0, 0, 2]], "class"),
        ([[7, 0, 1]], "±6"),
        ([[float("nan"), 0, 1]], "finite"),
        ([[0, 0, 1]] * 201, "200"),
    ],
)
def test_points_that_make_no_sense_are_refused(own, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        PlaneExplorer(OWN, own=own)


def test_too_few_points_of_a_class_are_refused_in_words():
    with pytest.raises(ValueError, match="class 1 has points: 3, and class 0: 1"):
        PlaneExplorer(OWN, own=[[0, 0, 0], [1, 1, 1], [2, 2, 1], [3, 3, 1]], held_out=0.0)


def test_what_is_held_out_must_leave_some_of_each_class_to_train_on():
    with pytest.raises(ValueError, match="or hold fewer out"):
        PlaneExplorer(OWN, own=[[0, 0, 0], [1, 1, 1], [2, 2, 1], [3, 3, 0]], held_out=0.9)
    with pytest.raises(ValueError, match="or hold fewer out"):
        PlaneExplorer(n=4, held_out=0.9)


@pytest.mark.parametrize("changes", [{"activation": "tanh"}, {"lr": 1e300}, {"held_out": 0.0}])
def test_every_figure_at_rest_can_be_drawn(changes):
    explorer = PlaneExplorer("gauss", **{"max_epochs": 3, "depth": 1, **changes})
    assert "of the points it was trained on right" in explorer.figure_at_rest().alt


def test_a_weight_can_be_changed_after_a_reset_too():
    explorer = PlaneExplorer()
    explorer.reset()
    explorer.alter(5, 2.0)
    assert (explorer.state, explorer.frame["step"]) == ("paused", 0)
    assert explorer.frame["parameters"][5] == 2.0
    assert [row[0] for row in explorer.frame["checks"]] == [0]


def test_a_changed_weight_outlasts_a_pause_before_the_first_step(default):
    explorer = PlaneExplorer()
    explorer.alter(5, 2.0)

    async def scenario():
        explorer.train()
        explorer.pause()
        await asyncio.sleep(0.01)

    asyncio.run(scenario())
    assert (explorer.state, explorer.frame["step"]) == ("paused", 0)
    assert explorer.frame["parameters"][5] == 2.0


@pytest.mark.parametrize("share", [0.9825, 0.00049, 0.9996, 1.0, 0.0, 0.5])
def test_shares_are_said_alike(node, share):
    assert node(f"percent({share})") == percent(share)


@pytest.mark.parametrize("epoch", [0.25, 3.0, 12.05])
def test_epochs_are_said_alike(node, epoch):
    assert node(f"epochs({epoch})") == epochs(epoch)


def test_in_jupyter_too_few_points_are_said_and_nothing_breaks():
    explorer = PlaneExplorer()
    explorer.set_trait("own", [[0, 0, 0], [1, 1, 1]])
    explorer.puzzle = OWN
    assert explorer.state == "failed"
    assert f"at least {LEAST}" in explorer.message
    explorer.reset()
    assert explorer.state == "converged"


def test_an_unknown_keyword_is_refused():
    with pytest.raises(TypeError, match="hue"):
        PlaneExplorer(hue=3)


@pytest.mark.parametrize("seed", range(4))
def test_eight_units_learn_xor_in_a_moment_and_two_do_not(seed):
    """As the page says; two would do for four small clouds, but not for four squares."""
    eight, two = (PlaneExplorer(**{**PRESETS[name], "seed": seed, "max_epochs": 60})
                  for name in ("XOR", "twoUnits"))  # fmt: skip
    assert eight.state == "converged"
    assert eight.frame["epoch"] <= 20
    assert two.state == "stopped"
    assert two.frame["found"][1] < 0.95


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_can_be_trained(name):
    assert PlaneExplorer(**PRESETS[name], max_epochs=2).frame["step"] > 0


def test_the_page_says_it_in_the_same_words(node, default):
    words = json.dumps(default.setup["words"])
    for changes in SETTINGS:
        explorer = ended(changes)
        ending = str(explorer._training.ending)
        settings, frame = json.dumps({**DEFAULTS, **changes}), json.dumps(explorer.frame)
        said = node(f"sentence({json.dumps(ending)}, {frame}, {settings}, {words})")
        assert said == explorer.message
    assert set(default.setup["words"]["reasons"]) == set(REASONS)
