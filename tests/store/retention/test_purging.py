"""What a purge takes is gone for good, what was decided stays, and the ledger verifies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from icd9_review.errors import (
    ConflictError,
    DecisionError,
    InputError,
    NotFound,
    PermissionDenied,
    TextPurged,
)
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.comments import add_comment, comments
from icd9_review.store.deciding.decisions import review_state
from icd9_review.store.explaining.attributions import attributions, save_attribution
from icd9_review.store.explaining.explanation_queue import take_explanation, take_explanations
from icd9_review.store.explaining.plan import replan, unplanned
from icd9_review.store.intake.encounters import add_note, create_encounter, encounter, note_text
from icd9_review.store.ledger.verification import verify
from icd9_review.store.retention.legal_holds import lift_hold, place_hold
from icd9_review.store.retention.purging import purge, purge_all
from icd9_review.store.scoring.catching_up import behind, read_signed
from icd9_review.store.scoring.scores import register_model, save_scores, scores, suggestions
from icd9_review.store.scoring.scoring_queue import pending_notes, take_note
from icd9_review.store.worklist.page import next_encounter, worklist
from icd9_review.values import (
    Action,
    AttributionKey,
    CareSetting,
    Decision,
    Encounter,
    EncounterStatus,
    EventKind,
    Finding,
    Kind,
    NewEncounter,
    NewNote,
    NoteType,
    PurgeReason,
    WorklistQuery,
)
from tests.encounters import NOTE, add_encounter, coders, make_model, make_scores
from tests.explaining import Explains
from tests.rows import decision_rows, history_rows
from tests.store.ledger.tampering import Damage, findings_after, rechain
from tests.store.retention.conftest import FILE_NAME, REMARK, WORDS, administrator, decide_on

WHY = "Seven years are over."
PERIOD = PurgeReason.RETENTION_PERIOD


def purged(database: Database, found: Encounter, words: str = WHY) -> Encounter:
    purge(database, found.id, PERIOD, words, actor=administrator(database))
    return encounter(database, found.id)


def explain(database: Database, found: Encounter) -> AttributionKey:
    """Store the explanation of what is most probable."""
    best = suggestions(database, found.id, make_model().version)[0]
    key = Explains().technique.key(best)
    save_attribution(database, key, Explains().explain(NOTE, key.code, window=key.window))
    return key


def test_text_titles_and_words_are_gone_and_the_rest_is_there(
    database: Database, signed: Encounter
) -> None:
    before, state = encounter(database, signed.id), review_state(database, signed.id)
    after = purged(database, signed)
    assert [(note.text, note.title) for note in after.notes] == [("", "Purged note")]
    assert [note.sha256 for note in after.notes] == [note.sha256 for note in before.notes]
    assert [each.words for each in comments(database, signed.id)] == [None]
    assert replace(review_state(database, signed.id), sequence=0) == replace(state, sequence=0)
    assert scores(database, [before.notes[0].id], make_model().version)
    assert after.purged is not None
    assert (after.purged.reason, after.purged.notes, after.purged.words) == (PERIOD, 1, 2)
    assert after.purged.actor == "Development administrator"
    assert verify(database) == []


def test_no_byte_of_it_stays_in_the_file_of_sqlite(sqlite: Database) -> None:
    """Neither in pages that were let go of nor in the write-ahead log."""
    canary = "Zyxovir"
    found = add_encounter(sqlite, text=f"{canary} " * 9000, titles=(f"{canary}.txt",))
    add_encounter(sqlite, text="Another note. " * 900)
    actor = coders(sqlite)[0]
    for number in range(5):
        said = f"{canary} {number}"
        add_comment(sqlite, found.id, Kind.DIAGNOSIS, "428.0", said, actor=actor, key=str(number))
    purge_all(sqlite, [found.id], PERIOD, actor=administrator(sqlite))
    place = Path(sqlite.engine.url.database or "")
    kept = b"".join(each.read_bytes() for each in place.parent.iterdir())
    assert canary.encode() not in kept
    assert canary.lower().encode() not in kept
    assert b"Another note." in kept


def test_while_somebody_reads_it_is_said_that_the_log_has_it_still(sqlite: Database) -> None:
    first, second, by = add_encounter(sqlite), add_encounter(sqlite), administrator(sqlite)
    with sqlite.read() as session:
        session.execute(text("SELECT count(*) FROM notes")).all()
        outcome = purge_all(sqlite, [first.id], PERIOD, actor=by)
    assert outcome.purged == 1
    assert "write-ahead log cannot be emptied" in " ".join(outcome.problems)
    assert purge_all(sqlite, [second.id], PERIOD, actor=by).problems == ()


def test_no_row_has_it_any_more(database: Database, signed: Encounter) -> None:
    explain(database, signed)
    purged(database, signed)
    with database.read() as session:
        tables = ("notes", "free_text", "summaries", "events", "attributions", "jobs")
        told = [repr(session.execute(text(f"SELECT * FROM {t}")).all()) for t in tables]  # noqa: S608
    for gone in (NOTE, FILE_NAME, REMARK, WORDS, "Zyxovir", "zyxovir"):
        assert gone not in "".join(told)
    assert told[-2:] == ["[]", "[]"]


def test_author_account_service_and_payer_go_with_the_text(database: Database) -> None:
    new = NewEncounter(
        CareSetting.INPATIENT, account="4711", service="Zyxovir ward", payer="Zyxovir plan"
    )
    note = NewNote("x", "t", NoteType.CONSULTATION, "Dr. Zyxovir", date(2014, 3, 12))
    actor = coders(database)[0]
    found = create_encounter(database, new, [note], actor=actor, key="k", model_version=None)
    after = purged(database, found)
    assert (after.service, after.payer, after.notes[0].author) == (None, None, None)
    assert (after.notes[0].type, after.notes[0].written) == (note.type, note.written)
    for gone in ("4711", "zyxovir"):
        assert worklist(database, WorklistQuery(search=gone)).total == 0
    assert worklist(database, WorklistQuery(search="consultation")).total == 1
    with database.read() as session:
        tables = ("notes", "encounters", "summaries", "events")
        told = [repr(session.execute(text(f"SELECT * FROM {t}")).all()) for t in tables]  # noqa: S608
    assert "yxovir" not in "".join(told)
    assert verify(database) == []


def test_the_event_names_what_went_and_why_and_no_word_of_it(
    database: Database, signed: Encounter
) -> None:
    with database.read() as session:
        digests = [
            event.payload["words"]
            for event in ledger.read(session, signed.id)
            if "words" in event.payload
        ]
    purged(database, signed)
    (event,) = (e for e in ledger.events(database, signed.id) if e.kind is EventKind.PURGED)
    assert event.payload["reason"] == "retention_period"
    assert event.payload["notes"] == [note.id for note in signed.notes]
    assert event.payload["purged_words"] == digests
    assert event.actor == administrator(database).id
    (row,) = (r for r in history_rows(database) if r.event.kind is EventKind.PURGED)
    assert (row.words, row.did, row.reason) == (WHY, "purged text for good", PERIOD)


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("UPDATE notes SET text = ''", "the text of the note is not the one stored"),
        (
            "UPDATE free_text SET text = NULL, salt = digest_of",
            "the words are gone and no event purged them",
        ),
        (
            "UPDATE encounters SET purged = created",
            "the encounter is marked as purged otherwise than its events say",
        ),
    ],
)
def test_a_purge_that_was_faked_in_the_database_is_found(
    database: Database, signed: Encounter, damage: str, problem: str
) -> None:
    found = findings_after(database, _for(database, damage))
    assert {(each.stream, each.problem) for each in found} == {(signed.id, problem)}


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("UPDATE notes SET text = 'made up'", "the text of the note was purged and is here"),
        ("UPDATE notes SET author = 'made up'", "the author of the note was purged and is here"),
        (
            "UPDATE encounters SET payer = 'made up'",
            "account number, service or payer were purged and are here",
        ),
        ("UPDATE notes SET sha256 = upper(sha256)", "the note is not the one stored"),
        ("DELETE FROM free_text WHERE text IS NULL", "the words are missing"),
        (
            "UPDATE free_text SET text = 'x' WHERE text IS NULL",
            "the words were purged and are here",
        ),
        ("UPDATE free_text SET text = 'x'", "the words are not those that were written"),
        (
            "UPDATE encounters SET purged = NULL",
            "the encounter is marked as purged otherwise than its events say",
        ),
        ("UPDATE scores SET logits = windows", "the scores are not those that were stored"),
    ],
)
def test_what_was_changed_after_a_purge_is_found(
    database: Database, signed: Encounter, damage: str, problem: str
) -> None:
    purged(database, signed)
    assert problem in {each.problem for each in findings_after(database, damage)}


def test_a_purge_that_took_another_note_than_it_says_is_found(
    database: Database, signed: Encounter
) -> None:
    late = NewNote("Another text.", "Late")
    actor = coders(database)[0]
    added = add_note(database, signed.id, late, actor=actor, key="late", model_version=None)
    purged(database, signed)
    whole = text("UPDATE events SET payload = :payload WHERE kind = 'purged'")
    (event,) = (e for e in ledger.events(database, signed.id) if e.kind is EventKind.PURGED)
    fewer = ledger.encode(event.payload | {"notes": [signed.notes[0].id]})
    (finding,) = findings_after(database, whole.bindparams(payload=fewer), rechain(signed.id))
    assert finding.problem == "the text of the note is not the one stored"
    assert added.id not in str(fewer)


def test_what_is_on_legal_hold_is_not_purged_until_it_is_lifted(
    database: Database, signed: Encounter
) -> None:
    by = administrator(database)
    place_hold(database, signed.id, "Court of Kent, 24-17", actor=by)
    with pytest.raises(ConflictError, match="Court of Kent, 24-17"):
        purge(database, signed.id, PERIOD, actor=by)
    assert encounter(database, signed.id).notes[0].text == NOTE
    assert purge_all(database, [signed.id], PERIOD, actor=by).purged == 0
    lift_hold(database, signed.id, "settled", actor=by)
    purged(database, signed)
    assert verify(database) == []


def test_a_purge_around_a_legal_hold_is_found(database: Database, signed: Encounter) -> None:
    """Who takes the lifting out of the events, rules and sums kept, leaves a purge on hold."""
    by = administrator(database)
    place_hold(database, signed.id, "Court of Kent, 24-17", actor=by)
    lift_hold(database, signed.id, "settled", actor=by)
    purged(database, signed)
    removed: Sequence[Damage] = [
        "DELETE FROM events WHERE kind = 'legal_hold_lifted'",
        rechain(signed.id),
    ]
    assert "the text was purged during a legal hold" in _problems(
        findings_after(database, *removed)
    )


def test_it_happens_once_and_says_so(database: Database, signed: Encounter) -> None:
    purged(database, signed)
    with pytest.raises(TextPurged, match="its retention period is over"):
        purge(database, signed.id, PERIOD, actor=administrator(database))


def test_only_an_administrator_and_only_with_a_reason(
    database: Database, signed: Encounter
) -> None:
    by = administrator(database)
    with pytest.raises(PermissionDenied):
        purge(database, signed.id, PERIOD, actor=coders(database)[0])
    with pytest.raises(InputError, match="Say in words"):
        purge(database, signed.id, PurgeReason.OTHER, " ", actor=by)
    with pytest.raises(InputError, match="control character"):
        purge(database, signed.id, PERIOD, "two\nlines", actor=by)
    with pytest.raises(InputError, match="shorten it"):
        purge(database, signed.id, PERIOD, "x" * 1001, actor=by)
    with pytest.raises(NotFound):
        purge(database, "0" * 22, PERIOD, actor=by)
    assert encounter(database, signed.id).purged is None


def test_nothing_is_decided_said_or_added_afterwards(database: Database, signed: Encounter) -> None:
    purged(database, signed)
    coder = coders(database)[0]
    with pytest.raises(DecisionError, match="was purged on"):
        decide_on(database, signed, "again", Decision("", Action.ACCEPT, "486", "tab", 0))
    with pytest.raises(TextPurged):
        add_comment(database, signed.id, Kind.DIAGNOSIS, "428.0", "?", actor=coder, key="more")
    new = NewNote("More.", "More")
    with pytest.raises(TextPurged):
        add_note(database, signed.id, new, actor=coder, key="more", model_version=None)
    with pytest.raises(TextPurged):
        note_text(database, signed.notes[0].id)
    assert verify(database) == []


def test_no_model_reads_it_again(database: Database, signed: Encounter) -> None:
    purged(database, signed)
    newer = make_model("b" * 64)
    register_model(database, newer)
    assert behind(database, newer.version) == []
    assert read_signed(database, newer.version) == 0
    save_scores(database, signed.notes[0].id, make_scores(newer))
    assert scores(database, [signed.notes[0].id], newer.version) == {}


def test_what_waits_to_be_read_is_not_waited_for(database: Database) -> None:
    model = make_model()
    register_model(database, model)
    waiting = add_encounter(database, version=model.version)
    job = take_note(database, model.version)
    purged(database, waiting)
    assert job is not None
    assert pending_notes(database, model.version).queued == 0
    save_scores(database, job.note_id, make_scores(model))
    (row,) = worklist(database, WorklistQuery()).rows
    assert row.status is EncounterStatus.DECIDED
    assert row.titles == ("Purged note",)
    assert row.purged is not None
    assert next_encounter(database) is None
    assert verify(database) == []


def test_nothing_is_explained_again(database: Database, signed: Encounter) -> None:
    key, technique = explain(database, signed), Explains().technique
    replan(database, signed.id, technique)
    purged(database, signed)
    assert unplanned(database, technique) == []
    replan(database, signed.id, technique)
    assert take_explanations(database, technique) == ()
    with pytest.raises(TextPurged):
        take_explanation(database, key)
    assert explain(database, signed) == key
    assert attributions(database, [key]) == {}


def test_every_code_is_exported_as_before_and_says_what_was_purged(
    database: Database, signed: Encounter
) -> None:
    before = list(decision_rows(database))
    gone = purged(database, signed).purged
    after = list(decision_rows(database))
    assert [replace(row, purged=None, unshown=None) for row in after] == [
        replace(row, purged=None, unshown=None) for row in before
    ]
    assert {row.purged for row in after} == {gone}
    told = {row.event.kind for row in history_rows(database) if row.purged}
    assert told == {EventKind.NOTE_ADDED, EventKind.COMMENTED, EventKind.REJECTED}


def _for(database: Database, statement: str) -> str:
    empty = {"sqlite": "x''", "postgresql": "''::bytea"}[database.engine.dialect.name]
    return statement.replace("digest_of", empty)


def _problems(found: Sequence[Finding]) -> set[str]:
    return {each.problem for each in found}
