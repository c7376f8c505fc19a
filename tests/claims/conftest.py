"""What the tests of claims share."""

import numpy as np
import pytest

from fitlab.claims import plans


@pytest.fixture
def networks_that(monkeypatch):
    """Let the trials of plans give what a function says: (trial, measure, *arguments) -> number."""

    def give(says):
        def measured(seeds):
            return lambda trial, name, arguments: np.array(
                [float(says(trial, name, *arguments)) for _ in seeds]
            )

        monkeypatch.setattr(plans, "measured", measured)

    return give
