"""Claim cards: a claim with its verdict and numbers, as HTML for the page and as text.

What is drawn is HTML and a few places given to the style sheet: it needs no script, and where the
sheet of the book is absent, as in JupyterLab, the same words and numbers stand as lists.
"""

import html
import itertools

from fitlab import validate
from fitlab.claims import CLAIMS, Evidence, Verdict, check
from fitlab.claims.ledger import Whose
from fitlab.claims.strip import in_words, parts
from fitlab.display import show, typeset, without_tex

LOOKS = {  # verdict -> its name in the page, and its sign
    Verdict.HOLDS: ("holds", "✓"),
    Verdict.CAVEAT: ("caveat", "≈"),
    Verdict.FAILS: ("fails", "✗"),
}


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
        """The `<article>` element: whose claim, quote, claim, verdict, numbers, how we know."""
        claim, evidence = self.claim, self.evidence
        kind, _ = LOOKS[evidence.verdict]
        return (
            f'<article class="fit-claim" id="claim-{claim.id}" data-verdict="{kind}">'
            f'<p class="fit-claim-kind">{BY[claim.whose]} · {claim.kind}</p>'
            f"{quoted(claim.quote)}"
            f'<p class="fit-claim-says">{_text(claim.says)}</p>'
            f'<p class="fit-claim-verdict">{verdict_in_words(evidence.verdict)}</p>'
            f"{_face(claim.face, evidence.numbers)}"
            f"{_letter(claim.literally, evidence.literally)}"
            f"{check_button(claim)}"
            f"<details><summary>How we know</summary>{_how(claim, evidence)}</details></article>"
        )

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html, "text/plain": repr(self)}

    def __repr__(self):
        return f"Card({self.claim.id!r}, {self.evidence!r})"


def _text(text):
    """A text as HTML, its numbers as books print them."""
    return html.escape(typeset(text))


BY = {Whose.ARTICLE: "The article’s claim, as we read it", Whose.OURS: "Our claim"}


def verdict_in_words(verdict):
    """A verdict with its sign, as HTML."""
    _, sign = LOOKS[verdict]
    return f'<span class="fit-sign" aria-hidden="true">{sign}</span> {verdict.capitalize()}'


def quoted(quote):
    """The article's own sentence, as HTML; nothing if there is none."""
    if quote is None:
        return ""
    told = html.escape(without_tex(quote))
    return f'<blockquote class="fit-claim-quote" lang="zh">{told}</blockquote>'


def check_button(claim):
    """What opens "Check it here", as HTML: hidden, until a page of the book can do it."""
    if claim.needs:
        return ""
    return (
        f'<button type="button" class="fit-check-open" data-check="{claim.id}" '
        'aria-expanded="false" hidden>Check it here</button>'
    )


def _letter(reading, verdict):
    """The letter of the quote, where it says something else, and the verdict on that."""
    if reading is None:
        return ""
    kind, _ = LOOKS[verdict]
    return (
        f'<p class="fit-claim-letter" data-verdict="{kind}"><b>By the letter:</b> '
        f"{_text(reading.says)} <span>{verdict_in_words(verdict)}</span></p>"
    )


# ---------------------------------------------------------------------------- its face


def _face(face, numbers):
    """The strips, and the numbers between them as lists."""
    pieces = []
    for plain, group in itertools.groupby(face, lambda part: isinstance(part, str)):
        if plain:
            rows = "".join(_row(name, numbers[name]) for name in group if name in numbers)
            pieces.append(f'<ul class="fit-claim-numbers">{rows}</ul>')
        else:
            pieces.extend(_strip(strip, numbers) for strip in group)
    return "".join(pieces)


def _row(name, value, track=""):
    """A number by its name; the colon is for where no style sheet sets them apart."""
    return (
        f'<li><span>{_text(name)}<span class="fit-colon">: </span></span>{track}'
        f"{_number(value)}</li>"
    )


def _number(value):
    """A number as the book prints it, the median apart from the range behind it."""
    median, bracket, rest = typeset(show(value)).partition(" [")
    return f'<span class="fit-number"><b>{median}</b>{bracket}{rest}</span>'


def _strip(strip, numbers):
    """Its axis' name, the labels of its levels, its rows, and the ends of the axis."""
    ends = strip.ends_for(numbers)
    at = {level: strip.place(level.on(numbers), ends) for level in strip.levels}
    flags = "".join(
        _flag(level, at[level], numbers)
        for level in sorted(at, key=lambda level: abs(at[level] - 0.5), reverse=True)
        if level.says
    )
    rows = "".join(
        _row(strip.rows[name], numbers[name], _track(strip, name, numbers[name], ends, at))
        for name in strip.found(numbers)
    )
    low, high = (typeset(in_words(end)) for end in ends)
    return (
        f'<div class="fit-strip"><p class="fit-strip-axis">{_text(strip.axis)}</p>'
        + (f'<ul class="fit-strip-flags">{flags}</ul>' if flags else "")
        + f'<ul class="fit-claim-numbers">{rows}</ul>'
        f'<div class="fit-strip-ends" aria-hidden="true" data-low="{low}" data-high="{high}">'
        "</div></div>"
    )


def _flag(level, at, numbers):
    """The label of a level, at its line, on the side where there is more room."""
    words = _text(level.says.format(in_words(level.on(numbers))))
    side = ' class="fit-to-left"' if at > 0.5 else ""
    return f'<li{side} style="{_place("at", at)}"><span>{words}</span></li>'


def _track(strip, name, value, ends, at):
    """A bar from the smallest to the largest, a mark at the median, and the lines of the levels."""
    places = (strip.place(part, ends) for part in parts(value))
    style = ";".join(map(_place, ("low", "at", "high"), places))
    lines = "".join(
        f'<i{" data-decides" if name in level.decided else ""} style="{_place("at", x)}"></i>'
        for level, x in at.items()
    )
    return f'<span class="fit-strip-track" aria-hidden="true" style="{style}">{lines}</span>'


def _place(name, share):
    return f"--{name}:{share:.4f}"


# ---------------------------------------------------------------------------- how we know


def _how(claim, evidence):
    """The rule, the seeds, the command, and the numbers that are not on the face."""
    rule = _text(claim.rule)
    if claim.literally:
        rule += f" By the letter: {_text(claim.literally.rule)}"
    others = "".join(
        f"<tr><th scope='row'>{_text(name)}</th><td>{typeset(show(value))}</td></tr>"
        for name, value in evidence.numbers.items()
        if name not in claim.on_its_face
    )
    return (
        f"<p>{rule} Here on {seeds_in_words(evidence.seeds)}; the tests repeat it on others. "
        "Several numbers: the median over the seeds, with the smallest and the largest in "
        f"brackets. {_by_whom(claim)}: <code>python -m fitlab.claims {claim.id}</code></p>"
        + (f'<div class="fit-claim-table"><table>{others}</table></div>' if others else "")
    )


def _by_whom(claim):
    """Who else can check it, before the command that does."""
    if claim.needs:
        return f"A page cannot check it, as that needs {_text(claim.needs)}. Run it yourself"
    return "The page of the book can check it on seeds of yours. Or run it yourself"


def seeds_in_words(seeds):
    """ "seeds 0 to 4", "seeds 1, 5, 9", "seed 3"."""
    first, last = min(seeds), max(seeds)
    if sorted(seeds) != list(range(first, last + 1)):
        return f"seeds {', '.join(map(str, seeds))}"
    return f"seeds {first} to {last}" if first < last else f"seed {first}"
