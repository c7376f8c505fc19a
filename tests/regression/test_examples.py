"""A fit of one's own data: what is learnt, what is held out, and what is refused in words."""

import math
import re

import numpy as np
import pytest
import torch
from torch.nn import functional

import fitlab
from fitlab import Examples, Settings, fit, random
from fitlab.regression.settings import show_right

RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, 2))
INSIDE = (np.hypot(*X.T) < 1).astype(np.int64)
QUICK = {"width": 16, "depth": 1, "lr": 1e-2}


def test_numbers_and_classes_are_told_by_their_type():
    numbers = Examples.from_arrays(X, X[:, 0] * X[:, 1])
    assert (numbers.inputs, numbers.outputs, numbers.of_classes) == (2, 1, False)
    classes = Examples.from_arrays(X, INSIDE)
    assert (classes.inputs, classes.outputs, classes.classes) == (2, 2, ("0", "1"))
    assert Examples.from_arrays(X, INSIDE, classes=False).outputs == 1
    words = Examples.from_arrays(X, np.where(INSIDE, "in", "beyond"))
    assert words.classes == ("beyond", "in")
    assert (words.y == INSIDE).all()
    assert Examples.from_arrays(X[:, 0], INSIDE > 0).classes == ("0", "1")
    for made, dtype in ((numbers, np.float64), (classes, np.int64), (words, np.int64)):
        x, y = made.samples(7)
        assert (x.shape, x.dtype, y.shape, y.dtype) == ((120, 2), np.float64, (120,), dtype)
        assert made.held_out() is None


def test_a_share_is_held_out_by_the_books_own_generator():
    made = Examples.from_arrays(X, INSIDE, held_out=0.25, seed=9)
    order = random.uniform(9, random.HELD_OUT, 120).argsort()
    held, kept = np.sort(order[:30]), np.sort(order[30:])
    assert (made.x == X[kept]).all()
    assert (made.y == INSIDE[kept]).all()
    held_x, held_y = made.held_out()
    assert (held_x == X[held]).all()
    assert (held_y == INSIDE[held]).all()
    other = Examples.from_arrays(X, INSIDE, held_out=0.25, seed=10)
    assert not (made.x == other.x).all()
    assert len(Examples.from_arrays(X[:10], INSIDE[:10], held_out=0.25).y) == 7  # halves go up


# ---------------------------------------------------------------------------- fits


def test_classes_are_fitted_and_their_accuracy_is_said():
    data = Examples.from_arrays(X, INSIDE, held_out=0.25)
    result = fit(data, **QUICK, tolerance=0.05)
    assert result.converged
    right = result.model.accuracy(*data.samples(0))
    assert result.accuracy == pytest.approx(right)
    assert right > 0.95
    assert result.error == pytest.approx(1 - right)
    assert math.isnan(result.mse)
    held_out = result.model.accuracy(*data.held_out())
    assert result.held_out == pytest.approx(1 - held_out)
    said = f"answered {100 * right:.1f} % of the training points right after {result.steps} steps"
    assert said in result.reason
    assert repr(result).endswith(f"; {100 * held_out:.1f} % right of those held out)")


def test_numbers_are_fitted_and_their_error_is_said():
    data = Examples.from_arrays(X, X[:, 0] - 2 * X[:, 1], held_out=0.25)
    result = fit(data, **QUICK, tolerance=1e-3, max_steps=3_000)
    assert result.converged
    x, y = data.held_out()
    assert result.held_out == pytest.approx(np.mean((result.model.predict(x) - y) ** 2))
    assert result.mse == pytest.approx(np.mean((result.model.predict(data.x) - data.y) ** 2))
    assert math.isnan(result.accuracy)
    assert "MSE" in result.reason
    assert "of those held out" in repr(result)
    assert result.pieces is None, "of two inputs there are regions, and no pieces"


