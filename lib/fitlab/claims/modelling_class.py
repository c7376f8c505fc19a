"""Claims of the page `modelling_class`: a class as a number, and as a distribution."""

from typing import Any

import numpy as np

from fitlab.claims.formulas import Trial, largest, smallest
from fitlab.claims.ledger import (
    HALF,
    NINE_IN_TEN,
    Reading,
    Verdict,
    claim,
    in_ten,
    percent,
    spread,
)
from fitlab.claims.plans import planned
from fitlab.claims.strip import PERCENT, SHARE, ByLevels, Level, Strip
from fitlab.classification import bayes, digit_codes
from fitlab.classification.digit_codes import LONG
from fitlab.classification.peers import peer_accuracy
from fitlab.display import show_level
from fitlab.language import counting
from fitlab.language.corpus import docstrings
from fitlab.language.ngrams import ngrams, unseen_in_docstrings
from fitlab.networks.losses import NUMBER

LINEAR_EPOCHS = 60  # one number is harder to learn than ten scores
RHO = 0.5  # the correlation at which naive Bayes is judged
FEW, FEW_RHO = 5, 0.8  # examples of each group, and the correlation then
COPIES = 10
RUNS = range(1, 6)  # words in a row
WAYS: dict[str, dict[str, Any]] = {  # to train for the class: by a number, by probabilities
    "MLP, one number": {"loss": NUMBER},
    "MLP, one number, classes renumbered": {"loss": NUMBER, "labels": "renumbered"},
    "linear, one number": {"loss": NUMBER, "network": "linear", "epochs": LINEAR_EPOCHS},
    "MLP, ten probabilities": {},
    "MLP, ten probabilities, renumbered": {"labels": "renumbered"},
}
AHEAD, ALIKE = 0.1, 0.03  # of accuracy
ONE, TEN = tuple(WAYS)[:3], tuple(WAYS)[3:]  # by a single number, by ten
RIGHT = {way: f"accuracy, {way}" for way in WAYS}
LEAD = "accuracy of probabilities less that of a number, at least"
MOVED_BY_NUMBERS = "accuracy moved by renumbering, at most"
APART = "accuracy apart from that of ten outputs, at most"
ONE_HOT, DEALT, BITS, BINARY = digit_codes.CODES
BINARY_RIGHT = f"accuracy, {BINARY}"
SOME = 100  # training digits
NAMES = {code: f"accuracy, {code}" for code in (ONE_HOT, DEALT, BITS)}
OF_SOME = {code: f"accuracy from {SOME} digits, {code}" for code in (ONE_HOT, BITS, BINARY)}
LITTLE = 3  # points of recall
PAIRS, KINDS = 9, 90  # of errors: a tenth, and all that there are
FEW_ERRORS = 2 * 100 * PAIRS // KINDS  # percent: twice what chance would give the tenth
MOVED = "recall of the others moves, on average, points"
MOVED_MOST = "recall of another moves at most, points"
FREQUENT = f"errors of {PAIRS} kinds that are frequent on other seeds, in percent"
FEW_PEOPLE, FEW_DIGITS = 10, 200  # examples of each group; digits
LDA_PEOPLE = f"{FEW_PEOPLE} people of each group: LDA ahead, in percent of seeds"
LDA_DIGITS = f"{FEW_DIGITS} digits: LDA ahead, in percent of seeds"
MOSTLY, RARELY = 0.8, 0.01  # of the answers, the surest; and of these, wrong
WRONG_SURE = f"wrong among the {100 * MOSTLY:.0f} % most confident, in percent"
WRONG_ALL = "wrong among all, in percent"
SURER = "the most confident right more often than all, points"
LOST = 0.01  # nats, or a share of right answers: so much is a loss
LOG_LOSS_LOST = f"log-loss lost at correlation {RHO}, nats"
ACCURACY_LOST = f"accuracy lost at correlation {RHO}"
ACCURACY_LOST_MORE = "accuracy lost at correlation 0.9"
NAIVE_BETTER = f"{FEW} of each, correlation {FEW_RHO}: naive Bayes better than QDA, in percent"
STORED = 1e17  # numbers on the discs of the strongest computers: some 10^18 bytes
LEXICON = 1_000_000  # words: more than a large dictionary has
LARGE_PAIRS = f"pairs that {show_level(LEXICON)} words allow"
PICTURES = "digits of the number of 8 x 8 pictures"
POSSIBLE = "pairs that the words of the text allow"
UNSEEN = {n: f"unseen, {n} in a row, percent" for n in RUNS}


BY_CODE = {code: Trial("codes", code=code) for code in digit_codes.CODES}

