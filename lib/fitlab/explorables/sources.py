"""The source of an explorable for the browser: one ES module and one style sheet, as strings.

anywidget takes a single module, and we have no bundler. Every file that a module imports is put
before it, once, as a function that is called at once and returns what the file exports:

    const explorables$kit$words = (() => { ...; return { integer, show }; })();

and an import takes its names out of that. So each file keeps its own scope. Files are named by
their place in the library, without the suffix: "explorables/kit/words".
"""

import posixpath
import re
from pathlib import Path

LIBRARY = Path(__file__).parents[1]
IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.\.?/[\w./]+)\.mjs";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?function|const|class)", re.MULTILINE)
EXPORTED = re.compile(r"^export (?:(?:async )?function\*?|const|class) (\w+)", re.MULTILINE)


def module(name, library=LIBRARY):
    """The file of that name and what it imports, as one module with the file's own exports."""
    return joined(parts(name, library).values())


def script(name, library=LIBRARY):
    """The same as a classic script, which exports nothing: a worker made from a string."""
    return EXPORT.sub("", module(name, library))


def joined(sources):
    """One module from the parts of one, as `parts` orders them."""
    return "\n".join(sources)


def style():
    """The style sheet that all explorables share."""
    return Path(__file__).with_name("kit.css").read_text(encoding="utf-8")


def parts(name, library=LIBRARY):
    """The files that make up a module, each after those that it imports: {name: source}."""
    files = {}
    _collect(name, library, files, above=())
    *imported, own = files
    scoped = {part: _scoped(part, files[part]) for part in imported}
    return {**scoped, own: _with_imports(own, files[own])}


def _collect(name, library, files, above):
    if name in above:
        circle = " imports ".join([*above[above.index(name) :], name])
        raise ValueError(f"the files import each other: {circle}; move what both need to a third")
    if name in files:
        return
    source = (library / f"{name}.mjs").read_text(encoding="utf-8")
    for _, path in IMPORT.findall(source):
        _collect(_resolved(path, name), library, files, (*above, name))
    files[name] = source


def _resolved(path, importer):
    """The name of the file that `importer` calls `path`: "./kit/words", "../engine/pieces"."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(importer), path))


def _scoped(name, source):
    """An imported file as a constant that holds its exports."""
    body = _with_imports(name, EXPORT.sub("", source))
    _refuse(name, body, "export", "`export const`, `function` or `class` (a file that is imported)")
    names = ", ".join(EXPORTED.findall(source))
    return f"const {_constant(name)} = (() => {{\n{body}return {{ {names} }};\n}})();\n"


def _with_imports(name, source):
    """The file, its imports taken out of the constants of the files before it."""

    def taken(match):
        names = re.sub(r"\s+as\s+", ": ", match[1])
        return f"const {{{names}}} = {_constant(_resolved(match[2], name))};\n"

    own = IMPORT.sub(taken, source)
    _refuse(name, own, "import", '`import { x, y as z } from "./file.mjs";`')
    _refuse(name, own, r"export [{*]", "`export const`, `function`, `class` or `default`")
    return own


def _refuse(name, source, keyword, known):
    """What is left of a keyword after all known forms are rewritten cannot be joined."""
    if found := re.search(rf"^({keyword}).*", source, re.MULTILINE):
        raise ValueError(
            f"{name}.mjs has an {found[0].split()[0]} of another form than {known}, "
            f"which cannot be joined into one module: {found[0]}"
        )


def _constant(name):
    return name.replace("/", "$")
