"""Claims of the page `conclusion`: what is a guess about the function worth?"""

import numpy as np

from fitlab.claims.ledger import claim, percent, rule_by_share, spread, verdict_by
from fitlab.claims.strip import PERCENT, Level, Strip, nine_in_ten
from fitlab.display import show_level
from fitlab.regression.half_sine import GUESSES, HALF, PATIENCE, guessed, unseen_mse
from fitlab.regression.sine import SINE, TOLERANCE

FAR = 100 * TOLERANCE  # so large an MSE is no fit
UNSEEN = {guess: f"MSE on the unseen half, {guess}" for guess in GUESSES}
SHARE_SO = "networks of which that is so, in percent"


@claim(
    "built-in-oddness",
    section="conclusion",
    says="A right guess, built in, stands in for data: an odd network knows the half of sin that "
    "it never saw.",
    kind="observation",
    rule=rule_by_share(
        "seeds",
        "end so: on the half never seen the odd network has an MSE below "
        f"{show_level(TOLERANCE)}, the plain one above {FAR:g}, and the even one a larger one",
    ),
    recorded="holds",
    needs="networks that are odd by construction",
    face=(
        Strip(
            "MSE on the half never seen",
            {UNSEEN[guess]: f"{guess} network" for guess in ("odd", "plain", "even")},
            (
                Level(TOLERANCE, "a fit: below {}", at_most=(UNSEEN["odd"],)),
                Level(FAR, "no fit: above {}", at_least=(UNSEEN["plain"], UNSEEN["even"])),
            ),
            log=True,
        ),
        Strip(
            "seeds of which all that is so, in percent",
            {SHARE_SO: "seeds"},
            nine_in_ten(SHARE_SO),
            ends=PERCENT,
        ),
    ),
)
def built_in_oddness(seeds):
    halves = {guess: [guessed(guess, HALF, seed) for seed in seeds] for guess in GUESSES}
    unseen = {
        guess: np.array([unseen_mse(f.model) for f in fits]) for guess, fits in halves.items()
    }
    right = (unseen["odd"] < TOLERANCE) & (unseen["plain"] > FAR)
    share = percent(right & (unseen["even"] > unseen["plain"]))
    numbers = {UNSEEN[guess]: spread(found) for guess, found in unseen.items()}
    numbers[SHARE_SO] = share
    for guess, fits in halves.items():
        numbers[f"MSE on the half that was seen, {guess}"] = spread([f.mse for f in fits])
    for guess in ("plain", "odd"):
        steps = [guessed(guess, SINE, seed).steps for seed in seeds]
        numbers[f"steps on the whole range, {guess}"] = spread(steps)
    wrong = [guessed("even", SINE, seed, max_steps=PATIENCE).mse for seed in seeds]
    numbers[f"MSE on the whole range after {PATIENCE} steps, even"] = spread(wrong)
    return verdict_by(share), numbers
