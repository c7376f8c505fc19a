"""The explorables: figures that a reader can move, each one .py and one .mjs."""

from fitlab.explorables.angle import AngleError
from fitlab.explorables.correlation import Correlation
from fitlab.explorables.distance import WhichDistance
from fitlab.explorables.distributions import TwoDistributions
from fitlab.explorables.fit import FitExplorer
from fitlab.explorables.frayed import FrayedSine
from fitlab.explorables.guess import Guess
from fitlab.explorables.handfit import HandFit
from fitlab.explorables.ledger import Ledger
from fitlab.explorables.perplexity import Perplexity
from fitlab.explorables.plane import PlaneExplorer
from fitlab.explorables.shuffle import ShufflePixels
from fitlab.explorables.taylor import TaylorExplorer

EXPLORABLES = [
    AngleError,
    Correlation,
    FitExplorer,
    FrayedSine,
    Guess,
    HandFit,
    Ledger,
    Perplexity,
    PlaneExplorer,
    ShufflePixels,
    TaylorExplorer,
    TwoDistributions,
    WhichDistance,
]

__all__ = [
    "EXPLORABLES",
    "AngleError",
    "Correlation",
    "FitExplorer",
    "FrayedSine",
    "Guess",
    "HandFit",
    "Ledger",
    "Perplexity",
    "PlaneExplorer",
    "ShufflePixels",
    "TaylorExplorer",
    "TwoDistributions",
    "WhichDistance",
]
