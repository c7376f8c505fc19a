"""Shuffles, tokens and runs on record: what the page about images as vectors rests on."""

import itertools
import re

import numpy as np
import pytest
from tokenizers import Tokenizer

from fitlab import claims
from fitlab.claims import Verdict, modelling_image
from fitlab.classification import shuffled_digits
from fitlab.classification.digit_networks import digit_training
from fitlab.classification.permutation import permuted, pixel_shuffle, with_permuted_inputs
from fitlab.language import corpus, token_codes, tokens
from fitlab.networks import classifiers


@pytest.mark.parametrize("count", [0, 1, 2, 3, 32, 63, 64])
def test_a_shuffle_moves_so_many_pixels_and_none_of_them_stays(count):
    shuffle = pixel_shuffle(count, seed=5)
    assert sorted(shuffle) == list(range(64))
    assert np.sum(shuffle != np.arange(64)) == (0 if count == 1 else count)


def test_a_small_shuffle_moves_pixels_that_a_larger_one_moves():
    moved = [set(np.flatnonzero(pixel_shuffle(n, 3) != np.arange(64))) for n in (0, 2, 8, 40, 64)]
    for fewer, more in itertools.pairwise(moved):
        assert fewer < more
    assert (pixel_shuffle(64, 3) != pixel_shuffle(64, 4)).any()


def test_weights_that_move_along_give_the_same_scores():
    x = np.random.default_rng(0).uniform(size=(20, 64))
    model, shuffle = classifiers.mlp(seed=1), pixel_shuffle(64, 2)
    before = model[0].weight.detach().clone()
    twin = with_permuted_inputs(model, shuffle)
    np.testing.assert_allclose(twin.scores(permuted(x, shuffle)), model.scores(x), atol=1e-14)
    assert abs(model.scores(permuted(x, shuffle)) - model.scores(x)).max() > 1e-3
    assert (model[0].weight == before).all(), "the model itself stays as it is"


def test_bad_input_is_refused_in_words():
    with pytest.raises(ValueError, match="count=65"):
        pixel_shuffle(65)
    with pytest.raises(ValueError, match="must hold each of 0 to 63 once"):
        permuted(np.zeros((1, 64)), np.zeros(64, dtype=int))
    with pytest.raises(ValueError, match=re.escape("x must be (n, inputs)")):
        permuted(np.zeros(64), pixel_shuffle(64))
    with pytest.raises(ValueError, match="first layer must be linear"):
        with_permuted_inputs(classifiers.cnn(), pixel_shuffle(64))
    with pytest.raises(ValueError, match="text=3 was given"):
        tokens.encode(3)
    with pytest.raises(ValueError, match="id=4000"):
        tokens.decode([4000])
    with pytest.raises(ValueError, match="vocabulary=255"):
        tokens.encode("x", vocabulary=255)
    with pytest.raises(ValueError, match="network='RNN'"):
        digit_training(0, "RNN")


def test_tokens_give_every_text_back():
    texts = [*corpus.docstrings()[::20], "", " ", "naïve 深度学习 \U0001f600\x00\r\n\tend"]
    for text in texts:
        ids = tokens.encode(text)
        assert all(0 <= i < tokens.VOCABULARY for i in ids)
        assert tokens.decode(ids) == text
        parts = tokens.pieces(text)
        assert (len(parts), "".join(parts)) == (len(ids), text)


def test_the_tokenizer_is_the_same_every_time_and_joins_what_is_frequent():
    first = tokens.tokenizer().to_str()
    tokens.tokenizer.cache_clear()
    assert tokens.tokenizer().to_str() == first
    assert Tokenizer.from_str(first).get_vocab_size() == tokens.VOCABULARY
    assert len(tokens.encode(" array")) == 1
    assert len(tokens.encode("深")) == 3, "its bytes, which nothing joins"


def test_the_runs_on_record_have_the_right_shape_and_are_no_nonsense():
    runs = shuffled_digits.recorded()
    assert runs["counts"] == list(shuffled_digits.COUNTS)
    assert runs["seeds"] == list(shuffled_digits.SEEDS)
    for network in shuffled_digits.SHUFFLED:
        right = np.array(runs[network])
        assert right.shape == (len(runs["counts"]), len(runs["seeds"]))
        assert ((right > 0.9 * runs["held_out"]) & (right <= runs["held_out"])).all()


@pytest.mark.parametrize(("count", "seed"), [(32, 3), (64, 8)])
def test_a_run_made_anew_is_the_one_on_record(count, seed):
    runs = shuffled_digits.recorded()
    again = shuffled_digits.run_all([count], [seed])
    row, column = runs["counts"].index(count), runs["seeds"].index(seed)
    for network in shuffled_digits.SHUFFLED:  # another processor may flip a picture or two
        assert abs(again[network][0][0] - runs[network][row][column]) <= 2, network
    assert again["held_out"] == runs["held_out"]


# ---------------------------------------------------------------------------- claims


@pytest.mark.parametrize(
    ("loss", "rounding", "verdict"),
    [(0.01, 1e-12, Verdict.CAVEAT), (0.0, 1e-12, Verdict.HOLDS), (0.01, 0.0, Verdict.FAILS)],
)
def test_what_the_cnn_loses_decides_whether_an_image_is_a_vector(
    monkeypatch, loss, rounding, verdict
):
    def accuracy(seed, network, moved, shuffle_seed):
        return 0.97 - loss * (network == "CNN" and moved > 0)

    monkeypatch.setattr(modelling_image, "held_out_accuracy", accuracy)
    monkeypatch.setattr(modelling_image, "ROUNDING", rounding)
    assert claims.check("image-is-a-vector", [2]).verdict == verdict


@pytest.mark.parametrize(
    ("name", "value", "verdict"),
    [("POOR", 0.1, Verdict.FAILS), ("RIGHT", 1.0, Verdict.FAILS), ("ROUNDING", 0.0, Verdict.FAILS)],
)
def test_codes_could_have_come_out_otherwise(monkeypatch, name, value, verdict):
    monkeypatch.setattr(modelling_image, name, value)
    assert claims.check("numbers-are-not-quantities", [2]).verdict == verdict


def test_the_token_task_is_what_it_says():
    ids, starts = token_codes.token_task()
    assert len(set(ids)) == token_codes.CODES
    assert [tokens.tokenizer().id_to_token(i)[0] == "Ġ" for i in ids.tolist()] == starts.tolist()
    order = token_codes.relabelling(4)
    assert (token_codes.as_one_hot(order).argmax(axis=1) == order).all()
    numbers = token_codes.as_numbers(order)
    assert (numbers.min(), numbers.max(), numbers.shape) == (-1, 1, (64, 1))
