"""What a reader chooses survives its way through the address, and refuses what is not allowed."""

import json

import pytest

from fitlab.explorables import EXPLORABLES
from fitlab.explorables.base import InstantExplorable
from fitlab.explorables.state import Choice, Distribution, Flag, Number, Numbers, Several

# for each kind: its values at both ends, and what is outside, as a value and as text
CASES = {
    Number: lambda e: ([e.low, e.high], [(x, str(x)) for x in (e.low - 1, e.high + 1)]),
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
    Flag: lambda e: ([False, True], [("maybe", "maybe"), (1, "1")]),
}  # fmt: skip
ENTRIES = [
    pytest.param(explorable, name, id=f"{explorable.name}-{name}")
    for explorable in EXPLORABLES
    if issubclass(explorable, InstantExplorable)
    for name in explorable.class_traits(reader=True)
]


@pytest.mark.parametrize(("explorable", "name"), ENTRIES)
def test_an_entry_survives_the_address_and_refuses_what_is_outside(explorable, name, node):
    widget = explorable()
    entry = widget.traits()[name]
    ends, outside = CASES[type(entry)](entry)
    states = [{**widget.setup["initial"], name: end} for end in ends]
    texts = [text for _, text in outside]
    setup = json.dumps({key: widget.setup[key] for key in ("initial", "state")})
    came, refused = node(
        f"(() => {{ const form = formOf({setup});"
        f"return [{json.dumps(states)}.map((s) => form.fromText(form.toText(s))),"
        f"{json.dumps(texts)}.map((text) => form.fromText({{ {name}: text }}))]; }})()"
    )
    assert came == states
    assert refused == [None] * len(texts)
    for end in ends:
        setattr(widget, name, end)
        assert getattr(widget, name) == end
    for value, _ in outside:
        with pytest.raises(ValueError, match=r" given; | add up to "):
            setattr(widget, name, value)
        assert getattr(widget, name) == ends[-1]


def test_every_entry_is_in_its_explorables_table():
    for explorable in (e for e in EXPLORABLES if issubclass(e, InstantExplorable)):
        setup = explorable().setup
        assert (
            set(setup["state"]) == set(setup["initial"]) == {*explorable.class_traits(reader=True)}
        )
