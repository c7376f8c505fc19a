"""Ledger: every claim of the book, from one run, with a link to its card.

On top a matrix: a row for each page, a sign for each claim, which leads to its row in the table
below. Both are made once, here, and are the figure at rest; the view shows the same and hides what
the reader does not ask for.
"""

import html
import itertools
import re
from types import SimpleNamespace

from fitlab.claims import CLAIMS, Verdict, record
from fitlab.claims.cards import (
    LOOKS,
    check_button,
    quoted,
    seeds_in_words,
    verdict_in_words,
)
from fitlab.claims.ledger import Kind, Whose
from fitlab.display import typeset
from fitlab.explorables.base import Explorable
from fitlab.explorables.sources import module
from fitlab.explorables.state import Choice

ALL = "all"
KEEP_KEYS = 'data-lm-suppress-shortcuts="true"'  # as in kit/elements.mjs
VERDICTS = {LOOKS[verdict][0]: verdict for verdict in Verdict}  # as the address names them
WHOSE = {"article": Whose.ARTICLE, "ours": Whose.OURS}  # the same
CHECK_ALL = (  # hidden, until a page of the book can do it
    '<button type="button" class="fit-check-open" aria-expanded="false" hidden>'
    "Check all that can be checked here</button>"
)
PLURALS = {"holds": "hold", "caveat": "hold with a caveat", "fails": "do not hold as stated"}


class Ledger(Explorable):
    """All claims on record, or those of one verdict, one page, one author or one kind.

    verdict: "all", "holds", "caveat" or "fails".  page: "all", or a section of some claim.
    whose: "all", "article" or "ours".  kind: "all", "theorem", "identity" or "observation". All are
    traits that follow the reader. Raises ValueError for what is not allowed.
    """

    _esm = module("explorables/ledger")
    name = "ledger"

    verdict = Choice([ALL, *VERDICTS])
    page = Choice(lambda: [ALL, *_pages()])
    whose = Choice([ALL, *WHOSE])
    kind = Choice([ALL, *map(str, Kind)])

    def __init__(self, verdict=ALL, page=ALL, whose=ALL, kind=ALL):
        self._record = record.load()
        self._pages = _pages()
        super().__init__(
            {"verdict": verdict, "page": page, "whose": whose, "kind": kind},
            verdicts=[[kind, str(v), PLURALS[kind]] for kind, v in VERDICTS.items()],
            pages=[list(pair) for pair in self._pages.items()],
            whose=[[name, str(whose)] for name, whose in WHOSE.items()],
            kinds=[str(kind) for kind in Kind],
            matrix=self.matrix(),
            table=self.table(),
        )

    def matrix(self):
        """The signs of all claims, page by page, each a link to its row; and what they mean."""
        rows = "".join(
            f'<li><span class="fit-matrix-page">{html.escape(self._pages[section])}</span>'
            f"<ul>{''.join(_sign(id, entry) for id, entry in claims)}</ul></li>"
            for section, claims in self._by_page()
        )
        key = "".join(
            f'<li data-verdict="{kind}"><span class="fit-sign" aria-hidden="true">'
            f"{LOOKS[VERDICTS[kind]][1]}</span> {said}</li>"
            for kind, said in self._counts().items()
        )
        return (
            f'<ul class="fit-matrix">{rows}</ul><ul class="fit-matrix-key">{key}</ul>'
            f'<div class="fit-check-all">{CHECK_ALL}</div>'
        )

    def _by_page(self):
        """The claims on record, page by page: (section, [(id, entry)])."""
        groups = itertools.groupby(self._record.items(), lambda item: item[1]["section"])
        return [(section, list(claims)) for section, claims in groups]

    def table(self):
        """The `<table>` of all claims, page by page.

        Its roles are written out, because a narrow page shows it as a list of cards, and a table
        that is not laid out as one is none to a screen reader.
        """
        columns = ("Claim", "Verdict", "What was found")
        head = "".join(f'<th scope="col" role="columnheader">{name}</th>' for name in columns)
        bodies = "".join(self._body(section, claims) for section, claims in self._by_page())
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
        """Matrix and table, without filters."""
        caption = f"""All {len(self._record)} claims of this book, from one run: {self._said()}.
            A sign leads to its claim. Several numbers are the median over the seeds, with the
            smallest and the largest in brackets. Each claim leads to its card, which has all
            numbers and the rule."""
        html = f'<div class="fit-ledger-place">{self.matrix()}{self.table()}</div>'
        return SimpleNamespace(
            caption=" ".join(caption.split()),
            bundle=lambda: ({"text/html": html, "text/plain": repr(self)}, {}),
        )

    def _counts(self):
        """How many claims have each verdict, in words: {"holds": "17 hold"}."""
        found = [entry["verdict"] for entry in self._record.values()]
        counts = {kind: found.count(verdict) for kind, verdict in VERDICTS.items()}
        return {k: f"{n} {VERDICTS[k] if n == 1 else PLURALS[k]}" for k, n in counts.items()}

    def _said(self):
        return ", ".join(self._counts().values())

    def __repr__(self):
        return f"Ledger({len(self._record)} claims: {self._said()})"


