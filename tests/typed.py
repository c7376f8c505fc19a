"""What a book prints, as a program writes it: the way back from `fitlab.display.typeset`."""

import re

RAISED, LOWERED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"


def typed(text):
    """ "5 × 10⁻⁴" -> "5e-4", "64 × 5" -> "64 x 5", "T₁₁" -> "T_11"."""
    text = re.sub(
        f"(\\d[\\d.]*) × 10([{RAISED}]+)",
        lambda found: f"{found[1]}e{found[2].translate(str.maketrans(RAISED, '-0123456789'))}",
        text,
    )
    text = re.sub(
        f"T([{LOWERED}]+)",
        lambda found: f"T_{found[1].translate(str.maketrans(LOWERED, '0123456789'))}",
        text,
    )
    return re.sub(r"(?<=\d) × (?=\d)", " x ", text)