def test_a_fit_of_classes_is_a_plain_loop_of_torchs():
    data = Examples.from_arrays(X, INSIDE)
    how = {"optimizer": "momentum", "weight_decay": 1e-3, "dropout": 0.1, "start": "he"}
    how |= {"width": 8, "depth": 2, "max_steps": 60, "tolerance": 0, "lr": 0.02, "seed": 3}
    settings = Settings(data, **how)
    plain = settings.new_model()
    optimizer = torch.optim.SGD(plain.parameters(), 0.02, momentum=0.9, weight_decay=1e-3)
    x, y = torch.from_numpy(X), torch.from_numpy(INSIDE)
    for step, chosen in enumerate(random.batch_indices(3, np.arange(1, 61), 64, 120), 1):
        loss = functional.cross_entropy(plain(x[chosen], step=step), y[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    result = fit(data, **how)
    for a, b in zip(result.model.parameters(), plain.parameters(), strict=True):
        assert (a - b).abs().max() <= 1e-12
    rows = fitlab.sweep([settings, Settings(data, **how | {"seed": 4})])
    assert rows[0].error == result.error
    assert rows[0].reason == result.reason


@pytest.mark.parametrize("dealing", ["epochs", "all", "replacement"])
def test_networks_that_are_swept_see_what_one_alone_sees(dealing):
    data = Examples.from_arrays(X, np.sin(X[:, 0]))
    how = {"dealing": dealing, "max_steps": 40, "batch": 50, "width": 5, "depth": 1}
    rows = fitlab.sweep([Settings(data, **how, seed=seed) for seed in range(3)])
    for seed, row in enumerate(rows):
        assert row.mse == pytest.approx(fit(data, **how, seed=seed).mse, abs=1e-12)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"depth": 0}, "classes are parted by straight lines only; try depth 2 with relu"),
        ({"width": 1}, "width 1 may be too small; try 16 or more"),
        ({"width": 32, "lr": 1e-6}, "try a wider network, another seed"),
    ],
)
def test_running_out_of_steps_is_said_with_what_to_try(settings, said):
    result = fit(Examples.from_arrays(X, INSIDE), **QUICK | settings, max_steps=50)
    assert not result.converged
    assert result.reason.startswith("did not answer more than 99.95 % of the training points right")
    assert f"in 50 steps ({100 * result.accuracy:.1f} %)" in result.reason
    assert said in result.reason


def test_only_all_right_is_called_a_hundred_percent():
    assert show_right(0.0) == "100 %"
    assert show_right(1e-9) == "99.9 %"
    assert show_right(1 / 3) == "66.7 %"
    assert show_right(1.0) == "0.0 %"
    assert show_right(math.nan) == "none"


def test_a_divergence_is_said():
    result = fit(Examples.from_arrays(X, INSIDE), **QUICK | {"lr": 1e300, "optimizer": "sgd"})
    assert "diverged: by step" in result.reason
    assert "smaller learning rate (lr) than 1e+300" in result.reason


def test_progress_carries_a_curve_where_there_is_one_input():
    curves, held = [], []
    one = Examples.from_arrays(X[:, 0], np.sin(X[:, 0]), held_out=0.5)
    fit(one, **QUICK, max_steps=50, on_progress=lambda p: (curves.append(p.curve), held.append(p)))
    assert curves[-1].shape == (257,)
    assert all(p.held_out > 0 for p in held)
    fit(
        Examples.from_arrays(X, INSIDE), **QUICK, max_steps=50,
        on_progress=lambda p: curves.append(p.curve),
    )  # fmt: skip
    assert curves[-1] is None


def test_pieces_of_a_fit_lie_between_the_smallest_and_the_largest_input():
    data = Examples.from_arrays(X[:, 0], X[:, 1])
    result = fit(data, **QUICK, max_steps=25)
    low, high = X[:, 0].min(), X[:, 0].max()
    assert result.pieces == len(fitlab.linear_pieces(result.model, low, high))
    with pytest.raises(ValueError, match="only a network from one number to one has pieces"):
        fitlab.linear_pieces(fitlab.MLP(3, 1, inputs=2), 0, 1)


