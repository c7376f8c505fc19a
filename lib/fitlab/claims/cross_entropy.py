"""Claims of the page `cross_entropy`: what the loss measures, and when KL is another one."""

import functools

import numpy as np
import torch
from torch.nn import functional

from fitlab import coding, datasets, information
from fitlab.claims.ledger import Verdict, claim, percent, spread
from fitlab.classifiers import SMOOTHING, mlp, train_classifier

PAIRS = 1_000  # of distributions, for every seed
ROUNDING = 1e-12  # nats
EPOCHS = 15
LOSSES = {
    "plain": "cross-entropy",
    "CE": "cross-entropy of smoothed labels",
    "KL": "KL divergence of smoothed labels",
}
LETTERS, MESSAGE = 6, 10_000  # of the alphabet, and symbols in a message
MOST = coding.WORD + 3  # bits: the last word is sent whole, and its number needs a place inside
ERRORS = 4  # standard errors that a mean may be off


def pairs(seed, k=8, zeros=0.1):
    """Random P and Q, float64 (PAIRS, k) each; each probability is 0 with the chance `zeros`."""
    rng = np.random.default_rng(seed)
    weights = rng.exponential(size=(2, PAIRS, k)) * (rng.random((2, PAIRS, k)) >= zeros)
    weights[weights.sum(axis=-1) == 0] = 1
    return weights / weights.sum(axis=-1, keepdims=True)


def gradients(p, q):
    """Of cross-entropy and of KL, by q and by p, as torch differentiates them.

    p, q: positive, float64 (n, k).  Returns {"q": [CE's, KL's], "p": [CE's, KL's]}, each (n, k).
    """
    p, q = (torch.tensor(x, requires_grad=True) for x in (p, q))
    losses = -(p * q.log()).sum(), (p * (p.log() - q.log())).sum()
    return {
        name: [torch.autograd.grad(loss, x, retain_graph=True)[0].numpy() for loss in losses]
        for name, x in (("q", q), ("p", p))
    }


def score_gradients(p, scores):
    """Of torch's own cross_entropy and kl_div, by the scores: two arrays (n, k)."""
    target, found = torch.from_numpy(p), []
    for loss in (
        lambda s: functional.cross_entropy(s, target),
        lambda s: functional.kl_div(functional.log_softmax(s, 1), target, reduction="batchmean"),
    ):
        s = torch.tensor(scores, requires_grad=True)
        found.append(torch.autograd.grad(loss(s), s)[0].numpy())
    return found


@functools.cache
def trained(seed, loss):
    """A classifier of the digits (a training with its history), trained with one of LOSSES."""
    split = datasets.digits(seed)
    settings = {"loss": LOSSES[loss], "max_epochs": EPOCHS, "until": None, "seed": seed}
    return train_classifier(mlp(seed=seed), split.x, split.y, **settings)


def curve(seed, loss):
    """Its loss in every epoch, nats: float64 (EPOCHS,)."""
    return np.array([epoch.loss for epoch in trained(seed, loss).history])


def same_network(seed):
    """Whether cross-entropy and KL end in the same network, bit for bit."""
    states = [trained(seed, loss).model.state_dict() for loss in ("CE", "KL")]
    return all(torch.equal(states[0][name], states[1][name]) for name in states[0])


@claim(
    "ce-is-entropy-plus-kl",
    section="cross_entropy",
    says="Cross-entropy is entropy plus KL divergence: H(P, Q) = H(P) + D(P ‖ Q).",
    recorded="holds",
)
def ce_is_entropy_plus_kl(seeds):
    """Holds if, for 1,000 pairs of random distributions a seed, both sides agree to 1e-12 nats.

    One in ten probabilities is zero; where Q has a zero and P has none, both sides must be
    infinite.
    """
    gaps, infinite, agree = [], [], []
    for p, q in map(pairs, seeds):
        left = information.cross_entropy(p, q)
        right = information.entropy(p) + information.kl_divergence(p, q)
        finite = np.isfinite(left)
        gaps.append(np.abs(left[finite] - right[finite]).max())
        infinite.append(percent(~finite))
        agree.append((finite == np.isfinite(right)).all())
    holds = all(agree) and max(gaps) < ROUNDING
    return (Verdict.HOLDS if holds else Verdict.FAILS), {
        "pairs for each seed": PAIRS,
        "pairs with both sides infinite, in percent": spread(infinite),
        "largest gap of the others is below, nats": max(ROUNDING, *gaps),
    }


