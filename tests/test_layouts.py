"""A figure has two layouts: on a phone words are larger, and panels stand below one another."""

import re

import numpy as np
import pytest
from bs4 import BeautifulSoup

from fitlab import figures

X = np.linspace(0, 1, 5)


def layouts(rows=1, columns=1, draw=None, **settings):
    """The two drawings of a figure whose panels have names, parsed: for a column, for a phone."""
    fig, _ = figures.new_figure(rows, columns, **settings)
    for place, ax in enumerate(fig.axes):
        ax.plot(X, X)
        figures.note(ax, f"panel {place}")
        if draw:
            draw(ax)
    svg = figures.Picture(fig, alt="An alt text.", caption="A caption.").svg
    found = BeautifulSoup(svg, "html.parser").find_all("svg")
    assert [drawing["class"] for drawing in found] == [["fit-wide"], ["fit-narrow"]]
    return found


def words(drawing):
    """[(text, x, y, size)] of a drawing."""
    return [
        (
            text.get_text(),
            float(text["x"]),
            float(text["y"]),
            float(re.search(r"font-size: ([\d.]+)px|font: ([\d.]+)px", text["style"])[1]),
        )
        for text in drawing.find_all("text")
    ]


def named(drawing, start):
    """{text: (x, y)} of those words that begin so."""
    return {text: (x, y) for text, x, y, _ in words(drawing) if text.startswith(start)}


def width(drawing):
    return float(drawing["viewbox"].split()[2])


def test_words_are_as_large_on_a_phone_as_they_have_to_be():
    wide, narrow = layouts(draw=lambda ax: ax.set(xlabel="x", ylabel="y"))
    assert sorted(text for text, *_ in words(wide)) == sorted(text for text, *_ in words(narrow))
    assert min(size for *_, size in words(wide)) * 640 / width(wide) >= 11
    assert min(size for *_, size in words(narrow)) * 353 / width(narrow) >= 11


@pytest.mark.parametrize(
    ("shape", "settings", "places"),
    [
        ((1, 2), {}, [(0, 0), (0, 1)]),
        ((1, 4), {}, [(0, 0), (1, 0), (0, 1), (1, 1)]),
        ((2, 1), {}, [(0, 0), (0, 1)]),
        ((1, 3), {"on_phone": (2, 4)}, [(0, 0), (1, 0), (0, 1)]),
        ((2, 3), {"on_phone": (2, 5)}, [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2)]),
    ],
)
def test_panels_stand_below_one_another(shape, settings, places):
    _, narrow = layouts(*shape, **settings)
    found = named(narrow, "panel")
    columns, rows = (sorted({round(at[i], -1) for at in found.values()}) for i in (0, 1))
    assert [
        (columns.index(round(x, -1)), rows.index(round(y, -1))) for x, y in found.values()
    ] == places


def test_the_last_panel_fills_its_row():
    _, narrow = layouts(1, 3, on_phone=(2, 4))
    lines = narrow.find_all("path", style=re.compile("#1f77b4"))
    spans = [float(re.search(r"l([\d.]+)", line["d"])[1]) for line in lines]
    assert spans[2] > 1.8 * spans[0]


def test_panels_that_share_an_axis_tell_its_numbers_where_it_is_read():
    drawings = layouts(1, 2, sharey=True, draw=lambda ax: ax.set(xticks=[], yticks=[0.5]))
    told = [sum(text == "0.5" for text, *_ in words(drawing)) for drawing in drawings]
    assert told == [1, 2]


def test_a_legend_takes_as_many_columns_as_there_is_room_for():
    def draw(ax):
        for name in ("a name", "a longer name", "a third name", "a fourth"):
            ax.plot(X, X, label=name)
        figures.legend_above(ax)

    wide, narrow = layouts(draw=draw)
    rows = [len({y for _, y in named(drawing, "a").values()}) for drawing in (wide, narrow)]
    assert rows[0] < rows[1] <= 4
    for drawing in (wide, narrow):
        assert all(0 < x < width(drawing) - 40 for x, _ in named(drawing, "a").values())


def test_numbers_of_a_log_axis_are_words_of_full_size():
    wide, _ = layouts(draw=lambda ax: ax.set(yscale="log", ylim=(1e-4, 20)))
    assert {"10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "1", "10"} <= {text for text, *_ in words(wide)}


def test_an_index_is_as_large_as_words():
    assert figures.with_index("T_13 and T_7") == "T₁₃ and T₇"
