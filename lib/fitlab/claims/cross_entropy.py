"""Claims of the page `cross_entropy`: what the loss measures, and when KL is another one."""

import functools
import math
from operator import attrgetter
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from fitlab.claims.ledger import (
    ALL,
    NINE_IN_TEN,
    Numbers,
    Reading,
    Verdict,
    claim,
    in_ten,
    percent,
    rule_by_share,
    spread,
    verdict_by,
)
from fitlab.claims.strip import PERCENT, ByLevels, Level, Strip, nine_in_ten, parts
from fitlab.classification.digit_losses import loss_curve, trained_with
from fitlab.display import show_level
from fitlab.distances import tsne
from fitlab.distances.digit_maps import digit_affinities, digit_map, trust
from fitlab.information import coding, variational
from fitlab.information.entropy import cross_entropy, entropy, kl_divergence, smoothed_labels
from fitlab.language import decoder, tokens
from fitlab.language.kneser_ney import NAMES
from fitlab.networks.losses import SMOOTHING

ROUNDING, LOOSE = 1e-12, 1e-9  # nats: of a few sums, and of a whole training
PAIRS = 1_000  # of distributions, for every seed
SMOOTHED = tuple(f"{loss} of smoothed labels" for loss in ("cross-entropy", "KL divergence"))
LETTERS, MESSAGE = 6, 10_000  # of the alphabet, and symbols in a message
MOST = coding.WORD + 3  # bits: the last word is sent whole, and its number needs a place inside
ERRORS = 4  # standard errors that a mean may be off
PERPLEXITY = 30  # at which the maps are fitted
OTHERS = (5, 15, 30, 50, 100)  # at which H(P) is measured
JUDGED = (5, 30, 100)  # at which maps are compared
STEPS = 150  # of a check; the page goes 500
LEARNT = (200, 2_000, 20_000)  # steps after which a learning P is looked at
SMALL = {"width": 16, "heads": 2, "depth": 1, "context": 16}
SMALL_STEPS: dict[str, Any] = {"steps": 20, "batch": 4, "lr": 1e-2}
PLACES = 50  # of held-out text at which the whole distribution is looked at
CLOSE = 0.01  # nats: so near is there
KNOWS_NOTHING, HALF_A_NAT = math.log(tokens.VOCABULARY), 0.5

# numbers on the faces of the cards
EXPECTED, SENT, EXCESS = (
    "H(P, Q), bits",
    "sent, bits a symbol",
    "above the message’s own ideal, bits in all",
)
WHOLE, OFF = "messages that came back whole, in percent", "off H(P, Q), standard errors"
PREFERRED = {
    "kl": f"KL is least at perplexity {JUDGED[-1]}, in percent",
    "cross_entropy": f"cross-entropy is least at perplexity {JUDGED[0]}, in percent",
}
BEST_AT = {k: f"the map of perplexity {k} is the most trustworthy, in percent" for k in JUDGED}
CHOSE_BEST = {
    loss: f"maps of least {name} that are the most trustworthy, in percent"
    for loss, name in (("kl", "KL"), ("cross_entropy", "cross-entropy"))
}
ALWAYS_LEAST = (Level(NINE_IN_TEN, "nine in ten", at_least=tuple(PREFERRED.values())),)
NEVER_BEST = (
    Level(NINE_IN_TEN, "below nine in ten", at_most=tuple(BEST_AT.values()), strict=True),
)
TRUST = {k: f"trust at perplexity {k}" for k in JUDGED}
BY_ENTROPY = "sets of maps with their cross-entropies in the order of H(P), in percent"
OF_PERPLEXITY = {k: f"H(P) at perplexity {k}, nats" for k in OTHERS}
MAPS, SLOPES = (
    f"largest difference of the {what}" for what in ("maps, by their size", "gradients")
)
EXACT = f"rows of entropy ln(perplexity) to {show_level(ROUNDING)}, percent"
DRIFT = "largest change of H(P) during a fit, nats"
OF_Q, OF_KL = "H(Q), nats", "H(P) learnt with KL, nats"
COLLAPSING = {step: f"H(P) by cross-entropy, {step:,} steps" for step in LEARNT}
FAR_OF_CE = "D(P || Q) by cross-entropy, nats"
NEAR_OF_KL = f"seeds within {CLOSE} nats of Q with KL, percent"
START, END = "decoder at the start, nats per token", "decoder at the end, ten on record, nats"
COUNTED = {name: f"smoothed {name}, nats" for name in ("trigram", "bigram")} | {
    "unigram": "unigram, nats"
}
WON = {name: f"decoders below the {name}, in percent" for name in ("bigram", "trigram")}


