"""Heads that were kept elsewhere tell what a rewritten ledger cannot tell of itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from icd9_review.errors import LedgerError
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide
from icd9_review.store.ledger.heads import changed_since, read_heads
from icd9_review.store.ledger.verification import verify
from icd9_review.values import Action, Decision, Encounter, Finding, Head
from tests.encounters import add_encounter, add_scored_encounter, coders
from tests.store.ledger.tampering import (
    rechain,
    remove_encounter,
    shorten,
    tamper,
    tampered,
)

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SINCE = "since the anchor of 2026-01-02 03:04:05 UTC"


def _decide(database: Database, encounter: Encounter, code: str) -> None:
    decision = Decision(f"accept-{code}", Action.ACCEPT, code, "tab", 0)
    decide(database, encounter.id, decision, coders(database)[0])


@pytest.fixture
def encounter(database: Database) -> Encounter:
    encounter = add_scored_encounter(database)
    _decide(database, encounter, "428.0")
    return encounter


def test_heads_are_the_last_events(database: Database, encounter: Encounter) -> None:
    with database.read() as session:
        streams = (encounter.id, ledger.SYSTEM)
        last = [ledger.read(session, stream)[-1] for stream in streams]
    assert read_heads(database) == tuple(
        Head(each.stream, each.sequence, each.hash, each.at) for each in last
    )


def test_a_stream_without_events_has_no_head_to_keep(database: Database) -> None:
    assert read_heads(database) == ()


def test_what_is_appended_leaves_older_heads_standing(
    database: Database, encounter: Encounter
) -> None:
    kept = read_heads(database)
    _decide(database, encounter, "427.31")
    add_encounter(database)
    assert changed_since(database, kept, AT) == []


def test_a_stream_shortened_together_with_its_head_is_found(
    database: Database, encounter: Encounter
) -> None:
    kept = read_heads(database)
    with tampered(database, shorten(encounter.id)) as changed:
        assert verify(changed) == []
        (finding,) = changed_since(changed, kept, AT)
    assert finding == Finding(encounter.id, kept[0].sequence, f"the stream was shortened {SINCE}")


def test_a_shortened_stream_that_went_on_is_found(sqlite: Database) -> None:
    encounter = add_scored_encounter(sqlite)
    _decide(sqlite, encounter, "428.0")
    kept = read_heads(sqlite)
    with sqlite.write() as session:
        tamper(session, shorten(encounter.id))
    _decide(sqlite, encounter, "427.31")
    assert verify(sqlite) == []
    (finding,) = changed_since(sqlite, kept, AT)
    assert finding.problem == f"the stream was rewritten {SINCE}"


def test_a_history_that_was_rewritten_as_a_whole_is_found(
    database: Database, encounter: Encounter
) -> None:
    kept = read_heads(database)
    other = "UPDATE events SET actor = :other WHERE stream = :id AND kind = 'accepted'"
    given = {"other": coders(database)[1].id, "id": encounter.id}
    with tampered(database, other, rechain(encounter.id), **given) as changed:
        assert verify(changed) == []
        (finding,) = changed_since(changed, kept, AT)
    assert finding.problem == f"the stream was rewritten {SINCE}"


def test_an_encounter_that_went_with_its_entry_in_the_register_is_found(
    database: Database, encounter: Encounter
) -> None:
    kept = read_heads(database)
    entry = "DELETE FROM events WHERE stream = 'system'"
    damage = (remove_encounter(encounter.id), entry, rechain(ledger.SYSTEM))
    with tampered(database, *damage) as changed:
        assert verify(changed) == []
        found = changed_since(changed, kept, AT)
    assert found == [
        Finding(encounter.id, kept[0].sequence, f"the stream was taken away {SINCE}"),
        Finding(ledger.SYSTEM, 2, f"the stream was taken away {SINCE}"),
    ]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE heads SET sequence = sequence + 1 WHERE stream = :id",
        "UPDATE heads SET hash = 'other' WHERE stream = :id",
    ],
)
def test_nothing_is_made_of_a_head_that_is_no_event(
    database: Database, encounter: Encounter, damage: str
) -> None:
    with (
        tampered(database, damage, id=encounter.id) as changed,
        pytest.raises(LedgerError, match=f"stream {encounter.id} is not an event"),
    ):
        read_heads(changed)
