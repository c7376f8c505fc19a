"""Make matplotlib's SVG fit into a page: light, with the page's colours and typeface, safe ids."""

import hashlib
import html
import re

_NUMBER = re.compile(r"-?\d+\.\d+")
_PLACES = re.compile(r' (x|y|x1|x2|y1|y2|points|transform|width|height)="[^"]*"')
_PATH = re.compile(r' d="([^"]*)"')
_STEP = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_LONG = {"m": 2, "l": 2, "q": 4, "c": 6}  # how many numbers one step of a letter takes
MARK = 10  # units: what reaches no further from where it is put is a mark, and drawn finer


def for_page(svg, alt, colours, **attributes):
    """The SVG of a figure as an element of a page.

    colours: {what matplotlib draws: what the page shall draw}.  attributes: of the element.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(
        r"<(metadata|style)\b.*?</\1>", "", svg, flags=re.DOTALL
    )  # it styles the whole page
    svg = re.sub(r' transform="rotate\(-?0 [^"]*"', "", svg)
    svg = _PLACES.sub(lambda found: _NUMBER.sub(_rounded, found[0]), svg)
    svg = _PATH.sub(lambda found: f' d="{relative(found[1])}"', svg)
    for drawn, themed in colours.items():
        svg = svg.replace(drawn, themed)
    svg = re.sub(r" ?font-family: [^;\"]*;?", "", svg)  # the page's own typeface
    about = {"role": "img", "aria-label": html.escape(alt), **attributes}
    view_box = re.findall(r'viewBox="[^"]*"', svg)[0]
    said = " ".join(f'{name}="{value}"' for name, value in about.items())
    svg = re.sub(r"<svg[^>]*>", f'<svg {said} {view_box} '
                 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">',
                 svg, count=1)  # fmt: skip
    return re.sub(r"\s*\n\s*", " ", _own_ids(svg, alt + said)).strip()


def relative(path):
    """The same path, told by its steps, which compress to half: M 1 2 L 3 5 L 4 5 is M1 2l2 3 1 0.

    To a tenth of a unit, small marks to a hundredth; rounding errors do not add up.
    """
    numbers = [abs(float(number)) for number in re.findall(r"-?[\d.]+", path)]
    digits = 2 if max(numbers, default=0) < MARK else 1
    here = start = (0, 0)
    told, before = "", ""
    for letter, rest in _STEP.findall(path):
        if letter in "Zz":
            told, here, before = f"{told}z", start, "z"
            continue
        values = [round(float(number) * 10**digits) for number in rest.split()]
        points = list(zip(values[::2], values[1::2], strict=True))
        if letter == "M":
            start, here, origin, sign = points[0], points[0], (0, 0), "M"
        else:
            origin, sign = here, letter.lower()
        steps = [value - origin[i % 2] for i, value in enumerate(values)]
        words = " ".join(_short(step / 10**digits, digits) for step in steps)
        told += f" {words}" if sign == before else f"{sign}{words}"
        here, before = points[-1], sign
    return told


def absolute(path):
    """The same path told by its places again, up to the rounding: M1 2L3 2 3 3 of M1 2l2 0 0 1."""
    here = start = (0.0, 0.0)
    told = ""
    for letter, rest in _STEP.findall(path):
        if letter in "Zz":
            told, here = f"{told}{letter}", start
            continue
        values, long = [float(number) for number in rest.split()], _LONG[letter.lower()]
        places: list[float] = []
        for first in range(0, len(values), long):
            origin = (0.0, 0.0) if letter.isupper() else here
            places += [v + origin[i % 2] for i, v in enumerate(values[first : first + long])]
            here = places[-2], places[-1]
        start = here if letter == "M" else start
        told += letter.upper() + " ".join(_short(place, 3) for place in places)
    return told


def _rounded(number):
    return _short(float(number[0]), 1 if abs(float(number[0])) >= MARK else 2)


def _short(value, digits):
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _own_ids(svg, salt):
    """Drop ids that nothing refers to, and prefix the others: many figures share one page."""
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg))
    prefix = "f" + hashlib.sha256(salt.encode()).hexdigest()[:6]
    svg = re.sub(r' id="([^"]*)"', lambda m: m[0] if m[1] in used else "", svg)
    for name in used:
        svg = re.sub(rf'(id="|url\(#|href="#){re.escape(name)}(?=["\)])', rf"\1{prefix}{name}", svg)
    return svg
