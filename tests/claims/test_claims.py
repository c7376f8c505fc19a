"""Every claim is checked on seeds that no page uses, and its verdict is the one on record."""

import ast
import itertools
import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from conftest import PAGES
from fitlab import claims, random
from fitlab.claims import CLAIMS, Verdict, __main__, ledger, measures
from fitlab.display import show, show_below, show_level, without_tex
from fitlab.language import decoder, tokens
from fitlab.regression import stops

GRID = np.linspace(-np.pi, np.pi, 10_000)
UNSEEN = range(1_000, 1_010)  # the pages use 0 to 19


@pytest.fixture
def decoder_on_record(monkeypatch):
    """The decoder of a page takes a minute: on unseen seeds it ends as the record of them says.

    The page trains one from beginning to end whenever it is run, and another test repeats the
    beginning of a run on record. Here the first step is taken, so that model and first loss are
    those of the seed.
    """
    ends = {run["seed"]: run["held_out"][-1] for run in decoder.recorded()}

    def begun(seed):
        text = tokens.split(seed)
        run = decoder.train_language_model(
            decoder.new_decoder(seed), text.train, text.held_out[:100], steps=1, seed=seed
        )
        return SimpleNamespace(model=run.model, losses=run.losses, held_out=ends[seed])

    monkeypatch.setattr(decoder, "docstring_decoder", begun)


@pytest.mark.usefixtures("decoder_on_record")
@pytest.mark.ten_seeds
@pytest.mark.no_cover  # counting lines costs a fifth of the time, and these take minutes
@pytest.mark.parametrize("id", CLAIMS)
def test_the_verdict_on_record_is_found_again_on_unseen_seeds(id):
    evidence = claims.check(id, UNSEEN)
    assert evidence.verdict == CLAIMS[id].recorded, evidence
    if CLAIMS[id].literally:
        assert evidence.literally == CLAIMS[id].literally.recorded, evidence
    assert evidence.seeds == tuple(UNSEEN)
    for name, value in evidence.numbers.items():
        parts = value.values() if isinstance(value, dict) else [value]
        assert all(np.isfinite(part) for part in parts), name


def test_ids_belong_to_pages_and_sentences_are_sentences():
    for id, claim in CLAIMS.items():
        assert claim.id == id
        assert claim.says[0].isupper()
        assert claim.says.endswith(".")
        assert f"notebooks/{claim.section}" in PAGES
        assert claim.rule.startswith(("Holds if", "Fails if"))
        assert claim.rule.endswith(".")


