"""Notes, words, scores and signatures: each is held against the sum that an event has."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from icd9_review.review.signing import codes_sha256
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EventRow
from icd9_review.store.intake.encounters import add_note
from icd9_review.store.ledger.verification import verify
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.values import Encounter, EventKind, NewNote
from tests.encounters import add_encounter, coders, make_model, make_scores
from tests.store.ledger.tampering import findings_after, rechain

_COPY = (
    "INSERT INTO notes (id, encounter_id, position, title, text, sha256, version) "
    "SELECT :new, encounter_id, 9, title, text, sha256, 1 FROM notes WHERE id = :note"
)


def _sequence(database: Database, encounter: Encounter, kind: EventKind) -> int:
    with database.read() as session:
        return ledger.read(session, encounter.id, (kind,))[0].sequence


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("UPDATE notes SET text = text || ' '", "the text of the note is not the one stored"),
        (
            "UPDATE notes SET text = upper(text), sha256 = substr(sha256, 2) || 'a'",
            "the text of the note is not the one stored",
        ),
        ("UPDATE notes SET sha256 = upper(sha256)", "the note is not the one stored"),
        ("UPDATE notes SET supersedes = id", "the note is not the one stored"),
        ("UPDATE notes SET type = 'consultation'", "the note is not the one stored"),
    ],
)
def test_another_text_of_a_note_is_found(
    database: Database, signed: Encounter, damage: str, problem: str
) -> None:
    (finding,) = findings_after(database, damage)
    assert (finding.stream, finding.problem) == (signed.id, problem)
    assert finding.sequence == _sequence(database, signed, EventKind.NOTE_ADDED)


def test_a_note_that_is_gone_and_one_that_came_by_itself_are_found(
    database: Database, signed: Encounter
) -> None:
    added = _sequence(database, signed, EventKind.NOTE_ADDED)
    (note,) = signed.notes
    given = {"new": "0" * 22, "note": note.id}
    (finding,) = findings_after(database, _COPY, **given)
    assert (finding.sequence, finding.problem) == (
        None,
        "a note was added and no event tells of it",
    )
    moved = [
        _COPY,
        "UPDATE scores SET note_id = :new WHERE note_id = :note",
        "UPDATE jobs SET note_id = :new WHERE note_id = :note",
        "DELETE FROM notes WHERE id = :note",
    ]
    found = findings_after(database, *moved, **given)
    assert (added, "the note is missing") in [(each.sequence, each.problem) for each in found]


def test_a_new_version_of_a_note_verifies(database: Database, signed: Encounter) -> None:
    (note,) = signed.notes
    new, actor = NewNote("Another text.", note.title), coders(database)[0]
    more = {"model_version": None, "supersedes": note.id}
    add_note(database, signed.id, new, actor=actor, key="late", **more)
    assert verify(database) == []


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("UPDATE free_text SET text = text || '.'", "the words are not those that were written"),
        ("UPDATE free_text SET salt = digest_of", "the words are not those that were written"),
        ("UPDATE free_text SET text = NULL", "the words are not those that were written"),
        ("UPDATE free_text SET text = ''", "the words are not those that were written"),
        (
            "UPDATE free_text SET text = NULL, salt = nothing",
            "the words are gone and no event purged them",
        ),
        ("DELETE FROM free_text", "the words are missing"),
        ("UPDATE free_text SET digest = 'x' || substr(digest, 2)", "the words are missing"),
    ],
)
def test_other_words_of_a_rejection_and_a_comment_are_found(
    database: Database, signed: Encounter, damage: str, problem: str
) -> None:
    kinds = (EventKind.COMMENTED, EventKind.REJECTED)
    where = [_sequence(database, signed, kind) for kind in kinds]
    cast = {"sqlite": "x'00'", "postgresql": "'\\x00'::bytea"}[database.engine.dialect.name]
    none = {"sqlite": "x''", "postgresql": "''::bytea"}[database.engine.dialect.name]
    found = findings_after(database, damage.replace("digest_of", cast).replace("nothing", none))
    assert [(each.stream, each.sequence, each.problem) for each in found] == [
        (signed.id, sequence, problem) for sequence in where
    ]


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("DELETE FROM scores", "the scores are missing"),
        ("UPDATE scores SET logits = windows", "the scores are not those that were stored"),
        ("UPDATE scores SET read = read - 1", "the scores are not those that were stored"),
        ("UPDATE scores SET length = length + 1", "the scores are not those that were stored"),
        (
            "UPDATE scores SET spans = '[[0, 1], [1, 2]]'",
            "the scores are not those that were stored",
        ),
        ("UPDATE scores SET spans = '[]'", "the scores are not those that were stored"),
    ],
)
def test_scores_that_are_gone_or_others_are_found(
    database: Database, signed: Encounter, damage: str, problem: str
) -> None:
    (finding,) = findings_after(database, damage)
    assert (finding.stream, finding.problem) == (signed.id, problem)
    assert finding.sequence == _sequence(database, signed, EventKind.SCORED)


def test_scores_that_no_event_tells_of_are_found(database: Database) -> None:
    model = make_model()
    register_model(database, model)
    (one,), (other,) = add_encounter(database).notes, add_encounter(database).notes
    save_scores(database, one.id, make_scores(model))
    columns = "version, encoding, labels, logits, windows, spans, read, length, at"
    copied = f"INSERT INTO scores (note_id, {columns}) SELECT :other, {columns} FROM scores"  # noqa: S608
    (finding,) = findings_after(database, copied, other=other.id)
    assert finding.stream == other.encounter_id
    assert finding.problem == "scores were added and no event tells of it"


def _sign_another_code(session: Session) -> None:
    """The signature names another code, and its own digest is that of what it names."""
    signature = EventRow.kind == EventKind.FINALISED.value
    payload = json.loads(session.scalars(select(EventRow.payload).where(signature)).one())
    payload["codes"][0][1] = "038.9"
    payload["codes_sha256"] = codes_sha256(payload["codes"], payload["admitting"])
    session.execute(
        update(EventRow).where(signature).values(payload=ledger.encode(payload)),
        execution_options={"synchronize_session": False},
    )


def test_signed_codes_that_were_changed_are_found(database: Database, signed: Encounter) -> None:
    sequence = _sequence(database, signed, EventKind.FINALISED)
    changed = findings_after(database, _sign_another_code)
    assert (sequence, "the event was changed") in [
        (each.sequence, each.problem) for each in changed
    ]
    (finding,) = findings_after(database, _sign_another_code, rechain(signed.id))
    assert (finding.stream, finding.sequence) == (signed.id, sequence)
    assert finding.problem == "the signature does not fit the codes"


def test_events_without_what_their_kind_has_leave_the_others_verified(
    database: Database, signed: Encounter
) -> None:
    emptied = update(EventRow).where(EventRow.stream == signed.id).values(payload=b"{}")
    (finding,) = findings_after(database, emptied, rechain(signed.id))
    assert (finding.stream, finding.problem) == (signed.id, "the stream cannot be read")