@pytest.mark.parametrize(
    ("y", "loss", "said"),
    [
        (
            INSIDE / 1,
            "cross-entropy",
            "are numbers, and loss must be one of squared error",
        ),
        (INSIDE, "squared error", "are classes, integers from 0 on, and loss must be one of cross"),
    ],
)
def test_a_loss_must_fit_the_answers(y, loss, said):
    with pytest.raises(ValueError, match=said):
        Settings(Examples.from_arrays(X, y), loss=loss)


def test_the_class_can_be_answered_as_a_number():
    data = Examples.from_arrays(X, INSIDE)
    result = fit(data, **QUICK, loss="squared error of the number", tolerance=0.1)
    assert result.model.outputs == 1
    assert result.accuracy > 0.9


def test_examples_without_an_f_say_so():
    with pytest.raises(ValueError, match="what lies between them is not known"):
        Examples.from_arrays(X, INSIDE).f(X)


def test_they_say_what_they_are():
    assert repr(Examples.from_arrays(X, INSIDE, held_out=0.25)) == (
        "Examples('data': 90 and 30 held out, 2 inputs to 2 classes)"
    )
    assert repr(Examples.from_arrays(X[:, 0], X[:, 1], name="rain")) == (
        "Examples('rain': 120, 1 input to a number)"
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"x": np.where(X > 1, np.nan, X)}, "of 240 values that are NaN or infinite"),
        ({"x": np.where(X > 1, np.inf, X)}, "of 240 values that are NaN or infinite"),
        ({"x": [["a", "b"]] * 120}, "x must be an array of numbers"),
        ({"x": X[:, :, None]}, r"x of shape \(120, 2, 1\) was given; x must be \(n, inputs\)"),
        ({"x": X[:1], "y": INSIDE[:1]}, "with at least 2 rows"),
        ({"x": np.zeros((0, 2)), "y": []}, "with at least 2 rows"),
        ({"x": X[:, :0]}, "1 to 4,096 inputs"),
        ({"y": INSIDE[:-1]}, "x with 120 rows and y with 119 were given"),
        ({"y": INSIDE[:, None]}, r"y of shape \(120, 1\) was given"),
        ({"y": 0 * INSIDE}, "1 class only was found in y; there must be 2 at least"),
        ({"y": INSIDE - 1}, "class -1 was given; classes are integers from 0 on"),
        ({"y": np.arange(120) * 10}, "1,191 classes were given; there may be 1,000 at most"),
        ({"y": INSIDE / 1, "classes": True}, "classes of type float64 were given"),
        ({"y": np.where(INSIDE, np.nan, 1.0)}, "y has .* of 120 values that are NaN"),
        ({"y": ["a"] * 119 + ["b"], "classes": False}, "y must be an array of numbers"),
        ({"held_out": 1}, r"held_out=1 was given; held_out must be a number in \[0, 1\)"),
        ({"held_out": -0.1}, r"held_out=-0\.1"),
        ({"held_out": 0.001}, "that is 0 held out and 120 to train on"),
        ({"held_out": 0.999}, "that is 120 held out and 0 to train on"),
        ({"y": [1] + [0] * 119, "held_out": 0.9}, "leaves one class only to train on"),
        ({"seed": -1}, "seed=-1"),
    ],
)
def test_arrays_that_cannot_be_learnt_from_are_refused_in_words(given, said):
    arguments = {"x": X, "y": INSIDE} | given
    with pytest.raises(ValueError, match=said):
        Examples.from_arrays(**arguments)


# ---------------------------------------------------------------------------- tables

TABLE = "width, height, kind\n1, 2.5, cat\n3,4,dog\n\n-1,1e-3,cat\n"


def test_a_table_is_read_with_its_names(tmp_path):
    path = tmp_path / "pets.csv"
    path.write_text(TABLE, encoding="utf-8-sig")
    for source in (TABLE, path, str(path)):
        made = Examples.from_csv(source)
        assert made.x.tolist() == [[1, 2.5], [3, 4], [-1, 1e-3]]
        assert made.classes == ("cat", "dog")
        assert made.y.tolist() == [0, 1, 0]


