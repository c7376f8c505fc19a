"""Code length in bits: what a message comes to in a code that is made for a distribution Q.

Nobody can send a symbol in -log2 q bits when that is no whole number. A range coder (Martin 1979)
can do so on average: it narrows one interval, symbol by symbol, and sends a number inside it. Ours
is that of the package constriction, which works with fractions of 2**24.
"""

import constriction
import numpy as np

from fitlab import validate
from fitlab.information.entropy import distribution

WORD = 32  # bits; the coder puts out whole words
_queue = constriction.stream.queue


def encode(symbols, q):
    """The message as whole words, uint32 (w,), in the code for the distribution q.

    symbols: integers (n,), 0 to k - 1, none with q = 0, which has no code.  q: (k,). Symbols with
    a q below 2**-24 are treated as if they had that much.
    """
    symbols, q = _message(symbols, q)
    encoder = _queue.RangeEncoder()
    encoder.encode(symbols, _model(q))
    return encoder.get_compressed()


def decode(words, q, n):
    """The first n symbols of a message that was encoded with the same q: int64 (n,)."""
    words, n = np.asarray(words), validate.integer("n", n, 0)
    if words.dtype != np.uint32 or words.ndim != 1:
        raise ValueError(
            f"words of type {words.dtype} and shape {words.shape} were given; they must be the "
            "uint32 (w,) that encode returns"
        )
    decoder = _queue.RangeDecoder(words)
    try:
        return decoder.decode(_model(_code(q)), n).astype(np.int64)
    except AssertionError as error:
        raise ValueError(
            f"{len(words)} words were given that are no message in the code for this q: {error}"
        ) from None


def code_length(symbols, q):
    """The ideal length of the message in bits: the sum of -log2 q over its symbols.

    Its mean over messages from P is n times H(P, Q).  symbols: integers (n,).  q: (k,).
    """
    symbols, q = _message(symbols, q)
    return float(0 - np.log2(q[symbols]).sum())


def _message(symbols, q):
    """Both as arrays, or ValueError where a symbol has no code."""
    symbols, q = np.asarray(symbols), _code(q)
    if symbols.ndim != 1 or not (np.issubdtype(symbols.dtype, np.integer) or symbols.size == 0):
        raise ValueError(
            f"symbols of type {symbols.dtype} and shape {symbols.shape} were given; they must be "
            "integers (n,)"
        )
    outside = symbols[(symbols < 0) | (symbols >= len(q))]
    if outside.size:
        raise ValueError(f"symbol {outside[0]} was given; q has the symbols 0 to {len(q) - 1}")
    symbols = symbols.astype(np.int32)
    lost = symbols[q[symbols] == 0]
    if lost.size:
        raise ValueError(
            f"symbol {lost[0]} was given, for which q is 0; such a symbol has no code: give it a "
            "probability, however small"
        )
    return symbols, q


def _code(q):
    q = distribution("q", q)
    if q.ndim != 1:
        raise ValueError(f"q of shape {q.shape} was given; a code takes one distribution (k,)")
    return q


def _model(q):
    """The coder's own form of q; an alphabet of one letter it takes only with an idle second."""
    padded = np.append(q, 0.0) if len(q) == 1 else q
    return constriction.stream.model.Categorical(padded, perfect=False)