@claim(
    "same-gradient-when-p-is-fixed",
    section="cross_entropy",
    says="While P is fixed, as labels are, cross-entropy and KL divergence train the same network.",
    recorded="holds",
)
def same_gradient_when_p_is_fixed(seeds):
    """Holds if the gradients by q and by the scores have equal bits, and the trained networks too.

    And if, with labels smoothed by 0.1, the two training curves differ by H(P) to 1e-12 nats in
    every epoch. Beside it, how far the gradients by P are apart.
    """
    same, networks, gaps, apart = [], [], [], []
    entropy = float(information.entropy(information.smoothed_labels([0], 10, SMOOTHING))[0])
    for seed in seeds:
        p, q = pairs(seed, zeros=0)
        by = gradients(p, q)
        bits = [np.array_equal(*by["q"]), np.array_equal(*score_gradients(p, np.log(q)))]
        same.append(all(bits))
        apart.append(np.abs(by["p"][0] - by["p"][1]).mean())
        networks.append(same_network(seed))
        gaps.append(np.abs(curve(seed, "CE") - curve(seed, "KL") - entropy).max())
    holds = all(same) and all(networks) and max(gaps) < ROUNDING
    return (Verdict.HOLDS if holds else Verdict.FAILS), {
        "seeds with equal gradients by Q, in percent": percent(same),
        "seeds with equal networks after training, in percent": percent(networks),
        "H(P) of a smoothed label, nats": entropy,
        "the curves differ by H(P), to within, nats": max(ROUNDING, *gaps),
        "gradients by P, mean difference, nats": spread(apart),
    }


def sent(seed):
    """A random message from P in the code for Q: bits by the coder, by formula, and what it says.

    Returns (bits, ideal bits, whether it came back whole, H(P, Q), the standard error of a mean of
    -log2 q around it, bits in the code for P, D(P || Q)), all in bits.
    """
    rng = np.random.default_rng(seed)
    p, q = 0.9 * rng.dirichlet(np.ones(LETTERS), size=2) + 0.1 / LETTERS
    message = rng.choice(LETTERS, MESSAGE, p=p)
    words = coding.encode(message, q)
    expected = float(information.cross_entropy(p, q, base=2))
    error = np.sqrt(p @ (np.log2(q) + expected) ** 2 / MESSAGE)
    return (
        coding.WORD * len(words),
        coding.code_length(message, q),
        np.array_equal(coding.decode(words, q, MESSAGE), message),
        expected,
        float(error),
        coding.WORD * len(coding.encode(message, p)),
        float(information.kl_divergence(p, q, base=2)),
    )


@claim(
    "ce-is-code-length",
    section="cross_entropy",
    says="Cross-entropy is what a symbol of P costs, on average, in a code that was made for Q.",
    recorded="holds",
)
def ce_is_code_length(seeds):
    """Holds if a range coder gives every message of 10,000 symbols back, and is close to the ideal.

    Close: at most 35 bits above the message's own sum of -log2 q, and no bit below; and that sum
    within four standard errors of 10,000 H(P, Q).
    """
    runs = [sent(seed) for seed in seeds]
    bits, ideal, lossless, expected, errors, own, kl = map(np.array, zip(*runs, strict=True))
    excess = bits - ideal
    off = np.abs(ideal / MESSAGE - expected) / errors
    close = excess.min() > -1 and excess.max() <= MOST and off.max() < ERRORS
    return (Verdict.HOLDS if lossless.all() and close else Verdict.FAILS), {
        "H(P, Q), bits": spread(expected),
        "sent, bits a symbol": spread(bits / MESSAGE),
        "above the message’s own ideal, bits in all": spread(excess),
        "messages that came back whole, in percent": percent(lossless),
        "more than in the code for P, bits a symbol": spread((bits - own) / MESSAGE),
        "D(P ‖ Q), bits": spread(kl),
        "off H(P, Q), standard errors": spread(off),
    }
