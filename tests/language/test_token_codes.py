"""The small task on tokens."""

from fitlab.language import token_codes, tokens


def test_the_token_task_is_what_it_says():
    ids, starts = token_codes.token_task()
    assert len(set(ids)) == token_codes.CODES
    assert [tokens.tokenizer().id_to_token(i)[0] == "Ġ" for i in ids.tolist()] == starts.tolist()
    order = token_codes.relabelling(4)
    assert (token_codes.as_one_hot(order).argmax(axis=1) == order).all()
    numbers = token_codes.as_numbers(order)
    assert (numbers.min(), numbers.max(), numbers.shape) == (-1, 1, (64, 1))
