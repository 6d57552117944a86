"""The counts of outcomes are at every moment those of a slow recount of the events."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from icd9_review.codes.built_in import built_in_lists
from icd9_review.errors import PermissionDenied, ReviewError
from icd9_review.quality.outcomes.bands import CaseFacts
from icd9_review.quality.outcomes.counting import (
    Sums,
    add_sums,
    counts_of,
    scores_of,
    tallies_of,
    times_of,
)
from icd9_review.quality.outcomes.telling import case_of
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import (
    CodeRecordRow,
    EncounterRow,
    OutcomeCaseRow,
    OutcomeCountRow,
    OutcomeScoreRow,
    OutcomeTallyRow,
    OutcomeTimeRow,
)
from icd9_review.store.deciding.decisions import decide, review_state
from icd9_review.store.deciding.views import record_view
from icd9_review.store.ledger import events
from icd9_review.store.oversight.outcome_counts import read_outcomes
from icd9_review.store.oversight.outcome_encounters import outcome_encounters
from icd9_review.store.projections.outcomes import recount
from icd9_review.store.retention.purging import purge
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.store.users import system_user
from icd9_review.values import (
    Action,
    CareSetting,
    CaseAxis,
    Decision,
    Encounter,
    EventKind,
    Fact,
    HoldReason,
    OutcomeChoice,
    OutcomeKind,
    OutcomeQuery,
    PurgeReason,
    RejectReason,
    ReopenReason,
    Span,
    User,
    WordCount,
)
from tests.encounters import add_encounter, coders, make_model, make_scores

V1, V2 = make_model().version, "b" * 64
CODES = ("428.0", "427.31", "401.9")
LISTS = built_in_lists()
_KEYS = itertools.count(1)
REASONS: dict[Action, Any] = {
    Action.REJECT: RejectReason.HISTORY,
    Action.HOLD: HoldReason.QUERY,
    Action.REOPEN: ReopenReason.CORRECTION,
}
WHOLE = (Action.HOLD, Action.RELEASE, Action.FINALISE, Action.REOPEN, Action.SET_FACT)


def show(database: Database, found: Encounter, who: User, version: str, *codes: str) -> None:
    listed = [["diagnosis", code, 0.8123] for code in codes]
    said = {"model_version": version, "codes": listed, "explanations": True}
    record_view(database, found.id, EventKind.SHOWN, who, f"view-{next(_KEYS)}", said)


def act(database: Database, found: Encounter, who: User, action: Action, code: str = "") -> None:
    """A decision as a tab that has seen everything sends it; a refused one changes nothing."""
    whole = action in WHOLE
    decision = Decision(
        key=f"played-{next(_KEYS)}",
        action=action,
        code="" if whole else code,
        client="tab",
        seen=review_state(database, found.id).sequence,
        reason=REASONS.get(action),
        by="428.21" if action is Action.REPLACE else None,
        evidence=(Span(found.notes[0].id, 0, 10),) if action is Action.ADD else (),
        fact=Fact.AGE if action is Action.SET_FACT else None,
        value="30" if action is Action.SET_FACT else None,
    )
    try:
        decide(database, found.id, decision, who, lists=LISTS)
    except ReviewError:
        return


def kept(database: Database) -> tuple[Sums, ...]:
    """What the tables of counts hold."""
    found: list[Sums] = []
    with database.read() as session:
        for table in (OutcomeCountRow, OutcomeScoreRow, OutcomeTallyRow, OutcomeTimeRow):
            columns = list(table.__table__.columns)
            keys = sum(column.primary_key for column in columns)
            rows = session.execute(select(*columns)).all()
            found.append({tuple(row)[:keys]: tuple(row)[keys:] for row in rows})
    return tuple(found)


def slowly(database: Database, encounters: Iterable[Encounter]) -> tuple[Sums, ...]:
    """The same from every event of every encounter."""
    found: tuple[Sums, ...] = ({}, {}, {}, {})
    for each in encounters:
        with database.read() as session:
            row = session.get_one(EncounterRow, each.id)
        facts = CaseFacts(row.age, row.sex, row.setting, row.service)
        case = case_of(events(database, each.id), facts)
        for sums, told in zip(found, (counts_of, scores_of, tallies_of, times_of), strict=True):
            add_sums(sums, told(case))
    return found


def rows(database: Database, table: type[Any]) -> list[dict[str, Any]]:
    with database.read() as session:
        found = [dict(row) for row in session.execute(select(table.__table__)).mappings()]
    return sorted(found, key=repr)


def begin(database: Database, count: int = 2) -> list[Encounter]:
    """Outpatients, whose charts are signed without a principal diagnosis, read by one version."""
    model = make_model()
    register_model(database, model)
    found = [
        add_encounter(database, version=V1, setting=CareSetting.OUTPATIENT) for _ in range(count)
    ]
    for each in found:
        words = WordCount(words=200, unfamiliar=3)
        save_scores(database, each.notes[0].id, make_scores(model), words=words)
    return found


steps = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.integers(0, 1),
        st.sampled_from(
            [
                *("show", "show again", Action.ACCEPT, Action.REJECT, Action.REPLACE, Action.ADD),
                *(Action.UNDO, Action.UNDO, Action.FINALISE, Action.REOPEN, Action.SET_FACT),
            ]
        ),
        st.sampled_from(CODES),
    ),
    min_size=6,
    max_size=14,
)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(taken=steps)
def test_counts_are_those_of_a_slow_recount(
    database: Database, taken: list[tuple[int, int, Any, str]]
) -> None:
    recount(database, actor=system_user(database))
    before = kept(database)
    encounters = begin(database)
    for which, who, action, code in taken:
        found, person = encounters[which], coders(database)[who]
        if isinstance(action, Action):
            act(database, found, person, action, code)
        else:
            show(database, found, person, V1 if action == "show" else V2, *CODES[:2])
    slow, fast = slowly(database, encounters), kept(database)
    for mine, old, whole in zip(slow, before, fast, strict=True):
        add_sums(mine, old)
        assert mine == whole
    tables = (
        *(CodeRecordRow, OutcomeCountRow, OutcomeScoreRow, OutcomeTallyRow, OutcomeTimeRow),
        OutcomeCaseRow,
    )
    stood = [rows(database, table) for table in tables]
    recount(database, actor=system_user(database))
    assert [rows(database, table) for table in tables] == stood


def count(database: Database, *outcomes: OutcomeKind) -> int:
    return sum(values[0] for key, values in kept(database)[0].items() if key[2] in outcomes)


def test_a_signature_makes_untouched_of_what_waits_and_a_reopening_takes_it_back(
    sqlite: Database,
) -> None:
    (found,), (coder, _) = begin(sqlite, 1), coders(sqlite)
    show(sqlite, found, coder, V1, "428.0", "427.31")
    act(sqlite, found, coder, Action.ACCEPT, "428.0")
    assert count(sqlite, OutcomeKind.WAITING) == 1
    act(sqlite, found, coder, Action.FINALISE)
    assert (count(sqlite, OutcomeKind.WAITING), count(sqlite, OutcomeKind.UNTOUCHED)) == (0, 1)
    act(sqlite, found, coder, Action.REOPEN)
    assert (count(sqlite, OutcomeKind.WAITING), count(sqlite, OutcomeKind.UNTOUCHED)) == (1, 0)


def test_what_the_words_were_counted_to_is_drift_and_leads_to_its_encounters(
    database: Database,
) -> None:
    found, (coder, _), actor = begin(database), coders(database), system_user(database)
    for each in found:
        show(database, each, coder, V1, "428.0")
    counted = read_outcomes(database, OutcomeQuery(), actor=actor)
    assert counted.after is not None
    assert counted.after.vocabulary == {"1–1.9 %": 2}
    choice = OutcomeChoice(group=(CaseAxis.VOCABULARY, "1–1.9 %"))
    assert counted.period is not None
    listed = outcome_encounters(
        *(database, OutcomeQuery(), counted.period, choice), actor=actor, limit=9
    )
    assert {each.encounter_id for each in listed} == {each.id for each in found}


def test_a_purge_takes_the_service_out_of_the_counts(sqlite: Database) -> None:
    (found,), (coder, _) = begin(sqlite, 1), coders(sqlite)
    with sqlite.write() as session:
        session.get_one(EncounterRow, found.id).service = "Ward of the canary"
    show(sqlite, found, coder, V1, "428.0")
    assert "canary" in repr(rows(sqlite, OutcomeTallyRow))
    purge(sqlite, found.id, PurgeReason.REQUEST, actor=system_user(sqlite))
    assert "canary" not in repr([rows(sqlite, t) for t in (OutcomeTallyRow, OutcomeCaseRow)])
    assert kept(sqlite) == slowly(sqlite, [found])


def test_nobody_but_who_administers_has_everything_counted_anew(sqlite: Database) -> None:
    with pytest.raises(PermissionDenied):
        recount(sqlite, actor=coders(sqlite)[0])


def test_a_recount_says_how_far_it_is(sqlite: Database) -> None:
    told: list[tuple[int, int]] = []
    begin(sqlite, 3)
    done = recount(
        sqlite, actor=system_user(sqlite), tell=lambda done, whole: told.append((done, whole))
    )
    assert (done, told) == (3, [(3, 3)])