# ---------------------------------------------------------------------------- any P and Q


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


def same_network(seed):
    """Whether cross-entropy and KL end in the same network, bit for bit."""
    states = [trained_with(loss, seed).model.state_dict() for loss in SMOOTHED]
    return all(torch.equal(states[0][name], states[1][name]) for name in states[0])


@claim(
    "ce-is-entropy-plus-kl",
    section="cross_entropy",
    says="Cross-entropy is entropy plus KL divergence: H(P, Q) = H(P) + D(P ‖ Q).",
    kind="identity",
    rule=(
        f"Holds if both sides agree to {show_level(ROUNDING)} nats for random "
        "distributions, some of them with zeros. Where Q has a zero and P has none, both "
        "sides must be infinite."
    ),
    recorded="holds",
    needs="no training: both sides are computed",
    face=(
        "pairs for each seed",
        "pairs with both sides infinite, in percent",
        "largest gap of the others is below, nats",
    ),
)
def ce_is_entropy_plus_kl(seeds):
    gaps, infinite, agree = [], [], []
    for p, q in map(pairs, seeds):
        left = cross_entropy(p, q)
        right = entropy(p) + kl_divergence(p, q)
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
    kind="identity",
    rule=(
        "Holds if the two losses have the same gradients and end in the same network, "
        "bit for bit, and if their training curves differ by H(P) in every epoch, to "
        f"{show_level(ROUNDING)} nats. The labels of the curves are smoothed by "
        f"{SMOOTHING}."
    ),
    recorded="holds",
    needs="torch’s own gradients",
    face=(
        "seeds with equal gradients by Q, in percent",
        "seeds with equal networks after training, in percent",
        "the curves differ by H(P), to within, nats",
    ),
)
def same_gradient_when_p_is_fixed(seeds):
    same, networks, gaps, apart = [], [], [], []
    of_label = float(entropy(smoothed_labels([0], 10, SMOOTHING))[0])
    for seed in seeds:
        p, q = pairs(seed, zeros=0)
        by = gradients(p, q)
        bits = [np.array_equal(*by["q"]), np.array_equal(*score_gradients(p, np.log(q)))]
        same.append(all(bits))
        apart.append(np.abs(by["p"][0] - by["p"][1]).mean())
        networks.append(same_network(seed))
        curves = [loss_curve(loss, seed) for loss in SMOOTHED]
        gaps.append(np.abs(curves[0] - curves[1] - of_label).max())
    holds = all(same) and all(networks) and max(gaps) < ROUNDING
    return (Verdict.HOLDS if holds else Verdict.FAILS), {
        "seeds with equal gradients by Q, in percent": percent(same),
        "seeds with equal networks after training, in percent": percent(networks),
        "H(P) of a smoothed label, nats": of_label,
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
    expected = float(cross_entropy(p, q, base=2))
    error = np.sqrt(p @ (np.log2(q) + expected) ** 2 / MESSAGE)
    return (
        coding.WORD * len(words),
        coding.code_length(message, q),
        np.array_equal(coding.decode(words, q, MESSAGE), message),
        expected,
        float(error),
        coding.WORD * len(coding.encode(message, p)),
        float(kl_divergence(p, q, base=2)),
    )


@claim(
    "ce-is-code-length",
    section="cross_entropy",
    says="Cross-entropy is what a symbol of P costs, on average, in a code that was made for Q.",
    kind="theorem",
    rule=(
        f"Holds if a range coder gives every message back, spends at most {MOST} bits "
        "more than the sum of -log2 q over the message, and that sum is less than "
        f"{ERRORS} standard errors from what H(P, Q) says. The messages have {MESSAGE:,} "
        "symbols."
    ),
    recorded="holds",
    needs="a range coder",
    face=(
        Strip("bits a symbol", {EXPECTED: "H(P, Q)", SENT: "sent"}),
        Strip(
            "bits above the message’s own ideal, in all",
            {EXCESS: "sent"},
            (Level(MOST, "at most {}", at_most=(EXCESS,)),),
        ),
        Strip(
            "standard errors off H(P, Q)",
            {OFF: "the message’s ideal"},
            (Level(ERRORS, "below {}", at_most=(OFF,)),),
        ),
        WHOLE,
    ),
)
def ce_is_code_length(seeds):
    runs = [sent(seed) for seed in seeds]
    bits, ideal, lossless, expected, errors, own, kl = map(np.array, zip(*runs, strict=True))
    excess = bits - ideal
    off = np.abs(ideal / MESSAGE - expected) / errors
    close = excess.min() > -1 and excess.max() <= MOST and off.max() < ERRORS
    return (Verdict.HOLDS if lossless.all() and close else Verdict.FAILS), {
        EXPECTED: spread(expected),
        SENT: spread(bits / MESSAGE),
        EXCESS: spread(excess),
        WHOLE: percent(lossless),
        "more than in the code for P, bits a symbol": spread((bits - own) / MESSAGE),
        "D(P ‖ Q), bits": spread(kl),
        OFF: spread(off),
    }


# ---------------------------------------------------------------------------- a P that learns


def gradient_difference(seed):
    """The largest difference of the two losses' gradients, at the end of the map fitted with KL."""
    p = torch.from_numpy(digit_affinities(seed, PERPLEXITY).joint)
    points = torch.from_numpy(digit_map(seed, "kl", PERPLEXITY, STEPS).points)
    one, other = (tsne.loss_gradient(p, points, loss) for loss in tsne.MAP_LOSSES)
    return float((one - other).abs().max())


def ends_of_maps(seed):
    """What the losses are at the end of the maps of JUDGED, all made with KL."""
    return [digit_map(seed, "kl", k, STEPS).history[-1] for k in JUDGED]


def ranked_by_entropy(seed):
    """Whether the maps have their cross-entropies in the order of their H(P)."""
    ends = ends_of_maps(seed)
    by_loss, by_entropy = (sorted(ends, key=attrgetter(of)) for of in ("cross_entropy", "entropy"))
    return by_loss == by_entropy


def another_map(numbers: Numbers) -> Verdict:
    """The verdict on the letter: whether H(P) moves, or cross-entropy draws another map than KL."""
    moved, maps, slopes = (parts(numbers[name])[2] for name in (DRIFT, MAPS, SLOPES))
    fixed = moved < ROUNDING and numbers[EXACT] == ALL
    if not fixed or maps > LOOSE:
        return Verdict.HOLDS
    return Verdict.CAVEAT if maps or slopes else Verdict.FAILS


@claim(
    "perplexity-moves-the-entropy",
    section="cross_entropy",
    says="As H(P) depends on the perplexity, cross-entropies of different perplexities cannot be "
    "compared: they say how large H(P) is.",
    kind="observation",
    rule=(
        f"{rule_by_share('sets of maps', 'have their cross-entropies in the order of their H(P)')} "
        f"For every seed there are maps of perplexity {', '.join(map(str, JUDGED))}, after {STEPS} "
        "steps."
    ),
    recorded="holds",
    needs="maps by t-SNE",
    face=(
        Strip(
            "H(P), nats",
            {name: f"perplexity {k}" for k, name in OF_PERPLEXITY.items()},
        ),
        Strip(
            "sets of maps, in percent",
            {BY_ENTROPY: "cross-entropies in the order of H(P)"},
            nine_in_ten(BY_ENTROPY),
            ends=PERCENT,
        ),
        MAPS,
        DRIFT,
    ),
    literally=Reading(
        says="As H(P) is not fixed, t-SNE with cross-entropy makes another map.",
        rule="Does not hold if H(P) stays the same while a map is fitted, and cross-entropy draws "
        "the same map as KL, bit for bit; with a caveat if the two maps differ by rounding, "
        f"below {show_level(LOOSE)} of their size.",
        recorded=Verdict.FAILS,
        judge=another_map,
    ),
)
def perplexity_moves_the_entropy(seeds):
    rows, drifts, gradients, maps, gaps = [], [], [], [], []
    for seed in seeds:
        p = digit_affinities(seed, PERPLEXITY)
        kl, other = (digit_map(seed, loss, PERPLEXITY, STEPS) for loss in tsne.MAP_LOSSES)
        rows.extend(np.abs(p.conditional_entropies - np.log(PERPLEXITY)))
        drifts.append(np.ptp([losses.entropy for fit in (kl, other) for losses in fit.history]))
        gradients.append(gradient_difference(seed))
        maps.append(np.abs(kl.points - other.points).max() / np.abs(kl.points).max())
        gaps.append(other.history[-1].cross_entropy - kl.kl)
    share = percent(map(ranked_by_entropy, seeds))
    return verdict_by(share), {
        BY_ENTROPY: share,
        MAPS: max(maps),
        SLOPES: max(gradients),
        DRIFT: max(drifts),
        EXACT: percent(off < ROUNDING for off in rows),
        "cross-entropy less KL at the end, nats": spread(gaps),
        **{
            name: spread([digit_affinities(seed, k).entropy for seed in seeds])
            for k, name in OF_PERPLEXITY.items()
        },
    }


@claim(
    "a-loss-tells-the-perplexity",
    section="cross_entropy",
    says="Across perplexities neither loss finds the best map: of "
    f"{JUDGED[0]}, {JUDGED[1]} and {JUDGED[2]}, KL is least at {JUDGED[2]} and cross-entropy at "
    f"{JUDGED[0]}, whichever map is best.",
    kind="observation",
    rule=(
        f"Holds if, after {STEPS} steps with KL, for {in_ten(NINE_IN_TEN)} seeds KL is least at "
        f"perplexity {JUDGED[2]}, and cross-entropy at {JUDGED[0]}, and if no perplexity has the "
        f"most trustworthy map for as many as {in_ten(NINE_IN_TEN)} seeds. A map is trustworthy "
        "if neighbours on it are neighbours among the digits."
    ),
    recorded="holds",
    needs="maps by t-SNE",
    face=(
        Strip(
            "loss that is least, in percent of seeds",
            {
                PREFERRED["kl"]: f"KL, at {JUDGED[2]}",
                PREFERRED["cross_entropy"]: f"cross-entropy, at {JUDGED[0]}",
            },
            ALWAYS_LEAST,
            ends=PERCENT,
        ),
        Strip(
            "map that is the most trustworthy, in percent of seeds",
            {name: f"perplexity {k}" for k, name in BEST_AT.items()},
            NEVER_BEST,
            ends=PERCENT,
        ),
        Strip("trust", {name: f"perplexity {k}" for k, name in TRUST.items()}, ends=(0.9, 1.0)),
    ),
    seeds=range(10),
)
def a_loss_tells_the_perplexity(seeds):
    ends = [ends_of_maps(seed) for seed in seeds]
    trusted = np.array([[trust(seed, k, STEPS) for k in JUDGED] for seed in seeds])
    least = {
        loss: np.argmin([[getattr(end, loss) for end in row] for row in ends], axis=1)
        for loss in PREFERRED
    }
    best = trusted.argmax(axis=1)
    numbers = {
        PREFERRED["kl"]: percent(least["kl"] == len(JUDGED) - 1),
        PREFERRED["cross_entropy"]: percent(least["cross_entropy"] == 0),
        **{BEST_AT[k]: percent(best == i) for i, k in enumerate(JUDGED)},
        **{CHOSE_BEST[loss]: percent(least[loss] == best) for loss in PREFERRED},
        **{TRUST[k]: spread(trusted[:, i]) for i, k in enumerate(JUDGED)},
    }
    return ByLevels(ALWAYS_LEAST + NEVER_BEST)(numbers), numbers


@functools.lru_cache(maxsize=8)
def learnt(loss, seeds, steps=LEARNT):
    """P of two_peaks, learnt from each of the seeds (a tuple): a LearntDistribution."""
    return variational.learn_distribution(
        variational.two_peaks(), loss, steps=(0, *steps), seeds=seeds
    )


@claim(
    "kl-matters-when-p-learns",
    section="cross_entropy",
    says="Where P itself learns, KL finds Q, but cross-entropy collapses onto the peak of Q.",
    kind="theorem",
    rule=(
        f"Holds if for every seed P ends within {CLOSE} nats of Q by KL, while by "
        f"cross-entropy its entropy ends below {CLOSE} nats at the highest place of Q. "
        "With a caveat if cross-entropy only stays away from Q."
    ),
    recorded="holds",
    needs="a distribution that learns",
    face=(
        Strip(
            "nats",
            {OF_Q: "H(Q)", OF_KL: "H(P) learnt with KL"}
            | {name: f"with cross-entropy, {n:,} steps" for n, name in COLLAPSING.items()}
            | {FAR_OF_CE: "D(P ‖ Q), with cross-entropy"},
            (
                Level(
                    CLOSE,
                    "collapsed: below {}",
                    at_most=(COLLAPSING[LEARNT[-1]],),
                    otherwise=Verdict.CAVEAT,
                ),
                Level(CLOSE, at_least=(FAR_OF_CE,)),
            ),
            log=True,
        ),
        NEAR_OF_KL,
    ),
)
def kl_matters_when_p_learns(seeds):
    q = variational.two_peaks()
    kl, other = (learnt(loss, tuple(seeds)) for loss in ("kl", "cross-entropy"))
    far, far_other = (kl_divergence(fit.probabilities[-1], q) for fit in (kl, other))
    numbers = {
        OF_Q: float(entropy(q)),
        OF_KL: spread(kl.entropies[-1]),
        **{
            COLLAPSING[step]: spread(entropies)
            for step, entropies in zip(other.steps[1:], other.entropies[1:], strict=True)
        },
        NEAR_OF_KL: percent(far < CLOSE),
        FAR_OF_CE: spread(far_other),
        "-ln of the peak of Q, nats": float(-np.log(q.max())),
    }
    if far.max() >= CLOSE or far_other.min() < CLOSE:
        return Verdict.FAILS, numbers
    on_peak = np.all(other.probabilities[-1].argmax(axis=-1) == q.argmax())
    collapsed = on_peak and other.entropies[-1].max() < CLOSE
    return (Verdict.HOLDS if collapsed else Verdict.CAVEAT), numbers


# ---------------------------------------------------------------------------- networks that write


@functools.lru_cache(maxsize=32)
def small_training(seed, loss):
    """A decoder small enough for every seed, in float64, trained for some steps with that loss."""
    text = tokens.split(seed)
    model = decoder.new_decoder(seed, **SMALL).double()
    held_out = text.held_out[:200]
    return decoder.train_language_model(
        model, text.train, held_out, loss=loss, seed=seed, **SMALL_STEPS
    )


def difference_of_losses(seed):
    """How far cross-entropy and KL divergence are apart in any step of two such trainings, nats."""
    one, other = (small_training(seed, loss).losses for loss in ("cross-entropy", "KL divergence"))
    return float(np.abs(one - other).max())


def difference_of_formulas(model, seed):
    """The same for the model's own distributions at some places of held-out text, by NumPy.

    Cross-entropy H(P, Q), KL divergence D(P || Q) and -ln q of the token that comes, each Q a
    distribution over all tokens and P one-hot.
    """
    stream = tokens.split(seed).held_out
    places = np.linspace(1, len(stream) - 1, PLACES).astype(int)
    q = np.array([model.next_token_probabilities(stream[:i]) for i in places])
    p = smoothed_labels(stream[places], tokens.VOCABULARY)
    surprise = -np.log(q[np.arange(PLACES), stream[places]])
    apart = [cross_entropy(p, q) - kl_divergence(p, q), cross_entropy(p, q) - surprise]
    return float(np.abs(apart).max())


@claim(
    "decoder-is-a-classifier",
    section="cross_entropy",
    says="A network that writes is a classifier of the next token, trained with cross-entropy.",
    kind="observation",
    rule=(
        "Holds if cross-entropy equals the KL divergence to the token that came, to "
        f"{show_level(LOOSE)} nats in every step, and if {in_ten(ALL)} decoder starts "
        f"within {HALF_A_NAT} nats of knowing nothing and ends below the counted unigram "
        "and bigram, in ten trainings on record and one that is run here. The text is of "
        "documents held out."
    ),
    recorded="holds",
    needs="a transformer and its text",
    face=(
        Strip(
            "nats per token",
            {START: "decoder at the start", END: "decoders at the end"}
            | {name: f"{model}, counted" for model, name in COUNTED.items()},
            (
                Level(KNOWS_NOTHING - HALF_A_NAT, at_least=(START,)),
                Level(KNOWS_NOTHING, f"ln {tokens.VOCABULARY:,}: knows nothing"),
                Level(KNOWS_NOTHING + HALF_A_NAT, "within half a nat", at_most=(START,)),
            ),
        ),
        Strip(
            "decoders below it, in percent",
            {WON["bigram"]: "bigram", WON["trigram"]: "trigram"},
            (Level(ALL, "every one", at_least=(WON["bigram"],)),),
            ends=PERCENT,
        ),
    ),
)
def decoder_is_a_classifier(seeds):
    full = decoder.docstring_decoder(seeds[0])
    apart = [difference_of_losses(seed) for seed in seeds]
    apart.append(difference_of_formulas(full.model, seeds[0]))
    counted = {
        name: np.array([decoder.counted_surprise(order, seed) for seed in seeds])
        for order, name in NAMES.items()
    }
    runs = decoder.recorded()
    ends = np.array([full.held_out, *(run["held_out"][-1] for run in runs)])
    starts = np.array(
        [full.losses[0], *(small_training(s, "cross-entropy").losses[0] for s in seeds)]
    )
    rivals = {
        name: np.array([counted[name][0], *(run[name] for run in runs)]) for name in NAMES.values()
    }
    same = max(apart) < LOOSE
    fair = np.abs(starts - KNOWS_NOTHING).max() < HALF_A_NAT
    won = {name: percent(ends < values) for name, values in rivals.items()}
    learnt = won["unigram"] == won["bigram"] == ALL
    size = tokens.split(seeds[0])
    bits = full.held_out / math.log(2)
    numbers = {
        START: spread(starts),
        "decoder at the end, this training, nats": full.held_out,
        END: spread(ends[1:]),
        COUNTED["bigram"]: spread(counted["bigram"]),
        COUNTED["trigram"]: spread(counted["trigram"]),
        COUNTED["unigram"]: spread(counted["unigram"]),
        WON["bigram"]: won["bigram"],
        WON["trigram"]: won["trigram"],
        "decoder, bits per token": bits,
        "decoder, bits per byte": bits * (len(size.held_out) - 1) / size.held_out_bytes,
        "small decoder after 20 steps, nats": spread(
            [small_training(s, "cross-entropy").held_out for s in seeds]
        ),
        f"trainings where |CE - KL| < {show_level(LOOSE)} nats all the way, in percent": percent(
            difference < LOOSE for difference in apart[:-1]
        ),
    }
    return (Verdict.HOLDS if same and fair and learnt else Verdict.FAILS), numbers
