"""The history: a row for every event of every encounter."""

from __future__ import annotations

import pytest

from icd9_review.codes.built_in import built_in_lists
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.comments import add_comment
from icd9_review.store.deciding.decisions import decide
from icd9_review.store.exporting import exports
from icd9_review.store.retention.purging import purge
from icd9_review.store.users import users
from icd9_review.store.worklist.assignments import assign
from icd9_review.values import (
    Action,
    Decision,
    Encounter,
    EventKind,
    ExportFilter,
    HoldReason,
    Kind,
    PurgeReason,
    RejectReason,
    Role,
)
from tests.encounters import add_encounter, add_scored_encounter, coders
from tests.rows import history_rows


def _take(database: Database, encounter: Encounter, *decisions: Decision, person: int = 0) -> None:
    for decision in decisions:
        actor = coders(database)[person]
        decide(database, encounter.id, decision, actor, lists=built_in_lists())


def test_every_event_of_an_encounter_has_a_row_in_order(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _take(
        database,
        encounter,
        Decision("k1", Action.ACCEPT, "428.0", "tab", 0),
        Decision("k2", Action.REJECT, "427.31", "tab", 0, reason=RejectReason.HISTORY),
        Decision("k3", Action.REPLACE, "428.0", "tab", 0, by="428.21"),
    )
    rows = list(history_rows(database))
    assert [row.event for row in rows] == list(ledger.events(database, encounter.id))
    assert [(row.actor, row.did, row.before, row.after) for row in rows] == [
        ("Development coder", "took in the encounter", None, None),
        ("Development coder", "added a note", None, encounter.notes[0].id),
        ("System", "scored a note", None, None),
        ("Development coder", "accepted 428.0", "open", "accepted"),
        ("Development coder", "rejected 427.31", "open", "rejected"),
        ("Development coder", "replaced 428.0 by 428.21", "428.0", "428.21"),
    ]
    assert rows[4].reason == (Action.REJECT, "history")
    assert {row.encounter for row in rows} == {"E-00001"}


def test_a_decision_tells_what_it_rests_on(database: Database) -> None:
    encounter = add_scored_encounter(database)
    _take(database, encounter, Decision("k", Action.ACCEPT, "428.0", "tab", 0))
    row = list(history_rows(database))[-1]
    assert row.code == (Kind.DIAGNOSIS, "428.0")
    assert row.probability == pytest.approx(0.9526, abs=1e-4)
    assert (row.calibrated, row.threshold) == (None, 0.5)
    assert (row.model, row.model_version) == ("tiny", "a" * 64)
    assert row.note_id == encounter.notes[0].id


def test_persons_words_come_with_their_event_until_they_are_purged(database: Database) -> None:
    encounter = add_scored_encounter(database)
    hold = Decision("k", Action.HOLD, "", "tab", 0, reason=HoldReason.OTHER, words="ask Dr. A.")
    _take(database, encounter, hold)
    coder = coders(database)[1]
    said = "see page 2"
    add_comment(database, encounter.id, Kind.DIAGNOSIS, "428.0", said, actor=coder, key="c")
    rows = list(history_rows(database))[-2:]
    assert [(row.did, row.words) for row in rows] == [
        ("put the encounter on hold", "ask Dr. A."),
        ("commented on 428.0", said),
    ]
    administrator = next(each for each in users(database) if each.role is Role.ADMINISTRATOR)
    purge(database, encounter.id, PurgeReason.REQUEST, actor=administrator)
    *_, held, commented, purged = history_rows(database)
    assert [(row.words, row.purged) for row in (held, commented, purged)] == [
        (None, True),
        (None, True),
        (None, False),
    ]


def test_an_assignment_names_both_persons_with_their_numbers(database: Database) -> None:
    encounter = add_encounter(database)
    first, _ = coders(database)
    assign(database, [encounter.id], first.id, first)
    assign(database, [encounter.id], None, first)
    name = f"Development coder ({first.id})"
    assert [(row.before, row.after) for row in list(history_rows(database))[-2:]] == [
        (None, name),
        (name, None),
    ]


def test_days_people_and_decisions_choose_rows_and_change_none(database: Database) -> None:
    encounter = add_scored_encounter(database)
    other = add_scored_encounter(database)
    _take(database, encounter, Decision("k1", Action.ACCEPT, "428.0", "tab", 0))
    seen = ledger.events(database, encounter.id)[-1].sequence
    reject = Decision("k2", Action.REJECT, "428.0", "tab", seen, reason=RejectReason.OTHER)
    _take(database, encounter, reject, person=1)
    _take(database, other, Decision("k3", Action.ACCEPT, "428.0", "tab", 0))
    one, second = coders(database)
    everything = list(history_rows(database))

    def chosen(wanted: ExportFilter) -> list[int]:
        return [everything.index(row) for row in history_rows(database, wanted)]

    decisions = [n for n, row in enumerate(everything) if row.did.startswith(("acc", "rej"))]
    assert len(decisions) == 3
    assert chosen(ExportFilter(only_decided=True)) == decisions
    assert chosen(ExportFilter(people=(second.id,))) == [decisions[1]]
    assert everything[decisions[1]].before == "accepted"
    assert chosen(ExportFilter(since=everything[decisions[1]].event.at)) == decisions[1:]
    assert chosen(ExportFilter(people=(one.id,), only_decided=True)) == [decisions[0], decisions[2]]
    assert chosen(ExportFilter(before=everything[0].event.at)) == []


def test_all_rows_are_of_one_moment(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "CHUNK", 1)
    encounters = [add_scored_encounter(database) for _ in range(3)]
    rows = history_rows(database)
    first = next(rows)
    _take(database, encounters[2], Decision("k", Action.ACCEPT, "428.0", "tab", 0))
    kinds = [row.event.kind for row in (first, *rows)]
    assert len(kinds) == 9
    assert EventKind.ACCEPTED not in kinds


def test_nothing_that_happened_is_no_row(database: Database) -> None:
    assert list(history_rows(database)) == []