def test_columns_are_chosen_by_name_or_place():
    made = Examples.from_csv(TABLE, answer="height", inputs=["width"])
    assert made.x.tolist() == [[1], [3], [-1]]
    assert made.y.tolist() == [2.5, 4, 1e-3]
    assert not made.of_classes
    assert Examples.from_csv(TABLE, answer=0, inputs=["height"]).y.tolist() == [1, 3, -1]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_without_names_and_with_other_separators(separator):
    text = "1,2,0\n3,4,1\n5,6,0\n7,8,1".replace(",", separator)
    made = Examples.from_csv(text, classes=True, inputs=2, held_out=0.25)
    assert (len(made.x), len(made.held_x), made.classes) == (3, 1, ("0", "1"))
    assert Examples.from_csv(text).of_classes is False, "numbers are numbers unless they are told"


@pytest.mark.parametrize(
    ("text", "given", "said"),
    [
        ("\n \n", {}, "an empty table was given"),
        ("a,b\n", {}, "a table with names only was given"),
        ("1\n2\n", {}, "one column was given"),
        ("1,2\n3\n", {}, "line 2 has 1 columns and the first has 2"),
        ("1,2,3\n4,5,6\n", {"inputs": 1}, "3 columns (column 1, column 2, column 3) was given"),
        ("1,2,3\n4,5,6\n", {"inputs": 1}, "with inputs=1 there must be 2"),
        ("a,b\n1,2\nx,3\n", {}, "line 3, 'a': 'x' was given; it must be a finite number"),
        ("a,b\n1,2\n,3\n", {}, "line 3, 'a': an empty cell was given"),
        ("a,b\n1,2\n3,\n", {}, "line 3, 'b': an empty cell was given"),
        ("a,b\n1,2\n3,x\n", {}, "line 3, 'b': 'x' was given; it must be a finite number"),
        ("a,b\n1,2\nnan,3\n", {}, "line 3, 'a': 'nan' was given; it must be a finite number"),
        ("a,b\n1,x\n2,x\n", {}, "1 class only was found in y"),
        (TABLE, {"answer": "colour"}, "answer='colour' was given; answer must be one of width"),
        (TABLE, {"answer": 3}, "answer=3 was given; answer must be an integer from -3 to 2"),
        (TABLE, {"inputs": ["colour"]}, "inputs='colour' was given"),
        (TABLE, {"answer": 0}, "line 2, 'kind': 'cat' was given; it must be a finite number"),
        ("no such file.csv", {}, "it must be a text file that can be read"),
    ],
)
def test_tables_that_cannot_be_learnt_from_are_refused_in_words(text, given, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        Examples.from_csv(text, **given)


def test_an_empty_file_and_one_that_is_no_text_are_refused(tmp_path):
    path = tmp_path / "data.csv"
    path.write_bytes(b"")
    with pytest.raises(ValueError, match="an empty table was given"):
        Examples.from_csv(path)
    path.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(ValueError, match="it must be a text file that can be read"):
        Examples.from_csv(path)


def test_the_answer_cannot_be_an_input():
    with pytest.raises(ValueError, match="'c' is the answer"):
        Examples.from_csv("a,b,c\n1,2,3\n2,3,4\n", inputs=["a", "c"])


def test_a_name_that_stands_twice_is_refused():
    with pytest.raises(ValueError, match="'a' stands twice"):
        Examples.from_csv("a,a,c\n1,2,3\n2,3,4\n", inputs=["a"])


@pytest.mark.parametrize("cell", ["nan", "inf"])
def test_a_cell_that_is_no_finite_number_is_found_in_its_line(cell):
    with pytest.raises(ValueError, match=f"line 3, 'b': '{cell}' was given"):
        Examples.from_csv(f"a,b\n1,2\n3,{cell}\n", classes=False)


@pytest.mark.parametrize("source", ["", "  "])
def test_no_table_at_all_is_called_empty(source):
    with pytest.raises(ValueError, match="an empty table was given"):
        Examples.from_csv(source)