def _pages():
    """The titles of the pages with claims, by section."""
    return {e["section"]: record.PAGES[e["section"]] for e in record.load().values()}


def _sign(id, entry):
    """A claim in the matrix; its sentence is for who listens, and for a mouse that waits."""
    kind, sign = LOOKS[Verdict(entry["verdict"])]
    says = html.escape(typeset(entry["says"]))
    return (
        f'<li><a href="#ledger-{id}" data-of="{id}" data-verdict="{kind}" {KEEP_KEYS} '
        f'aria-label="{entry["verdict"].capitalize()}: {says}">'
        f'<span class="fit-sign" title="{says}">{sign}</span></a></li>'
    )


def _row(id, entry):
    """A claim in the table, folded to its sentence and verdict; the rest of its card unfolds."""
    verdict = Verdict(entry["verdict"])
    kind, _ = LOOKS[verdict]
    whose = next(name for name, whose in WHOSE.items() if whose == entry["whose"])
    numbers = "".join(
        f"<li>{_words(name)}: <b>{_words(entry['numbers'][name])}</b></li>"
        for name in CLAIMS[id].on_its_face
        if name in entry["numbers"]
    )
    opens = f'aria-label="numbers: {html.escape(typeset(entry["says"]))}"'
    return (
        f'<tr role="row" id="ledger-{id}" data-claim="{id}" data-verdict="{kind}" '
        f'data-whose="{whose}" data-kind="{entry["kind"]}"><th scope="row" role="rowheader">'
        f'<a href="{entry["section"]}.html#claim-{id}">{_words(entry["says"])}</a> '
        f'<span class="fit-ledger-kind">{entry["whose"]}, {entry["kind"]}{_where(id)}</span></th>'
        f'<td role="cell" class="fit-ledger-verdict">{verdict_in_words(verdict)}</td>'
        f'<td role="cell"><details><summary {KEEP_KEYS} {opens}>numbers</summary>'
        f"{quoted(entry.get('quote'))}{_letter(entry.get('literally'))}<ul>{numbers}"
        f'<li class="fit-ledger-seeds">{seeds_in_words(entry["seeds"])}</li></ul>'
        f"{check_button(CLAIMS[id])}</details></td></tr>"
    )


def _where(id):
    """Whether a page can check it."""
    return "" if CLAIMS[id].needs else ", can be checked here"


def _letter(literally):
    """What the quote says by its letter, and the verdict on that; nothing if we read it so."""
    if literally is None:
        return ""
    verdict = Verdict(literally["verdict"])
    return (
        f'<p class="fit-ledger-letter" data-verdict="{LOOKS[verdict][0]}">By the letter: '
        f"{_words(literally['says'])} <b>{verdict_in_words(verdict)}</b></p>"
    )


def _words(text):
    """A text as HTML in which 5 × 10⁻⁴ does not break at the end of a line."""
    whole = r'<span class="fit-ledger-whole">\g<0></span>'
    return re.sub(r"\d[\d.]* × \d\S*", whole, html.escape(typeset(text)))
