"""Language models that count: how often did which token follow these?"""

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np

from fitlab import validate
from fitlab.language import tokens

NAMES = {1: "unigram", 2: "bigram", 3: "trigram"}


@dataclass(frozen=True)
class _Order:
    """Runs of one length: their counts, and what the discount took from those behind a context."""

    counts: Counter  # (*context, token) -> how often
    totals: Counter  # context -> how often, with any token
    discount: float
    freed: Counter  # context -> what was taken off its counts


class KneserNey:
    """The distribution of the next token by interpolated Kneser-Ney smoothing.

    Every count of a run of `order` tokens is lowered by a discount, and what this frees in a
    context is dealt out as the model of one token less says; below the unigram all tokens are
    alike. A shorter run is counted once for each different token that ever stood before it, not
    each time: "Francisco" is frequent, but only after "San". The discount is n1 / (n1 + 2 n2), from
    the numbers of runs seen once and twice: the estimate that leaves each run of the training text
    out in turn (Ney, Essen and Kneser 1994). No other text is looked at. Formulas: Chen & Goodman
    1999.

    stream: tokens int (n,), 0 to vocabulary - 1.  order: 1 is the unigram, 2 the bigram, and so on.
    """

    def __init__(self, stream, order, vocabulary=tokens.VOCABULARY):
        self.vocabulary = validate.integer("vocabulary", vocabulary, 1)
        self.order = validate.integer("order", order, 1)
        ids = validate.token_stream("stream", stream, self.vocabulary, self.order).tolist()
        counts = Counter(zip(*(ids[i:] for i in range(self.order)), strict=False))
        orders = [_discounted(counts)]
        while len(orders) < self.order:
            counts = Counter(run[1:] for run in counts)  # each different run once
            orders.append(_discounted(counts))
        self._orders = orders[::-1]

    def probability(self, context, token):
        """How probable `token` is after the tokens `context`, the last of which count: a float."""
        context = tuple(context)[len(context) - min(len(context), self.order - 1) :]
        p = 1 / self.vocabulary
        for length, order in enumerate(self._orders[: len(context) + 1]):
            seen = context[len(context) - length :]
            total = order.totals[seen]
            if total == 0:
                break  # nor was any longer context seen
            kept = max(order.counts[(*seen, token)] - order.discount, 0)
            p = (kept + order.freed[seen] * p) / total
        return p

    def next_token_probabilities(self, context):
        """The distribution of the token after the tokens `context`: float64 (vocabulary,)."""
        return np.array([self.probability(context, token) for token in range(self.vocabulary)])

    def surprise(self, stream):
        """-ln of the probability of each token but the first, after those before it: (n - 1,)."""
        ids = validate.token_stream("stream", stream, self.vocabulary, 2).tolist()
        reach = self.order - 1
        return np.array(
            [
                -math.log(self.probability(ids[max(i - reach, 0) : i], ids[i]))
                for i in range(1, len(ids))
            ]
        )

    def __repr__(self):
        return f"KneserNey({NAMES.get(self.order, f'order {self.order}')})"


def _discounted(counts):
    totals, freed = Counter(), Counter()
    once, twice = (sum(count == times for count in counts.values()) for times in (1, 2))
    once = max(once, 1)  # so that something is left over for what was never seen
    discount = once / (once + 2 * twice)
    for run, count in counts.items():
        totals[run[:-1]] += count
        freed[run[:-1]] += discount
    return _Order(counts, totals, discount, freed)
