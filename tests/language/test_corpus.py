"""The corpus is NumPy's own text, said once, and no other text passes for it."""

from pathlib import Path

import numpy as np
import pytest

from fitlab.language import corpus
from fitlab.language.corpus import without_near_duplicates

WORDS = [f"word{i}" for i in range(200)]


def test_the_text_is_numpys():
    documents = corpus.docstrings()
    assert isinstance(documents, tuple)
    assert len(set(documents)) == len(documents) > 500
    assert documents[0].startswith("NumPy\n=====\n\nProvides\n")
    assert any("Dot product of two arrays. Specifically," in d for d in documents)
    assert any("Kronecker product" in d for d in documents)


def test_what_differs_between_systems_is_left_out():
    package = Path(np.__file__).parent
    assert list(package.glob("_core/tests/*.py"))  # there is something to leave out
    read = []

    def note(path):
        read.append(path.relative_to(package).parts)
        return []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus, "_docstrings_of", note)
        list(corpus._all_docstrings())
    assert ("__init__.py",) in read
    assert ("linalg", "_linalg.py") in read
    assert not {"tests", "distutils", "f2py", "__config__.py"} & {p for path in read for p in path}
    assert ["/".join(path) for path in read] == sorted("/".join(path) for path in read)


def test_docstrings_come_in_the_order_of_the_lines(tmp_path):
    file = tmp_path / "module.py"
    file.write_text(
        '"""Module."""\n'
        'class A:\n    """Class."""\n    def f(self):\n        """Method."""\n'
        "def silent():\n    return 1\n"
        'def g():\n    """Function.\n\n    Indented.\n    """\n',
        encoding="utf-8",
    )
    said = list(corpus._docstrings_of(file))
    assert said == ["Module.", "Class.", "Method.", "Function.\n\nIndented."]


def test_an_exact_copy_is_dropped():
    one, two = "the cat sat on the mat", "all dogs bark loudly when left alone"
    assert without_near_duplicates([one, two, one]) == [one, two]


def test_a_text_that_is_nearly_the_same_is_dropped():
    text = "Return the largest value of an array along the given axis of the array."
    near = "Return the largest value of an array along the given axis of the matrix."
    assert without_near_duplicates([text, near]) == [text]
    assert without_near_duplicates([text, text.upper().replace(" ", ",\n")]) == [text]


def test_distinct_texts_are_kept_in_their_order():
    texts = [" ".join(WORDS[i : i + 20]) for i in (100, 0, 60, 20)]
    assert without_near_duplicates(texts) == texts


@pytest.mark.parametrize(("shared", "kept"), [(3, 2), (4, 1)])
def test_three_runs_of_ten_may_have_stood_before_and_four_may_not(shared, kept):
    """Fourteen words have ten runs of five; `shared` of them begin the second text."""
    first = WORDS[:14]
    second = WORDS[: shared + 4] + WORDS[100 : 110 - shared]
    assert len(second) == 14
    assert len(without_near_duplicates([" ".join(first), " ".join(second)])) == kept


def test_a_text_shorter_than_a_run_is_dropped():
    assert without_near_duplicates(["", "only four words here", "these are five words now"]) == [
        "these are five words now"
    ]


def test_a_changed_text_is_refused(monkeypatch):
    changed = [*corpus.docstrings(), "a sentence that NumPy does not contain"]
    monkeypatch.setattr(corpus, "_all_docstrings", lambda: changed)
    with pytest.raises(RuntimeError, match=r"SHA-256.*pip install numpy=="):
        corpus.docstrings.__wrapped__()
