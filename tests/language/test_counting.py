"""How many there are, held to Python's own integers."""

import decimal
import math

import pytest

from fitlab.language import counting


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: counting.pictures(0, 8), "height=0"),
        (lambda: counting.decimal_digits(0), "number=0"),
    ],
)
def test_bad_input_is_refused_in_words(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_digits_are_those_of_the_number_written_out():
    around = [10**k + d for k in range(1, 400, 7) for d in (-1, 0, 1)]
    for number in (*range(1, 1_200), *around, 17**64):
        text = str(number)
        assert counting.decimal_digits(number) == len(text)
        mantissa, exponent = counting.leading(number, 3)
        assert exponent == len(text) - 1
        assert mantissa == pytest.approx(int(text[:3].ljust(3, "0")) / 100)


def test_the_number_of_photographs_by_decimal():
    photographs = counting.pictures(224, 224, channels=3)
    assert photographs == 256**150_528
    with decimal.localcontext(prec=30, Emax=decimal.MAX_EMAX):
        value = decimal.Decimal(256) ** 150_528
    assert counting.decimal_digits(photographs) == value.adjusted() + 1 == 362_508
    mantissa, _ = counting.leading(photographs, 6)
    assert mantissa == pytest.approx(float(value.scaleb(-value.adjusted())), abs=1e-5)
    assert counting.pictures(8, 8, levels=17) == pytest.approx(10 ** (64 * math.log10(17)))
    assert counting.sequences(7, 3) == 343
