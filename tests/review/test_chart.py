"""The chart: accepted codes in their order, with the encounter's facts."""

from __future__ import annotations

from datetime import UTC, date, datetime

from icd9_review.review.chart import chart_of
from icd9_review.values import (
    Action,
    Assertion,
    CareSetting,
    Chart,
    ChartCode,
    Encounter,
    Kind,
    Poa,
    Sex,
)
from tests.review.bench import Bench, make

ADMITTED, DISCHARGED, PERFORMED = date(2012, 3, 1), date(2012, 3, 9), date(2012, 3, 4)


def test_a_chart_is_what_was_accepted_and_nothing_else() -> None:
    bench = Bench()
    bench.decide(make())
    bench.decide(make(Action.ADD, "401.9"))
    bench.decide(make(Action.RESEQUENCE, "401.9", position=0))
    bench.decide(make(Action.SET_POA, poa=Poa.NO))
    bench.decide(make(Action.REJECT, "427.31"))
    bench.decide(make(Action.ADD, "99.04", kind=Kind.PROCEDURE))
    bench.decide(make(Action.SET_PERFORMED, "99.04", kind=Kind.PROCEDURE, performed=PERFORMED))
    bench.decide(make(Action.SET_ADMITTING, "786.50"))
    encounter = Encounter(
        id="e",
        number=1,
        setting=CareSetting.INPATIENT,
        age=67,
        sex=Sex.FEMALE,
        admitted=ADMITTED,
        discharged=DISCHARGED,
        created=datetime(2012, 4, 1, tzinfo=UTC),
        notes=(),
    )
    assertions = {(Kind.DIAGNOSIS, "428.0"): Assertion.UNCERTAIN}
    sentences = {(Kind.DIAGNOSIS, "401.9"): (frozenset({"benign"}),)}
    assert chart_of(encounter, bench.state, assertions, sentences) == Chart(
        setting=CareSetting.INPATIENT,
        age=67,
        sex=Sex.FEMALE,
        admitted=ADMITTED,
        discharged=DISCHARGED,
        diagnoses=(
            ChartCode("401.9", sentences=(frozenset({"benign"}),)),
            ChartCode("428.0", poa=Poa.NO, assertion=Assertion.UNCERTAIN),
        ),
        procedures=(ChartCode("99.04", Kind.PROCEDURE, performed=PERFORMED),),
        admitting="786.50",
    )
