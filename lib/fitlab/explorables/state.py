"""What a reader chooses, one trait an entry: its kind, what is allowed, and how the view is told.

An entry is declared once, as a trait of an explorable:

    rho = Choice(RHOS)
    height = Number(142, 200)

It refuses what is not allowed with a ValueError in words, and `table` tells the view the same, from
which `kit/state.mjs` makes its form in the address and the ends of its control.
"""

import numpy as np
import traitlets

from fitlab import validate
from fitlab.information.entropy import distribution


class Entry(traitlets.TraitType):
    """A trait of the reader's state. A subclass has `checked` and `table`."""

    name: str  # given by the class that it is a trait of

    def __init__(self):
        super().__init__(allow_none=False)
        self.tag(sync=True, reader=True)

    def validate(self, _obj, value):
        return self.checked(value)

    def checked(self, value):
        """The value as it is kept; or ValueError."""
        raise NotImplementedError

    def table(self):
        """What the view has to know, as JSON."""
        raise NotImplementedError


class Number(Entry):
    """A number from `low` to `high`."""

    def __init__(self, low, high, whole=False):
        super().__init__()
        self.low, self.high, self.whole = low, high, whole

    def checked(self, value):
        check = validate.integer if self.whole else validate.real
        return check(self.name, value, self.low, self.high)

    def table(self):
        return {"kind": "number", "range": [self.low, self.high], "whole": self.whole}


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

    def table(self):
        return {"kind": "choice", "choices": self.choices}


class Several(Entry):
    """A list of some of a few words."""

    def __init__(self, choices):
        super().__init__()
        self.choices = choices

    def checked(self, value):
        return [validate.one_of(self.name, each, self.choices) for each in value]

    def table(self):
        return {"kind": "several", "choices": self.choices}


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

    def table(self):
        return {"kind": "numbers", "range": [self.low, self.high], "count": self.count}


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

    def table(self):
        return {"kind": "distribution", "count": len(self.names)}


class Flag(Entry):
    """True or False."""

    def checked(self, value):
        if not isinstance(value, bool | np.bool_):
            raise ValueError(f"{self.name}={value!r} was given; {self.name} must be True or False")
        return bool(value)

    def table(self):
        return {"kind": "flag"}
