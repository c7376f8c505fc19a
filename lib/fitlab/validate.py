"""Refuse bad input at the call, in words: what was given, and what is allowed."""

import math
import operator
from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt


def integer(name: str, value: Any, low: int, high: int | None = None) -> int:
    """Return `value` as an int in [low, high], high None being no limit, or raise ValueError."""
    allowed = f"an integer >= {low}" if high is None else f"an integer from {low} to {high}"
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if (
        number is None
        or isinstance(value, bool)
        or number < low
        or (high is not None and number > high)
    ):
        raise ValueError(f"{name}={value!r} was given; {name} must be {allowed}")
    return number


def real(
    name: str,
    value: Any,
    low: float,
    high: float,
    *,
    low_open: bool = False,
    high_open: bool = False,
) -> float:
    """Return `value` as a finite float between `low` and `high`, or raise ValueError.

    An end is allowed unless it is named open; infinite ends mean "no limit".
    """
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    above = number > low if low_open else number >= low
    below = number < high if high_open else number <= high
    if not (above and below and math.isfinite(number)) or isinstance(value, str | bool | np.bool_):
        left = "(" if low_open or low == -math.inf else "["
        right = ")" if high_open or high == math.inf else "]"
        raise ValueError(
            f"{name}={value!r} was given; {name} must be a number in {left}{low}, {high}{right}"
        )
    return number


def interval(low: Any, high: Any) -> tuple[float, float]:
    """Return (low, high) as floats with low < high, both finite, or raise ValueError."""
    low = real("low", low, -math.inf, math.inf)
    high = real("high", high, -math.inf, math.inf)
    if not low < high:
        raise ValueError(f"the interval [{low}, {high}] was given; low must be smaller than high")
    return low, high


def one_of(name: str, value: Any, allowed: Collection[str]) -> str:
    """Return `value` if it is one of `allowed`, or raise ValueError with the list."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name}={value!r} was given; {name} must be one of {', '.join(allowed)}")
    return value


def finite(name: str, values: npt.ArrayLike) -> np.ndarray:
    """Return `values` as a float64 array without NaN or infinity, or raise ValueError."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(
            f"{name}={values!r} was given; {name} must be an array of numbers"
        ) from None
    bad = np.count_nonzero(~np.isfinite(array))
    if bad:
        raise ValueError(
            f"{name} has {bad} of {array.size} values that are NaN or infinite; all must be finite"
        )
    return array


def token_stream(name: str, stream: npt.ArrayLike, vocabulary: int, least: int) -> np.ndarray:
    """The tokens as an int64 array (n,) with n >= least, each a token, or ValueError."""
    ids = np.asarray(stream)
    if ids.ndim != 1 or len(ids) < least or not np.issubdtype(ids.dtype, np.integer):
        raise ValueError(
            f"{name} of shape {ids.shape} and type {ids.dtype} was given; it must be a row of at "
            f"least {least} integers"
        )
    if ids.min() < 0 or ids.max() >= vocabulary:
        raise ValueError(
            f"{name} with tokens from {ids.min()} to {ids.max()} was given; there are tokens from "
            f"0 to {vocabulary - 1}"
        )
    return ids.astype(np.int64)