planned(
    "any-code-will-do",
    section="modelling_class",
    says="A class needs only a name, and any code will do for it, if the codes are far apart.",
    kind="observation",
    rule=(
        f"Holds if for every seed networks that answer with {LONG} random bits for a "
        "class, or with ten outputs dealt out anew, are right as often as with ten "
        f"outputs in their order, to within {ALIKE} of the held-out digits. The class is that "
        "whose code is nearest to the answer. Four bits, of which a single one may tell two "
        "classes apart, stand beside them."
    ),
    recorded="holds",
    face=(
        Strip(
            "accuracy",
            {name: code for code, name in NAMES.items()} | {BINARY_RIGHT: BINARY},
            ends=(0.9, 1.0),
        ),
        Strip(
            "accuracy, apart from ten outputs in their order",
            {APART: "at most"},
            (Level(ALIKE, "alike: below {}", at_most=(APART,), strict=True),),
        ),
    ),
    numbers={name: BY_CODE[code]("accuracy").spread() for code, name in NAMES.items()}
    | {
        BINARY_RIGHT: BY_CODE[BINARY]("accuracy").spread(),
        APART: largest(
            *(abs(BY_CODE[code]("accuracy") - BY_CODE[ONE_HOT]("accuracy")) for code in NAMES)
        ).highest(),
    },
)


@claim(
    "classes-do-not-influence",
    section="modelling_class",
    says="Classes are separate: what is learnt of one hardly depends on another.",
    kind="observation",
    rule=(
        f"Holds if leaving {', '.join(map(str, digit_codes.LEFT_OUT[:-1]))} or "
        f"{digit_codes.LEFT_OUT[-1]} out of the training moves the recall of the nine others by "
        f"less than {LITTLE} points on average, for every seed, and if the {PAIRS} kinds of "
        f"errors, of {KINDS}, that are most frequent on the other seeds hold no more than "
        f"{FEW_ERRORS} % of all errors, twice what chance would give them; with a caveat "
        "if only the first is so. Those three digits are mistaken most often."
    ),
    recorded="holds with a caveat",
    needs="networks from which whole classes are kept",
    face=(
        Strip(
            "points of recall, when a digit is left out",
            {MOVED: "the others move, on average", MOVED_MOST: "one of them, at most"},
            (Level(LITTLE, "{} points", at_most=(MOVED,)),),
        ),
        Strip(
            "errors, in percent",
            {FREQUENT: f"{PAIRS} kinds of {KINDS}, known from the other seeds"},
            (
                Level(
                    FEW_ERRORS,
                    "twice by chance: {}",
                    at_most=(FREQUENT,),
                    otherwise=Verdict.CAVEAT,
                ),
            ),
            ends=PERCENT,
        ),
    ),
)
def classes_do_not_influence(seeds):
    moves = np.array(
        [[digit_codes.moves_without(gone, s) for gone in digit_codes.LEFT_OUT] for s in seeds]
    )
    size = 100 * np.abs(moves)  # (seeds, left out, the nine others)
    errors = [digit_codes.confusion(seed) for seed in seeds]
    frequent = 100 * digit_codes.share_of_known_errors(errors, PAIRS)
    numbers = {
        MOVED: spread(size.mean(axis=(1, 2))),
        MOVED_MOST: spread(size.max(axis=(1, 2))),
        FREQUENT: frequent,
    }
    if size.mean(axis=(1, 2)).max() >= LITTLE:
        return Verdict.FAILS, numbers
    return (Verdict.HOLDS if frequent <= FEW_ERRORS else Verdict.CAVEAT), numbers


BY_WAY = {way: Trial("digits", **how) for way, how in WAYS.items()}
OF_SOME_BY_CODE = {code: Trial("codes", code=code, n=SOME) for code in OF_SOME}

planned(
    "codes-impose-an-order",
    section="modelling_class",
    says="A network that answers with the class number is right far less often than one that "
    "answers with ten probabilities.",
    kind="observation",
    rule=(
        "Holds if the worst of all networks with ten probabilities is right more often than the "
        f"best with a single number, by {AHEAD} of the held-out digits, and if dealing out the "
        f"class numbers anew moves the accuracy of the probabilities by less than {ALIKE}."
    ),
    recorded="holds",
    face=(
        Strip("accuracy", {name: way for way, name in RIGHT.items()}, ends=SHARE),
        Strip(
            "accuracy, worst against best",
            {LEAD: "ten probabilities ahead of a number", MOVED_BY_NUMBERS: "moved by renumbering"},
            (
                Level(ALIKE, "alike: below {}", at_most=(MOVED_BY_NUMBERS,), strict=True),
                Level(AHEAD, "ahead: above {}", at_least=(LEAD,), strict=True),
            ),
        ),
        Strip(
            f"accuracy from {SOME} digits",
            {name: code for code, name in OF_SOME.items()},
            ends=SHARE,
        ),
    ),
    numbers={name: BY_WAY[way]("accuracy").spread() for way, name in RIGHT.items()}
    | {
        LEAD: smallest(*(BY_WAY[way]("accuracy") for way in TEN)).lowest()
        - largest(*(BY_WAY[way]("accuracy") for way in ONE)).highest(),
        MOVED_BY_NUMBERS: abs(BY_WAY[TEN[0]]("accuracy") - BY_WAY[TEN[1]]("accuracy")).highest(),
    }
    | {name: OF_SOME_BY_CODE[code]("accuracy").spread() for code, name in OF_SOME.items()}
    | {BINARY_RIGHT: BY_CODE[BINARY]("accuracy").spread()},
)