def claim_calls():
    """(file, id, what is given by name) of every claim in the library, as it is written."""
    for path in sorted(Path(claims.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if called in {"claim", "planned"} and isinstance(node.args[0], ast.Constant):
                given = {word.arg: word.value for word in node.keywords}
                yield path.name, node.args[0].value, given


def typed_numbers(rule):
    """Numbers, and the words of shares, that stand in a rule as it is written."""
    formats = {
        part
        for node in ast.walk(rule)
        for part in ast.walk(getattr(node, "format_spec", None) or ast.Pass())
    }
    written = [
        node.value
        for node in ast.walk(rule)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in formats
    ]
    thresholds = r"\d+(?:\.\d+)?(?:e-\d+)?|nine in ten|nine \w+ in ten"
    # what is called so, and is no threshold
    names = r"2 sigma²|mean 0|T_\d+|L\d|[-−]log2|1 − cos|\d+ x \d+|x\^?2"
    return re.findall(thresholds, re.sub(names, "", " ".join(written)))


def test_no_threshold_is_typed_into_a_rule():
    """Each is taken from the constant that decides, so that no rule stands twice."""
    calls = list(claim_calls())
    assert {id for _, id, _ in calls} == set(CLAIMS)
    typed = {id: typed_numbers(given["rule"]) for _, id, given in calls}
    assert {id: numbers for id, numbers in typed.items() if numbers} == {}


def test_the_articles_claims_carry_its_sentence_and_ours_none():
    assert set(ledger.QUOTES) <= set(CLAIMS)
    assert list(ledger.QUOTES) == sorted(ledger.QUOTES)
    for id, quote in ledger.QUOTES.items():
        assert re.search(r"[\u4e00-\u9fff]{5}|D_\{KL\}", quote), (
            f"{id}: its language, or its formula"
        )
    whose = {claim.whose for claim in CLAIMS.values()}
    assert whose == set(ledger.Whose)
    for claim in CLAIMS.values():
        assert (claim.whose == ledger.Whose.ARTICLE) == (claim.id in ledger.QUOTES)
        assert claim.literally is None or claim.quote, "only a quote has a letter"


def test_a_letter_is_judged_from_the_numbers_of_the_check():
    told = ledger.Reading("Seven.", "Holds if it is.", Verdict.FAILS, lambda n: n["verdict"])
    made = ledger.Claim(
        "x", "mse", "X.", ledger.Kind.OBSERVATION, "Holds if so.", Verdict.HOLDS, (0,), (),
        lambda seeds: (Verdict.HOLDS, {"verdict": Verdict.CAVEAT}), told,
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(CLAIMS, "x", made)
        evidence = claims.check("x", [0])
    assert (evidence.verdict, evidence.literally) == (Verdict.HOLDS, Verdict.CAVEAT)


@pytest.mark.parametrize(
    ("id", "patched", "value", "verdict"),
    [
        ("six-pieces-would-do", "TOLERANCE", 1e-3, Verdict.HOLDS),
        ("relu-is-any-broken-line", "ROUNDING", 0.0, Verdict.FAILS),
        ("relu-is-any-polynomial", "UNITS", (2, 4), Verdict.FAILS),
    ],
)
def test_a_check_can_come_out_otherwise(monkeypatch, id, patched, value, verdict):
    monkeypatch.setattr(claims.fitting_sine, patched, value)
    assert claims.check(id, range(2)).verdict == verdict


@pytest.mark.parametrize(
    ("dropped", "verdict", "literally"),
    [
        (0.5, Verdict.HOLDS, Verdict.HOLDS),
        (0.01, Verdict.HOLDS, Verdict.FAILS),
        (0.0, Verdict.CAVEAT, Verdict.FAILS),
        (-1, Verdict.FAILS, Verdict.FAILS),
    ],
)
def test_a_recipe_may_stand_more_dropout_or_none(networks_that, dropped, verdict, literally):
    def says(trial, name):
        return trial.settings["dropout"] <= dropped if name == "converged" else 1

    networks_that(says)
    found = claims.check("recipe-reaches-5e-4", range(2))
    assert (found.verdict, found.literally) == (verdict, literally)


@pytest.mark.parametrize(
    ("id", "network", "verdict"),
    [
        ("closest-to-degree-11", lambda x: claims.taylor.taylor(x, 11) + 1e-4, Verdict.HOLDS),
        (
            "plateau-is-the-networks-own-error",
            lambda x: claims.taylor.taylor(x, 13) + 1e-6,
            Verdict.FAILS,
        ),
        ("as-good-as-degree-7", lambda x: claims.taylor.taylor(x, 5), Verdict.FAILS),
        ("outside-nobody-knows", np.sin, Verdict.FAILS),
    ],
)
def test_another_network_gets_another_verdict(monkeypatch, id, network, verdict):
    class Impostor:
        model = property(lambda self: self)
        mse = np.mean((network(GRID) - np.sin(GRID)) ** 2)
        predict = staticmethod(network)

    monkeypatch.setattr(measures, "fitted", lambda seed, **settings: Impostor())
    assert claims.check(id, range(2)).verdict == verdict


def test_a_line_that_follows_everywhere_would_be_the_polynomial_by_the_letter(monkeypatch):
    def itself(polynomial, units):
        return SimpleNamespace(predict=lambda x: polynomial(np.asarray(x)))

    monkeypatch.setattr(claims.fitting_sine, "_follower", itself)
    assert claims.check("relu-is-any-polynomial", range(2)).literally == Verdict.HOLDS


def test_a_line_that_could_jump_would_be_any_piecewise_linear_function(monkeypatch):
    assert claims.fitting_sine._jump_error() == pytest.approx(0.5, abs=0.01)
    monkeypatch.setattr(claims.fitting_sine, "_jump_error", lambda: 0.05)
    assert claims.check("relu-is-any-broken-line", range(2)).literally == Verdict.HOLDS


@pytest.mark.parametrize(
    ("rules", "verdict"),
    [
        (["MSE"], Verdict.HOLDS),
        (["MSE", "largest error"], Verdict.FAILS),
        ([], Verdict.FAILS),
    ],
)
def test_a_largest_error_that_gets_there_would_be_no_other_goal(monkeypatch, rules, verdict):
    run = stops.Stopped({rule: stops.Stop(100, 1e-4) for rule in rules}, 1e-3, {})
    monkeypatch.setattr(measures, "stopped", lambda seed: run)
    assert claims.check("largest-error-is-another-goal", range(2)).verdict == verdict


@pytest.mark.parametrize(("sign", "verdict"), [(1, Verdict.HOLDS), (-1, Verdict.FAILS)])
def test_pieces_that_grow_would_hold(networks_that, sign, verdict):
    networks_that(lambda trial, _: sign * trial.settings["width"])
    assert claims.check("more-units-more-pieces", range(2)).verdict == verdict


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (lambda width, depth: 1 / (width * depth), Verdict.HOLDS),
        (lambda width, depth: 1 / width, Verdict.FAILS),
        (lambda width, depth: width * depth, Verdict.FAILS),
    ],
)
def test_other_networks_get_another_verdict(networks_that, error, verdict):
    networks_that(lambda trial, _: error(trial.settings["width"], trial.settings["depth"]))
    assert claims.check("bigger-is-better", range(2)).verdict == verdict


def test_bad_input_is_refused_in_words():
    known = ", ".join(CLAIMS)
    with pytest.raises(
        ValueError, match=f"claim='nonsense' was given; claim must be one of {known}$"
    ):
        claims.check("nonsense")
    with pytest.raises(ValueError, match="at least one is needed"):
        claims.check("six-pieces-would-do", [])
    with pytest.raises(ValueError, match="each only once"):
        claims.check("six-pieces-would-do", [1, 1])
    for given in (7, None, range(10**15), itertools.count()):
        with pytest.raises(ValueError, match="seeds must be different integers, at most 10,000"):
            claims.check("six-pieces-would-do", given)
    with pytest.raises(ValueError, match="seed=-1"):
        claims.check("six-pieces-would-do", [-1])
    told = {"section": "x", "says": "X.", "kind": "theorem", "rule": "Holds if so."}
    told |= {"recorded": "holds", "face": ()}
    with pytest.raises(ValueError, match="given twice"):
        ledger.claim("six-pieces-would-do", **told)(print)


def test_the_command_prints_json_on_stdout_and_progress_on_stderr():
    command = [sys.executable, "-m", "fitlab.claims", "relu-is-any-broken-line"]
    run = subprocess.run(
        [*command, "--json", "--seeds", "3-4"], capture_output=True, text=True, check=True
    )
    (row,) = json.loads(run.stdout)
    about = ["id", "section", "says", "whose", "kind", "verdict", "quote", "literally"]
    assert list(row) == [*about, "numbers", "seeds", "seconds"]
    assert row["verdict"] == "holds"
    assert row["seeds"] == [3, 4]
    assert "checking relu-is-any-broken-line" in run.stderr


def test_the_command_ends_with_1_when_a_verdict_differs(monkeypatch, capsys):
    monkeypatch.setattr(claims.fitting_sine, "ROUNDING", 0.0)
    assert __main__.main(["relu-is-any-broken-line", "--seeds", "0"]) == 1
    printed = capsys.readouterr()
    assert "DOES NOT HOLD AS STATED" in printed.out
    assert "the verdict on record is “holds”" in printed.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "is no claim; there are"),
        (["--seeds", "9-x"], "write 0-9, or 3, or 1,4,7"),
        (["--seeds", "0-"], "'0-' was given"),
        (["--seeds", "1,1"], "'1,1' was given"),
        (["--seeds", "1,9-5"], "'1,9-5' was given"),
        (["--seeds", "9-5"], "'9-5' was given"),
        (["--seeds", "0-99999999999"], "at most 10,000 seeds from 0 to 4294967295"),
        (["--seeds", f"0-{random.MAX_SEED}"], "at most 10,000 seeds from 0 to 4294967295"),
        (["--seeds", f"{random.MAX_SEED - 1}-{random.MAX_SEED + 1}"], "at most 10,000 seeds"),
        (["--seeds", f"0-{10**400}"], "at most 10,000 seeds"),
        (["--seeds", "99999999999"], "was given"),
    ],
)
def test_the_command_refuses_in_words(arguments, said, capsys):
    with pytest.raises(SystemExit):
        __main__.main(arguments)
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (7.0, "7"), (16_833, "16,833"), (0.0164, "0.016"), (3_712.4, "3,700"),
        (1.02e-4, "1.0e-4"), (-1.98, "-2"), (2e7, "2.0e7"), (99.6, "100"),
        (float("nan"), "not a number"),
        ({"median": 9, "min": 7, "max": 11.0}, "9 [7, 11]"),
    ],
)  # fmt: skip
def test_numbers_are_shown_to_two_digits(value, text):
    assert show(value) == text


