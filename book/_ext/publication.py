"""Where the book is published and where its source lives: two settings, and all that needs them.

Both stand in `_config.yml` and are empty by default. The book is then complete and offline, and no
link leads to a place that may not exist. With `published_at` come canonical addresses, the pictures
that other sites show beside a link, a site map and the links of the page that says "not here". With
`source_at` come the links to edit a page and to open it in Colab.

Every page gets a description, and a page from a notebook says how to run it again.
"""

import math
import re
import shutil
from dataclasses import dataclass
from html import escape
from pathlib import Path
from textwrap import wrap
from urllib.parse import urljoin, urlsplit

from docutils import nodes
from matplotlib import style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from sphinx.addnodes import pending_xref
from sphinx.errors import ConfigError
from sphinx.util import logging

from fitlab.explorables.frayed import draw_frayed
from fitlab.regression.extrapolation import recorded

GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+)/tree/([\w./-]+)")
FIRST_CELL = "colab"  # the id of the cell that tools/colab.py puts into every notebook
LONGEST = 300  # characters of a description; other sites cut it much later than search engines
CARD = (1200, 630)  # pixels: the shape that other sites show whole
CARDS = "_static/cards"
log = logging.getLogger(__name__)


# ---------------------------------------------------------------------------- the two settings


@dataclass(frozen=True)
class Source:
    """A branch (or a tag) of a repository on GitHub, the only place that Colab opens files from."""

    repository: str  # owner/name
    branch: str

    @classmethod
    def parse(cls, address):
        """The source that `source_at` names, or None if it is empty."""
        if not address:
            return None
        found = GITHUB.fullmatch(address.rstrip("/"))
        if not found:
            raise ConfigError(
                f"source_at is {address!r}; give the page of a branch on GitHub, such as "
                "https://github.com/OWNER/NAME/tree/main, or nothing"
            )
        return cls(*found.groups())

    def edit(self, path):
        """Where a file can be edited."""
        return f"https://github.com/{self.repository}/edit/{self.branch}/{path}"

    def colab(self, path):
        """Where Colab opens a notebook."""
        place = f"{self.repository}/blob/{self.branch}/{path}"
        return f"https://colab.research.google.com/github/{place}"

    @property
    def library(self):
        """What pip installs to get the library of this very branch."""
        return f"fitlab @ git+https://github.com/{self.repository}@{self.branch}"


def published(address):
    """The address that `published_at` names, with a slash at its end; empty if there is none."""
    parts = urlsplit(address)
    if address and not (parts.scheme in {"http", "https"} and parts.netloc):
        raise ConfigError(
            f"published_at is {address!r}; give a whole address, such as "
            "https://example.org/book/, or nothing"
        )
    return f"{address.rstrip('/')}/" if address else ""


def read_settings(_app, config):
    config.published_at = config.html_baseurl = published(config.published_at)
    Source.parse(config.source_at)  # says at once what is wrong with it


# ------------------------------------------------------------------ what a page says of itself


def plain(node):
    """The words of a paragraph: no citations, and formulas without the signs of TeX."""
    resolved = "bibtex-citation" in node.get("classes", [])
    if resolved or (isinstance(node, pending_xref) and node["refdomain"] == "cite"):
        return ""
    if isinstance(node, nodes.math):
        return re.sub(r"\\(?:math\w+|text|,|;|!) ?|[\\{}]", "", node.astext())
    parts = [part if isinstance(part, nodes.Text) else plain(part) for part in node.children]
    words = " ".join("".join(parts).split())
    return re.sub(r" (?=[,.;:])", "", words)  # where a citation stood


def shorten(text, longest=LONGEST):
    """As many whole sentences as fit; of a longer one, as many words."""
    if len(text) <= longest:
        return text
    sentences = [end.end() for end in re.finditer(r"[.?!][”’)]?(?= )", text[: longest + 1])]
    if sentences:
        return text[: sentences[-1]]
    return text[:longest].rsplit(" ", 1)[0] + " …"


def describe(doctree):
    """A page's description: how it begins."""
    paragraph = next(iter(doctree.findall(nodes.paragraph)), None) if doctree else None
    return shorten(plain(paragraph).strip()) if paragraph else ""


def metatags(app, page, title, description):
    """The tags that search engines and other sites read, as HTML."""
    named = {}
    properties = {
        "og:type": "website" if page == app.config.root_doc else "article",
        "og:site_name": app.config.html_title,
        "og:title": title,
    }
    if description:
        named["description"] = properties["og:description"] = description
    if app.config.published_at:
        picture = f"{app.config.published_at}{CARDS}/{card_name(page)}"
        properties |= {
            "og:url": urljoin(app.config.published_at, app.builder.get_target_uri(page)),
            "og:image": picture,
            "og:image:width": str(CARD[0]),
            "og:image:height": str(CARD[1]),
            "og:image:alt": f"{title.rstrip('.?!')}: networks that agree where they saw a sine.",
        }
    named["twitter:card"] = "summary_large_image" if app.config.published_at else "summary"
    tags = [("name", named), ("property", properties)]
    return "".join(
        f'\n    <meta {kind}="{name}" content="{escape(content)}" />'
        for kind, contents in tags
        for name, content in contents.items()
    )


