"""The explorables: figures that a reader can move, each one .py and one .mjs."""

from fitlab.explorables.fit import FitExplorer
from fitlab.explorables.handfit import HandFit
from fitlab.explorables.shuffle import ShufflePixels
from fitlab.explorables.taylor import TaylorExplorer

EXPLORABLES = [FitExplorer, HandFit, ShufflePixels, TaylorExplorer]

__all__ = ["EXPLORABLES", "FitExplorer", "HandFit", "ShufflePixels", "TaylorExplorer"]
