"""A reader's own points as a table: read as they were written, or refused in words."""

import json

import pytest


def read(node, text, most=200):
    """The points and the words, or the words of the error."""
    found = f"return pointsOfTable({json.dumps(text)}, {most});"
    return node(f"(() => {{ try {{ {found} }} catch (e) {{ return e.message; }} }})()")


@pytest.mark.parametrize(
    "text",
    [
        "x,y,class\n1,2,0\n-1.5,0.25,1\n",
        "1 2 0\n-1.5 0.25 1",
        "1;2;0\r\n-1.5;0.25;1\r\n",
        "\n\n1\t2\t0\n\n-1.5\t0.25\t1\n\n",
    ],
)
def test_a_table_is_read_whatever_parts_its_columns(node, text):
    found = read(node, text)
    assert found["points"] == [[1, 2, 0], [-1.5, 0.25, 1]]
    assert found["words"] == "2 points taken."


def test_a_table_that_is_written_is_read_again(node):
    points = [[0.25, -3, 1], [5.99, 6, 0], [-6, 0, 1]]
    assert read(node, node(f"tableOfPoints({points})"))["points"] == points


def test_points_from_afar_are_scaled_and_it_is_said(node):
    found = read(node, "100,0,1\n0,-50,0")
    assert found["points"] == [[5, 0, 1], [0, -2.5, 0]]
    assert "multiplied by 0.05" in found["words"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("x,y,class\n", "empty"),
        ("1,2\n", "Line 1 has 2 values"),
        ("1,2,0\n1,2,3,4", "Line 2 has 4 values"),
        ("1,two,0", "Line 1 says “1, two”"),
        ("1,NaN,0", "must be numbers"),
        ("1,2,cat", "class “cat”"),
        ("1,2,2", "class “2”"),
        ("\n".join(["1,2,0"] * 201), "201 points; at most 200"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(node, text, words):
    assert words in read(node, text)
