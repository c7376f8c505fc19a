"""Text as numbers: a byte-level BPE tokenizer, trained on the docstrings that every reader has.

Byte-pair encoding (Sennrich and others 2016) begins with the 256 bytes and joins, again and again,
the pair of neighbours that is most frequent in the text, until the vocabulary is full.
"""

import functools
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from fitlab import random, validate
from fitlab.language import corpus

VOCABULARY = 4_000
MOST = 15_730  # then no pair of neighbours is left in the text to join
BYTES = 256  # the tokens that any text falls back on
BOUNDARY = "\f"  # a token of its own, and in no docstring: it begins and ends each of them
HELD_OUT_SHARE = 0.1  # of the documents


@functools.lru_cache(maxsize=8)
def tokenizer(vocabulary=VOCABULARY):
    """The tokenizer of NumPy's docstrings with so many tokens: a `tokenizers.Tokenizer`, shared.

    Any text is encoded without loss, because every byte is a token. The same text gives the same
    tokenizer on every machine.
    """
    vocabulary = validate.integer("vocabulary", vocabulary, BYTES, MOST)
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator(corpus.docstrings(), trainer)
    return made


def encode(text, vocabulary=VOCABULARY):
    """The numbers of a text's tokens: a list of ints from 0 to vocabulary - 1."""
    return tokenizer(vocabulary).encode(_text(text)).ids


def decode(ids, vocabulary=VOCABULARY):
    """The text that these tokens make up; decode(encode(text)) is text.

    Bytes that are no UTF-8 together (a part of a character) become the replacement character.
    """
    size = tokenizer(vocabulary).get_vocab_size()
    return tokenizer(vocabulary).decode([validate.integer("id", i, 0, size - 1) for i in ids])


def pieces(text, vocabulary=VOCABULARY):
    """The parts that a text is cut into, one for each token; together they are the text.

    Where several tokens make up one character, the first has it and the others are empty.
    """
    text, done, parts = _text(text), 0, []
    for start, end in tokenizer(vocabulary).encode(text).offsets:
        parts.append(text[max(start, done) : end])
        done = end
    return parts


def _text(value):
    if not isinstance(value, str):
        raise ValueError(f"text={value!r} was given; text must be a string")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError(
            f"text with half a character, {value[error.start]!r} at {error.start}, was given; it "
            "must be text that UTF-8 can write: drop the half, or decode with errors='replace'"
        ) from None
    return value


@dataclass(frozen=True, eq=False)
class TextSplit:
    """Two streams of tokens from different documents, int64; each begins and ends with BOUNDARY.

    held_out_bytes: the length in UTF-8 of the text that held_out[1:] makes up.
    """

    train: np.ndarray
    held_out: np.ndarray
    held_out_bytes: int


@functools.lru_cache(maxsize=16)
def split(seed):
    """NumPy's docstrings as a TextSplit: `seed` decides which tenth of them is held out.

    The tokenizer has seen all of them; how a text is cut says little of what comes next.
    """
    rng = np.random.default_rng(validate.integer("seed", seed, 0, random.MAX_SEED))
    documents = corpus.docstrings()
    order = rng.permutation(len(documents))
    count = round(HELD_OUT_SHARE * len(documents))
    held_out, train = order[:count], order[count:]
    size = sum(len((documents[i] + BOUNDARY).encode()) for i in held_out)
    return TextSplit(_stream(train), _stream(held_out), size)


def _stream(chosen):
    """The tokens of these documents, one after the other: int64 (n,)."""
    (boundary,) = encode(BOUNDARY)
    ids = [boundary]
    for i in chosen:
        ids += [*_encoded_docstrings()[i], boundary]
    return np.array(ids, dtype=np.int64)


@functools.cache
def _encoded_docstrings():
    return [encode(document) for document in corpus.docstrings()]
