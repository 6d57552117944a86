"""The worklist, and the projection behind it."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from icd9_review.codes.built_in import built_in_lists
from icd9_review.errors import DecisionError, NotFound, PermissionDenied
from icd9_review.store import leases
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import SummaryRow
from icd9_review.store.deciding.decisions import decide, last_sequence, review_state
from icd9_review.store.intake.encounters import add_note, create_encounter
from icd9_review.store.projections import summaries
from icd9_review.store.projections.summaries import refresh_outdated
from icd9_review.store.scoring.scores import register_model, save_scores, suggestions
from icd9_review.store.scoring.scoring_queue import give_note_back, retry_notes, take_note
from icd9_review.store.users import coding_users, users
from icd9_review.store.worklist.assignments import assign
from icd9_review.store.worklist.claims import claim
from icd9_review.store.worklist.page import next_encounter, status, take_next, worklist
from icd9_review.values import (
    Action,
    CareSetting,
    Decision,
    Encounter,
    EncounterStatus,
    Likelihood,
    NewEncounter,
    NewNote,
    NoteType,
    Poa,
    RejectReason,
    Role,
    WorklistQuery,
    WorklistRow,
    WorklistSort,
)
from tests.encounters import (
    CODES,
    NOTE,
    add_encounter,
    add_scored_encounter,
    coders,
    make_model,
    make_scores,
)
from tests.rows import decision_rows

MODEL = make_model()
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


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
    for _ in range(leases.ATTEMPTS):
        job = take_note(database, MODEL.version)
        assert job is not None
        give_note_back(database, job, RuntimeError("secret words of the note"))
    assert _row(database, encounter).status is EncounterStatus.FAILED
    retry_notes(database, encounter.id)
    assert _row(database, encounter).status is EncounterStatus.SCORING


def test_the_counts_are_those_of_the_model_in_use(database: Database) -> None:
    encounter = add_scored_encounter(database, MODEL)
    other = make_model("b" * 64)
    register_model(database, other)
    refresh_outdated(database)
    assert _row(database, encounter).status is EncounterStatus.SCORING
    save_scores(database, encounter.notes[0].id, make_scores(other, {"486": 1.0}))
    assert (_row(database, encounter).status, _row(database, encounter).open) == ("open", 1)
    register_model(database, MODEL)
    refresh_outdated(database)
    assert (_row(database, encounter).status, _row(database, encounter).open) == ("open", 2)


steps = st.lists(
    st.tuples(
        st.sampled_from(CODES),
        st.sampled_from([Action.ACCEPT, Action.REJECT, Action.UNDO]),
        st.booleans(),
    ),
    max_size=6,
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


def _billed(database: Database, account: str, key: str) -> Encounter:
    told = NewNote("x", "Letter", NoteType.CONSULTATION, "Dr. Ames", date(2014, 3, 12))
    new = NewEncounter(
        CareSetting.INPATIENT, account=account, service="Cardiology", payer="Blue Cross"
    )
    actor = coders(database)[0]
    return create_encounter(database, new, [told], actor=actor, key=key, model_version=None)


@pytest.mark.parametrize(
    "search", ["cardio", "BLUE cross", "consultation", "ames", "2014-03-12", "letter blue ames"]
)
def test_search_finds_what_is_kept_of_documents_and_encounters(
    database: Database, search: str
) -> None:
    add_encounter(database)
    found = _billed(database, "12", "one")
    assert _found(database, search) == [found.number]
    (row,) = worklist(database, WorklistQuery(search=search)).rows
    assert (row.service, row.payer) == ("Cardiology", "Blue Cross")


@pytest.mark.parametrize("search", ["0004711-08a", "4711 08 A", " 471108a"])
def test_search_finds_an_account_number_however_it_is_typed(
    database: Database, search: str
) -> None:
    add_encounter(database)
    found, _ = _billed(database, "4711-08A", "one"), _billed(database, "4711-09", "two")
    assert _found(database, search) == [found.number]
    assert next_encounter(database, query=WorklistQuery(search=search)) is None
    assert _found(database, "4711-08") == _found(database, "4711") == []


def test_two_encounters_of_one_account_are_both_found(database: Database) -> None:
    both = {_billed(database, "4711", key).number for key in ("one", "two")}
    assert set(_found(database, "4711")) == both


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
        EncounterStatus.HELD: 0,
        EncounterStatus.FINALISED: 0,
    }


def _change(database: Database, encounter: Encounter, **columns: object) -> None:
    """Make an encounter's summary say something, whatever led to it."""
    with database.write() as session:
        of_it = SummaryRow.encounter_id == encounter.id
        session.execute(update(SummaryRow).where(of_it).values(**columns))


def _numbers(database: Database, **query: Any) -> list[int]:
    return [row.number for row in worklist(database, WorklistQuery(**query)).rows]


