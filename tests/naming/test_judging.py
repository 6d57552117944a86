"""The second judge takes away and never adds; what it says follows from its weights alone."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.naming.doubts import Candidate, Doubts
from icd9_review.naming.judging import candidates, judged, log_odds
from icd9_review.suggestions import keep_scores, merge, places_suggested, rank, suggested
from icd9_review.values import Demotion, Doubt, Judge, JudgeWeights, Kind, Scores, Window
from tests.encounters import CODES, NOTE, make_model, make_scores

MILD = Judge(intercept=1.0, margin=0.5, doubts={}, split="notes")
"""It lets everything pass."""

BY_WORDS = replace(MILD, doubts={Doubt.WITHHELD: 3.0, Doubt.UNNAMED: 3.0})
ALL_HIGH = dict.fromkeys(CODES, 2.0)


def demoted(logits: dict[str, float], judge: Judge, text: str = NOTE) -> dict[str, Demotion]:
    model = make_model()
    found = judged(text, make_scores(model, logits, len(text)), model, judge)
    return {model.labels[place]: each for place, each in found.demoted.items()}


def test_a_code_is_demoted_for_what_the_note_says_of_it() -> None:
    """Of the four the note denies pneumonia and does not name diabetes."""
    assert demoted(ALL_HIGH, BY_WORDS) == {
        "486": Demotion(Doubt.WITHHELD),
        "250.00": Demotion(Doubt.UNNAMED),
    }


def test_a_judge_that_doubts_nothing_demotes_nothing() -> None:
    assert demoted(ALL_HIGH, MILD) == {}


def test_a_large_margin_outweighs_a_doubt() -> None:
    assert "486" not in demoted({"486": 6.0}, BY_WORDS)
    assert "486" in demoted({"486": 1.0}, BY_WORDS)


def test_what_does_not_reach_its_threshold_is_not_judged() -> None:
    harsh = Judge(-99.0, 0.0, {}, "notes")
    assert set(demoted({"428.0": 0.0, "486": -0.1}, harsh)) == {"428.0"}


def test_where_no_doubt_weighs_much_the_margin_is_the_reason() -> None:
    harsh = Judge(-1.0, 0.1, {Doubt.WITHHELD: 0.1}, "notes")
    assert demoted({"486": 0.5}, harsh) == {"486": Demotion(Doubt.MARGIN)}


def test_a_demotion_names_the_code_that_the_doubt_speaks_of() -> None:
    harsh = Judge(0.0, 0.1, {Doubt.OUTDONE: 5.0}, "notes")
    found = demoted({"428.0": 4.0, "250.00": 0.5}, harsh)
    assert found == {"250.00": Demotion(Doubt.OUTDONE, beside="428.0")}


def test_candidates_are_what_reaches_its_threshold_with_margin_and_window() -> None:
    model = replace(make_model(), thresholds=(0.9, 0.5, 0.5, 0.2))
    logits = {"428.0": 2.0, "427.31": 1.5, "250.00": -0.5, "486": -1.0}
    scores = make_scores(model, logits)
    found = candidates(scores, model)
    assert {place: each.code for place, each in found.items()} == {1: "427.31", 3: "486"}
    assert found[1].margin == pytest.approx(1.5)
    assert found[3].margin == pytest.approx(-1.0 - math.log(0.2 / 0.8))
    assert {each.window for each in found.values()} == {scores.spans[1]}
    assert all(each.margin >= 0 for each in found.values())


def test_candidates_of_kept_scores_are_those_of_the_whole() -> None:
    model = make_model(codes=tuple(f"{number:03}.0" for number in range(300)))
    logits = np.random.default_rng(1).normal(-4, 3, 300).astype(np.float32)
    scores = replace(make_scores(model), logits=logits)
    assert candidates(keep_scores(scores, model), model) == candidates(scores, model)


def test_the_log_odds_are_the_weighed_sum() -> None:
    one = Candidate(Kind.DIAGNOSIS, "486", 2.0, Window(0, 0, 9))
    doubts = Doubts({Doubt.UNNAMED: 1.0, Doubt.UNLIKE: 0.5, Doubt.EXPLAINED: 0.7}, {})
    judge = Judge(0.25, 0.5, {Doubt.UNNAMED: 1.0, Doubt.UNLIKE: 0.4}, "notes")
    assert log_odds(one, doubts, judge) == pytest.approx(0.25 + 0.5 * 2.0 - 1.0 - 0.4 * 0.5)


_LOGITS = st.fixed_dictionaries({code: st.floats(-6, 6, width=32) for code in CODES})
_JUDGES = st.builds(
    Judge,
    intercept=st.floats(-4, 4),
    margin=st.floats(0, 2),
    doubts=st.dictionaries(st.sampled_from(Doubt), st.floats(0, 4)),
    split=st.just("notes"),
)


@given(_LOGITS, _JUDGES)
def test_a_judge_only_takes_away(logits: dict[str, float], judge: Judge) -> None:
    model = make_model()
    before = make_scores(model, logits)
    after = judged(NOTE, before, model, judge)
    assert after.logits.tobytes() == before.logits.tobytes()
    assert set(places_suggested(after, model)) <= set(places_suggested(before, model))
    assert set(after.demoted) == set(places_suggested(before, model)) - set(
        places_suggested(after, model)
    )
    assert suggested(after, model) == tuple(
        each
        for each in suggested(before, model)
        if model.places[each.kind, each.code] not in after.demoted
    )


@given(_LOGITS, _JUDGES)
def test_every_verdict_follows_from_the_log_odds(logits: dict[str, float], judge: Judge) -> None:
    """Without doubts that hold, the margin alone decides."""
    model = make_model()
    scores = make_scores(model, logits)
    alone = replace(judge, doubts={})
    for place, each in candidates(scores, model).items():
        odds = alone.intercept + alone.margin * each.margin
        assert (place in judged(NOTE, scores, model, alone).demoted) == (odds < 0)


@given(_LOGITS, _JUDGES)
def test_keeping_and_judging_go_in_either_order(logits: dict[str, float], judge: Judge) -> None:
    model = make_model()
    scores = make_scores(model, logits)
    one = keep_scores(judged(NOTE, scores, model, judge), model)
    other = judged(NOTE, keep_scores(scores, model), model, judge)
    assert one.demoted == other.demoted
    assert rank(one, model) == rank(other, model)


def scores_of(logits: dict[str, float], **verdicts: Demotion) -> Scores:
    model = make_model()
    places = {model.labels[int(name[1:])]: int(name[1:]) for name in verdicts}
    told = {places[model.labels[int(name[1:])]]: each for name, each in verdicts.items()}
    return replace(make_scores(model, logits), demoted=told)


def test_a_code_demoted_in_one_note_and_suggested_in_another_is_suggested() -> None:
    model = make_model()
    surer = scores_of({"428.0": 4.0}, _0=Demotion(Doubt.WITHHELD))
    plain = scores_of({"428.0": 1.0})
    for notes in ((surer, plain), (plain, surer)):
        merged = merge(rank(each, model) for each in notes)
        (found,) = (each for each in merged if each.code == "428.0")
        assert found.suggested
        assert found.demotion is None


def test_a_code_demoted_wherever_it_reaches_its_threshold_stays_demoted() -> None:
    model = make_model()
    surer = scores_of({"428.0": 4.0}, _0=Demotion(Doubt.WITHHELD))
    below = scores_of({"428.0": -1.0})
    for notes in ((surer, below), (below, surer)):
        (found,) = (e for e in merge(rank(each, model) for each in notes) if e.code == "428.0")
        assert (found.reached, found.suggested) == (True, False)
        assert found.demotion == Demotion(Doubt.WITHHELD)


HARSH = Judge(-99.0, 0.0, {}, "notes")
BOTH = replace(make_model(), kinds=(Kind.DIAGNOSIS, Kind.DIAGNOSIS, Kind.DIAGNOSIS, Kind.PROCEDURE))
"""The last code of the model as a procedure."""


def test_a_judge_without_weights_for_procedures_lets_them_pass() -> None:
    scores = make_scores(BOTH, ALL_HIGH, len(NOTE))
    assert set(judged(NOTE, scores, BOTH, HARSH).demoted) == {0, 1, 2}


def test_each_kind_is_judged_by_weights_of_its_own() -> None:
    scores = make_scores(BOTH, ALL_HIGH, len(NOTE))
    on_procedures = replace(MILD, procedures=JudgeWeights(-99.0, 0.0, {}))
    assert judged(NOTE, scores, BOTH, on_procedures).demoted == {3: Demotion(Doubt.MARGIN)}
    on_diagnoses = replace(HARSH, procedures=JudgeWeights(1.0, 0.0, {}))
    assert set(judged(NOTE, scores, BOTH, on_diagnoses).demoted) == {0, 1, 2}


def test_a_procedure_that_is_only_planned_is_demoted_with_this_reason() -> None:
    model = make_model(codes=("47.09",))
    model = replace(model, kinds=(Kind.PROCEDURE,))
    judge = replace(MILD, procedures=JudgeWeights(0.5, 0.0, {Doubt.PLANNED: 2.0}))
    for text, found in (
        ("Appendectomy is scheduled for Monday.", {0: Demotion(Doubt.PLANNED)}),
        ("Appendectomy was done.", {}),
    ):
        scores = make_scores(model, {"47.09": 2.0}, 2 * len(text))
        assert judged(text, scores, model, judge).demoted == found


@given(_LOGITS, _JUDGES)
def test_what_is_said_of_diagnoses_is_the_same_with_procedures_beside_and_without(
    logits: dict[str, float], judge: Judge
) -> None:
    scores = make_scores(BOTH, logits, len(NOTE))
    alone = judged(NOTE, scores, BOTH, judge).demoted
    both = judged(NOTE, scores, BOTH, replace(judge, procedures=judge)).demoted
    assert {place: each for place, each in both.items() if place != 3} == alone


def test_a_code_that_is_demoted_itself_speaks_against_no_other() -> None:
    """Essential hypertension stays where the kidney disease beside it is said nowhere."""
    text = "ASSESSMENT: Essential hypertension, on lisinopril. Creatinine is up."
    model = make_model(codes=("401.9", "403.90"))
    scores = make_scores(model, {"401.9": 2.0, "403.90": 0.3}, len(text))
    against = {Doubt.UNNAMED: 2.0, Doubt.COMBINED: 9.0}
    alone = Judge(intercept=1.0, margin=0.5, doubts=against, split="notes")
    assert judged(text, scores, model, alone).demoted == {1: Demotion(Doubt.UNNAMED)}
    both = replace(alone, doubts={Doubt.COMBINED: 9.0})
    found = judged(text, scores, model, both).demoted
    assert found == {0: Demotion(Doubt.COMBINED, "403.90")}
