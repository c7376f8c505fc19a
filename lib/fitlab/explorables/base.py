"""What all explorables have in common: a figure at rest, and a view that is brought to life."""

import anywidget
import traitlets

from fitlab.explorables.sources import style
from fitlab.figures import OURS, show_with_caption

STATES = ["rest", "ready", "training", "paused", "converged", "stopped", "failed"]


class Explorable(anywidget.AnyWidget):
    """A widget with a figure at rest, which stands in the page until a script brings it to life.

    A subclass has an ES module in `_esm`, its name for `data-explorable` in `name`, a
    `figure_at_rest`, and as traits of `state.Entry` what a reader chooses.
    """

    _css = style()
    name = ""
    worker = ""  # what trains it in a page: the name of a script of engine/, or nothing

    setup = traitlets.Dict().tag(sync=True)  # what the view has to know and never changes

    def __init__(self, initial, rest=None, /, **setup):
        """initial: the values to begin with, by name; rest: of other traits.

        `setup` holds what is given besides, and under "state" the table of the entries.
        """
        initial = self.checked(initial)
        entries = self.traits()
        table = {name: entries[name].table(value) for name, value in initial.items()}
        super().__init__(**initial, **(rest or {}), setup={"state": table, **setup})

    @classmethod
    def checked(cls, values):
        """Those values that are entries, by name, as they are kept; or ValueError."""
        entries = cls.class_traits(reader=True)
        return {name: entries[name].checked(values[name]) for name in values if name in entries}

    @property
    def initial(self):
        """What a reader had chosen at the start, by name."""
        return {name: entry["default"] for name, entry in self.setup["state"].items()}

    def figure_at_rest(self):
        """What tells the story without a script: a `fitlab.figures.Picture`, or one like it."""
        raise NotImplementedError

    def _ipython_display_(self):
        bundle = self._repr_mimebundle_()
        assert bundle is not None  # only a widget without a view gives none
        rest = self.figure_at_rest()
        data, metadata = rest.bundle()
        metadata[OURS] = {"figure": {"explorable": self.name}}
        show_with_caption({**bundle[0], **data}, {**bundle[1], **metadata}, rest.caption)