def test_assignees_are_alternatives_and_none_is_nobody(database: Database) -> None:
    first, second = coders(database)
    for owner in (first, second, None):
        encounter = add_encounter(database)
        if owner is not None:
            assign(database, [encounter.id], owner.id, owner)
    for assignees, numbers in {
        (): [3, 2, 1],
        (first.id,): [1],
        (None,): [3],
        (first.id, None): [3, 1],
        (first.id, second.id): [2, 1],
        (999,): [],
    }.items():
        assert _numbers(database, assignees=assignees) == numbers
        counts = worklist(database, WorklistQuery(assignees=assignees)).counts
        assert sum(counts.values()) == len(numbers)


def test_charts_are_filtered_and_ordered_by_their_day(database: Database) -> None:
    for day in (3, 1, 2, 2):
        _change(database, add_encounter(database), chart_date=date(2026, 3, day))
    assert _numbers(database, dated_before=date(2026, 3, 2)) == [2]
    assert _numbers(database, dated_before=date(2026, 3, 3)) == [4, 3, 2]
    assert _numbers(database, sort=WorklistSort.CHART_AGE) == [2, 4, 3, 1]


def test_the_day_of_a_chart_is_the_discharge_else_the_admission_else_the_intake(
    database: Database,
) -> None:
    stays = ((date(2014, 3, 1), date(2014, 3, 5)), (date(2014, 3, 3), None), (None, None))
    for number, (admitted, discharged) in enumerate(stays):
        create_encounter(
            database,
            NewEncounter(CareSetting.INPATIENT, admitted=admitted, discharged=discharged),
            [NewNote(NOTE, "Note")],
            actor=coders(database)[0],
            key=f"stay-{number}",
            model_version=None,
        )
    assert _numbers(database, sort=WorklistSort.CHART_AGE) == [2, 1, 3]
    assert _numbers(database, dated_before=date(2014, 3, 5)) == [2]
    assert _numbers(database, dated_before=date(2020, 1, 1)) == [2, 1]


def test_errors_and_likelihood_are_filters(database: Database) -> None:
    for errors, confidence in ((0, 0.95), (2, 0.9), (1, 0.7), (0, 0.3), (0, None), (0, 0.897)):
        _change(database, add_encounter(database), errors=errors, confidence=confidence)
    assert _numbers(database, with_errors=True) == [3, 2]
    found = {band: _numbers(database, likelihood=band) for band in Likelihood}
    assert found == {
        Likelihood.VERY_LIKELY: [6, 2, 1],
        Likelihood.LIKELY: [3],
        Likelihood.POSSIBLE: [],
        Likelihood.UNLIKELY: [4],
    }
    assert _numbers(database, with_errors=True, likelihood=Likelihood.LIKELY) == [3]
    assert _numbers(database, sort=WorklistSort.LEAST_CERTAIN) == [4, 3, 6, 2, 1, 5]
    row = worklist(database, WorklistQuery(likelihood=Likelihood.LIKELY)).rows[0]
    assert (row.errors, row.confidence) == (1, 0.7)


def test_the_confidence_is_that_of_the_likeliest_open_suggestion(database: Database) -> None:
    encounter = add_scored_encounter(database, MODEL)
    told = [_row(database, encounter).confidence]
    for code in ("428.0", "427.31"):
        _decide(database, encounter, code)
        told.append(_row(database, encounter).confidence)
    assert told[:2] == pytest.approx([1 / (1 + math.exp(-3)), 1 / (1 + math.exp(-1))], abs=1e-6)
    assert told[2] is None


def test_a_row_says_who_is_on_it_until_the_claim_lapses(database: Database) -> None:
    encounter, (first, _) = add_encounter(database), coders(database)
    made = claim(database, encounter.id, first, now=NOON)
    for now, expected in ((NOON, made), (made.until, None)):
        (row,) = worklist(database, WorklistQuery(), now=now).rows
        assert row.claim == expected
        assert row.assignee is None


@pytest.mark.parametrize("sort", WorklistSort)
def test_next_walks_the_worklist_in_its_order_and_around(
    database: Database, sort: WorklistSort
) -> None:
    for number in range(4):
        encounter = add_scored_encounter(database, MODEL)
        for code in ("428.0", "427.31")[: number % 3]:
            _decide(database, encounter, code)
        _change(database, encounter, chart_date=date(2026, 3, 1 + number % 2))
    query = WorklistQuery(sort=sort)
    order = [row.id for row in worklist(database, query).rows]
    assert len(order) == 4
    for user in (None, coders(database)[0]):
        walked = [next_encounter(database, each, query, user=user) for each in order]
        assert walked == [*order[1:], order[0]]
        assert next_encounter(database, None, query, user=user) == order[0]
        assert next_encounter(database, "x" * 22, query, user=user) == order[0]


@pytest.mark.parametrize(
    "status", [EncounterStatus.SCORING, EncounterStatus.HELD, EncounterStatus.FINALISED]
)
def test_next_leaves_out_where_nothing_can_be_done_and_where_one_is(
    database: Database, status: EncounterStatus
) -> None:
    encounter = add_scored_encounter(database, MODEL)
    assert next_encounter(database, encounter.id) is None
    assert next_encounter(database) == encounter.id
    _change(database, encounter, status=status)
    assert next_encounter(database) is None
    assert take_next(database, coders(database)[0]) is None


