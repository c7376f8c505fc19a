"""Claims of the page `modelling_image`: an image is a vector, and codes are not quantities."""

import numpy as np

from fitlab.claims.formulas import Constant, Trial
from fitlab.claims.ledger import (
    ALL,
    HALF,
    NINE_IN_TEN,
    Verdict,
    claim,
    in_ten,
    percent,
    rule_by_share,
    spread,
    verdict_by,
)
from fitlab.claims.plans import planned
from fitlab.claims.strip import PERCENT, SHARE, Level, Strip, nine_in_ten
from fitlab.classification.digit_networks import held_out_accuracy, shifted_accuracy
from fitlab.classification.permutation import PIXELS
from fitlab.classification.twins import largest_difference, mlp_and_its_twin
from fitlab.display import show_level
from fitlab.language.token_codes import codes_trained, relabelled_twin, token_task

ROUNDING = 1e-12  # what the order of a sum's terms may change in a loss, in nats

POOR, RIGHT = 0.9, 0.99  # an accuracy that is poor, and one that is as good as 1
SAME = f"MLPs whose losses all agree to {show_level(ROUNDING)}, in percent"
LOSE = "CNNs that lose by the shuffle, in percent"
LOST = "points that the CNN loses by the shuffle"
AHEAD = "points by which the shuffled CNN leads the shuffled MLP"
LEAD = "points by which the CNN leads the MLP"
A_LEAD = 0.5  # points: so much counts as one
CODES = {k: f"accuracy, {k}" for k in ("number", "patient number", "one-hot", "embedding")}
MAJORITY = "accuracy of the more frequent answer"
ACCURACY = {
    (network, count): f"accuracy of the {network}, {count} pixels shuffled"
    for network in ("MLP", "CNN")
    for count in (0, PIXELS)
}
POOLED = "pooled CNN"
MOVED = {n: f"digits right, moved by a pixel, {n}" for n in ("MLP", "CNN", POOLED)}
UPRIGHT = {n: f"digits right, as they are, {n}" for n in MOVED}
FROM_A_LIST, NUMBERS = "accuracy of the MLP", "numbers in the list"
AHEAD_WHEN_MOVED = "pooled CNNs that keep more than both others, in percent"


planned(
    "image-is-a-vector",
    section="modelling_image",
    says="An image can be written as a vector, and from that list of numbers a network can learn.",
    kind="observation",
    rule=(
        f"Holds if every MLP gets more than {in_ten(NINE_IN_TEN)} of the digits right that "
        f"training never saw, each a list of {PIXELS} numbers; with a caveat if each gets more "
        f"than {in_ten(HALF)} right."
    ),
    recorded="holds",
    face=(
        Strip(
            "accuracy",
            {FROM_A_LIST: "MLP"},
            (
                Level(
                    NINE_IN_TEN / 100,
                    "holds above {}",
                    at_least=(FROM_A_LIST,),
                    strict=True,
                    otherwise=Verdict.CAVEAT,
                ),
                Level(HALF / 100, "caveat above {}", at_least=(FROM_A_LIST,), strict=True),
            ),
            ends=(HALF / 100, 1.0),
        ),
        NUMBERS,
    ),
    numbers={FROM_A_LIST: Trial("digits")("accuracy").spread(), NUMBERS: Constant(lambda: PIXELS)},
)


@claim(
    "order-is-for-neighbours",
    section="modelling_image",
    says="An MLP learns as well from shuffled pixels; a CNN has no lead there any more.",
    kind="observation",
    rule=(
        "Holds if an MLP has the same losses on pictures whose pixels are all shuffled in one way, "
        f"to within {show_level(ROUNDING)} nats, once its first weights are shuffled likewise; and "
        f"if in the median a CNN is more than {A_LEAD} points ahead of an MLP on whole pictures, "
        "and less on these."
    ),
    recorded="holds",
    needs="pairs of networks that start as each other’s mirror image",
    face=(
        Strip(
            "networks, in percent",
            {SAME: "MLPs that change nothing"},
            (Level(ALL, at_least=(SAME,)),),
            ends=PERCENT,
        ),
        Strip(
            "the CNN ahead of the MLP, percentage points",
            {LEAD: "whole pictures", AHEAD: "pixels shuffled"},
            (
                Level(
                    A_LEAD,
                    "a lead: above {}",
                    at_least=(LEAD,),
                    at_most=(AHEAD,),
                    median=True,
                    strict=True,
                ),
            ),
        ),
        Strip(
            "accuracy",
            {ACCURACY["MLP", 0]: "MLP", ACCURACY["MLP", PIXELS]: "MLP, pixels shuffled"}
            | {ACCURACY["CNN", 0]: "CNN", ACCURACY["CNN", PIXELS]: "CNN, pixels shuffled"},
            ends=(NINE_IN_TEN / 100, 1.0),
        ),
    ),
    seeds=range(10),
)
def order_is_for_neighbours(seeds):
    differences = [largest_difference(*mlp_and_its_twin(seed)) for seed in seeds]
    accuracy = {
        (network, count): np.array(
            [held_out_accuracy(s, network, moved=count, shuffle_seed=s) for s in seeds]
        )
        for network, count in ACCURACY
    }
    lost = 100 * (accuracy["CNN", 0] - accuracy["CNN", PIXELS])
    lead, ahead = (100 * (accuracy["CNN", n] - accuracy["MLP", n]) for n in (0, PIXELS))
    numbers = {
        SAME: percent(d < ROUNDING for d in differences),
        LOST: spread(lost),
        LOSE: percent(lost > 0),
        LEAD: spread(lead),
        AHEAD: spread(ahead),
        **{ACCURACY[which]: spread(values) for which, values in accuracy.items()},
    }
    gone = numbers[LEAD]["median"] > A_LEAD > numbers[AHEAD]["median"]
    holds = numbers[SAME] == ALL and gone
    return (Verdict.HOLDS if holds else Verdict.FAILS), numbers


