"""The explorables: figures that a reader can move, each one .py and one .mjs."""

from fitlab.explorables.fit import FitExplorer

EXPLORABLES = [FitExplorer]

__all__ = ["EXPLORABLES", "FitExplorer"]