@pytest.mark.parametrize("status", [EncounterStatus.DECIDED, EncounterStatus.FAILED])
def test_what_has_no_open_suggestion_is_still_to_be_coded(
    database: Database, status: EncounterStatus
) -> None:
    encounter = add_scored_encounter(database, MODEL)
    _change(database, encounter, status=status, open=0)
    assert next_encounter(database) == encounter.id


def test_ones_own_encounters_come_first_and_those_of_others_never(database: Database) -> None:
    first, second = coders(database)
    oldest, theirs, own, newest = [add_scored_encounter(database, MODEL) for _ in range(4)]
    assign(database, [own.id], first.id, first)
    assign(database, [theirs.id], second.id, second)
    walked = [None, own.id, newest.id, oldest.id]
    following = [next_encounter(database, each, user=first) for each in walked]
    assert following == [own.id, oldest.id, own.id, own.id]
    asked = WorklistQuery(assignees=(second.id,))
    assert next_encounter(database, None, asked, user=first) == theirs.id
    assert take_next(database, first, asked) is None


def test_what_another_person_claims_is_left_out_until_it_lapses(database: Database) -> None:
    first, second = coders(database)
    other, claimed = [add_scored_encounter(database, MODEL) for _ in range(2)]
    until = claim(database, claimed.id, second, now=NOON).until
    assert next_encounter(database, user=first, now=NOON) == other.id
    assert next_encounter(database, user=second, now=NOON) == claimed.id
    assert next_encounter(database, user=first, now=until) == claimed.id


def test_next_respects_the_query(database: Database) -> None:
    encounter = add_scored_encounter(database, MODEL)
    add_scored_encounter(database, MODEL)
    _change(database, encounter, errors=1)
    query = WorklistQuery(with_errors=True, limit=1, offset=7)
    assert next_encounter(database, None, query) == encounter.id
    assert next_encounter(database, encounter.id, query) is None


def test_taking_the_next_assigns_and_claims_it(database: Database) -> None:
    first, second = coders(database)
    encounters = [add_scored_encounter(database, MODEL).id for _ in range(3)]
    assign(database, encounters[:1], first.id, first)
    assert take_next(database, first, now=NOON) == encounters[0]
    assert take_next(database, second, now=NOON) == encounters[2]
    assert take_next(database, second, WorklistQuery(assignees=(None,)), now=NOON) == encounters[1]
    rows = worklist(database, WorklistQuery(), now=NOON).rows
    held = [(row.assignee, row.claim and row.claim.user) for row in rows]
    assert held == [(second, second), (second, second), (first, first)]
    clinician = next(person for person in users(database) if person.role is Role.CLINICIAN)
    with pytest.raises(PermissionDenied):
        take_next(database, clinician)


def test_people_who_take_the_next_at_once_get_different_ones(database: Database) -> None:
    encounters = {add_scored_encounter(database, MODEL).id for _ in range(3)}
    with ThreadPoolExecutor(3) as pool:
        taken = list(pool.map(lambda who: take_next(database, who), coding_users(database)))
    assert set(taken) == encounters


def test_the_status_of_an_unknown_encounter_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound):
        status(database, "x" * 22)


def test_a_note_after_the_signature_brings_the_encounter_back(database: Database) -> None:
    encounter = add_scored_encounter(database)
    coder = coders(database)[0]
    for action, code in (
        (Action.ACCEPT, "428.0"),
        (Action.SET_POA, "428.0"),
        (Action.RESEQUENCE, "428.0"),
        (Action.FINALISE, ""),
    ):
        poa = Poa.YES if action is Action.SET_POA else None
        place = 0 if action is Action.RESEQUENCE else None
        seen = last_sequence(database, encounter.id)
        decision = Decision(f"late-{action}", action, code, "tab", seen, position=place, poa=poa)
        decide(database, encounter.id, decision, coder, lists=built_in_lists())
    assert _row(database, encounter).status is EncounterStatus.FINALISED
    late = NewNote("Late report.", "Pathology")
    add_note(
        database, encounter.id, late, actor=coder, key="late-note", model_version=MODEL.version
    )
    assert _row(database, encounter).status is EncounterStatus.SCORING


def test_a_superseded_note_counts_no_more(database: Database) -> None:
    encounter = add_scored_encounter(database)
    assert _row(database, encounter).open == 2
    newer = add_note(
        database,
        encounter.id,
        NewNote("No disease was found.", "Corrected summary"),
        actor=coders(database)[0],
        key="newer",
        model_version=MODEL.version,
        supersedes=encounter.notes[0].id,
    )
    assert _row(database, encounter).status is EncounterStatus.SCORING
    nothing = dict.fromkeys(CODES, -9.0)
    save_scores(database, newer.id, make_scores(MODEL, nothing))
    row = _row(database, encounter)
    assert (row.titles, row.open) == (("Corrected summary",), 0)
    assert list(decision_rows(database)) == []
