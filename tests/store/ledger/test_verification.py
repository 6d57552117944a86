"""Whatever is changed in the ledger behind the program's back is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text, update

from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EventRow, ScoresRow
from icd9_review.store.deciding.decisions import decide
from icd9_review.store.ledger.verification import verify
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.values import Action, Decision, Demotion, Doubt, Encounter
from tests.encounters import (
    CODES,
    add_encounter,
    add_scored_encounter,
    coders,
    make_model,
    make_scores,
)
from tests.store.ledger.tampering import findings_after

_COLUMNS = (
    "stream",
    "sequence",
    "kind",
    "schema",
    "payload",
    "actor",
    "at",
    "key",
    "previous",
    "hash",
)


@pytest.fixture
def encounter(database: Database) -> Encounter:
    """An encounter with seven events."""
    encounter = add_scored_encounter(database)
    for code in CODES:
        decision = Decision(f"decision-{code}", Action.ACCEPT, code, "tab", 0)
        decide(database, encounter.id, decision, coders(database)[0])
    return encounter


def _flip(value: Any, byte: int, bit: int) -> Any:
    if isinstance(value, int):
        return value ^ (1 << bit)
    data = bytearray(value if isinstance(value, bytes) else value.encode())
    data[byte % len(data)] ^= 1 << bit
    return bytes(data) if isinstance(value, bytes) else data.decode("latin-1")


def test_an_untouched_ledger_verifies(database: Database, encounter: Encounter) -> None:
    assert verify(database) == []


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    sequence=st.integers(1, 7),
    column=st.sampled_from(_COLUMNS),
    byte=st.integers(0, 400),
    bit=st.integers(0, 6),
)
def test_any_changed_byte_of_an_event_is_found(
    database: Database, encounter: Encounter, sequence: int, column: str, byte: int, bit: int
) -> None:
    with database.read() as session:
        row = session.get_one(EventRow, (encounter.id, sequence))
        changed = _flip(getattr(row, column), byte, bit)
    if isinstance(changed, str) and "\x00" in changed and database.engine.name == "postgresql":
        return  # PostgreSQL has no such text
    if column == "sequence" and 1 <= changed <= 7:
        return  # the primary key refuses it; swapping is tried below
    this = (EventRow.stream == encounter.id) & (EventRow.sequence == sequence)
    assert findings_after(database, update(EventRow).where(this).values({column: changed}))


def test_a_text_that_is_no_text_any_more_is_found(sqlite: Database) -> None:
    encounter = add_scored_encounter(sqlite)
    statement = text("UPDATE events SET kind = CAST(x'ff' AS TEXT) WHERE stream = :stream")
    assert findings_after(sqlite, statement.bindparams(stream=encounter.id))


MISSING, BROKEN = "an event is missing", "the event does not follow the one before"
CHANGED, LAST = "the event was changed", "the head is not the last event"
HEADLESS = "the stream has no head"


def _damages() -> Iterator[tuple[str, list[str], set[str]]]:
    """What is done, how, and what is said of the stream."""
    gone = "DELETE FROM events WHERE stream = :s"
    yield "the last event deleted", [f"{gone} AND sequence = 7"], {LAST}
    yield "the first event deleted", [f"{gone} AND sequence = 1"], {MISSING, BROKEN}
    yield "one in the middle deleted", [f"{gone} AND sequence = 4"], {MISSING, BROKEN}
    yield (
        "one deleted and the rest moved up",
        [
            f"{gone} AND sequence = 6",
            "UPDATE events SET sequence = 6 WHERE stream = :s AND sequence = 7",
            "UPDATE heads SET sequence = 6 WHERE stream = :s",
        ],
        {BROKEN, CHANGED},
    )
    yield (
        "two swapped",
        [
            "UPDATE events SET sequence = 99 WHERE stream = :s AND sequence = 5",
            "UPDATE events SET sequence = 5 WHERE stream = :s AND sequence = 6",
            "UPDATE events SET sequence = 6 WHERE stream = :s AND sequence = 99",
        ],
        {BROKEN, CHANGED},
    )
    yield "all events deleted", [gone], {LAST}
    yield (
        "all events deleted with the head",
        [gone, "DELETE FROM heads WHERE stream = :s"],
        {HEADLESS},
    )
    yield "the head deleted", ["DELETE FROM heads WHERE stream = :s"], {HEADLESS}
    yield "the head set back", ["UPDATE heads SET sequence = 6 WHERE stream = :s"], {LAST}
    yield "the head's hash changed", ["UPDATE heads SET hash = :s WHERE stream = :s"], {LAST}
    yield (
        "an event moved to another stream",
        ["UPDATE events SET stream = 'system', sequence = 3 WHERE stream = :s AND sequence = 7"],
        {LAST},
    )


@pytest.mark.parametrize(
    ("_", "statements", "problems"), list(_damages()), ids=[name for name, *_ in _damages()]
)
def test_damage_to_a_stream_is_found(
    database: Database, encounter: Encounter, _: str, statements: list[str], problems: set[str]
) -> None:
    found = findings_after(database, *statements, s=encounter.id)
    assert {each.problem for each in found if each.stream == encounter.id} == problems
    assert verify(database) == []


@pytest.mark.parametrize(
    "damage",
    [
        "logits = substr(logits, 1, 5)",
        "labels = NULL",
        "labels = NULL, logits = substr(labels || logits || windows, 1, 4 * 9), "
        "windows = substr(labels || logits || windows, 4 * 9 + 1)",
    ],
)
def test_scores_cut_short_or_moved_to_another_column_are_found(
    sqlite: Database, damage: str
) -> None:
    add_scored_encounter(sqlite)
    with sqlite.write() as session:
        session.execute(text(f"UPDATE scores SET {damage}"))  # noqa: S608
    assert [finding.problem for finding in verify(sqlite)] == [
        "the scores are not those that were stored"
    ]


def test_spans_that_are_no_json_leave_the_other_streams_verified(sqlite: Database) -> None:
    broken, whole = add_scored_encounter(sqlite), add_scored_encounter(sqlite)
    with sqlite.write() as session:
        session.execute(
            text(
                "UPDATE scores SET spans = '[[0,' "
                "WHERE note_id IN (SELECT id FROM notes WHERE encounter_id = :encounter)"
            ),
            {"encounter": broken.id},
        )
        session.execute(
            text(
                "UPDATE scores SET read = read, logits = zeroblob(length(logits)) "
                "WHERE note_id IN (SELECT id FROM notes WHERE encounter_id = :encounter)"
            ),
            {"encounter": whole.id},
        )
    found = {finding.stream: finding.problem for finding in verify(sqlite)}
    assert found == {
        broken.id: "the stream cannot be read",
        whole.id: "the scores are not those that were stored",
    }


@pytest.mark.parametrize("change", ["stream = CAST(stream AS BLOB)", "sequence = 'x' || sequence"])
def test_a_column_of_another_type_is_found(sqlite: Database, change: str) -> None:
    broken = add_scored_encounter(sqlite)
    add_scored_encounter(sqlite)
    statement = text(f"UPDATE events SET {change} WHERE stream = :stream")  # noqa: S608
    assert findings_after(sqlite, statement.bindparams(stream=broken.id))


def _add_judged_encounter(database: Database) -> None:
    model = make_model()
    register_model(database, model)
    (note,) = add_encounter(database).notes
    verdicts = {0: Demotion(Doubt.WITHHELD), 1: Demotion(Doubt.OUTDONE, beside="428.0")}
    save_scores(database, note.id, replace(make_scores(model), demoted=verdicts))


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        [[0, "withheld", ""]],
        [[0, "unnamed", ""], [1, "outdone", "428.0"]],
        [[0, "withheld", ""], [1, "outdone", "486"]],
        [[0, "withheld", ""], [2, "outdone", "428.0"]],
        [[0, "withheld", ""], [1, "outdone", "428.0"], [2, "unnamed", ""]],
        [[1, "outdone", "428.0"], [0, "withheld", ""]],
    ],
)
def test_a_verdict_that_was_changed_added_or_removed_is_found(
    database: Database, said: list[list[object]] | None
) -> None:
    _add_judged_encounter(database)
    assert verify(database) == []
    with database.write() as session:
        session.execute(update(ScoresRow).values(demoted=said))
    assert [finding.problem for finding in verify(database)] == [
        "the scores are not those that were stored"
    ]


def test_a_verdict_on_scores_that_had_none_is_found(database: Database) -> None:
    add_scored_encounter(database)
    with database.write() as session:
        session.execute(update(ScoresRow).values(demoted=[[0, "unnamed", ""]]))
    assert len(verify(database)) == 1


@pytest.mark.parametrize("said", ["'[[0,'", "'7'", "'{}'", "'\"withheld\"'", "x'ff'"])
def test_verdicts_that_are_none_leave_the_other_streams_verified(
    sqlite: Database, said: str
) -> None:
    _add_judged_encounter(sqlite)
    add_scored_encounter(sqlite)
    with sqlite.write() as session:
        changed = f"UPDATE scores SET demoted = {said} WHERE demoted IS NOT NULL"  # noqa: S608
        session.execute(text(changed))
    assert len(verify(sqlite)) == 1
