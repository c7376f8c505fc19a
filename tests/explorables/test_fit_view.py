"""The view of the FitExplorer on a bare page, with a model that notes what it is told."""

import json
import re

import numpy as np
import pytest

import fitlab
from axe import assert_accessible
from fitlab.display import show
from fitlab.explorables import FitExplorer
from mounted import reached_by_tab
from tabs import settle

EXPLORABLE = FitExplorer


# ---------------------------------------------------------------------------- its numbers and words


def test_the_view_counts_parameters_as_the_network_does(node):
    shapes = [(1, 0), (1, 1), (1, 8), (7, 3), (64, 5), (128, 8)]
    counted = node(
        f"{json.dumps(shapes)}.map(([width, depth]) => parameterCount({{width, depth}}))"
    )
    assert counted == [fitlab.MLP(width, depth).parameter_count for width, depth in shapes]


def test_the_view_writes_numbers_as_the_book_does(node):
    values = (10 ** np.random.default_rng(0).uniform(-9, 3.9, 100)).tolist()
    values += [0, 7, 123, 123.4, 4_300, 4_321.5, 99.6, -1.98, 999_999, 1_000_000, 2e7, -12_000]
    values += [12.5, 37.5, 10.5, 104.5, -2.5e-1, 0.125, 0.375, 0.115, 2.5e7, 1.25e6, 99.5, 0.995]
    shown = node(f"{json.dumps(values)}.map((value) => show(value))")
    said = node(f"{json.dumps([show(v) for v in values])}.map(typeset)")
    assert [s + "." for s in shown] == [s.replace("-", "−") for s in said]


def test_messages_become_sentences(node):
    said = node('typeset("reached MSE 1.0e-4 < 5e-4 after 100 steps")')
    assert said == "Reached MSE 1.0 × 10⁻⁴ < 5 × 10⁻⁴ after 100 steps."
    assert node('[show(null), show(NaN), show(0), integer(16833), short(-0.5)]') == [
        "not a number", "not a number", "0", "16,833", "−0.5",
    ]  # fmt: skip


@pytest.mark.parametrize(("low", "high"), [(-1, 1), (-1.5, 1.5), (0, 1), (0, 5000), (-1e-3, 2e-3)])
def test_ticks_are_round_evenly_spaced_and_inside(node, low, high):
    found = node(f"ticks({low}, {high})")
    values = [tick["value"] for tick in found]
    assert 3 <= len(values) <= 8
    assert low - 1e-9 <= min(values) <= max(values) <= high + 1e-9
    np.testing.assert_allclose(np.diff(values), values[1] - values[0], rtol=1e-6)
    assert all(len(tick["label"]) <= 6 for tick in found)


def test_the_axis_of_an_angle_has_multiples_of_pi(node):
    assert [tick["label"] for tick in node("ticks(-Math.PI, Math.PI)")] == [
        "−π", "−π/2", "0", "π/2", "π",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("room", "left"),
    [(1, [-2, -1, 0, 1, 2, 3]), (1.5, [-2, 0, 2]), (3, [0, 3]), (9, [0])],
)
def test_of_many_ticks_those_stay_that_have_room_and_zero(node, room, left):
    values = "[-2, -1, 0, 1, 2, 3].map((value) => ({ value }))"
    found = node(f"spread({values}, (a, b) => b.value - a.value >= {room})")
    assert [tick["value"] for tick in found] == left


def test_a_line_breaks_where_the_value_is_not_a_number(node):
    assert node("linePath([[0, 1], [1, 2], [2, null], [3, 4]])") == "M0.0 1.0L1.0 2.0M3.0 4.0"


# ---------------------------------------------------------------------------- the view


@pytest.fixture
def mount(mount, default):
    """The same for one explorer, without naming it; with all its controls unfolded, or not."""

    def mount_default(*, folded=False, **options):
        page = mount(default, **options)
        if not folded:
            page.evaluate("() => { document.querySelector('.fit-aside details').open = true; }")
        return page

    return mount_default