def describe_page(app, page, template, context, doctree):
    """Before the templates: tags, and the ways to run the page again."""
    if template == "404.html":
        return
    if template == "front.html":
        page, doctree = app.config.root_doc, app.env.get_doctree(app.config.root_doc)
    title = app.env.titles[page].astext() if page in app.env.titles else context.get("title", "")
    context["metatags"] = context.get("metatags", "")
    context["metatags"] += metatags(app, page, title, describe(doctree))
    source = Source.parse(app.config.source_at)
    if page not in app.env.found_docs:
        return
    path = Path(app.env.doc2path(page, base=False))
    if source:
        context["edit_address"] = source.edit(path.as_posix())
    if path.suffix == ".ipynb":
        context["notebook"] = path.as_posix()
        if source:
            context["colab_address"] = source.colab(path.as_posix())


# ------------------------------------------------------------------ files beside the pages


def pages(env):
    """The names of all pages, in the order of the book."""
    found = []

    def visit(page):
        found.append(page)
        for child in env.toctree_includes.get(page, []):
            visit(child)

    visit(env.config.root_doc)
    return list(dict.fromkeys(found))


def copy_notebooks(app, error):
    """Each notebook beside its page, so that a reader can take it home, also offline."""
    if error or app.builder.format != "html":
        return
    for page in pages(app.env):
        path = Path(app.env.doc2path(page))
        if path.suffix == ".ipynb":
            shutil.copy(path, Path(app.outdir) / f"{page}.ipynb")
            if app.config.source_at and f'"id": "{FIRST_CELL}"' not in path.read_text("utf-8"):
                log.warning(
                    "%s would not run in Colab: run `python tools/colab.py`", path, type="colab"
                )


def card_name(page):
    return f"{page.replace('/', '-')}.png"


def colours(css):
    """{name: its light colour} of the style sheet, where every colour stands once."""
    return dict(re.findall(r"--fit-([\w-]+): light-dark\((#\w{6}),", css))


@style.context("default")  # whatever the builder's own matplotlibrc says
def draw_card(title, book, colour, path):
    """A picture of a page for those who share its address: title, book, and the frayed sine."""
    fig = Figure(figsize=(CARD[0] / 100, CARD[1] / 100), dpi=100, facecolor=colour["paper"])
    ax = fig.add_axes((0, 0.04, 1, 0.34))
    draw_frayed(ax, recorded()["lines"][4], math.pi, width=1.6)
    ax.set(ylim=(-1.3, 1.3))
    ax.set_axis_off()
    fonts = {"fontfamily": "serif", "va": "top"}
    fig.text(0.06, 0.93, book, fontsize=22, color=colour["muted"], **fonts)
    words = fig.text(0.06, 0.80, "\n".join(wrap(title, 30)), color=colour["ink"], **fonts)
    canvas = FigureCanvasAgg(fig)
    for size in range(44, 8, -2):
        words.set_fontsize(size)
        box = words.get_window_extent(canvas.get_renderer())
        if box.x1 <= 0.94 * CARD[0] and box.y0 >= 0.38 * CARD[1]:
            break
    path.parent.mkdir(parents=True, exist_ok=True)
    canvas.print_png(path, metadata={"Software": None})


def write_published(app, error):
    """What only a book with an address has: cards, the site map, and where robots find it."""
    at = app.config.published_at
    if error or app.builder.format != "html" or not at:
        return
    site = Path(app.outdir)
    colour = colours((site / "_static/book.css").read_text(encoding="utf-8"))
    for page in [*pages(app.env), "search"]:
        title = app.env.titles[page].astext() if page in app.env.titles else "Search"
        draw_card(title, app.config.html_title, colour, site / CARDS / card_name(page))
    places = "".join(
        f"  <url><loc>{escape(urljoin(at, app.builder.get_target_uri(page)))}</loc></url>\n"
        for page in pages(app.env)
    )
    (site / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{places}</urlset>\n',
        encoding="utf-8",
    )
    (site / "robots.txt").write_text(f"User-agent: *\nAllow: /\nSitemap: {at}sitemap.xml\n")


def not_found(app):
    """The page for an address that the book does not have. It may be shown at any depth, so it
    loads nothing; its links are absolute, and only there if the book has an address."""
    at = app.config.published_at
    listed = [
        (app.env.titles[page].astext(), at and urljoin(at, app.builder.get_target_uri(page)))
        for page in pages(app.env)
    ]
    yield "404", {"listed": listed}, "404.html"


def front_door(app):
    """What stands at the book's own address leads to its first page, and says what the book is."""
    address = app.builder.get_target_uri(app.config.root_doc)
    context = {"first": address}
    if app.config.published_at:
        context["pageurl"] = urljoin(app.config.published_at, address)
    if app.config.root_doc != "index":
        yield "index", context, "front.html"


def setup(app):
    app.add_config_value("published_at", "", "html", [str])
    app.add_config_value("source_at", "", "html", [str])
    app.connect("config-inited", read_settings, priority=900)
    app.connect("html-page-context", describe_page)
    app.connect("html-collect-pages", not_found)
    app.connect("html-collect-pages", front_door)
    app.connect("build-finished", copy_notebooks)
    app.connect("build-finished", write_published)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
