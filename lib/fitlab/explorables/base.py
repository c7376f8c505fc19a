"""What all explorables have in common: a figure at rest, and a view that is brought to life."""

import re

import anywidget
import traitlets

from fitlab.explorables.sources import style

STATES = ["rest", "ready", "training", "paused", "converged", "stopped", "failed"]


class Explorable(anywidget.AnyWidget):
    """A widget with a figure at rest, which stands in the page until a script brings it to life.

    A subclass has an ES module in `_esm`, its name for `data-explorable` in `name`, and a
    `figure_at_rest`.
    """

    _css = style()
    name = ""
    trains = False  # whether its page needs the engine

    def figure_at_rest(self):
        """What tells the story without a script: a `fitlab.figures.Picture`, or a like `html`."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        assert bundle is not None  # only a widget without a view gives none
        data, metadata = bundle
        rest = f'<figure data-explorable="{self.name}" data-state="rest" '
        html = re.sub("^<figure ", rest, self.figure_at_rest().html)
        return {**data, "text/html": html}, metadata


class InstantExplorable(Explorable):
    """An explorable whose figure follows at once from the state that a reader chooses.

    A subclass declares the state as traits of `state.Entry`. `setup` is what its view has to know
    and never changes: the state to begin with, the table of its entries, and what else is given.
    """

    setup = traitlets.Dict().tag(sync=True)

    def __init__(self, initial, **setup):
        entries = self.traits(reader=True)
        initial = {name: entries[name].checked(value) for name, value in initial.items()}
        table = {name: entries[name].table() for name in initial}
        super().__init__(**initial, setup={"initial": initial, "state": table, **setup})