def _saved(page):
    return page.evaluate("model.saved.splice(0)")


def test_the_root_carries_the_contract(mount, default):
    root = mount().locator(".fit-explorable")
    assert root.evaluate("e => ({...e.dataset})") == {
        "explorable": "fit",
        "state": "converged",
        "step": str(default.frame["step"]),
        "mse": str(default.frame["mse"]),
        "seed": "0",
    }


def test_everything_is_within_reach_of_the_keyboard(mount):
    page = mount(folded=True)
    always = [
        "width", "depth", "Train", "Draw a curve", "Pause", "Reset",
        "2 units", "no ReLU", "too much dropout", "our recipe", "More",
    ]  # fmt: skip
    last = ["Copy as PyTorch", "The curve as a table"]
    assert reached_by_tab(page, 13) == [*always, *last]
    page.get_by_text("More", exact=True).press("Enter")
    more = ["dropout", "learning rate", "batch", "seed", "activation", "target", "First step"]
    assert reached_by_tab(page, 9) == [*more, *last]


@pytest.mark.parametrize(
    ("name", "key", "expected", "words"),
    [
        ("width", "ArrowRight", 65, "65 units in a layer"),
        ("width", "Home", 1, "1 unit in a layer"),
        ("width", "End", 128, "128 units in a layer"),
        ("depth", "ArrowLeft", 4, "4 hidden layers"),
        ("depth", "Home", 0, "0 hidden layers"),
        ("depth", "End", 8, "8 hidden layers"),
        ("dropout", "ArrowRight", 0.01, "probability 0.01"),
        ("dropout", "End", 0.5, "probability 0.5"),
        ("learning rate", "ArrowRight", 0.01, "0.01"),
        ("learning rate", "Home", 0.0001, "0.0001"),
        ("batch", "Home", 1, "1 sample in a step"),
        ("batch", "End", 1000, "1,000 samples in a step"),
    ],
)
def test_keys_move_a_slider_and_the_trainer_hears_it(mount, name, key, expected, words):
    page = mount()
    slider = page.get_by_role("slider", name=name, exact=True)
    slider.press(key)
    assert _saved(page) == [{{"learning rate": "lr"}.get(name, name): expected}]
    assert slider.get_attribute("aria-valuetext") == words
    output = slider.locator("xpath=ancestor::div[1]/output")
    assert output.text_content() == str(expected)


def test_lists_choose_activation_and_target(mount):
    page = mount()
    page.get_by_role("combobox", name="activation", exact=True).select_option("none")
    page.get_by_role("combobox", name="target", exact=True).select_option("|x|")
    assert _saved(page) == [{"activation": "identity"}, {"target": "absolute"}]


def test_buttons_do_what_they_say(mount, default):
    page = mount()
    names = ("Train", "Pause", "First step", "Reset")
    buttons = {name: page.get_by_role("button", name=name, exact=True) for name in names}
    buttons["Pause"].focus()
    page.keyboard.press("Enter")  # nothing is training
    assert buttons["Pause"].get_attribute("aria-disabled") == "true"
    assert page.evaluate("model.sent") == []
    buttons["Train"].click()
    page.evaluate("model.receive({state: 'training'})")
    assert buttons["Train"].get_attribute("aria-disabled") == "true"
    buttons["Step"] = page.get_by_role(
        "button", name="Step", exact=True
    )  # the next of this network
    for name in ("Pause", "Step", "Reset"):
        buttons[name].click()
    sent = [message["command"] for message in page.evaluate("model.sent")]
    assert sent == ["train", "pause", "step", "reset"]


