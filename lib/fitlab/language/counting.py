"""How many there are, exactly: numbers far beyond any float, as Python's own integers."""

from fitlab import validate


def pictures(height, width, *, channels=1, levels=256):
    """How many pictures of height x width pixels there are: levels^(the numbers in one)."""
    sizes = {"height": height, "width": width, "channels": channels, "levels": levels}
    height, width, channels, levels = (validate.integer(k, v, 1) for k, v in sizes.items())
    return levels ** (height * width * channels)


def sequences(vocabulary, length):
    """How many different texts of `length` words a vocabulary of that size allows."""
    vocabulary = validate.integer("vocabulary", vocabulary, 1)
    return vocabulary ** validate.integer("length", length, 0)


def decimal_digits(number):
    """How many digits an integer >= 1 has, exactly.

    Its bits give an estimate (log10 of 2 to 15 digits as a fraction of integers), and comparisons
    with powers of ten the answer: no logarithm is trusted, no text of a million digits is made.
    """
    number = validate.integer("number", number, 1)
    digits = max(1, (number.bit_length() - 1) * 301_029_995_663_981 // 10**15)
    while number >= 10**digits:
        digits += 1
    return digits


def leading(number, digits=2):
    """(m, e) with number = m 10^e, m a float of that many digits, cut off: (5.5, 78)."""
    exponent = decimal_digits(number) - 1
    digits = validate.integer("digits", digits, 1, 15)
    shift = exponent - (digits - 1)
    first = number // 10**shift if shift >= 0 else number * 10**-shift
    return first / 10 ** (digits - 1), exponent
