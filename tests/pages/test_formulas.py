"""A formula is one thing: for a translator, for whoever copies it, and at the end of a line."""

import pytest

from conftest import PAGES, SITE, soup

CHAPTERS = [page for page in PAGES if page != "search"]

# What a selected part of the text is, with its formulas as TeX: from KaTeX's own annotations.
AS_TEX = """(part) => {
  const copy = part.cloneNode(true);
  for (const away of copy.querySelectorAll("[hidden], .fit-tex, .katex-html")) away.remove();
  for (const formula of copy.querySelectorAll(".katex")) {
    const sign = formula.closest(".katex-display") ? "$$" : "$";
    const tex = formula.querySelector("annotation").textContent;
    formula.replaceWith(sign + tex + sign);
  }
  return copy.textContent;
}"""

PASTE = """(part) => {
  getSelection().selectAllChildren(part);
  const place = document.createElement("textarea");
  place.id = "pasted";
  document.body.append(place);
}"""

# Lines that begin with a sign that belongs to the formula before: [[formula, sign]].
TORN = r"""() => [...document.querySelectorAll(".bd-article span.math")].flatMap((formula) => {
  const boxes = formula.querySelector(".katex-html").getClientRects();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  walker.currentNode = formula;
  let text = walker.nextNode();
  while (text && formula.contains(text)) text = walker.nextNode();
  if (!text || !/^[.,;:!?)\]”’]/.test(text.data)) return [];
  const range = document.createRange();
  range.setStart(text, 0);
  range.setEnd(text, 1);
  const [sign, last] = [range.getBoundingClientRect(), boxes[boxes.length - 1]];
  if (!sign.width || !last?.width || sign.left >= last.right - 3) return [];
  return [[formula.textContent, text.data.slice(0, 9)]];
})"""

# How many parts these have, as MathML says.
PARTS = {
    "mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2,
    "msubsup": 3, "munderover": 3,
}  # fmt: skip


def words(text):
    """Without regard to spaces, which a browser sets anew."""
    return "".join(text.split())


@pytest.mark.parametrize("name", CHAPTERS)
def test_no_formula_is_translated(name):
    formulas = soup(SITE / f"{name}.html").select(".katex")
    assert bool(formulas) == (name != "book/index")
    assert not [f.get_text() for f in formulas if not f.find_parent(translate="no")]


def test_every_part_of_a_formula_is_whole():
    """Firefox says so on the console of what is not, also while a page is still on its way."""
    parts = [
        part for name in CHAPTERS for part in soup(SITE / f"{name}.html").select(",".join(PARTS))
    ]
    assert len(parts) > 100
    assert not [str(e) for e in parts if len(e.find_all(recursive=False)) != PARTS[e.name]]


@pytest.mark.parametrize("name", ["notebooks/taylor", "notebooks/cross_entropy"])
def test_a_copied_paragraph_holds_each_formula_once_as_tex(visit, address, name):
    page = visit(f"{address}/{name}.html").page
    parts = page.query_selector_all(".bd-article section > p:has(.math), .bd-article div.math")
    assert len(parts) > 5
    for part in parts[:12]:
        page.evaluate(PASTE, part)
        page.keyboard.press("Control+c")
        page.locator("#pasted").focus()
        page.keyboard.press("Control+v")
        pasted = page.locator("#pasted").input_value()
        page.evaluate("document.querySelector('#pasted').remove()")
        assert words(pasted) == words(part.evaluate(AS_TEX))


@pytest.mark.parametrize("width", [320, 390, 700])
@pytest.mark.parametrize("name", CHAPTERS)
def test_no_line_begins_with_the_sign_after_a_formula(visit, address, name, width):
    page = visit(f"{address}/{name}.html").page
    page.set_viewport_size({"width": width, "height": 844})
    assert not page.evaluate(TORN)