USUAL = Trial("digits")
SUREST = USUAL("accuracy of the surest", MOSTLY)

planned(
    "probability-says-more",
    section="modelling_class",
    says="A probability gives the class back, and says more: how sure the answer is.",
    kind="observation",
    rule=(
        f"Holds if for every seed the {100 * MOSTLY:.0f} % of answers that are surest are "
        "right more often than all of them, and if in the median fewer than "
        f"{100 * RARELY:.0f} % of these are wrong."
    ),
    recorded="holds",
    face=(
        Strip(
            "wrong answers, in percent",
            {WRONG_SURE: f"of the {100 * MOSTLY:.0f} % most confident", WRONG_ALL: "of all"},
            (Level(100 * RARELY, "{} in 100", at_most=(WRONG_SURE,), median=True, strict=True),),
        ),
        Strip(
            "right more often, points",
            {SURER: f"the {100 * MOSTLY:.0f} % most confident"},
            (Level(0, "no more than all", at_least=(SURER,), strict=True),),
        ),
    ),
    numbers={
        "accuracy, all": USUAL("accuracy").spread(),
        WRONG_SURE: (100 * (1 - SUREST)).spread(),
        WRONG_ALL: (100 * (1 - USUAL("accuracy"))).spread(),
        SURER: (100 * (SUREST - USUAL("accuracy"))).spread(),
        "over-confidence: mean confidence less accuracy": (
            USUAL("confidence") - USUAL("accuracy")
        ).spread(),
        "expected calibration error": USUAL("calibration error").spread(),
        "log-loss, nats": USUAL("log-loss").spread(),
    },
)


@claim(
    "naive-bayes-needs-independence",
    section="modelling_class",
    says="Bayes’ formula on single measures needs them to be independent within each group.",
    kind="observation",
    rule=(
        f"Holds if correlation {RHO} costs naive Bayes more than {LOST} nats and more "
        f"than {LOST} of accuracy, on endless data. With a caveat if only the nats are "
        f"lost, or if naive Bayes is ahead of QDA on more than {in_ten(HALF)} of the "
        f"seeds with {FEW} examples of each group."
    ),
    recorded="holds with a caveat",
    needs="scikit-learn",
    face=(
        Strip(
            "lost by naive Bayes",
            {
                LOG_LOSS_LOST: f"log-loss, nats, correlation {RHO}",
                ACCURACY_LOST: f"accuracy, correlation {RHO}",
                ACCURACY_LOST_MORE: "accuracy, correlation 0.9",
            },
            (
                Level(LOST, "a loss: {}", at_least=(LOG_LOSS_LOST,)),
                Level(LOST, at_least=(ACCURACY_LOST,), otherwise=Verdict.CAVEAT),
            ),
        ),
        Strip(
            f"seeds, in percent; {FEW} examples of each, correlation {FEW_RHO}",
            {NAIVE_BETTER: "naive Bayes beats QDA"},
            (Level(HALF, "half", at_most=(NAIVE_BETTER,), otherwise=Verdict.CAVEAT),),
            ends=PERCENT,
        ),
    ),
)
def naive_bayes_needs_independence(seeds):
    best, naive = bayes.full_limit(RHO), bayes.naive_limit(RHO)
    few = {
        name: np.array([bayes.learnt_accuracy(name, FEW, FEW_RHO, seed) for seed in seeds])
        for name in bayes.LEARNERS
    }
    excess, lost = naive.log_loss - best.log_loss, best.accuracy - naive.accuracy
    better = percent(few["naive Bayes"] > few["a covariance for each (QDA)"])
    one, copied = bayes.copied_limit(1), bayes.copied_limit(COPIES)
    numbers = {
        LOG_LOSS_LOST: excess,
        ACCURACY_LOST: lost,
        f"calibration error at correlation {RHO}": naive.calibration_error,
        ACCURACY_LOST_MORE: bayes.full_limit(0.9).accuracy - bayes.naive_limit(0.9).accuracy,
        NAIVE_BETTER: better,
        "log-loss, height once, nats": one.log_loss,
        f"log-loss, height {COPIES} times, nats": copied.log_loss,
        "accuracy, height once": one.accuracy,
        f"accuracy, height {COPIES} times": copied.accuracy,
        **{f"5 of each, accuracy, {name}": spread(values) for name, values in few.items()},
    }
    if excess < LOST:
        return Verdict.FAILS, numbers
    return (Verdict.HOLDS if lost > LOST and better <= HALF else Verdict.CAVEAT), numbers


