"""What the tests of explorables share."""

import asyncio

import pytest


@pytest.fixture
def no_loop_but_ours():
    """Playwright leaves its own event loop running in this thread; a kernel of ours has none."""
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(running)
