"""What a reader chooses, one trait an entry: its kind, what is allowed, and how the view is told.

An entry is declared once, as a trait of an explorable:

    rho = Choice(RHOS)
    height = Number(142, 200)

It refuses what is not allowed with a ValueError in words, and `table` tells the view the same, from
which `kit/form.mjs` makes its form in the address and the ends of its control.
"""

import numpy as np
import traitlets

from fitlab import validate
from fitlab.information.entropy import distribution


class Entry(traitlets.TraitType):
    """A trait of the reader's state. A subclass has `checked` and `limits`."""

    name: str  # given by the class that it is a trait of

    def __init__(self):
        super().__init__(allow_none=False)
        self.tag(sync=True, reader=True)

    def validate(self, _obj, value):
        return self.checked(value)

    def checked(self, value):
        """The value as it is kept; or ValueError."""
        raise NotImplementedError

    def limits(self):
        """What is allowed, as JSON."""
        raise NotImplementedError

    def table(self, default):
        """What the view has to know, as JSON. default: the value to begin with, checked."""
        return {"kind": type(self).__name__.lower(), "default": default, **self.limits()}


class Number(Entry):
    """A number from `low` to `high`.

    stops: of its slider, if that goes over these alone, and over a default between them; an address
    then goes no further than the slider.  low_open: `low` itself is not allowed.
    """

    def __init__(self, low, high, *, whole=False, stops=(), low_open=False):
        super().__init__()
        self.low, self.high, self.whole = low, high, whole
        self.stops, self._ends = stops, {"low_open": True} if low_open else {}

    def checked(self, value):
        check = validate.integer if self.whole else validate.real
        return check(self.name, value, self.low, self.high, **self._ends)

    def limits(self):
        return {"range": [self.low, self.high], "whole": self.whole}

    def table(self, default):
        table = super().table(default)
        if not self.stops:
            return table
        stops = sorted({*self.stops, default})
        return {**table, "range": [stops[0], stops[-1]], "stops": stops}


class Perhaps(Number):
    """A number from `low` to `high`, or None as long as there is none yet."""

    def checked(self, value):
        return None if value is None else super().checked(value)


class Choice(Entry):
    """One of a few numbers or words. says: what they have in common, if a list says it badly."""

    def __init__(self, choices, says=None):
        super().__init__()
        self._choices, self._says = choices, says

    @property
    def choices(self):
        """As a list; it may be given as a function, which is asked when it is needed."""
        return list(self._choices() if callable(self._choices) else self._choices)

    def checked(self, value):
        choices = self.choices
        if isinstance(choices[0], str):
            return validate.one_of(self.name, value, choices)
        check = validate.integer if isinstance(choices[0], int) else validate.real
        number = check(self.name, value, choices[0], choices[-1])
        if number not in choices:
            says = self._says or f"one of {tuple(choices)}"
            raise ValueError(f"{self.name}={value!r} was given; {self.name} must be {says}")
        return number

    def limits(self):
        return {"choices": self.choices}


class Several(Entry):
    """A list of some of a few words."""

    def __init__(self, choices):
        super().__init__()
        self.choices = choices

    def checked(self, value):
        return [validate.one_of(self.name, each, self.choices) for each in value]

    def limits(self):
        return {"choices": self.choices}


class Numbers(Entry):
    """So many numbers, each from `low` to `high`.  each: what one of them is called."""

    def __init__(self, low, high, count, each):
        super().__init__()
        self.low, self.high, self.count, self.each = low, high, count, each

    def checked(self, value):
        numbers = validate.finite(self.name, value)
        if numbers.shape != (self.count,):
            raise ValueError(
                f"{self.name} of shape {numbers.shape} were given; there must be {self.count}"
            )
        return [validate.real(self.each, x, self.low, self.high) for x in numbers.tolist()]

    def limits(self):
        return {"range": [self.low, self.high], "count": self.count}


