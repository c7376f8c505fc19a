"""Text as tokens, and back."""

import pytest
from tokenizers import Tokenizer

from fitlab.language import corpus, tokens


def test_bad_input_is_refused_in_words():
    with pytest.raises(ValueError, match="text=3 was given"):
        tokens.encode(3)
    with pytest.raises(ValueError, match="id=4000"):
        tokens.decode([4000])
    with pytest.raises(ValueError, match="vocabulary=255"):
        tokens.encode("x", vocabulary=255)


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
