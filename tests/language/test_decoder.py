"""A decoder never looks ahead, counted models count, and both say a distribution of what comes."""

import json
import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.nn import functional

from fitlab import claims
from fitlab.language import decoder, tokens
from fitlab.language.decoder import new_decoder, train_language_model
from fitlab.language.kneser_ney import KneserNey
from fitlab.networks.transformer import Transformer, causal_attention

SMALL = {"width": 12, "heads": 3, "depth": 2, "context": 8, "vocabulary": 11}
A, B, C, D = range(4)
TINY = [A, B, A, C, A, B]  # the runs AB twice, BA, AC, CA once


@pytest.fixture(scope="module")
def stream():
    """Tokens that go round, with some noise: a text that can be learnt."""
    rng = np.random.default_rng(0)
    return (np.arange(600) + (rng.random(600) < 0.1)) % 11


@pytest.fixture
def ids():
    return torch.from_numpy(np.random.default_rng(1).integers(0, 11, (5, 8)))


# ---------------------------------------------------------------------------- the text


def test_no_document_is_in_both_parts_and_none_is_lost():
    from fitlab.language import corpus

    for seed in (0, 1):
        split = tokens.split(seed)
        parts = [documents(split.train), documents(split.held_out)]
        assert sorted(parts[0] + parts[1]) == sorted(corpus.docstrings())
        assert len(parts[1]) == round(len(corpus.docstrings()) / 10)
        text = tokens.decode(split.held_out[1:].tolist())
        assert split.held_out_bytes == len(text.encode())
    assert documents(tokens.split(0).held_out) != parts[1]


def documents(stream):
    parts = tokens.decode(stream.tolist()).split(tokens.BOUNDARY)
    assert parts[0] == parts[-1] == ""
    return parts[1:-1]


# ---------------------------------------------------------------------------- counted models


def test_the_bigram_is_the_one_computed_by_hand():
    """One run of two is seen twice and three once: the discount is 3 / (3 + 2).

    Different tokens before A: B, C; before B: A; before C: A. One before C and one before B, two
    before A: the discount of these is 2 / (2 + 2 * 1).
    """
    bigram = KneserNey(TINY, 2, vocabulary=4)
    high, low = 3 / 5, 2 / 4
    freed = 3 * low / 4  # of four different runs, dealt out to the four tokens
    one = {A: (2 - low) / 4, B: (1 - low) / 4, C: (1 - low) / 4, D: 0}
    one = {token: p + freed / 4 for token, p in one.items()}
    assert sum(one.values()) == pytest.approx(1)
    seen = {B: 2 - high, C: 1 - high}  # after A, three times
    for token in (A, B, C, D):
        expected = (seen.get(token, 0) + 2 * high * one[token]) / 3
        assert bigram.probability([A], token) == pytest.approx(expected, rel=1e-14)
        assert bigram.probability([D], token) == pytest.approx(one[token], rel=1e-14)
        assert bigram.probability([D, A], token) == bigram.probability([A], token)
        assert bigram.probability([], token) == pytest.approx(one[token], rel=1e-14)


def test_the_unigram_is_the_share_of_each_token_but_for_a_discount():
    unigram = KneserNey(TINY, 1, vocabulary=4)
    discount = 1 / (1 + 2 * 1)  # C once, B twice, A three times
    expected = (np.array([3, 2, 1, 0]) - discount * np.array([1, 1, 1, 0]) + 3 * discount / 4) / 6
    np.testing.assert_allclose(unigram.next_token_probabilities([A, B]), expected, rtol=1e-14)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_after_any_context_the_probabilities_add_up_to_one_and_none_is_zero(stream, order):
    model = KneserNey(stream, order, vocabulary=13)
    for context in ([], [3], [12, 3], [3, 4], [4, 3], [1, 2, 3], [12, 12, 12]):
        p = model.next_token_probabilities(context)
        assert p.sum() == pytest.approx(1, abs=1e-12)
        assert p.min() > 0


