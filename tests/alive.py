"""Explorables that live in pages of the built book: where they are, and how they stand."""

import re

import pytest

from conftest import SITE

FIT = '.fit-explorable[data-explorable="fit"]'
LIVE = ".fit-explorable"
ENDED = ("converged", "stopped", "failed")
WAIT = 60_000  # ms


def pages_with(name=""):
    """The pages of the built book that hold an explorable of that name; "" is any."""
    pattern = re.compile(f'data-explorable="{name or "[a-z]+"}"')
    pages = [p for folder in ("book", "notebooks") for p in sorted((SITE / folder).glob("*.html"))]
    return [str(p.relative_to(SITE)) for p in pages if pattern.search(p.read_text("utf-8"))]


def wait_for(page, *states, selector=FIT):
    """Until the explorable is in one of these states, and shows it; returns its data-*."""
    reached = """([node, states]) => {
        const { state, replay } = document.querySelector(node)?.dataset ?? {};
        return replay === undefined && states.includes(state);
    }"""
    try:
        page.wait_for_function(reached, arg=[selector, list(states)], timeout=WAIT)
    except Exception:
        pytest.fail(f"waited in vain for {states}: {data(page, selector)}")
    return data(page, selector)


def data(page, selector=FIT):
    return page.locator(selector).first.evaluate("e => ({...e.dataset})")
