"""Anything missing? Confident suggestions left, codes without evidence, unread text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from icd9_review.review.fold import fold
from icd9_review.review.remaining import Unstated, remaining, unstated
from icd9_review.values import (
    Action,
    CareSetting,
    Chart,
    Demotion,
    Doubt,
    Kind,
    Scores,
    Sex,
    Suggestion,
    Window,
)
from tests.review.bench import SPAN, Bench, make

WINDOW = Window(0, 0, 10)


def suggest(
    code: str, probability: float, threshold: float = 0.3, calibrated: float | None = None
) -> Suggestion:
    return Suggestion(code, Kind.DIAGNOSIS, probability, calibrated, threshold, WINDOW, "note")


def read(characters: int, length: int) -> Scores:
    none = np.empty(0)
    return Scores("m", none.astype(np.float32), none.astype(np.int32), (), characters, length)


@pytest.mark.parametrize(
    ("suggestion", "missed"),
    [
        (suggest("401.9", 0.5), True),
        (suggest("401.9", 0.49), False),
        (suggest("401.9", 0.9, threshold=0.95), False),
        (suggest("401.9", 0.9, calibrated=0.4), False),
        (suggest("401.9", 0.4, calibrated=0.6), True),
        (replace(suggest("401.9", 0.9), demotion=Demotion(Doubt.UNNAMED)), False),
        (suggest("428.0", 0.9), False),
        (suggest("427.31", 0.9), False),
    ],
)
def test_a_confident_suggestion_nobody_acted_on_is_missing(
    suggestion: Suggestion, missed: bool
) -> None:
    bench = Bench()
    bench.decide(make())
    bench.decide(make(Action.REJECT, "427.31"))
    found = remaining([suggestion], bench.state, {(Kind.DIAGNOSIS, "428.0")}, [read(9, 9)], 9)
    assert bool(found.suggestions) is missed
    assert found.nothing is not missed


def test_missing_suggestions_come_most_probable_first() -> None:
    given = [suggest("401.9", 0.6), suggest("250.00", 0.9, calibrated=0.8)]
    found = remaining(given, fold([]), (), [], 0)
    assert [each.code for each in found.suggestions] == ["250.00", "401.9"]


def test_an_accepted_code_needs_evidence_in_the_notes_or_of_its_own() -> None:
    bench = Bench()
    bench.decide(make())
    bench.decide(make(code="427.31"))
    bench.decide(make(Action.ADD, "401.9"))
    bench.decide(make(Action.ADD, "250.00", evidence=(SPAN,)))
    found = remaining([], bench.state, {(Kind.DIAGNOSIS, "427.31")}, [read(9, 9)], 9)
    assert found.unsupported == ((Kind.DIAGNOSIS, "428.0"), (Kind.DIAGNOSIS, "401.9"))
    assert not found.nothing


def test_text_the_model_has_not_read_is_a_share_of_all_notes() -> None:
    assert remaining([], fold([]), (), [read(60, 100)], 200).unread == pytest.approx(0.7)
    assert remaining([], fold([]), (), [read(60, 60), read(40, 40)], 100).nothing
    assert remaining([], fold([]), (), [], 50).unread == 1.0


def charted(**facts: Any) -> Chart:
    known: dict[str, Any] = {
        "setting": CareSetting.INPATIENT,
        "age": 67,
        "sex": Sex.MALE,
        "admitted": date(2013, 3, 12),
        "discharged": date(2013, 3, 20),
        "diagnoses": (),
        "admitting": "786.05",
    }
    return Chart(**{**known, **facts})


@pytest.mark.parametrize(
    ("facts", "lacking"),
    [
        ({}, ()),
        ({"age": None, "sex": Sex.UNKNOWN}, (Unstated.AGE, Unstated.SEX)),
        ({"age": 0}, ()),
        ({"admitted": None, "discharged": None}, (Unstated.ADMITTED, Unstated.DISCHARGED)),
        ({"admitting": None}, (Unstated.ADMITTING,)),
        ({"setting": CareSetting.OUTPATIENT, "admitted": None, "admitting": None}, ()),
    ],
)
def test_a_chart_says_which_facts_it_lacks(
    facts: dict[str, Any], lacking: tuple[Unstated, ...]
) -> None:
    assert unstated(charted(**facts)) == lacking
