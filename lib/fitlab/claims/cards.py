"""Claim cards: a claim with its verdict and numbers, as HTML for the page and as text."""

import html

from fitlab import validate
from fitlab.claims import CLAIMS, Evidence, Verdict, check
from fitlab.display import show

LOOKS = {  # verdict -> its name in the page, and its sign
    Verdict.HOLDS: ("holds", "✓"),
    Verdict.CAVEAT: ("caveat", "≈"),
    Verdict.FAILS: ("fails", "✗"),
}
SHOWN = 5  # numbers on the face of a card; the others unfold


class Card:
    """One claim, checked on `seeds`: displays as a card; `evidence` holds what was found.

    seeds: by default those of the claim, on which the ledger stands too.
    """

    def __init__(self, id, seeds=None):
        self.claim = CLAIMS[validate.one_of("claim", id, CLAIMS)]
        self.evidence: Evidence = check(id, self.claim.seeds if seeds is None else seeds)

    def number(self, name):
        """One of the evidence's numbers as the book prints it."""
        return show(self.evidence.numbers[name])

    @property
    def html(self):
        """The `<article>` element: claim, verdict in word and sign, numbers, how we know."""
        claim, evidence = self.claim, self.evidence
        kind, sign = LOOKS[evidence.verdict]
        rows = [(html.escape(name), show(value)) for name, value in evidence.numbers.items()]
        face = "".join(f"<li>{name}: <b>{value}</b></li>" for name, value in rows[:SHOWN])
        table = "".join(f"<tr><th scope='row'>{n}</th><td>{v}</td></tr>" for n, v in rows)
        return (
            f'<article class="fit-claim" id="claim-{claim.id}" data-verdict="{kind}">'
            f'<p class="fit-claim-says">{html.escape(claim.says)}</p>'
            f'<p class="fit-claim-verdict"><span class="fit-sign" aria-hidden="true">{sign}</span> '
            f"{evidence.verdict.capitalize()}</p>"
            f'<ul class="fit-claim-numbers">{face}</ul>'
            f"<details><summary>How we know</summary><p>{_how(claim, evidence)}</p>"
            f'<div class="fit-claim-table"><table>{table}</table></div></details></article>'
        )

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html, "text/plain": repr(self)}

    def __repr__(self):
        return f"Card({self.claim.id!r}, {self.evidence!r})"


def _how(claim, evidence):
    rule = html.escape(" ".join(claim.check.__doc__.split()))
    seeds = ", ".join(map(str, evidence.seeds))
    return (
        f"{rule} Here on seeds {seeds}; the tests repeat it on others. Several numbers: the median "
        "over the seeds, with the smallest and the largest in brackets. Run it yourself: "
        f"<code>python -m fitlab.claims {claim.id}</code>"
    )