def test_a_preset_is_one_change_and_trains_again_when_nothing_changes(mount):
    page = mount()
    preset = page.get_by_role("button", name="2 units", exact=True)
    preset.click()
    assert _saved(page) == [{"width": 2, "depth": 1}]
    assert page.evaluate("model.sent") == []
    preset.click()
    assert _saved(page) == []
    assert page.evaluate("model.sent") == [{"command": "train"}]


def test_the_pen_is_offered_by_a_button(mount, default):
    page = mount()
    page.get_by_role("button", name="Draw a curve", exact=True).click()
    assert page.locator(".fit-pen-words").text_content() == "draw here"
    assert page.locator(":focus").get_attribute("aria-label") == "drawn curve"
    assert _saved(page) == [], "nothing is trained before something is drawn"
    assert page.evaluate("model.sent") == []
    assert page.locator(".fit-sentence").text_content().startswith("Draw a curve on the plot")
    assert page.locator(".fit-curve path.network").get_attribute("d") == ""
    assert page.locator(".fit-numbers dd").nth(2).text_content() == "–", "nothing is judged"
    page.keyboard.press("ArrowUp")
    assert page.locator(".fit-pen-words").count() == 0
    (saved,) = _saved(page)
    assert saved["target"] == "drawn"
    sine = np.sin(np.linspace(-np.pi, np.pi, 65))  # to be drawn over
    drawing = np.array(saved["drawing"])
    np.testing.assert_allclose(drawing[[0, 20, 44, 64]], sine[[0, 20, 44, 64]], atol=2e-3)
    assert drawing[32] == pytest.approx(sine[32] + 0.075, abs=2e-3)
    assert page.locator(".fit-pen-paper").count() == 1, "the paper stays until the first network"
    page.evaluate("frame => model.receive({frame})", {**default.frame, "target": "drawn"})
    assert page.locator(".fit-curve path.network").get_attribute("d") != ""
    page.keyboard.press("ArrowUp")
    assert set(_saved(page)[-1]) == {"drawing"}


def test_who_was_given_paper_may_still_set_the_network_or_leave(mount):
    page = mount()
    draw = page.get_by_role("button", name="Draw a curve", exact=True)
    draw.click()
    page.get_by_role("slider", name="width", exact=True).press("Home")
    assert _saved(page) == [], "it waits on"
    assert page.get_by_role("button", name="First step").get_attribute("aria-disabled") == "true"
    page.get_by_role("button", name="Train", exact=True).click()  # on what lies there
    (saved,) = _saved(page)
    assert (saved["target"], saved["width"]) == ("drawn", 1)
    page = mount()
    draw.click()
    page.get_by_role("combobox", name="target", exact=True).select_option("|x|")
    assert _saved(page) == [{"target": "absolute"}]
    assert page.locator(".fit-pen-paper").count() == 0
    page = mount()
    draw.click()
    page.get_by_role("button", name="Reset", exact=True).click()
    assert page.locator(".fit-pen-paper").count() == 0
    assert _saved(page) == []


@pytest.mark.parametrize(("count", "are_ticks"), [(0, False), (39, False), (40, True)])
def test_many_hinges_are_ticks_under_the_axis(mount, default, count, are_ticks):
    page = mount()
    x = np.linspace(-3, 3, count)
    hinges = np.transpose([x, np.sin(x)]).tolist()
    page.evaluate("frame => model.receive({frame})", {**default.frame, "hinges": hinges})
    dots, ticks = page.locator(".fit-curve .hinge"), page.locator(".fit-curve .hinge-tick")
    assert (dots.count(), ticks.count()) == (not are_ticks, are_ticks)
    path = (ticks if are_ticks else dots).get_attribute("d")
    places = [float(place) for place in re.findall(r"M(-?[\d.]+)", path)]
    assert len(places) == count
    np.testing.assert_allclose(np.diff(places, 2), 0, atol=0.21)  # as evenly spaced as the hinges
    told = page.locator(".fit-legend li:visible").all_inner_texts()
    assert told == [
        "sin x",
        "the network",
        "its hinges (ticks below)" if are_ticks else "its hinges",
    ]
    if are_ticks:
        grid = page.locator(".fit-curve .tick").first.bounding_box()
        assert ticks.bounding_box()["y"] == pytest.approx(grid["y"], abs=1)


