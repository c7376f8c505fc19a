"""Ledger: every claim of the book, from one run, with a link to its card.

The table is made once, here, and is the figure at rest; the view shows the same one and hides what
the reader does not ask for.
"""

import html
import itertools
import re
from types import SimpleNamespace

from fitlab.claims import Verdict, record
from fitlab.claims.cards import LOOKS
from fitlab.explorables.base import Explorable
from fitlab.explorables.sources import module
from fitlab.explorables.state import Choice

ALL = "all"
SHOWN = 3  # numbers of each claim; the others stand on its card
VERDICTS = {LOOKS[verdict][0]: verdict for verdict in Verdict}  # as the address names them
PLURALS = {"holds": "hold", "caveat": "hold with a caveat", "fails": "do not hold as stated"}


class Ledger(Explorable):
    """All claims on record, or those of one verdict or one page.

    verdict: "all", "holds", "caveat" or "fails".  page: "all", or a section of some claim. Both are
    traits that follow the reader. Raises ValueError for what is not allowed.
    """

    _esm = module("explorables/ledger")
    name = "ledger"

    verdict = Choice([ALL, *VERDICTS])
    page = Choice(lambda: [ALL, *_pages()])

    def __init__(self, verdict=ALL, page=ALL):
        self._record = record.load()
        self._pages = _pages()
        super().__init__(
            {"verdict": verdict, "page": page},
            verdicts=[[kind, str(v), PLURALS[kind]] for kind, v in VERDICTS.items()],
            pages=[list(pair) for pair in self._pages.items()],
            table=self.table(),
        )

    def table(self):
        """The `<table>` of all claims, page by page.

        Its roles are written out, because a narrow page shows it as a list of cards, and a table
        that is not laid out as one is none to a screen reader.
        """
        columns = ("Claim", "Verdict", "What was found")
        head = "".join(f'<th scope="col" role="columnheader">{name}</th>' for name in columns)
        groups = itertools.groupby(self._record.items(), lambda item: item[1]["section"])
        bodies = "".join(self._body(section, claims) for section, claims in groups)
        return (
            '<table class="fit-ledger" role="table"><caption class="fit-unseen">The claims of this '
            f'book</caption><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
            f"{bodies}</table>"
        )

    def _body(self, section, claims):
        title = html.escape(self._pages[section])
        rows = "".join(_row(id, entry) for id, entry in claims)
        return (
            f'<tbody role="rowgroup" data-page="{section}"><tr role="row" class="fit-ledger-page">'
            f'<th scope="rowgroup" role="rowheader" colspan="3" aria-colspan="3">'
            f'<a href="{section}.html">{title}</a></th></tr>{rows}</tbody>'
        )

    def figure_at_rest(self):
        """The whole table, without filters."""
        caption = f"""All {len(self._record)} claims of this book, from one run: {self._said()}.
            Several numbers are the median over the seeds, with the smallest and the largest in
            brackets. Each claim leads to its card, which has all numbers and the rule."""
        html = f'<div class="fit-ledger-place">{self.table()}</div>'
        return SimpleNamespace(
            caption=" ".join(caption.split()),
            bundle=lambda: ({"text/html": html, "text/plain": repr(self)}, {}),
        )

    def _said(self):
        found = [entry["verdict"] for entry in self._record.values()]
        counts = {kind: found.count(verdict) for kind, verdict in VERDICTS.items()}
        return ", ".join(
            f"{n} {VERDICTS[kind] if n == 1 else PLURALS[kind]}" for kind, n in counts.items()
        )

    def __repr__(self):
        return f"Ledger({len(self._record)} claims: {self._said()})"


def _pages():
    """The titles of the pages with claims, by section."""
    return {e["section"]: record.PAGES[e["section"]] for e in record.load().values()}


def _row(id, entry):
    kind, sign = LOOKS[Verdict(entry["verdict"])]
    numbers = "".join(
        f"<li>{_words(name)}: <b>{_words(text)}</b></li>"
        for name, text in list(entry["numbers"].items())[:SHOWN]
    )
    return (
        f'<tr role="row" data-claim="{id}" data-verdict="{kind}"><th scope="row" role="rowheader">'
        f'<a href="{entry["section"]}.html#claim-{id}">{_words(entry["says"])}</a></th>'
        f'<td role="cell" class="fit-ledger-verdict"><span class="fit-sign" aria-hidden="true">'
        f"{sign}</span> {entry['verdict'].capitalize()}</td>"
        f'<td role="cell"><ul>{numbers}<li class="fit-ledger-seeds">'
        f"{_seeds(entry['seeds'])}</li></ul></td></tr>"
    )


def _words(text):
    """A text as HTML in which 5e-4 does not break at the end of a line."""
    whole = r'<span class="fit-ledger-whole">\g<0></span>'
    return re.sub(r"\d[\d.]*e-\d+", whole, html.escape(text))


def _seeds(seeds):
    first, last = min(seeds), max(seeds)
    if sorted(seeds) != list(range(first, last + 1)):
        return f"seeds {', '.join(map(str, seeds))}"
    return f"seeds {first} to {last}" if first < last else f"seed {first}"