class Line(Entry):
    """A broken line: [x, y] of its two ends and its hinges, from left to right.

    even: for 1, 2, ... pieces the line that an address means which says no more than how many; all
    have the same ends in x, which are called `ends`.  low, high: of y.  gap: in x, what the view
    leaves between two hinges.
    """

    def __init__(self, even, low, high, gap, ends):
        super().__init__()
        self.even, self.low, self.high, self.gap, self.ends = even, low, high, gap, ends

    def checked(self, value):
        points = validate.finite(self.name, value)
        most = len(self.even) + 1
        if points.ndim != 2 or points.shape[1] != 2 or not 2 <= len(points) <= most:
            raise ValueError(
                f"{self.name} of shape {points.shape} was given; {self.name} must be a list of "
                f"2 to {most} points [x, y]"
            )
        x, y = points.T
        (first, _), (last, _) = self.even[0]
        if (x[0], x[-1]) != (first, last) or (np.diff(x) <= 0).any():
            raise ValueError(f"{self.name} with x={x} was given; x must increase from {self.ends}")
        if y.min() < self.low or y.max() > self.high:
            raise ValueError(
                f"{self.name} with y={y} was given; y must be in {[self.low, self.high]}"
            )
        return points.tolist()

    def limits(self):
        return {"range": [self.low, self.high], "gap": self.gap, "even": self.even}


class Drawing(Entry):
    """The heights of a drawn curve at `count` evenly spaced points, at most `most` up or down.

    where: the name and the value of another entry with which alone the drawing matters; else the
    address leaves it out.
    """

    def __init__(self, count, most, where):
        super().__init__()
        self.count, self.most, self.where = count, most, where

    def checked(self, value):
        drawing = validate.finite(f"the {self.name}", value)
        if drawing.shape != (self.count,) or abs(drawing).max() > self.most:
            raise ValueError(
                f"a {self.name} of shape {drawing.shape} was given, with values up to "
                f"{abs(drawing).max(initial=0):g}; it must be {self.count} values within "
                f"±{self.most:g}"
            )
        return drawing.tolist()

    def limits(self):
        return {"range": [-self.most, self.most], "count": self.count, "where": self.where}


class Points(Entry):
    """At most `most` points [x, y, class] in a square: coordinates within ±edge, the class 0 or 1.

    where: as of a Drawing.
    """

    def __init__(self, edge, most, where):
        super().__init__()
        self.edge, self.most, self.where = edge, most, where

    def checked(self, value):
        points = validate.finite(self.name, value) if len(value) else np.empty((0, 3))
        if points.ndim != 2 or points.shape[1] != 3 or len(points) > self.most:
            raise ValueError(
                f"{self.name} of shape {np.shape(value)} was given; it must be (n, 3), n at most "
                f"{self.most}"
            )
        if abs(points[:, :2]).max(initial=0) > self.edge or not np.isin(points[:, 2], [0, 1]).all():
            raise ValueError(
                f"{self.name} with x, y up to {abs(points[:, :2]).max():g} and the classes "
                f"{np.unique(points[:, 2]).tolist()} was given; x and y must be within "
                f"±{self.edge:g}, and a class 0 or 1"
            )
        return [[x, y, int(label)] for x, y, label in points.tolist()]

    def limits(self):
        return {"range": [-self.edge, self.edge], "count": self.most, "where": self.where}


class Distribution(Entry):
    """The probabilities of a few things, by name; they add up to 1."""

    def __init__(self, names):
        super().__init__()
        self.names = names

    def checked(self, value):
        found = distribution(self.name, value)
        if found.shape != (len(self.names),):
            raise ValueError(
                f"{self.name} of shape {found.shape} was given; it must have {len(self.names)} "
                f"probabilities, for {', '.join(self.names)}"
            )
        return found.tolist()

    def limits(self):
        return {"count": len(self.names)}


class Flag(Entry):
    """True or False."""

    def checked(self, value):
        if not isinstance(value, bool | np.bool_):
            raise ValueError(f"{self.name}={value!r} was given; {self.name} must be True or False")
        return bool(value)

    def limits(self):
        return {}


class Fixed(Entry):
    """What no control changes, but code may; so an address says nothing of it.

    check: a function of name and value that returns the value as it is kept, or raises ValueError.
    """

    def __init__(self, check):
        super().__init__()
        self._check = check

    def checked(self, value):
        return self._check(self.name, value)

    def limits(self):
        return {}
