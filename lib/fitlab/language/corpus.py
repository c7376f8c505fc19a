"""A text that every reader of this book has on disk: the docstrings of the pinned NumPy.

They are read from NumPy's source files, not from the imported modules: what is imported differs
between systems and versions of Python, and the text must not.
"""

import ast
import functools
import hashlib
import re
from importlib import metadata, resources
from pathlib import Path

VERSION = "2.4.6"  # of NumPy
# of the documents, joined by form feeds
SHA256 = "9d1cd72985ac1a411a2a88de64371564c696b84f5520c19ccbbbdb4db07f2714"
# Not the same on every system and with every Python, or not about arrays.
LEFT_OUT = {
    "tests", "distutils", "f2py", "_pyinstaller", "__config__.py", "_distributor_init.py",
}  # fmt: skip
SHINGLE = 5  # words in a row
MOST_SEEN = 0.3  # the share of shingles that an earlier docstring may have had


@functools.cache
def docstrings():
    """The docstrings of NumPy without near-duplicates: a tuple of texts, in the order of its files.

    A docstring is left out when more than 30 % of its runs of five words have stood before: NumPy
    documents many functions in the same sentences. Raises RuntimeError if the installed NumPy is
    not the pinned one, or its files were changed: the book's numbers are for that text alone.
    """
    documents = tuple(without_near_duplicates(_all_docstrings()))
    found = hashlib.sha256("\f".join(documents).encode()).hexdigest()
    if found != SHA256:
        raise RuntimeError(
            f"the docstrings of NumPy {metadata.version('numpy')} have the SHA-256 {found}; the "
            f"book's text is that of NumPy {VERSION} with {SHA256}: pip install numpy=={VERSION}"
        )
    return documents


def without_near_duplicates(documents):
    """Those of `documents` that are mostly new: at most 30 % of their 5-word runs stood before."""
    seen, kept = set(), []
    for document in documents:
        words = re.findall(r"\w+", document.lower())
        runs = {tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}
        if runs and len(runs & seen) <= MOST_SEEN * len(runs):
            kept.append(document)
            seen |= runs
    return kept


def _all_docstrings():
    package = Path(str(resources.files("numpy")))
    files = [path.relative_to(package) for path in package.rglob("*.py")]
    for file in sorted(files, key=lambda path: path.as_posix()):
        if not LEFT_OUT & set(file.parts):
            yield from _docstrings_of(package / file)


def _docstrings_of(path):
    """The docstrings of one file, in the order of its lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef
    owners = [node for node in ast.walk(tree) if isinstance(node, kinds)]
    owners.sort(key=lambda node: getattr(node, "lineno", 0))
    return filter(None, map(ast.get_docstring, owners))