def test_the_trigram_of_the_docstrings_adds_up_to_one():
    split = tokens.split(0)
    model = KneserNey(split.train, 3)
    for i in (1, 2, 1_000, 20_000):
        p = model.next_token_probabilities(split.held_out[:i].tolist())
        assert len(p) == 4_000
        assert p.sum() == pytest.approx(1, abs=1e-10)
        assert p.min() > 0


def test_a_context_helps_and_a_repetition_without_end_leaves_a_rest(stream):
    found = [KneserNey(stream[:500], n, vocabulary=11).surprise(stream[500:]) for n in (1, 2, 3)]
    assert [len(f) for f in found] == [99] * 3
    means = [f.mean() for f in found]
    assert means[0] > 2
    assert means[1] < 0.8
    assert means[0] == pytest.approx(math.log(11), abs=0.1)
    assert np.isfinite(KneserNey([A, B] * 20, 2, vocabulary=4).surprise([D, C, B, A])).all()


def test_no_discount_tuned_on_a_part_of_the_training_text_is_much_better(monkeypatch):
    """The estimate from counts is as good as a choice among many on documents left out of it."""
    from dataclasses import replace

    train = tokens.split(0).train
    middle = int(0.9 * len(train))
    model = KneserNey(train[:middle], 2)
    top = model._orders[-1]
    estimated, others = model.surprise(train[middle:]).mean(), []
    for discount in (0.3, 0.5, 0.6, 0.7, 0.8, 0.9):
        kept = {context: n / top.discount * discount for context, n in top.freed.items()}
        model._orders[-1] = replace(top, discount=discount, freed=type(top.freed)(kept))
        others.append(model.surprise(train[middle:]).mean())
    assert estimated < min(others) + 0.01
    assert max(others) > estimated + 0.02  # it does matter


# ---------------------------------------------------------------------------- the network


@pytest.mark.parametrize("changed", [1, 4, 7])
def test_a_later_token_changes_no_earlier_output(ids, changed):
    model = Transformer(**SMALL)
    other = ids.clone()
    other[:, changed:] = (other[:, changed:] + 5) % 11
    before, after = model(ids), model(other)
    assert torch.equal(before[:, :changed], after[:, :changed])
    assert not torch.isclose(before[:, changed:], after[:, changed:]).all(dim=2).any()


def test_an_earlier_token_changes_all_later_outputs(ids):
    model = Transformer(**SMALL)
    other = ids.clone()
    other[:, 0] = (other[:, 0] + 5) % 11
    assert not torch.isclose(model(ids), model(other), rtol=0, atol=1e-7).all(dim=2).any()


def test_attention_is_torchs():
    rng = np.random.default_rng(2)
    query, key, value = torch.from_numpy(rng.normal(size=(3, 2, 4, 7, 5)))
    expected = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
    assert torch.allclose(causal_attention(query, key, value), expected, rtol=0, atol=1e-12)


def test_a_block_is_torchs_encoder_layer(ids):
    """With the same numbers in it, torch's own layer, norms first, gives the same."""
    block = Transformer(**SMALL, seed=3).double().blocks[0]
    peer = torch.nn.TransformerEncoderLayer(
        12, 3, 48, dropout=0, activation="gelu", batch_first=True, norm_first=True
    ).double()
    attention = peer.self_attn
    with torch.no_grad():
        attention.in_proj_weight.copy_(block.query_key_value.weight)
        attention.in_proj_bias.copy_(block.query_key_value.bias)
    attention.out_proj.load_state_dict(block.mixed.state_dict())
    peer.linear1.load_state_dict(block.up.state_dict())
    peer.linear2.load_state_dict(block.down.state_dict())
    x = torch.from_numpy(np.random.default_rng(3).normal(size=(5, 8, 12)))
    mask = torch.nn.Transformer.generate_square_subsequent_mask(8, dtype=torch.float64)
    assert torch.allclose(block(x), peer(x, src_mask=mask, is_causal=True), rtol=0, atol=1e-10)


