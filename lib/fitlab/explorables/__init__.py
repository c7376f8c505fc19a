"""The explorables: figures that a reader can move, each one .py and one .mjs."""

from fitlab.explorables.correlation import Correlation
from fitlab.explorables.fit import FitExplorer
from fitlab.explorables.handfit import HandFit
from fitlab.explorables.ledger import Ledger
from fitlab.explorables.shuffle import ShufflePixels
from fitlab.explorables.taylor import TaylorExplorer

EXPLORABLES = [Correlation, FitExplorer, HandFit, Ledger, ShufflePixels, TaylorExplorer]

__all__ = [
    "EXPLORABLES",
    "Correlation",
    "FitExplorer",
    "HandFit",
    "Ledger",
    "ShufflePixels",
    "TaylorExplorer",
]
