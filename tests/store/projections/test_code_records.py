"""What became of each code here, counted over all encounters."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from icd9_review.errors import DecisionError
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide, review_state
from icd9_review.store.projections.code_records import CodeRecord, code_records
from icd9_review.values import Action, Decision, Encounter, Kind, RejectReason, Verdict
from tests.encounters import add_scored_encounter, coders

HEART = (Kind.DIAGNOSIS, "428.0")
BLOOD = (Kind.PROCEDURE, "99.04")


def _decide(
    database: Database,
    encounter: Encounter,
    action: Action,
    code: str = "428.0",
    kind: Kind = Kind.DIAGNOSIS,
    by: str | None = None,
) -> None:
    reason = RejectReason.NEGATED if action is Action.REJECT else None
    seen = review_state(database, encounter.id).sequence
    decision = Decision(f"{encounter.number}-{seen}", action, code, "tab", seen, kind, reason, by)
    decide(database, encounter.id, decision, coders(database)[0])


def test_a_code_is_counted_once_per_encounter_as_it_stands(database: Database) -> None:
    first, second, third, fourth = (add_scored_encounter(database) for _ in range(4))
    assert code_records(database, [HEART]) == {HEART: CodeRecord(0, 0)}
    _decide(database, first, Action.ACCEPT)
    _decide(database, second, Action.ADD)
    _decide(database, third, Action.ACCEPT)
    _decide(database, third, Action.REJECT)
    _decide(database, fourth, Action.ACCEPT)
    _decide(database, fourth, Action.UNDO)
    assert code_records(database, [HEART]) == {HEART: CodeRecord(decided=3, accepted=2)}


def test_an_encounter_may_be_left_out(database: Database) -> None:
    first, second = (add_scored_encounter(database) for _ in range(2))
    _decide(database, first, Action.ACCEPT)
    _decide(database, second, Action.REJECT)
    assert code_records(database, [HEART], but=first.id) == {HEART: CodeRecord(1, 0)}
    assert code_records(database, [HEART], but=second.id) == {HEART: CodeRecord(1, 1)}


def test_a_replacement_counts_on_both_codes(database: Database) -> None:
    _decide(database, add_scored_encounter(database), Action.REPLACE, by="428.21")
    new = (Kind.DIAGNOSIS, "428.21")
    assert code_records(database, [HEART, new]) == {HEART: CodeRecord(1, 0), new: CodeRecord(1, 1)}


def test_the_kinds_are_told_apart(database: Database) -> None:
    _decide(database, add_scored_encounter(database), Action.ADD, "99.04", Kind.PROCEDURE)
    other = (Kind.DIAGNOSIS, "99.04")
    assert code_records(database, {BLOOD, other}) == {
        BLOOD: CodeRecord(1, 1),
        other: CodeRecord(0, 0),
    }
    assert code_records(database, []) == {}


steps = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["428.0", "427.31", "401.9"]),
        st.sampled_from([Action.ACCEPT, Action.REJECT, Action.ADD, Action.UNDO, Action.REPLACE]),
    ),
    max_size=8,
)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(taken=steps)
def test_the_records_are_what_the_review_states_say(
    sqlite: Database, taken: list[tuple[int, str, Action]]
) -> None:
    encounters = [add_scored_encounter(sqlite) for _ in range(2)]
    codes = [(Kind.DIAGNOSIS, code) for code in ("428.0", "427.31", "401.9", "250.00")]
    before = code_records(sqlite, codes)
    for which, code, action in taken:
        by = "250.00" if action is Action.REPLACE else None
        try:
            _decide(sqlite, encounters[which], action, code, by=by)
        except DecisionError:
            continue
    states = [code for each in encounters for code in review_state(sqlite, each.id).codes]
    after = code_records(sqlite, codes)
    for key in codes:
        mine = [state for state in states if (state.kind, state.code) == key]
        assert after[key].decided - before[key].decided == len(mine)
        accepted = [state for state in mine if state.verdict is Verdict.ACCEPTED]
        assert after[key].accepted - before[key].accepted == len(accepted)