def test_parameters_are_counted_by_hand_and_decided_by_the_seed():
    model = Transformer(**SMALL, seed=1)
    block = 2 * 2 * 12 + (12 * 36 + 36) + (12 * 12 + 12) + (12 * 48 + 48) + (48 * 12 + 12)
    assert model.parameter_count == 11 * 12 + 8 * 12 + 2 * block + 2 * 12 + 11
    assert f"{model.parameter_count:,} parameters" in repr(model)
    first, again, other = (
        torch.cat([p.detach().flatten() for p in Transformer(**SMALL, seed=s).parameters()])
        for s in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert (first != other).float().mean() > 0.8  # all but biases and norms that start at 0 and 1
    assert model.token.weight.abs().max() <= 1 / math.sqrt(12)


def test_an_untrained_decoder_is_about_as_surprised_as_a_guess_among_all():
    held_out = tokens.split(0).held_out[:400]
    for seed in range(3):
        assert new_decoder(seed=seed).surprise(held_out).mean() == pytest.approx(
            math.log(4_000), abs=0.3
        )


@pytest.mark.parametrize("length", [2, 5, 9, 10, 40, 41, 47])
def test_surprise_predicts_each_token_once_from_a_quarter_at_least(stream, length):
    model = Transformer(**SMALL).double()
    text = torch.from_numpy(stream[:length])
    found = model.surprise(stream[:length])
    assert found.shape == (length - 1,)
    for i in range(1, length):
        possible = []
        for known in range(min(i, 2), min(i, 8) + 1):
            q = model.next_token_probabilities(stream[i - known : i])
            possible.append(-math.log(q[text[i]]))
        assert np.abs(np.array(possible) - found[i - 1]).min() < 1e-9


def test_next_token_probabilities_are_a_distribution_over_all_tokens():
    model = new_decoder(seed=1)
    for beginning in ("", "Return the ", "x" * 900):
        p = decoder.next_token_probabilities(model, beginning)
        assert p.shape == (4_000,)
        assert p.dtype == np.float64
        assert p.sum() == pytest.approx(1, abs=1e-12)
    ids = tokens.encode("Return the ")
    same = decoder.next_token_probabilities(model, ids)
    assert (same == decoder.next_token_probabilities(model, "Return the ")).all()


# ---------------------------------------------------------------------------- training


def trained(stream, **changes):
    settings = {"steps": 60, "batch": 8, "lr": 1e-2, "seed": 1, **changes}
    return train_language_model(
        Transformer(**SMALL, seed=1), stream[:500], stream[500:], **settings
    )


def test_training_learns_what_can_be_learnt(stream):
    steps = []
    run = trained(stream, steps=200, on_step=steps.append)
    assert steps == run.history
    assert len(run.losses) == 200
    assert run.losses[0] == pytest.approx(math.log(11), abs=0.4)
    numbers, found = run.checks
    assert numbers.tolist() == [50, 100, 150, 200]
    assert found[-1] == run.held_out == run.model.surprise(stream[500:]).mean()
    assert (
        run.held_out < KneserNey(stream[:500], 1, vocabulary=11).surprise(stream[500:]).mean() - 1
    )


def test_the_first_loss_is_torchs_cross_entropy_of_the_batch(stream):
    """Windows drawn by the seed from the book's generator, every token of each predicted."""
    from fitlab import random

    model = Transformer(**SMALL, seed=1)
    (places,) = random.batch_indices(1, [1], 8, 500 - 8)
    window = torch.from_numpy(np.stack([stream[i : i + 9] for i in places]))
    scores = model(window[:, :-1]).reshape(-1, 11)
    expected = functional.nll_loss(scores.log_softmax(1), window[:, 1:].reshape(-1))
    assert trained(stream).losses[0] == pytest.approx(expected.item(), rel=1e-6)


def test_training_leaves_the_model_alone_and_the_seed_decides_it(stream):
    model = Transformer(**SMALL)
    before = model.token.weight.clone()
    one, again, other = (
        train_language_model(model, stream, stream[:20], steps=5, batch=2, seed=seed)
        for seed in (1, 1, 2)
    )
    assert torch.equal(model.token.weight, before)
    assert (one.losses == again.losses).all()
    assert one.losses[0] != other.losses[0]


def test_cross_entropy_and_kl_divergence_train_the_same_network(stream):
    model = Transformer(**SMALL).double()
    runs = [
        train_language_model(model, stream, stream[:50], loss=loss, steps=30, batch=4, lr=1e-2)
        for loss in ("cross-entropy", "KL divergence")
    ]
    np.testing.assert_allclose(runs[0].losses, runs[1].losses, rtol=0, atol=1e-10)
    one, other = (run.model.surprise(stream[:50]) for run in runs)
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-8)


