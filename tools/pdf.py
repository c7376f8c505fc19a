"""Print the built book into one file: _build/book.pdf.

    python tools/pdf.py              after `make book`; `make pdf` does both
    python tools/pdf.py SITE FILE    another built site, another file

The pages are put one behind the other, in the order of _toc.yml and with their figures at rest,
into one document that Chromium prints. Every id gets the name of its page before it, so that a
link from one page to another leads there on paper too. It is printed twice: only then is it known
on which page of paper each chapter begins.
"""

import sys
import tempfile
from html import escape
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import yaml
from bs4 import BeautifulSoup
from pypdf import PdfReader

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools import chromium  # noqa: E402
from tools.execute import pages_in_toc  # noqa: E402

# What has no use on paper.
LEFT_OUT = (
    "script, noscript, .fit-rerun, .fit-tip, .fit-needs-python, .fit-check-open, a.headerlink"
)
REFERRING = ("aria-labelledby", "aria-describedby", "aria-controls", "for")  # to ids, by name
STYLE = Path(__file__).with_suffix(".css")  # of the cover and the contents
FOOTER = (
    '<div style="width: 100%; margin: 0 22mm; display: flex; justify-content: space-between;'
    ' font: 8pt sans-serif; color: #5d594f"><span class="title"></span>'
    '<span class="pageNumber"></span></div>'
)


def slug(page):
    """The id of a page in the document: notebooks/taylor -> notebooks-taylor."""
    return page.replace("/", "-")


class Paper:
    """The pages of a built site as one document."""

    def __init__(self, site, pages):
        self.site = Path(site).resolve()
        self.pages = {self.site / f"{page}.html": page for page in pages}
        self.soups = {
            page: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
            for path, page in self.pages.items()
        }
        self.titles = {
            page: _heading(soup.select_one("article.bd-article h1"))
            for page, soup in self.soups.items()
        }
        self.articles = [self.article(path, page) for path, page in self.pages.items()]

    def article(self, path, page):
        """The article of one page, its ids and links as they must be in the document."""
        article = self.soups[page].select_one("article.bd-article")
        for tag in article.select(LEFT_OUT):
            tag.decompose()
        for details in article.find_all("details"):
            details["open"] = ""
        for tag in article.find_all(True):
            self.rewrite(tag, path, page)
            if tag.name == "section":
                tag.name = "div"  # a heading in many sections would sink in the outline
        article.name, article["id"] = "div", slug(page)
        return str(article)

    def rewrite(self, tag, path, page):
        """One element: its id, and whatever refers to an id, a page or a file."""
        if tag.has_attr("id"):
            tag["id"] = f"{slug(page)}--{tag['id']}"
        for name, value in list(tag.attrs.items()):
            if name in REFERRING:
                tag[name] = " ".join(f"{slug(page)}--{part}" for part in value.split())
            elif isinstance(value, str) and "url(#" in value:
                tag[name] = value.replace("url(#", f"url(#{slug(page)}--")
        if tag.name == "a" and tag.has_attr("href"):
            self.rewrite_link(tag, path)
        for name in ("href", "xlink:href"):
            if tag.name != "a" and tag.get(name, "").startswith("#"):
                tag[name] = f"#{slug(page)}--{tag[name][1:]}"
        if tag.name == "img" and not urlsplit(tag["src"]).scheme:
            tag["src"] = (path.parent / unquote(tag["src"])).resolve().as_uri()

    def rewrite_link(self, tag, path):
        """A link inside the book leads inside the document; one to another file is no link."""
        address, fragment = urldefrag(tag["href"])
        if urlsplit(address).scheme:
            return
        page = self.pages.get((path.parent / unquote(address)).resolve() if address else path)
        if page is None:
            tag.unwrap()
        else:
            tag["href"] = f"#{slug(page)}--{fragment}" if fragment else f"#{slug(page)}"

    def styles(self):
        """The style sheets of all pages, each once."""
        sheets = {}
        for path, page in self.pages.items():
            for link in self.soups[page].select('link[rel="stylesheet"]'):
                place = urlsplit(link["href"]).path
                sheets[(path.parent / place).resolve().as_uri()] = None
        return "\n".join(f'<link rel="stylesheet" href="{sheet}">' for sheet in sheets)

    def html(self, numbers):
        """The document; `numbers` says on which page of paper a page begins, {page: number}."""
        first = next(iter(self.pages.values()))
        book = self.titles[first]
        contents = "".join(
            f'<li><a href="#{slug(page)}"><span>{escape(title)}</span>'
            f"<span>{numbers.get(page, '000')}</span></a></li>"
            for page, title in self.titles.items()
        )
        style = STYLE.read_text(encoding="utf-8")
        licence = self.soups[first].select_one(".fit-colophon")
        return (
            f'<!DOCTYPE html>\n<html lang="en" data-theme="light"><head><meta charset="utf-8">'
            f"<title>{escape(book)}</title>{self.styles()}<style>{style}</style></head>"
            f'<body><header class="fit-cover"><h1>{escape(book)}</h1>'
            f"<p>{licence.get_text() if licence else ''}</p></header>"
            f'<nav class="fit-paper-contents" aria-labelledby="contents">'
            f'<h2 id="contents">Contents</h2><ol>{contents}</ol></nav>'
            f'<main class="bd-main"><div class="bd-content"><div class="bd-article-container">'
            f"{''.join(self.articles)}</div></div></main></body></html>"
        )


def _heading(tag):
    """The words of a heading, without the sign that links to it."""
    words = BeautifulSoup(str(tag), "html.parser")
    for link in words.select("a.headerlink"):
        link.decompose()
    return " ".join(words.get_text().split())


def print_once(browser, html, target):
    """Let Chromium print a document."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.html"
        path.write_text(html, encoding="utf-8")
        page = browser.new_page(java_script_enabled=False)
        page.goto(path.as_uri(), wait_until="load")
        page.pdf(
            path=target,
            prefer_css_page_size=True,
            print_background=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOTER,
            outline=True,
            tagged=True,
        )
        page.close()


def first_pages(target, pages):
    """{page: the number of the page of paper on which it begins}."""
    reader = PdfReader(target)
    places = reader.named_destinations
    return {
        page: reader.get_destination_page_number(places[f"/{slug(page)}"]) + 1 for page in pages
    }


def print_book(browser, site, pages, target):
    """Print these pages of a built site into one file, whose contents give page numbers."""
    paper = Paper(site, pages)
    print_once(browser, paper.html({}), target)
    print_once(browser, paper.html(first_pages(target, pages)), target)


def main(site=ROOT / "_build" / "html", target=ROOT / "_build" / "book.pdf"):
    from playwright.sync_api import sync_playwright

    pages = pages_in_toc(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=chromium.ARGUMENTS
        )
        print_book(browser, site, pages, target)
        browser.close()
    print(target)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
