"""The source of an explorable for the browser: one ES module and one style sheet, as strings.

anywidget takes a single module. We have no bundler; kit.mjs comes first, and the one line with
which the explorable imports it is left out.
"""

import re
from pathlib import Path

HERE = Path(__file__).parent
IMPORT = re.compile(r'^import \{[^}]*\} from "\./kit\.mjs";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?function|const|class)", re.MULTILINE)


def module(name):
    """kit.mjs and `name`.mjs as one module with `name`'s exports."""
    kit = EXPORT.sub("", (HERE / "kit.mjs").read_text(encoding="utf-8"))
    own, found = IMPORT.subn("", (HERE / f"{name}.mjs").read_text(encoding="utf-8"))
    if found != 1:
        raise ValueError(f"{name}.mjs has {found} imports of ./kit.mjs; it must have exactly one")
    return f"{kit}\n{own}"


def style():
    """The style sheet that all explorables share."""
    return (HERE / "kit.css").read_text(encoding="utf-8")