def test_the_learning_rate_rises_and_falls_to_nothing():
    rates = [decoder.rate(number, 100) for number in range(1, 101)]
    assert rates[:5] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1])
    assert (np.diff(rates[4:]) < 0).all()
    assert rates[-1] == 0


def test_an_interrupted_training_says_how_far_it_came(stream):
    def interrupt(step):
        if step.number == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match="after step 7 of 60; no result was kept"):
        trained(stream, on_step=interrupt)


def test_the_run_on_record_begins_as_it_does_now():
    """The whole run would take a minute; its first steps have no other code than the last."""
    run, losses = decoder.recorded()[0], []

    def stop(step):
        losses.append(step.loss)
        if step.number == decoder.EVERY:
            raise KeyboardInterrupt

    text = tokens.split(run["seed"])
    with pytest.raises(KeyboardInterrupt):
        train_language_model(
            new_decoder(seed=run["seed"]), text.train, text.held_out, seed=run["seed"], on_step=stop
        )
    assert np.mean(losses) == pytest.approx(run["loss"][0], abs=0.01)
    for order, name in ((1, "unigram"), (2, "bigram"), (3, "trigram")):
        assert decoder.counted_surprise(order, run["seed"]) == pytest.approx(run[name], abs=2e-3)


def test_the_record_is_whole():
    runs = decoder.recorded()
    assert [run["seed"] for run in runs] == list(decoder.RECORDED)
    for run in runs:
        assert len(run["loss"]) == decoder.STEPS / decoder.EVERY
        assert run["checked"][-1] == decoder.STEPS
        assert len(run["held_out"]) == len(run["checked"]) == decoder.CHECKS
        assert json.dumps(run)


# ---------------------------------------------------------------------------- the claim


@pytest.mark.parametrize(
    ("here", "on_record", "loss", "verdict"),
    [(3.0, 3.0, None, "holds"), (4.6, 3.0, None, "does not hold as stated"),
     (3.0, 4.6, None, "does not hold as stated"),
     (3.0, 3.0, functional.multi_margin_loss, "does not hold as stated")],
)  # fmt: skip
def test_the_check_can_come_out_otherwise(monkeypatch, here, on_record, loss, verdict):
    """No training of a minute: an untrained decoder that is said to have ended at `here`."""
    full = SimpleNamespace(held_out=here, losses=[math.log(4_000)], model=new_decoder())
    run = {"held_out": [8, on_record], "unigram": 6.3, "bigram": 4.4, "trigram": 3.8}
    monkeypatch.setattr(decoder, "docstring_decoder", lambda seed: full)
    monkeypatch.setattr(decoder, "recorded", lambda: [run])
    if loss:
        monkeypatch.setitem(decoder.LOSSES, "KL divergence", loss)
    claims.cross_entropy.small_training.cache_clear()
    evidence = claims.check("decoder-is-a-classifier", [0])
    claims.cross_entropy.small_training.cache_clear()
    assert evidence.verdict == verdict
    assert evidence.numbers["decoder at the end, this training, nats"] == here


# ---------------------------------------------------------------------------- writing


class Parrot:
    """Says one thing after a boundary, and otherwise the token after the last, or the one after."""

    def next_token_probabilities(self, ids):
        p = np.zeros(4_000)
        p[(ids[-1] + 1) % 4_000], p[(ids[-1] + 2) % 4_000] = 0.6, 0.4
        return p