@claim(
    "assumptions-pay-early",
    section="modelling_class",
    says="From few examples, a method that assumes more learns more.",
    kind="observation",
    rule=(
        "Holds if LDA, which assumes bell curves of one shape, is right more often than "
        f"logistic regression on {in_ten(NINE_IN_TEN)} seeds: for made-up people, where "
        "that is true, and for digits, where it is not. With a caveat if only for the "
        "people."
    ),
    recorded="holds with a caveat",
    needs="scikit-learn",
    face=(
        Strip(
            "seeds, in percent: LDA ahead of logistic regression",
            {
                LDA_PEOPLE: f"{FEW_PEOPLE} made-up people of each group",
                LDA_DIGITS: f"{FEW_DIGITS} digits",
            },
            (
                Level(NINE_IN_TEN, "nine in ten", at_least=(LDA_PEOPLE,)),
                Level(NINE_IN_TEN, at_least=(LDA_DIGITS,), otherwise=Verdict.CAVEAT),
            ),
            ends=PERCENT,
        ),
    ),
)
def assumptions_pay_early(seeds):
    people = {
        name: np.array([bayes.learnt_accuracy(name, FEW_PEOPLE, FEW_RHO, seed) for seed in seeds])
        for name in ("one covariance for both (LDA)", "logistic regression")
    }
    scans = {
        name: np.array([peer_accuracy(seed, name, FEW_DIGITS) for seed in seeds])
        for name in ("LDA, shrunk by 0.1", "logistic regression")
    }
    of_people, of_digits = (
        percent(lda > fitted) for lda, fitted in (people.values(), scans.values())
    )
    numbers = {LDA_PEOPLE: of_people, LDA_DIGITS: of_digits}
    lead, behind = people.values()
    numbers["people: LDA ahead by, points"] = spread(100 * (lead - behind))
    for where, found in (("people", people), ("digits", scans)):
        numbers |= {f"accuracy, {where}, {name}": spread(v) for name, v in found.items()}
    if of_people < NINE_IN_TEN:
        return Verdict.FAILS, numbers
    return (Verdict.HOLDS if of_digits >= NINE_IN_TEN else Verdict.CAVEAT), numbers


@claim(
    "counting-is-hopeless",
    section="modelling_class",
    says="Pictures and texts are too many for their probabilities to be counted.",
    kind="observation",
    rule=(
        f"Holds if more than {in_ten(HALF)} of the runs of {max(RUNS)} words in one half of the "
        "text never stand in the other half, however it is halved, and if there are more pictures "
        f"of 8 x 8 pixels than the strongest computers can store numbers, {show_level(STORED)}."
    ),
    recorded="holds",
    needs="the docstrings of a library",
    face=(
        Strip(
            "runs of words never seen before, in percent",
            {name: f"{n} in a row" if n > 1 else "single words" for n, name in UNSEEN.items()},
            (Level(HALF, "half", at_least=(UNSEEN[max(RUNS)],), strict=True),),
            ends=PERCENT,
        ),
        PICTURES,
    ),
    literally=Reading(
        says="What may follow a single word cannot be counted through, not even by the strongest "
        "computer.",
        rule=f"Holds if a lexicon of {show_level(LEXICON)} words allows more pairs than the "
        f"strongest computers can store numbers, {show_level(STORED)}.",
        recorded=Verdict.FAILS,
        judge=ByLevels((Level(STORED, at_least=(LARGE_PAIRS,)),)),
    ),
)
def counting_is_hopeless(seeds):
    shares = {n: [unseen_in_docstrings(n, seed) for seed in seeds] for n in RUNS}
    pictures = counting.pictures(8, 8, levels=17)
    photographs = counting.pictures(224, 224, channels=3)
    numbers = {UNSEEN[n]: spread(100 * np.array(shares[n])) for n in RUNS}
    numbers[POSSIBLE] = counting.sequences(len(ngrams(docstrings(), 1)), 2)
    numbers[LARGE_PAIRS] = float(counting.sequences(LEXICON, 2))
    numbers[PICTURES] = counting.decimal_digits(pictures)
    numbers["digits of the number of photographs"] = counting.decimal_digits(photographs)
    new = min(shares[max(RUNS)]) > HALF / 100
    return (Verdict.HOLDS if new and pictures > STORED else Verdict.FAILS), numbers
