"""How the book prints a number: two significant digits, the same on every machine."""

import math
import re

SUBSCRIPT = str.maketrans("0123456789i", "₀₁₂₃₄₅₆₇₈₉ᵢ")
SUPERSCRIPT = str.maketrans("-0123456789i", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹ⁱ")
SIGNS = {r" *\\times *": " × ", r"\\sum": "∑"}


def show(value: float | dict[str, float]) -> str:
    """A number, or {"median", "min", "max"} over seeds, as text: 0.016, 1.0e-4, 9 [7, 11]."""
    if isinstance(value, dict):
        return f"{show(value['median'])} [{show(value['min'])}, {show(value['max'])}]"
    if not math.isfinite(value):
        return "not a number"
    if value == round(value) and abs(value) < 1e6:
        return f"{round(value):,}"
    if 0.01 <= abs(value) < 1e4:
        return f"{float(f'{value:.2g}'):,.10g}"
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits}e{int(exponent)}"


def show_level(value: float) -> str:
    """A given number as people write it: 5e-4, 2.5e-4, 0."""
    if value == 0:
        return "0"
    digits, exponent = f"{value:.2e}".split("e")
    return f"{digits.rstrip('0').rstrip('.')}e{int(exponent)}"


def show_below(value: float, level: float) -> str:
    """A number that is below `level`, with enough digits for the text to say so too."""
    for digits in range(1, 16):
        text = f"{value:.{digits}e}"
        if float(text) < level:
            break
    mantissa, exponent = text.split("e")
    return f"{mantissa}e{int(exponent)}"


def typeset(text: str) -> str:
    """A text as books print it: "5e-4" as "5 × 10⁻⁴", "64 x 5" as "64 × 5", "T_11" as "T₁₁"."""
    text = re.sub(
        r"(\d[\d.]*)e(-?\d+)", lambda m: f"{m[1]} × 10{m[2].translate(SUPERSCRIPT)}", text
    )
    text = re.sub(r"\bT_(\d+)", lambda m: f"T{m[1].translate(SUBSCRIPT)}", text)
    return re.sub(r"(?<=\d) x (?=\d)", " × ", text)


def without_tex(text: str) -> str:
    """A text with small formulas in TeX, as the article's quotes have, in plain characters."""
    for command, sign in SIGNS.items():
        text = re.sub(command, sign, text)
    text = re.sub(r"_\{([\di]+)\}", lambda m: m[1].translate(SUBSCRIPT), text)
    text = re.sub(r"\^\{([-\di]+)\}", lambda m: m[1].translate(SUPERSCRIPT), text)
    return re.sub(r"\$|(?<=_)\{|\}", "", text)