def test_a_seed_is_a_whole_number_in_range_or_stays(mount):
    page = mount()
    field = page.get_by_role("spinbutton", name="seed", exact=True)
    for text in ("-1", "10000", "1.5", ""):
        field.fill(text)
        field.press("Tab")
        assert field.input_value() == "0"
    assert _saved(page) == []
    field.fill("7")
    field.press("Tab")
    assert _saved(page) == [{"seed": 7}]


def test_a_frame_moves_the_curve_and_its_numbers(mount, default):
    page = mount()
    root, curve = page.locator(".fit-explorable"), page.locator(".fit-curve path.network")
    before = curve.get_attribute("d")
    frame = {
        **default.frame, "step": 1250, "mse": 0.0123, "pieces": None, "hinges": [],
        "curve": [0.5] * 201, "checks": [[25, 0.5], [1250, 0.0123]],
    }  # fmt: skip
    page.evaluate("frame => model.receive({frame, state: 'training'})", frame)
    assert curve.get_attribute("d") != before
    assert root.get_attribute("data-step") == "1250"
    numbers = page.locator(".fit-numbers dd").all_text_contents()
    assert numbers == ["16,833", "1,250", "0.012", "–", "T₅"]
    label = page.locator(".fit-curve svg[role=img]").get_attribute("aria-label")
    assert "after 1,250 steps: MSE 0.012" in label
    assert page.locator("progress").evaluate("e => e.value") == pytest.approx(0.25)


def test_an_mse_that_nobody_has_looked_at_yet_is_left_open(mount, default):
    page = mount()
    frame = {key: value for key, value in default.frame.items() if key != "mse"}
    page.evaluate("frame => model.receive({frame, state: 'training'})", {**frame, "checks": []})
    assert page.locator(".fit-numbers dd").all_text_contents()[2] == "–"
    label = page.locator(".fit-curve svg[role=img]").get_attribute("aria-label")
    assert "MSE" not in label
    assert "from −π to π" in label


def test_a_curve_that_is_not_a_number_is_said_not_drawn(mount, default):
    page = mount()
    frame = {
        **default.frame, "mse": None, "loss": None, "pieces": None, "hinges": [],
        "curve": [None] * 201, "checks": [[25, None]],
    }  # fmt: skip
    page.evaluate("frame => model.receive({frame, state: 'failed', message: 'diverged'})", frame)
    assert page.locator(".fit-explorable").get_attribute("data-mse") == "NaN"
    assert "not a number" in page.locator(".fit-numbers").text_content()
    assert page.locator(".fit-sentence").text_content() == "Diverged."
    drawn = page.locator(".fit-explorable").evaluate("e => e.innerHTML")
    assert "NaN" not in drawn
    assert "null" not in drawn


ANNOUNCED = """() => new Promise((resolve) => {
    const sentence = document.querySelector(".fit-sentence"), before = performance.now();
    const frames = setInterval(() => model.tell(), 33);  // frames come in between
    new MutationObserver(() => {
        if (sentence.textContent !== "Training.") return;
        clearInterval(frames);
        resolve(performance.now() - before);
    }).observe(sentence, { childList: true, characterData: true, subtree: true });
    model.receive({ state: "training", message: "training" });
})"""


def test_a_short_training_is_not_announced_and_a_long_one_is(mount):
    """Timed by the page itself, where a busy machine can only make it later."""
    page = mount()
    sentence = page.locator(".fit-sentence")
    assert sentence.get_attribute("aria-live") == "polite"
    assert page.evaluate(ANNOUNCED) > 300  # ms
    page.evaluate("model.receive({state: 'converged', message: 'done'})")
    assert sentence.text_content() == "Done."


