"""Random numbers that are the same in torch, in the page and on every machine.

Torch's own generators may change between versions and devices. This one is Philox4x32-10 (Salmon
and others, "Parallel random numbers: as easy as 1, 2, 3", 2011): it turns a counter of four 32-bit
words and a key of two into four random words, and has no state. The key is (seed, stream); the
counter says what the number is for: which weight, which sample of which step, which unit. Whoever
knows the counter knows the number, in any order and in any language.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

# the streams: one seed, independent sources
WEIGHTS, BATCHES, DROPOUT, POINTS, HELD_OUT, DIGITS = range(6)
MAX_SEED = 2**32 - 1

_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_KEY_STEPS = 0x9E3779B9, 0xBB67AE85
_LOW, _32 = np.uint64(0xFFFFFFFF), np.uint64(32)


def philox(counter: Iterable[npt.ArrayLike], key: tuple[int, int]) -> np.ndarray:
    """Four words of Philox4x32-10.

    counter: four arrays (or ints) of words below 2**32 that broadcast together to a shape (...).
    key: two ints below 2**32.
    Returns uint64 (..., 4), each value below 2**32.
    """
    c0, c1, c2, c3 = (np.asarray(word, dtype=np.uint64) for word in counter)
    k0, k1 = key
    for _ in range(10):
        p0, p1 = _MULTIPLIERS[0] * c0, _MULTIPLIERS[1] * c2
        c0, c1, c2, c3 = (
            (p1 >> _32) ^ c1 ^ np.uint64(k0),
            p1 & _LOW,
            (p0 >> _32) ^ c3 ^ np.uint64(k1),
            p0 & _LOW,
        )
        k0, k1 = (k0 + _KEY_STEPS[0]) % 2**32, (k1 + _KEY_STEPS[1]) % 2**32
    return np.stack(np.broadcast_arrays(c0, c1, c2, c3), axis=-1)


def words(seed: int, stream: int, n: int, *place: npt.ArrayLike) -> np.ndarray:
    """The first `n` words at `place` of a stream: uint64 (..., n), each below 2**32.

    place: up to three ints or arrays of a shape (...): the counter's words 1 to 3 (the rest are 0).
    Its word 0 counts blocks of four.
    """
    blocks = np.arange(-(-n // 4))
    places = [np.asarray(p)[..., None] for p in (*place, 0, 0, 0)[:3]]
    block_words = philox((blocks, *places), (seed, stream))
    return block_words.reshape(*block_words.shape[:-2], -1)[..., :n]


def uniform(seed: int, stream: int, n: int, *place: npt.ArrayLike) -> np.ndarray:
    """The same as `words`, as float64 in [0, 1): word / 2**32, exactly."""
    return words(seed, stream, n, *place) * 2.0**-32


def permutation(seed: int, stream: int, n: int, *place: npt.ArrayLike) -> np.ndarray:
    """0 to n - 1 in the order of the uniform numbers at `place` of a stream: int64 (n,)."""
    return uniform(seed, stream, n, *place).argsort(kind="stable")


def batch_indices(seed: int, steps: npt.ArrayLike, batch: int, samples: int) -> np.ndarray:
    """Which samples each step sees, drawn with replacement: int64 (len(steps), batch).

    A word w becomes the index floor(w * samples / 2**32).
    """
    drawn = words(seed, BATCHES, batch, np.asarray(steps))
    return ((drawn * np.uint64(samples)) >> _32).astype(np.int64)


def dropout_keep(seed: int, step: int, depth: int, batch: int, width: int, p: float) -> np.ndarray:
    """Which activations survive dropout with probability `p`: bool (depth, batch, width).

    Unit u of hidden layer l takes its word for sample s from the counter (s // 4, u, l, step), and
    is kept if word >= p * 2**32.
    """
    units, layers = np.arange(width), np.arange(depth)[:, None]
    drawn = words(seed, DROPOUT, batch, units, layers, step)  # (depth, width, batch)
    return drawn.swapaxes(1, 2) >= np.uint64(p * 2.0**32)