def test_nine_in_ten_hold_and_most_hold_with_a_caveat():
    found = [ledger.verdict_by(share) for share in (100, 90, 89, 51, 50, 0)]
    holds, caveat, fails = Verdict.HOLDS, Verdict.CAVEAT, Verdict.FAILS
    assert found == [holds, holds, caveat, caveat, fails, fails]


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"固定在 $5.92\times 10^{-4}$ 了", "固定在 5.92 × 10⁻⁴ 了"),
        (r"任意$\sum_{i}(a_{i}x^{i}+b_{i})$", "任意∑ᵢ(aᵢxⁱ+bᵢ)"),
        ("H(P) + D_{KL}(P || Q)", "H(P) + D_KL(P || Q)"),
        ("", ""),
    ],
)
def test_formulas_of_quotes_are_shown_in_plain_characters(tex, text):
    assert without_tex(tex) == text
    assert not [
        quote for quote in ledger.QUOTES.values() if set("\\${}^") & set(without_tex(quote))
    ]


def test_levels_and_numbers_below_them():
    assert [show_level(v) for v in (5e-4, 2.5e-4, 0)] == ["5e-4", "2.5e-4", "0"]
    assert show_below(1.0e-4, 5e-4) == "1.0e-4"
    assert show_below(4.9936e-4, 5e-4) == "4.99e-4"  # 5.0e-4 < 5e-4 would be odd
