"""The source of an explorable for the browser: one ES module and one style sheet, as strings.

anywidget takes a single module. We have no bundler: every file that a module imports is put before
it, once, and the imports are left out. So all names of the files together must differ.
"""

import re
from pathlib import Path

HERE = Path(__file__).parent
IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.mjs";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?function|const|class)", re.MULTILINE)


def module(name, folder=HERE):
    """`name`.mjs and what it imports from its folder, as one module with `name`'s own exports."""
    return joined(parts(name, folder).values())


def script(name, folder=HERE):
    """The same as a classic script, which exports nothing: a worker made from a string."""
    return EXPORT.sub("", module(name, folder))


def joined(sources):
    """One module from the parts of one, as `parts` orders them."""
    return "\n".join(sources)


def style():
    """The style sheet that all explorables share."""
    return (HERE / "kit.css").read_text(encoding="utf-8")


def parts(name, folder=HERE):
    """The files that make up a module, each after those that it imports: {name: source}."""
    found = {}
    _collect(name, folder, found)
    *imported, own = found
    return {part: EXPORT.sub("", found[part]) for part in imported} | {own: found[own]}


def _collect(name, folder, found):
    path = folder / f"{name}.mjs"
    source = path.read_text(encoding="utf-8")
    own = IMPORT.sub("", source)
    if re.search(r"^import ", own, re.MULTILINE):
        raise ValueError(
            f'{path.name} has an import of another form than `import {{ x }} from "./file.mjs";`, '
            "which cannot be joined into one module"
        )
    for imported in IMPORT.findall(source):
        if imported not in found:
            _collect(imported, folder, found)
    found[name] = own
