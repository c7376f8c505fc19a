"""The first use of a word of the glossary on each page leads to it, and says what it means.

The words and their meanings stand in one place, the `{glossary}` of the book. Every line before a
meaning is a word to look for; one with a parenthesis is only a name, for words that mean other
things as well: "weight (of a network)". The first paragraph of a meaning becomes the tip, so it is
free of formulas. Code, links, headings, formulas and tables stay as they are. In return the
glossary says of every word where the book first uses it.
"""

import re
from dataclasses import dataclass

from docutils import nodes
from publication import pages
from sphinx.addnodes import glossary, pending_xref

# What a word is not looked for in.
CLOSED = (
    *(nodes.literal, nodes.literal_block, nodes.reference, pending_xref, nodes.citation, nodes.raw),
    *(
        nodes.title,
        nodes.rubric,
        nodes.caption,
        nodes.table,
        nodes.math,
        nodes.math_block,
        glossary,
    ),
)


@dataclass(frozen=True)
class Term:
    """A word of the glossary: under which id it stands there, and its meaning in plain words."""

    name: str
    words: tuple
    anchor: str
    meaning: str


class first_use(nodes.inline):  # noqa: N801 -- as docutils names its nodes
    """A word with its `term`, its `address` in the glossary, and its meaning as an attribute, where
    the search does not look."""


def read_terms(doctree):
    """The terms of a page's glossary."""
    found = []
    for item in doctree.findall(nodes.definition_list_item):
        if not isinstance(item.parent.parent, glossary):
            continue
        names = [line for line in item.children if isinstance(line, nodes.term)]
        words = tuple(text for text in (line.astext() for line in names) if "(" not in text)
        meaning = next(item.findall(nodes.paragraph)).astext()
        found.append(Term(names[0].astext(), words, names[0]["ids"][0], " ".join(meaning.split())))
    return found


def pattern(words):
    """Any of the words, the longest first, also in the plural, at the beginning of a sentence, and
    with a hyphen for a space; but not as a part of another word."""
    texts = []
    for word in sorted(words, key=len, reverse=True):
        text = re.escape(word).replace(r"\ ", r"[\s-]").replace(r"\-", "-")
        if word.islower():  # else a name or an abbreviation, which has one spelling
            text = f"[{text[0]}{text[0].upper()}]{text[1:]}"
        texts.append(f"{text}(?:e?s)?")
    return re.compile(rf"(?<![\w-])(?:{'|'.join(texts)})(?![\w-])")


class Finder:
    """Finds the first use of each term on a page."""

    def __init__(self, terms):
        self.by_word = {_key(word): term for term in terms for word in term.words}
        self.pattern = pattern([word for term in terms for word in term.words])

    def term(self, found):
        """The term of a word as it was found."""
        key = _key(found)
        return next(self.by_word[k] for k in (key, key[:-1], key[:-2]) if k in self.by_word)

    def first_uses(self, doctree):
        """[(text node, [(start, end, term)])], in the order of the page."""
        seen, found = set(), []
        for text in list(doctree.findall(nodes.Text)):
            if _is_closed(text):
                continue
            here = []
            for match in self.pattern.finditer(text.astext()):
                term = self.term(match.group())
                if term not in seen:
                    seen.add(term)
                    here.append((*match.span(), term))
            if here:
                found.append((text, here))
        return found


def _key(word):
    return re.sub(r"[\s-]+", " ", word).casefold()


def _is_closed(node):
    while node := node.parent:
        if isinstance(node, CLOSED) or "cell" in node.get("classes", []):
            return True
    return False


def look_for_terms(app, env):
    """Once all pages are read: which terms there are, and the page of each one's first use."""
    app.first_terms = None
    homes = {page for (kind, _), (page, _) in env.domains["std"].objects.items() if kind == "term"}
    if not homes:
        return
    (home,) = homes
    finder = Finder(read_terms(env.get_doctree(home)))
    first = {}
    for page in pages(env):
        for _, uses in finder.first_uses(env.get_doctree(page)) if page != home else []:
            for *_, term in uses:
                first.setdefault(term.anchor, page)
    app.first_terms = home, finder, first


def link_terms(app, doctree, page):
    """Turn the first uses of a page into links; in the glossary, say where they are."""
    if app.first_terms is None or app.builder.format != "html":
        return
    home, finder, first = app.first_terms
    if page == home:
        add_first_pages(app, doctree, home, first)
        return
    for text, uses in finder.first_uses(doctree):
        words, pieces, end = text.astext(), [], 0
        for start, stop, term in uses:
            address = f"{app.builder.get_relative_uri(page, home)}#{term.anchor}"
            pieces += [
                nodes.Text(words[end:start]),
                first_use("", words[start:stop], term=term, address=address),
            ]
            end = stop
        text.parent.replace(text, [piece for piece in (*pieces, nodes.Text(words[end:])) if piece])


def add_first_pages(app, doctree, home, first):
    """After each meaning, a link to the word's first use."""
    for item in doctree.findall(nodes.definition_list_item):
        anchor = item[0]["ids"][0]
        if anchor in first:
            page = first[anchor]
            address = f"{app.builder.get_relative_uri(home, page)}#first-{anchor}"
            name = app.env.titles[page].astext()
            link = nodes.reference("", name, refuri=address, internal=True)
            item[-1] += nodes.paragraph("", "First in ", link, classes=["fit-first"])


def visit_first_use(writer, node):
    term = node["term"]
    writer.body.append(
        f'<a class="fit-term" id="first-{term.anchor}" href="{node["address"]}" '
        f'aria-describedby="tip-{term.anchor}">'
    )


def depart_first_use(writer, node):
    term = node["term"]
    meaning = writer.encode(term.meaning)
    writer.body.append(
        f'</a><span class="fit-tip" role="tooltip" id="tip-{term.anchor}" hidden>{meaning}</span>'
    )


def use_script(app, _page, _template, context, _doctree):
    """Only pages with terms load what shows a meaning to a finger."""
    if 'class="fit-term"' in context.get("body", ""):
        app.add_js_file("terms.js", loading_method="defer")


def setup(app):
    app.add_node(first_use, html=(visit_first_use, depart_first_use))
    app.connect("env-updated", look_for_terms)
    app.connect("doctree-resolved", link_terms, priority=900)
    app.connect("html-page-context", use_script, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
