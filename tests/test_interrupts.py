"""Whoever interrupts what takes long is told how far it was, by one and the same means."""

import ast

import pytest

from fitlab import interrupts
from test_layers import MODULES


def test_an_interrupt_says_what_was_reached_at_that_moment():
    done = []

    def work():
        with interrupts.told(lambda: f"after {len(done)} of 5"):
            for step in range(5):
                if step == 3:
                    raise KeyboardInterrupt
                done.append(step)

    with pytest.raises(KeyboardInterrupt, match="after 3 of 5") as raised:
        work()
    assert raised.value.__suppress_context__


def test_nothing_is_asked_unless_it_is_interrupted():
    asked = []
    with interrupts.told(lambda: asked.append(1)):
        pass
    with pytest.raises(ValueError, match="another"), interrupts.told(lambda: asked.append(1)):
        raise ValueError("another")
    assert not asked


@pytest.mark.parametrize("module", sorted(MODULES))
def test_nobody_catches_interrupts_in_another_way(module):
    handlers = [
        node
        for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or "KeyboardInterrupt" in ast.unparse(node.type))
    ]
    assert len(handlers) == (module == "interrupts")