def test_text_is_continued_token_by_token():
    written = decoder.continue_text(Parrot(), "a", 5, temperature=0)
    (first,) = tokens.encode("a")
    assert written == tokens.decode(range(first, first + 6))
    one, again, other = (decoder.continue_text(Parrot(), "a", 9, seed=s) for s in (1, 1, 2))
    assert one == again != other
    assert decoder.continue_text(Parrot(), "as it was", 0) == "as it was"


def test_temperature_sharpens():
    p, rng = np.array([0.6, 0.4]), np.random.default_rng(0)
    for temperature in (0.5, 1, 2):
        drawn = np.mean([decoder._drawn(p, temperature, rng) for _ in range(4_000)])
        powers = p ** (1 / temperature)
        assert drawn == pytest.approx(powers[1] / powers.sum(), abs=0.03)


# ---------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"width": 10, "heads": 3}, "heads must divide width"), ({"depth": 0}, "depth=0"),
     ({"context": 1}, "context=1"), ({"seed": -1}, "seed=-1"), ({"vocabulary": 0}, "vocabulary=0")],
)  # fmt: skip
def test_a_network_that_cannot_be_is_refused(settings, said):
    with pytest.raises(ValueError, match=said):
        Transformer(**({"vocabulary": 11} | settings))


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"steps": 0}, "steps=0"), ({"batch": 0}, "batch=0"), ({"lr": 0}, "lr=0"),
     ({"seed": 1.5}, "seed="),
     ({"loss": "accuracy"}, "must be one of cross-entropy, KL divergence"),
     ({"lr": 1e30}, "not a number at step .*smaller")],
)  # fmt: skip
def test_a_training_that_cannot_be_is_refused(stream, changes, said):
    with pytest.raises(ValueError, match=said):
        trained(stream, **changes)


@pytest.mark.parametrize(
    ("ids", "said"),
    [([], "at least 1"), ([[1, 2]], "shape"), ([1.5], "integers"), ([11], "from 0 to 10"),
     ([-1], "-1")],
)  # fmt: skip
def test_what_is_no_stream_is_refused(ids, said):
    with pytest.raises(ValueError, match=said):
        Transformer(**SMALL).next_token_probabilities(ids)
    with pytest.raises(ValueError, match="stream"):
        KneserNey(ids, 1, vocabulary=11)


def test_the_rest_of_bad_input_is_refused():
    with pytest.raises(ValueError, match="stream of shape"):
        KneserNey([1, 2], 3)
    with pytest.raises(ValueError, match="order=0"):
        KneserNey([1, 2], 0)
    with pytest.raises(ValueError, match="at least 9 integers"):
        train_language_model(Transformer(**SMALL), [1, 2, 3], [1, 2, 3])
    with pytest.raises(ValueError, match="temperature=-1"):
        decoder.continue_text(Parrot(), "a", temperature=-1)
    with pytest.raises(ValueError, match="length=-1"):
        decoder.continue_text(Parrot(), "a", -1)
    with pytest.raises(ValueError, match="text=3"):
        decoder.continue_text(Parrot(), 3)
    with pytest.raises(ValueError, match="seed=-1"):
        tokens.split(-1)


@pytest.mark.parametrize("vocabulary", [255, 100_000, 10**9, 10**18, 10**30])
def test_a_vocabulary_that_the_text_cannot_fill_is_refused(vocabulary, monkeypatch):
    monkeypatch.setattr(tokens, "trainers", None)  # before anything is made for it
    with pytest.raises(ValueError, match="an integer from 256 to 15730"):
        tokens.tokenizer(vocabulary)


def test_the_largest_vocabulary_leaves_nothing_to_join(monkeypatch):
    most = tokens.MOST
    assert tokens.tokenizer(most).get_vocab_size() == most
    monkeypatch.setattr(tokens, "MOST", most + 100)
    assert tokens.tokenizer.__wrapped__(most + 100).get_vocab_size() == most


@pytest.mark.parametrize(
    "call", [tokens.encode, tokens.pieces, lambda text: decoder.continue_text(Parrot(), text)]
)
def test_half_a_character_is_refused_in_words(call):
    with pytest.raises(ValueError, match="half a character"):
        call("a\ud800b")
