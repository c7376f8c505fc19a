"""Claims of the page `modelling_image`: an image is a vector, and codes are not quantities."""

import numpy as np

from fitlab.claims.ledger import (
    HALF,
    Verdict,
    claim,
    in_ten,
    percent,
    rule_by_share,
    spread,
    verdict_by,
)
from fitlab.claims.strip import PERCENT, SHARE, Level, Strip
from fitlab.classification.digit_networks import held_out_accuracy
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
CODES = {k: f"accuracy, {k}" for k in ("number", "patient number", "one-hot", "embedding")}
MAJORITY = "accuracy of the more frequent answer"


@claim(
    "image-is-a-vector",
    section="modelling_image",
    says="An image is a vector: for a network it is a list of numbers, in whatever order.",
    kind="observation",
    rule=(
        "Holds if shuffling all pixels changes nothing, for the MLP and for the CNN. With a "
        f"caveat if it leaves every loss of the MLP as it was, to within {show_level(ROUNDING)} "
        f"nats, but costs more than {in_ten(HALF)} of the CNNs some accuracy."
    ),
    recorded="holds with a caveat",
    face=(
        Strip(
            "networks, in percent",
            {SAME: "MLPs that change nothing", LOSE: "CNNs that lose accuracy"},
            (Level(HALF, "half", at_most=(LOSE,), otherwise=Verdict.CAVEAT),),
            ends=PERCENT,
        ),
        Strip(
            "accuracy, percentage points",
            {LOST: "the CNN loses by the shuffle", AHEAD: "shuffled, it leads the MLP"},
            (Level(0, "no difference"),),
        ),
    ),
)
def image_is_a_vector(seeds):
    differences = [largest_difference(*mlp_and_its_twin(seed)) for seed in seeds]
    accuracy = {
        (network, count): np.array(
            [held_out_accuracy(s, network, moved=count, shuffle_seed=s) for s in seeds]
        )
        for network in ("MLP", "CNN")
        for count in (0, PIXELS)
    }
    lost = 100 * (accuracy["CNN", 0] - accuracy["CNN", PIXELS])
    ahead = 100 * (accuracy["CNN", PIXELS] - accuracy["MLP", PIXELS])
    same = percent(difference < ROUNDING for difference in differences)
    worse = percent(lost > 0)
    numbers = {
        SAME: same,
        LOST: spread(lost),
        LOSE: worse,
        AHEAD: spread(ahead),
        **{
            f"accuracy of the {network}, {count} pixels shuffled": spread(values)
            for (network, count), values in accuracy.items()
        },
    }
    if same < 100:
        return Verdict.FAILS, numbers
    return (Verdict.CAVEAT if worse > HALF else Verdict.HOLDS), numbers


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