@claim(
    "pooling-forgives-a-shift",
    section="modelling_image",
    says="A CNN that pools over the whole picture recognises more digits that were moved than one "
    "that does not.",
    kind="observation",
    rule=rule_by_share(
        "pooled CNNs",
        "get more of the moved digits right than the plain CNN and the MLP of the same seed",
    )
    + " Held-out digits are moved by one pixel up, down, left and right; training saw none that "
    "was moved. Both CNNs have the same convolutions.",
    recorded="holds",
    needs="pooling over a whole picture, which the page’s engine has not",
    face=(
        Strip(
            "accuracy",
            {name: f"{n}, moved" for n, name in MOVED.items()}
            | {name: f"{n}, as they are" for n, name in UPRIGHT.items()},
            ends=SHARE,
        ),
        Strip(
            "pooled CNNs, in percent",
            {AHEAD_WHEN_MOVED: "recognise more than both others"},
            nine_in_ten(AHEAD_WHEN_MOVED),
            ends=PERCENT,
        ),
    ),
    seeds=range(10),
)
def pooling_forgives_a_shift(seeds):
    moved = {n: np.array([shifted_accuracy(seed, n) for seed in seeds]) for n in MOVED}
    share = percent(moved[POOLED] > np.maximum(moved["CNN"], moved["MLP"]))
    return verdict_by(share), {
        AHEAD_WHEN_MOVED: share,
        **{MOVED[n]: spread(found) for n, found in moved.items()},
        **{UPRIGHT[n]: spread([held_out_accuracy(seed, n) for seed in seeds]) for n in UPRIGHT},
    }


@claim(
    "numbers-are-not-quantities",
    section="modelling_image",
    says="A code is a name and no quantity: fed as a plain number, it is hard to learn from.",
    kind="observation",
    rule=(
        f"{rule_by_share('relabellings', 'are learnt as one-hot codes and not as numbers')} "
        f"Learnt: an accuracy above {RIGHT}; not learnt: below {POOR}, after as many steps and "
        "with the same width. What one-hot codes learn must not depend on the labels."
    ),
    recorded="holds",
    needs="a tokenizer and an embedding",
    face=(
        Strip(
            "accuracy",
            {name: kind for kind, name in CODES.items()} | {MAJORITY: "more frequent answer"},
            (
                Level(POOR, "poor: below {}", at_most=(CODES["number"],)),
                Level(RIGHT, "learnt: above {}", at_least=(CODES["one-hot"],)),
            ),
            ends=SHARE,
        ),
    ),
)
def numbers_are_not_quantities(seeds):
    found = {k: np.array([codes_trained(k, s).history[-1].accuracy for s in seeds]) for k in CODES}
    own = [codes_trained("number", seed, relabelled=False) for seed in seeds]
    twins = [(codes_trained("one-hot", s, relabelled=False), relabelled_twin(s)) for s in seeds]
    same = percent(largest_difference(*pair) < ROUNDING for pair in twins)
    _, labels = token_task()
    share = percent((found["one-hot"] > RIGHT) & (found["number"] < POOR))
    numbers = {CODES[kind]: spread(values) for kind, values in found.items()}
    numbers[MAJORITY] = float(max(labels.mean(), 1 - labels.mean()))
    numbers["accuracy, number in the tokenizer's own order"] = spread(
        [training.history[-1].accuracy for training in own]
    )
    numbers["one-hot networks indifferent to relabelling, in percent"] = same
    return (verdict_by(share) if same == 100 else Verdict.FAILS), numbers
