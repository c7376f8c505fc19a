"""What a reader sees of the book before scrolling: one sentence, one picture, one gesture."""

import pytest

SCREENS = {"wide": (1280, 720), "narrow": (390, 844)}
PAGE = "book/index.html"


def bottom(locator):
    """Where the lowest of some boxes ends, in pixels from the top of the window."""
    boxes = [each.bounding_box() for each in locator.all() if each.is_visible()]
    assert boxes
    return max(box["y"] + box["height"] for box in boxes)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_picture_and_gesture_are_whole(visit, root, screen, theme):
    page = visit(f"{root}/{PAGE}", theme, screen).page
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    frayed = page.locator(".fit-explorable-frayed")
    frayed.locator("path.network").first.wait_for()
    assert bottom(frayed.locator(".fit-plot, .fit-hint, .fit-legend, .fit-sentence")) <= height
    frayed.get_by_role("slider").press("ArrowLeft")
    assert page.evaluate("scrollY") == 0
    assert frayed.get_attribute("data-quarters") == "3"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_without_a_script_the_picture_tells_it(visit, address, screen, theme):
    page = visit(f"{address}/{PAGE}", theme, screen, java_script_enabled=False).page
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    assert bottom(page.locator("[data-explorable=frayed] > svg")) <= height
    words = page.locator("[data-explorable=frayed] > svg text").all_text_contents()
    assert words.count("guessed") >= 2
    assert "seen" in words