def test_the_table_holds_the_curve(mount, default):
    page = mount()
    page.get_by_text("The curve as a table").first.press("Enter")
    page.wait_for_selector("tbody tr")
    rows = [row.split("\t") for row in page.locator("tbody tr").all_inner_texts()]
    assert len(rows) == 21
    x, target, network, difference = (float(v.replace("−", "-")) for v in rows[5])
    assert (x, target) == (pytest.approx(-np.pi / 2, abs=1e-3), -1)
    assert network == pytest.approx(default.frame["curve"][50], abs=1e-3)
    assert difference == pytest.approx(network - target, abs=1e-3)


def test_two_on_a_page_live_and_die_apart(mount):
    page = mount(folded=True)
    page.evaluate(
        """async () => {
            const { default: { render } } = await import(url);
            const el = document.body.appendChild(document.createElement("div"));
            window.leaveSecond = render({ model, el });
        }"""
    )
    assert page.locator(".fit-explorable").count() == 2
    page.evaluate("leaveSecond()")
    assert page.locator(".fit-explorable").count() == 1
    page.get_by_role("slider", name="width").press("End")
    assert _saved(page) == [{"width": 128}]


def test_leaving_takes_everything_away(mount):
    page = mount()
    page.evaluate("window.sentence = document.querySelector('.fit-sentence')")
    page.evaluate("model.receive({state: 'training', message: 'training'}); leave()")
    assert page.locator(".fit-explorable").count() == 0
    assert page.evaluate("model.handlers.size") == 0
    page.evaluate("model.receive({state: 'converged'})")
    settle(page)
    assert "Training" not in page.evaluate("sentence.textContent"), "a timer was left behind"


def test_typing_is_kept_wherever_the_view_stands(mount):
    """In a shadow root, where some front ends put a widget, the document's focus is the host's."""
    page = mount()
    page.evaluate(
        """() => {
            const host = document.body.appendChild(document.createElement("div"));
            host.attachShadow({ mode: "open" }).append(document.querySelector("#place > div"));
        }"""
    )
    seed = page.get_by_role("spinbutton", name="seed")
    seed.press("Control+A")
    seed.press_sequentially("12")
    page.evaluate("model.receive({ state: 'training', message: 'training' })")
    assert seed.input_value() == "12"


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_it_fits_the_page(mount, width):
    page = mount(width=width)
    page.get_by_text("The curve as a table").first.click()
    page.wait_for_selector("details tbody tr")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".fit-curve").bounding_box()["width"] > 0.85 * min(width, 832) - 16


def test_it_grows_and_shrinks_with_its_place(mount):
    page = mount()
    svg = page.locator(".fit-curve > svg[role=img]")
    page.set_viewport_size({"width": 390, "height": 900})
    page.wait_for_function(
        "document.querySelector('.fit-curve > svg[role=img]').viewBox.baseVal.width < 390"
    )
    assert float(svg.evaluate("e => e.viewBox.baseVal.width")) == pytest.approx(
        svg.bounding_box()["width"], abs=1
    )  # one unit is one pixel: the text keeps its size


@pytest.mark.parametrize("place", ["book", "lab"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(mount, place, theme, width):
    page = mount(theme=theme, width=width, book=place == "book")
    page.get_by_text("The curve as a table").first.click()
    page.wait_for_selector("details tbody tr")
    page.evaluate("model.receive({state: 'training'})")
    assert_accessible(page)


def test_reduced_motion_is_honoured(mount):
    page = mount()
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("model.receive({state: 'training'})")
    moving = page.evaluate(
        """() => [...document.querySelectorAll(".fit-explorable *")].filter((e) => {
            const { transitionProperty, transitionDuration } = getComputedStyle(e);
            return transitionProperty !== "none" && transitionDuration !== "0s";
        }).length"""
    )
    assert moving == 0
