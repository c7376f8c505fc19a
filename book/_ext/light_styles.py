"""Style sheets without the rules that no page can use: of the theme's, three quarters.

At the end of the build, a selector goes if it names a class or an id that is no word of any page
or script of the site. Whatever a script adds later stands in it as a word, so it stays; no list is
kept by hand. A test looks in a browser for a rule that would still have applied.
"""

import re
from pathlib import Path

import tinycss2

# Not basic.css, which is small, nor book.css, which is ours and names what widgets will bring.
SHEETS = ["styles/*.css", "sphinx-design.min.css", "mystnb.*.css", "katex/katex.css"]
NESTED = {"media", "supports"}  # at-rules that hold rules


def words(site):
    """Every word of the pages and scripts, which holds every class and id that an element has."""
    found = set()
    for path in (path for kind in ("html", "js", "mjs") for path in site.rglob(f"*.{kind}")):
        text = re.sub(r"\\[nrt]", " ", path.read_text(encoding="utf-8"))  # as scripts write them
        found.update(re.findall(r"[\w-]+", text))
    return found


def split(prelude):
    """The selectors of a rule, each a list of tokens."""
    selectors = [[]]
    for token in prelude:
        if token == ",":
            selectors.append([])
        else:
            selectors[-1].append(token)
    return selectors


def can_match(selector, known):
    """Whether all its classes and ids are known; what stands in :is() or :not() is not asked."""
    previous = None
    for token in selector:
        if token.type == "hash" and token.value not in known:
            return False
        if token.type == "ident" and previous == "." and token.value not in known:
            return False
        previous = token
    return True


def trim(rules, known):
    """The text of those rules of a style sheet that can match something."""
    kept = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [s for s in split(rule.prelude) if can_match(s, known)]
            heads = ",".join(tinycss2.serialize(selector).strip() for selector in selectors)
            if heads:
                kept.append(f"{heads}{{{tinycss2.serialize(rule.content)}}}")
        elif rule.type == "at-rule" and rule.lower_at_keyword in NESTED:
            inner = trim(tinycss2.parse_rule_list(rule.content, skip_whitespace=True), known)
            if inner:
                kept.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}")
        elif rule.type != "comment" or rule.value.startswith("!"):  # /*! is a licence
            kept.append(rule.serialize())
    return "".join(kept)


def compact(css):
    """A style sheet without comments, and without white space that means nothing."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", tinycss2.serialize(rules), flags=re.DOTALL))


def trim_sheets(app, error):
    """Trim the style sheets that others wrote, and take the comments out of ours."""
    if error or app.builder.format != "html":
        return
    site = Path(app.outdir)
    known = words(site)
    for sheet in {path for pattern in SHEETS for path in (site / "_static").glob(pattern)}:
        css = sheet.read_text(encoding="utf-8")
        rules = tinycss2.parse_stylesheet(css, skip_whitespace=True)
        sheet.write_text(trim(rules, known), encoding="utf-8")
    ours = site / "_static" / "book.css"
    ours.write_text(compact(ours.read_text(encoding="utf-8")), encoding="utf-8")


def setup(app):
    # after every extension that still writes or prunes files
    app.connect("build-finished", trim_sheets, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
