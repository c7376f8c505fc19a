"""How the book prints a number: two significant digits, the same on every machine."""


def show(value):
    """A number, or {"median", "min", "max"} over seeds, as text: 0.016, 1.0e-4, 9 [7, 11]."""
    if isinstance(value, dict):
        return f"{show(value['median'])} [{show(value['min'])}, {show(value['max'])}]"
    if value == round(value) and abs(value) < 1e6:
        return f"{round(value):,}"
    if 0.01 <= abs(value) < 1e4:
        return f"{float(f'{value:.2g}'):,.10g}"
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits}e{int(exponent)}"


def show_level(value):
    """A round number as people write it: 5e-4."""
    digits, exponent = f"{value:.0e}".split("e")
    return f"{digits}e{int(exponent)}"
