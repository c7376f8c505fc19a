"""KaTeX's fonts without the glyphs that no formula of the book uses: half their bytes.

At the end of the build, every font keeps those characters that stand in any formula of any page, in
whatever font: which one it is set in, only the browser knows. Hints and names stay as they are.
tests/pages/test_weight.py compares what a browser draws with what it draws with the whole fonts.
"""

import logging
from pathlib import Path

from bs4 import BeautifulSoup
from fontTools import subset

# Letters from which FreeType, when it fits glyphs to pixels, takes the heights of a whole font (its
# "blue zones"): without them formulas come out a pixel taller or lower on some screens.
MEASURED = "0 THEZOCQSLU fijkdbh uvxzoescnr pqgjy ΓΒΕΖΘΟΩΔΞ βθδζλξ αειοπστω γημρφχψ"

# It reports the date in KaTeX's fonts as odd, which it is.
logging.getLogger("fontTools").setLevel(logging.ERROR)


def characters(site):
    """Every character that KaTeX shows on some page."""
    found = set()
    for page in site.rglob("*.html"):
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        for formula in soup.select(".katex-html"):
            found.update(formula.get_text())
    return found


def keep(path, text):
    """Take out of a font what a text does not need."""
    options = subset.Options(
        flavor="woff2", layout_features=["*"], name_IDs=["*"], name_languages=["*"]
    )
    font = subset.load_font(path, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    subset.save_font(font, path, options)
    font.close()


def subset_fonts(app, error):
    """Make the fonts of the site small; static_katex.py copied them anew before this build."""
    if error or app.builder.format != "html":
        return
    site = Path(app.outdir)
    text = "".join(sorted(characters(site))) + MEASURED
    for font in site.glob("_static/katex/fonts/*.woff2"):
        keep(font, text)


def setup(app):
    app.connect("build-finished", subset_fonts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
