"""Which diagnosis is the principal one: the first, once a person has said so."""

from __future__ import annotations

import pytest

from icd9_review.values import Action, CareSetting, Kind
from tests.review.bench import SECOND, Bench, make


def bench_with(*codes: str, setting: CareSetting = CareSetting.INPATIENT) -> Bench:
    """A bench where these codes were accepted, in this order."""
    bench = Bench(setting)
    for code in codes:
        bench.decide(make(code=code))
    return bench


def put_first(bench: Bench, code: str) -> None:
    bench.decide(make(Action.RESEQUENCE, code, position=0, seen=bench.last))


def test_the_first_that_was_accepted_is_not_the_principal_by_itself() -> None:
    assert bench_with("428.0", "427.31").state.principal is None


@pytest.mark.parametrize("code", ["428.0", "427.31"])
def test_a_diagnosis_that_is_put_first_is_the_principal_wherever_it_stood(code: str) -> None:
    bench = bench_with("428.0", "427.31")
    put_first(bench, code)
    assert bench.state.principal == bench.accepted[0] == code


def test_what_comes_first_because_another_left_or_moved_was_never_said_to_be() -> None:
    bench = bench_with("428.0", "427.31")
    put_first(bench, "428.0")
    bench.decide(make(Action.RESEQUENCE, "428.0", position=1))
    assert bench.state.principal is None
    put_first(bench, "428.0")
    bench.decide(make(Action.REJECT, "428.0"))
    assert (bench.accepted, bench.state.principal) == (["427.31"], None)


def test_an_undone_rejection_brings_the_principal_back() -> None:
    bench = bench_with("428.0", "427.31")
    put_first(bench, "428.0")
    bench.decide(make(Action.REJECT))
    bench.decide(make(Action.UNDO))
    assert bench.state.principal == "428.0"


def test_whoever_was_named_since_an_undo_does_not_unname() -> None:
    bench = bench_with("428.0", "427.31", "276.5")
    put_first(bench, "428.0")
    bench.decide(make(Action.REJECT))
    put_first(bench, "276.5")
    bench.decide(make(Action.UNDO))
    assert bench.accepted[0] == "428.0"
    assert bench.state.principal is None
    put_first(bench, "276.5")
    assert bench.state.principal == "276.5"


def test_a_code_that_takes_the_principals_place_is_the_principal_until_that_is_undone() -> None:
    bench = bench_with("428.0", "427.31")
    put_first(bench, "428.0")
    bench.decide(make(Action.REPLACE, by="428.21"))
    assert bench.state.principal == "428.21"
    bench.decide(make(Action.UNDO, "428.21"))
    assert bench.state.principal == "428.0"


def test_a_principal_that_is_accepted_anew_is_asked_for_anew() -> None:
    bench = bench_with("428.0")
    put_first(bench, "428.0")
    bench.decide(make(Action.REJECT))
    bench.decide(make(seen=bench.last))
    assert (bench.accepted, bench.state.principal) == (["428.0"], None)


def test_a_procedure_that_is_put_first_names_no_diagnosis() -> None:
    bench = bench_with("428.0")
    bench.decide(make(code="38.93", kind=Kind.PROCEDURE))
    bench.decide(make(Action.RESEQUENCE, "38.93", kind=Kind.PROCEDURE, position=0))
    assert bench.state.principal is None


def test_whoever_signs_the_order_names_the_first_and_it_stays_so_when_reopened() -> None:
    bench = bench_with("428.0", "427.31", setting=CareSetting.OUTPATIENT)
    bench.decide(make(Action.FINALISE))
    assert bench.state.principal == "428.0"
    bench.decide(make(Action.REOPEN, seen=bench.last), SECOND)
    assert bench.state.principal == "428.0"
