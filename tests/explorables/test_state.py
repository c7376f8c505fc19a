"""What a reader chooses survives its way through the address, and refuses what is not allowed."""

import json

import pytest

from fitlab.explorables import EXPLORABLES
from fitlab.explorables.state import (
    Choice,
    Distribution,
    Drawing,
    Fixed,
    Flag,
    Line,
    Number,
    Numbers,
    Perhaps,
    Points,
    Several,
)

# for each kind: its values at both ends, and what is outside, as a value and as an address says it
CASES = {
    Number: lambda e: (
        _ends(e), [(e.low - 1, str(e.low - 1)), (e.high + 1, str(_ends(e)[-1] + 1))]
    ),
    Perhaps: lambda e: (
        [e.low, e.high, None],
        [(e.low - 1, str(e.low - 1)), (e.high + 1, str(e.high + 1)), ("", ""), ("none", "none")],
    ),
    Choice: lambda e: ([e.choices[0], e.choices[-1]], [("nonsense", "nonsense"), ("", "")]),
    Several: lambda e: ([[], list(e.choices)], [(["nonsense"], "nonsense")]),
    Numbers: lambda e: (
        [[e.low] * e.count, [e.high] * e.count],
        [
            ([e.low] * (e.count - 1), "_".join([str(e.low)] * (e.count - 1))),
            ([e.high + 1] * e.count, "_".join([str(e.high + 1)] * e.count)),
        ],
    ),
    Distribution: lambda e: (
        [[1.0, *[0.0] * (len(e.names) - 1)], [*[0.0] * (len(e.names) - 1), 1.0]],
        [([0.5] * len(e.names), "_".join(["5000"] * len(e.names))), ([1.0], "10000")],
    ),
    Flag: lambda e: ([False, True], [("maybe", "maybe"), (1, "1"), (None, "toString")]),
    Line: lambda e: (
        [[[x, y] for (x, _), y in zip(e.even[0], (e.low, e.high), strict=True)], e.even[-1]],
        [
            ([*e.even[0], [9, 0]], {"pieces": str(len(e.even) + 1)}),
            ([[x, e.high + 1] for x, _ in e.even[0]], {"pieces": "1", "y": f"0_{e.high + 1}"}),
            ([[0, 0], [1, 0]], {"pieces": "1", "x": "0", "y": "0_0_0"}),
            (
                [e.even[0][0], [1, 0], [0.5, 0], e.even[0][1]],
                {"pieces": "3", "x": "1_0.5", "y": "0_0_0_0"},
            ),
        ],
    ),
    Drawing: lambda e: (
        [[-e.most] * e.count, [e.most] * e.count],
        [([0] * (e.count - 1), "AA" * (e.count - 1)), ([e.most + 1] * e.count, "__" * e.count)],
    ),
    Points: lambda e: (
        [[], [[-e.edge, -e.edge, 0], [e.edge, e.edge, 1]]],
        [
            ([[0, 0]], "AAAA"), ([[e.edge + 1, 0, 1]], "__AAB"), ([[0, 0, 2]], "AAAAC"),
            ([[0, 0, 1]] * (e.most + 1), "AAAAB" * (e.most + 1)),
        ],
    ),
}  # fmt: skip
SMALL = {  # they are trained for every value
    "fit": {"width": 2, "depth": 1, "max_steps": 1},
    "plane": {"width": 2, "depth": 1, "max_epochs": 1},
}
ENTRIES = [
    pytest.param(explorable, name, id=f"{explorable.name}-{name}")
    for explorable in EXPLORABLES
    for name, entry in explorable.class_traits(reader=True).items()
    if not isinstance(entry, Fixed)
]


def _ends(number):
    """The lowest and the highest that an address may say."""
    return [number.stops[0], number.stops[-1]] if number.stops else [number.low, number.high]


@pytest.mark.parametrize(("explorable", "name"), ENTRIES)
def test_an_entry_survives_the_address_and_refuses_what_is_outside(explorable, name, node):
    widget = explorable(**SMALL.get(explorable.name, {}))
    entry = widget.traits()[name]
    ends, outside = CASES[type(entry)](entry)
    matters = dict([entry.where]) if isinstance(entry, Drawing | Points) else {}
    states = [{**widget.initial, **matters, name: end} for end in ends]
    addresses = [text if isinstance(text, dict) else {name: text} for _, text in outside]
    came, refused = node(
        f"(() => {{ const form = formOf({json.dumps(widget.setup)});"
        f"return [{json.dumps(states)}.map((s) => form.fromText(form.toText(s))),"
        f"{json.dumps(addresses)}.map(form.fromText)]; }})()"
    )
    assert came == states
    assert refused == [None] * len(addresses)
    for end in ends:
        setattr(widget, name, end)
        assert getattr(widget, name) == end
    for value, _ in outside:
        with pytest.raises(ValueError, match=r" given[;,] | add up to "):
            setattr(widget, name, value)
        assert getattr(widget, name) == ends[-1]


def test_every_entry_is_in_its_explorables_table():
    for explorable in EXPLORABLES:
        table = explorable(**SMALL.get(explorable.name, {})).setup["state"]
        assert set(table) == {*explorable.class_traits(reader=True)}


@pytest.mark.parametrize("explorable", EXPLORABLES, ids=lambda e: e.name)
def test_a_table_says_the_kind_and_the_default_of_each_entry(explorable):
    """The default is what the explorable was made with, and Reset brings it back."""
    widget = explorable(**SMALL.get(explorable.name, {}))
    for name, entry in widget.setup["state"].items():
        assert entry["kind"] == type(widget.traits()[name]).__name__.lower()
        assert entry["default"] == widget.initial[name] == getattr(widget, name)
