"""The worklist, and the projection behind it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from icd9_review.errors import DecisionError, NotFound
from icd9_review.store import jobs, summaries
from icd9_review.store.decisions import decide, review_state
from icd9_review.store.engine import Database
from icd9_review.store.scores import register_model, save_scores, suggestions
from icd9_review.store.worklist import next_encounter, status, worklist
from icd9_review.values import (
    Action,
    CareSetting,
    Decision,
    Encounter,
    EncounterStatus,
    RejectReason,
    WorklistQuery,
    WorklistRow,
    WorklistSort,
)
from tests.encounters import (
    CODES,
    add_encounter,
    add_scored_encounter,
    coders,
    make_model,
    make_scores,
)

MODEL = make_model()


def _row(database: Database, encounter: Encounter) -> WorklistRow:
    (row,) = (r for r in worklist(database, WorklistQuery()).rows if r.id == encounter.id)
    return row


def _decide(database: Database, encounter: Encounter, code: str, person: int = 0) -> None:
    seen = review_state(database, encounter.id).sequence
    key = f"{encounter.number}-{code}"
    actor = coders(database)[person]
    decide(database, encounter.id, Decision(key, Action.ACCEPT, code, "tab", seen), actor)


def _found(database: Database, search: str) -> list[int]:
    return [row.number for row in worklist(database, WorklistQuery(search=search)).rows]


def test_an_encounter_goes_from_scoring_to_decided(database: Database) -> None:
    register_model(database, MODEL)
    encounter = add_encounter(database, version=MODEL.version, titles=("One", "Two"))
    told = [_row(database, encounter)]
    for note in encounter.notes:
        save_scores(database, note.id, make_scores(MODEL))
        told.append(_row(database, encounter))
    for code in ("428.0", "427.31"):
        _decide(database, encounter, code, person=1)
        told.append(_row(database, encounter))
    assert [(row.status.value, row.open, row.decided) for row in told] == [
        ("scoring", 0, 0),
        ("scoring", 2, 0),
        ("open", 2, 0),
        ("in_progress", 1, 1),
        ("decided", 0, 2),
    ]
    assert [row.actor for row in told] == ["Development coder"] * 3 + ["Second coder"] * 2
    assert all(one.at <= other.at for one, other in pairwise(told))
    assert status(database, encounter.id) is EncounterStatus.DECIDED
    assert told[0].titles == ("One", "Two")
    assert (told[0].label, told[0].age, told[0].created) == ("E-00001", 67, encounter.created)


def test_an_encounter_whose_scoring_failed_says_so_until_it_is_queued_again(
    database: Database,
) -> None:
    register_model(database, MODEL)
    encounter = add_encounter(database, version=MODEL.version)
    for _ in range(jobs.ATTEMPTS):
        job = jobs.claim(database, MODEL.version)
        assert job is not None
        jobs.fail(database, job, RuntimeError("secret words of the note"))
    assert _row(database, encounter).status is EncounterStatus.FAILED
    jobs.retry(database, encounter.id)
    assert _row(database, encounter).status is EncounterStatus.SCORING


def test_the_counts_are_those_of_the_model_in_use(database: Database) -> None:
    encounter = add_scored_encounter(database, MODEL)
    other = make_model("b" * 64)
    register_model(database, other)
    assert _row(database, encounter).status is EncounterStatus.SCORING
    save_scores(database, encounter.notes[0].id, make_scores(other, {"486": 1.0}))
    assert (_row(database, encounter).status, _row(database, encounter).open) == ("open", 1)
    register_model(database, MODEL)
    assert (_row(database, encounter).status, _row(database, encounter).open) == ("open", 2)


steps = st.lists(
    st.tuples(st.sampled_from(CODES), st.sampled_from(Action), st.booleans()), max_size=6
)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(steps, min_size=1, max_size=2))
def test_the_projection_is_what_the_events_and_scores_say(
    sqlite: Database, taken: list[list[tuple[str, Action, bool]]]
) -> None:
    database = sqlite
    encounters = [add_scored_encounter(database, MODEL) for _ in taken]
    for encounter, each in zip(encounters, taken, strict=True):
        for number, (code, action, second) in enumerate(each):
            reason = RejectReason.OTHER if action is Action.REJECT else None
            key, seen = f"{encounter.id}-{number}", review_state(database, encounter.id).sequence
            decision = Decision(key, action, code, "tab", seen, reason=reason)
            try:
                decide(database, encounter.id, decision, coders(database)[second])
            except DecisionError:
                continue
    kept = {encounter.id: _row(database, encounter) for encounter in encounters}
    for encounter in encounters:
        state = review_state(database, encounter.id)
        decided = {(code.kind, code.code) for code in state.codes}
        proposed = {
            (each.kind, each.code)
            for each in suggestions(database, encounter.id, MODEL.version)
            if each.suggested
        }
        row = kept[encounter.id]
        assert (row.open, row.decided) == (len(proposed - decided), len(decided))
    with database.write() as session:
        summaries.refresh(session, list(kept))
    assert {encounter.id: _row(database, encounter) for encounter in encounters} == kept


def test_search_finds_labels_titles_and_people_whatever_the_case(database: Database) -> None:
    add_encounter(database, titles=("Discharge summary", "ÉCHOGRAPHIE"))
    add_encounter(database, titles=("100% consult_note",), actor=coders(database)[1])
    for search, numbers in {
        "": [2, 1],
        "DISCHARGE": [1],
        "échographie": [1],
        "discharge échog": [1],
        "discharge consult": [],
        "e-00002": [2],
        "E-1": [1],
        "2": [2],
        "second CODER": [2],
        "coder": [2, 1],
        "100%": [2],
        "%": [2],
        "_": [2],
        "/": [],
        "'; DROP TABLE notes; --": [],
        "\x00": [2, 1],
        "\ud800": [],
        "x" * 100_000: [],
    }.items():
        assert _found(database, search) == numbers, search


def test_filters_sort_and_pages(database: Database) -> None:
    scored = [add_scored_encounter(database, MODEL) for _ in range(3)]
    waiting = add_encounter(database, setting=CareSetting.OUTPATIENT)
    _decide(database, scored[0], "428.0")
    numbers = {
        WorklistQuery(): [4, 3, 2, 1],
        WorklistQuery(sort=WorklistSort.OLDEST): [1, 2, 3, 4],
        WorklistQuery(sort=WorklistSort.MOST_OPEN): [3, 2, 1, 4],
        WorklistQuery(sort=WorklistSort.LAST_CHANGED): [1, 4, 3, 2],
        WorklistQuery(statuses=(EncounterStatus.OPEN,)): [3, 2],
        WorklistQuery(statuses=(EncounterStatus.OPEN, EncounterStatus.IN_PROGRESS)): [3, 2, 1],
        WorklistQuery(setting=CareSetting.OUTPATIENT): [waiting.number],
        WorklistQuery(limit=2): [4, 3],
        WorklistQuery(limit=2, offset=3): [1],
        WorklistQuery(offset=9): [],
    }
    for query, expected in numbers.items():
        page = worklist(database, query)
        assert [row.number for row in page.rows] == expected, query
    page = worklist(database, WorklistQuery(statuses=(EncounterStatus.OPEN,), limit=1))
    assert page.total == 2
    assert page.counts == {
        EncounterStatus.SCORING: 1,
        EncounterStatus.FAILED: 0,
        EncounterStatus.OPEN: 2,
        EncounterStatus.IN_PROGRESS: 1,
        EncounterStatus.DECIDED: 0,
    }


@pytest.mark.parametrize("sort", WorklistSort)
def test_next_walks_the_worklist_in_its_order_and_around(
    database: Database, sort: WorklistSort
) -> None:
    for number in range(4):
        encounter = add_scored_encounter(database, MODEL)
        for code in ("428.0", "427.31")[: number % 3]:
            _decide(database, encounter, code)
    query = WorklistQuery(sort=sort)
    order = [row.id for row in worklist(database, query).rows if row.open]
    assert len(order) == 3
    assert [next_encounter(database, each, query) for each in order] == [*order[1:], order[0]]
    assert next_encounter(database, None, query) == order[0]
    assert next_encounter(database, "x" * 22, query) == order[0]


def test_next_leaves_out_what_is_decided_and_where_one_is(database: Database) -> None:
    encounter = add_scored_encounter(database, MODEL)
    assert next_encounter(database, encounter.id) is None
    assert next_encounter(database) == encounter.id
    for code in ("428.0", "427.31"):
        _decide(database, encounter, code)
    assert next_encounter(database) is None


def test_the_status_of_an_unknown_encounter_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound):
        status(database, "x" * 22)
