"""What somebody is told who presses Ctrl-C, or the stop button, while something long is running."""

import contextlib
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def told(reached: Callable[[], str]) -> Iterator[None]:
    """Let a KeyboardInterrupt say how far it was: the words of `reached`, asked only then."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(reached()) from None
