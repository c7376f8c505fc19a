"""The essay's claims. Each is a sentence with a check that returns evidence and a verdict."""

from fitlab.claims import fitting_sine, hypothesis, taylor  # noqa: F401  (importing registers their claims)
from fitlab.claims.ledger import CLAIMS, Claim, Evidence, Verdict, check

__all__ = ["CLAIMS", "Claim", "Evidence", "Verdict", "check"]
