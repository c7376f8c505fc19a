"""A small causal transformer: from a row of tokens to scores of the token that comes after each.

The arrangement is GPT's (Vaswani and others 2017; Radford and others 2019), in plain torch.
"""

import functools
import math

import torch
from torch import nn
from torch.nn import functional

from fitlab import modes, random, validate
from fitlab.networks.network import draw_parameters


class Transformer(nn.Module):
    """From tokens int64 (n, t), t <= context, to the scores of each next token: (n, t, vocabulary).

    Row t of the scores is a softmax away from the distribution of token t + 1, and knows of the
    tokens 0 to t alone. A token's score is how well what was found so far agrees with the numbers
    that stand for the token, the same at the input and the output (Press & Wolf 2017), and a bias;
    at the input they are multiplied by sqrt(width), as Vaswani and others do.
    The parameters are float32; they start as torch's linear layers do, drawn by `seed` from the
    book's own generator.

    vocabulary: how many tokens there are.  width: numbers that stand for each.
    heads: attentions side by side; they divide the width.  depth: how many blocks.
    context: how many tokens it sees at most.
    """

    @modes.ours()
    def __init__(self, vocabulary, *, width=128, heads=4, depth=2, context=64, seed=0):
        super().__init__()
        self.context = validate.integer("context", context, 2)
        self.vocabulary = validate.integer("vocabulary", vocabulary, 1)
        self.seed = validate.integer("seed", seed, 0, random.MAX_SEED)
        self.width = width = validate.integer("width", width, 1)
        heads = validate.integer("heads", heads, 1)
        if width % heads:
            raise ValueError(f"width={width} and heads={heads} were given; heads must divide width")
        depth = validate.integer("depth", depth, 1)
        self.token = nn.utils.skip_init(nn.Embedding, self.vocabulary, width)
        self.position = nn.utils.skip_init(nn.Embedding, self.context, width)
        with torch.device("cpu"):
            self.blocks = nn.Sequential(*(Block(width, heads) for _ in range(depth)))
            self.norm = nn.LayerNorm(width)
            self.bias = nn.Parameter(torch.zeros(self.vocabulary))
        drawn = [m for m in self.modules() if isinstance(m, nn.Embedding | nn.Linear)]
        draw_parameters(drawn, self.seed)

    def forward(self, ids):
        """The scores of each next token."""
        return self.scores(self.features(ids))

    def features(self, ids):
        """What is found out about the token after each of ids (n, t): (n, t, width)."""
        x = math.sqrt(self.width) * self.token(ids) + self.position.weight[: ids.shape[1]]
        return self.norm(self.blocks(x))

    def scores(self, features):
        """Features (..., width) as a score for each token: (..., vocabulary)."""
        return functional.linear(features, self.token.weight, self.bias)

    @modes.ours()
    def next_token_probabilities(self, ids):
        """The distribution of the token after the tokens `ids`: float64 (vocabulary,).

        Of a longer beginning than `context`, the last tokens count.
        """
        ids = validate.token_stream("ids", ids, self.vocabulary, 1)[-self.context :]
        scores = self.scores(self.features(torch.from_numpy(ids)[None])[0, -1])
        return functional.softmax(scores.double(), dim=0).numpy()

    @modes.ours()
    def surprise(self, stream):
        """-ln of the probability of each token but the first, after those before it: (n - 1,).

        Each token is predicted from a quarter of `context` at least, as far as the stream has that:
        windows overlap by a quarter, which is predicted by the first of them alone.
        """
        stream = torch.from_numpy(validate.token_stream("stream", stream, self.vocabulary, 2))
        known = self.context // 4
        found = []
        for start in range(0, max(len(stream) - 1 - known, 1), self.context - known):
            window = stream[start : start + self.context + 1]
            skipped = known if start else 0
            scores = self.scores(self.features(window[None, :-1])[0, skipped:])
            truth = window[1 + skipped :]
            found.append(functional.cross_entropy(scores, truth, reduction="none"))
        return torch.cat(found).double().numpy()

    @property
    def parameter_count(self):
        """How many numbers training adjusts."""
        return sum(p.numel() for p in self.parameters())

    def __repr__(self):
        return (
            f"Transformer({len(self.blocks)} blocks, context {self.context}, seed={self.seed}: "
            f"{self.parameter_count:,} parameters)"
        )


class Block(nn.Module):
    """Tokens look back, x + attention(norm(x)); then each thinks for itself, x + mlp(norm(x)).

    x: (n, t, width), and so is the result.
    """

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        linear = functools.partial(nn.utils.skip_init, nn.Linear)
        self.attention_norm, self.mlp_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query_key_value, self.mixed = linear(width, 3 * width), linear(width, width)
        self.up, self.down = linear(width, 4 * width), linear(4 * width, width)

    def forward(self, x):
        """One round of looking back and thinking."""
        n, t, width = x.shape
        parts = self.query_key_value(self.attention_norm(x)).view(n, t, 3, self.heads, -1)
        query, key, value = parts.permute(2, 0, 3, 1, 4)  # each (n, heads, t, width / heads)
        heard = causal_attention(query, key, value).transpose(1, 2).reshape(n, t, width)
        x = x + self.mixed(heard)
        return x + self.down(functional.gelu(self.up(self.mlp_norm(x))))


def causal_attention(query, key, value):
    """softmax(Q K' / sqrt(d)) V, with no weight on what comes later (Vaswani and others 2017).

    query, key, value: (..., t, d).  Returns (..., t, d): row i is a mean of the values 0 to i.
    """
    t, d = query.shape[-2:]
    later = torch.ones(t, t, dtype=torch.bool, device=query.device).triu(1)
    match = (query @ key.mT / math.sqrt(d)).masked_fill(later, -math.inf)
    return torch.softmax(match, dim=-1) @ value
