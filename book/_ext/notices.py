"""The licences of what others made and the site ships, in one file: `licences.txt`.

Written anew with every build, from the licence files of the installed packages and from the notices
that stand in the shipped files themselves. A file that is neither ours nor named here is a warning,
so a strict build stops.
"""

import re
from importlib import metadata
from pathlib import Path

from sphinx.util import logging
from static_katex import KATEX

# {a package: which of its files the site ships, below _static}
PACKAGES = {
    "pydata-sphinx-theme": [
        *("scripts/pydata-sphinx-theme.js", "styles/pydata-sphinx-theme.css"),
        "styles/theme.css",
    ],
    "sphinx-book-theme": ["scripts/sphinx-book-theme.js", "styles/sphinx-book-theme.css"],
    "Sphinx": [
        *("basic.css", "doctools.js", "documentation_options.js", "searchtools.js"),
        *("language_data.js", "sphinx_highlight.js", "file.png", "minus.png", "plus.png"),
    ],
    "snowballstemmer": ["language_data.js"],
    "sphinx-copybutton": ["copybutton*", "clipboard.min.js", "check-solid.svg", "copy-button.svg"],
    "sphinx-design": ["sphinx-design.min.css"],
    "myst-nb": ["mystnb.*.css"],
    "Pygments": ["pygments.css"],
    "accessible-pygments": ["pygments.css"],
    "KaTeX": ["katex/katex.css", "katex/fonts/*"],
}
# What packages ship of others without a licence file of its own.
WITHIN = """\
styles/pydata-sphinx-theme.css holds Bootstrap (MIT, copyright 2011-2024 The Bootstrap Authors);
clipboard.min.js is clipboard.js (MIT, copyright Zeno Rocha); check-solid.svg and copy-button.svg
are Tabler Icons (MIT, copyright 2020-2024 Paweł Kuna). The words of the MIT licence stand below,
under KaTeX. The notices that these files and their packages carry:"""
OURS = ["live/**/*", "cards/*"]  # and what lies in book/_static
NOTICE = re.compile(r"/\*!.*?\*/", re.DOTALL)
log = logging.getLogger(__name__)


def shipped(static, patterns):
    """The files below a folder that one of the patterns names."""
    return sorted({path for pattern in patterns for path in static.glob(pattern)})


def licence(package):
    """A package's version and the words of its licence files."""
    if package == "KaTeX":
        return "", (KATEX.parent / "LICENSE").read_text(encoding="utf-8").strip()
    files = metadata.files(package)
    named = re.compile(r"(license|licence|copying|authors)[^/]*$", re.IGNORECASE)
    texts = [
        path.read_text(encoding="utf-8").strip()
        for path in files
        if ".dist-info/" in str(path) and named.search(str(path))
    ]
    return f" {metadata.version(package)}", "\n\n".join(texts)


def notices(static):
    """What shipped files say of their origin, and what packages say of shipped files."""
    texts = [
        found
        for path in shipped(static, ["**/*.js", "**/*.css"])
        for found in NOTICE.findall(path.read_text(encoding="utf-8"))
    ]
    texts += [
        found.group()
        for path in metadata.files("pydata-sphinx-theme")
        if path.name == "fontawesome.js.LICENSE.txt"
        for found in NOTICE.finditer(path.read_text(encoding="utf-8"))
    ]
    return [text for text in dict.fromkeys(texts) if "LICENSE.txt" not in text]


def write_licences(app, error):
    """Write the file."""
    if error or app.builder.format != "html":
        return
    site = Path(app.outdir)
    static = site / "_static"
    parts = ["What others made for this site, and under which licences.", WITHIN, *notices(static)]
    named = set(shipped(static, OURS))
    for package, patterns in PACKAGES.items():
        files = shipped(static, patterns)
        named.update(files)
        version, text = licence(package)
        listed = "\n".join(f"  _static/{path.relative_to(static).as_posix()}" for path in files)
        parts.append(f"{'=' * 78}\n{package}{version}\n{listed}\n\n{text}")
    # the byte order mark tells a browser that reads it from the disk how it is encoded
    (site / "licences.txt").write_text("\n\n".join(parts) + "\n", encoding="utf-8-sig")
    ours = {path.name for path in (Path(app.srcdir) / "book/_static").iterdir()}
    for path in static.rglob("*"):
        if path.is_file() and path not in named and path.name not in ours:
            log.warning("%s has no licence: name its package in notices.py", path)


def setup(app):
    app.connect("build-finished", write_licences, priority=950)  # when everything else is in place
    return {"parallel_read_safe": True, "parallel_write_safe": True}
