"""The essay's claims. Each is a sentence with a check that returns evidence and a verdict."""

from fitlab.claims import (  # noqa: F401  (importing registers their claims)
    conclusion,
    cross_entropy,
    fitting_sine,
    hypothesis,
    modelling_class,
    modelling_image,
    mse,
    taylor,
)
from fitlab.claims.ledger import CLAIMS, Claim, Evidence, Verdict, check

__all__ = ["CLAIMS", "Claim", "Evidence", "Verdict", "check"]
