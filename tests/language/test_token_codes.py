"""The small task on tokens."""

import copy

import torch
from torch.nn import functional

from fitlab.language import token_codes, tokens


def test_the_token_task_is_what_it_says():
    ids, starts = token_codes.token_task()
    assert len(set(ids)) == token_codes.CODES
    assert [tokens.tokenizer().id_to_token(i)[0] == "Ġ" for i in ids.tolist()] == starts.tolist()
    order = token_codes.relabelling(4)
    assert (token_codes.as_one_hot(order).argmax(axis=1) == order).all()
    numbers = token_codes.as_numbers(order)
    assert (numbers.min(), numbers.max(), numbers.shape) == (-1, 1, (64, 1))


def test_an_embedding_is_a_matrix_before_an_mlp_and_steps_as_torch_does():
    model = token_codes.EmbeddingNetwork(3)
    shapes = [(2, 64), (2,), (64, 2), (64,), (2, 64), (2,)]
    assert [tuple(p.shape) for p in model.parameters()] == shapes
    places, hidden, last = model.layers
    x = torch.eye(64, dtype=torch.float64)
    assert torch.equal(model(x), last(torch.relu(hidden(places(x)))))
    _, labels = token_codes.token_task()
    run = token_codes.learn_codes(model, token_codes.as_one_hot(range(64)), epochs=20)
    plain = copy.deepcopy(model)
    optimizer = torch.optim.Adam(plain.parameters(), 3e-3)
    for _ in range(20):
        loss = functional.cross_entropy(plain(x), torch.from_numpy(labels))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    for a, b in zip(run.model.parameters(), plain.parameters(), strict=True):
        assert (a - b).abs().max() < 1e-12
