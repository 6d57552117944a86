"""The same file changes nothing; what changed in it becomes a new version."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select, text

from icd9_review.errors import EncounterError, NoteError
from icd9_review.notes.intake.documents import Facts, FoundEncounter, FoundNote
from icd9_review.notes.intake.gate import Intake, read_note
from icd9_review.notes.intake.identifiers import Identifier
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.database.migrations import upgrade
from icd9_review.store.database.tables import NoteRow
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.intake.imports import (
    Imported,
    Result,
    find_import,
    import_all,
    import_encounter,
    import_notes,
)
from icd9_review.store.ledger import events
from icd9_review.store.ledger.verification import verify
from icd9_review.store.retention.purging import purge
from icd9_review.store.scoring.scores import register_model
from icd9_review.store.scoring.scoring_queue import pending_notes
from icd9_review.store.users import ensure_development_users, users
from icd9_review.store.worklist.page import worklist
from icd9_review.values import (
    CareSetting,
    EventKind,
    NewEncounter,
    NewNote,
    PurgeReason,
    Role,
    Sex,
    User,
    WorklistQuery,
)
from tests.encounters import coders, make_model

FACTS = NewEncounter(CareSetting.INPATIENT, 71, Sex.FEMALE, date(2014, 3, 12))


@pytest.fixture
def coder(database: Database) -> User:
    return coders(database)[0]


def note(words: str, external_id: str = "", replaces: str = "") -> FoundNote:
    return FoundNote(read_note(words, "Note"), Identifier(external_id), Identifier(replaces))


def found(*notes: FoundNote, external_id: str = "V0001", source: str = "HL7") -> FoundEncounter:
    return FoundEncounter(notes, external_id=Identifier(external_id), source=source)


def take(
    database: Database,
    what: FoundEncounter,
    facts: NewEncounter = FACTS,
    version: str | None = None,
) -> Imported:
    actor = coders(database)[0]
    return import_encounter(database, what, facts, actor=actor, model_version=version)


def texts(database: Database, done: Imported) -> list[tuple[str, int]]:
    stored = encounter(database, done.encounter_id)
    return [(each.text, each.version) for each in stored.notes]


@pytest.mark.parametrize(
    "what",
    [
        found(note("CHF", "d1"), note("AF", "d2")),
        found(note("CHF"), note("AF")),
        found(note("CHF", "d1"), external_id=""),
        found(note("CHF"), external_id=""),
    ],
)
def test_the_same_again_changes_nothing(database: Database, what: FoundEncounter) -> None:
    first = take(database, what)
    assert (first.result, first.label, first.added) == (Result.STORED, "E-00001", len(what.notes))
    told = events(database, first.encounter_id)
    again = take(database, what)
    assert again == Imported(Result.ALREADY_HERE, first.encounter_id, "E-00001")
    assert events(database, first.encounter_id) == told


@pytest.mark.parametrize(
    "what",
    [
        found(note("CHF", "d1"), note("AF", "d2")),
        FoundEncounter((note("CHF"),), file="Note"),
        FoundEncounter((note("CHF"),), file="monday.txt"),
        FoundEncounter((note("CHF"), note("AF")), file="monday.txt"),
    ],
)
def test_an_import_of_the_same_brings_nothing_back(
    database: Database, what: FoundEncounter
) -> None:
    """What was purged is recognised by its digests, which stay."""
    first = take(database, what)
    administrator = next(each for each in users(database) if each.role is Role.ADMINISTRATOR)
    purge(database, first.encounter_id, PurgeReason.RETENTION_PERIOD, actor=administrator)
    told = events(database, first.encounter_id)
    again = take(database, what)
    assert (again.result, again.label, again.added) == (Result.PURGED, first.label, 0)
    assert again.remark.startswith("The text of this encounter was purged on 2")
    assert again.remark.endswith("Nothing was taken in.")
    more = import_notes(
        database,
        first.encounter_id,
        [note("Another.")],
        actor=coders(database)[0],
        model_version=None,
    )
    assert (more.result, more.added) == (Result.PURGED, 0)
    (line,) = import_all(
        database, [what], FACTS.setting, actor=coders(database)[0], model_version=None
    )
    assert (line.result, line.reason) == (Result.PURGED, again.remark)
    assert events(database, first.encounter_id) == told
    assert all(text == "" for text, _ in texts(database, first))
    assert verify(database) == []


def test_the_same_words_of_another_file_are_somebody_elses_after_a_purge_too(
    database: Database,
) -> None:
    first = take(database, FoundEncounter((note("CXR: normal."),), file="Note"))
    administrator = next(each for each in users(database) if each.role is Role.ADMINISTRATOR)
    purge(database, first.encounter_id, PurgeReason.RETENTION_PERIOD, actor=administrator)
    other = take(database, FoundEncounter((note("CXR: normal."),), file="tuesday.txt"))
    assert other.result is Result.STORED
    assert texts(database, other) == [("CXR: normal.", 1)]


def test_the_same_at_the_same_time_is_stored_once(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: take(database, found(note("CHF", "d1"))), range(8)))
    assert [each.result for each in done].count(Result.STORED) == 1
    assert {each.label for each in done} == {"E-00001"}


def test_a_changed_text_is_a_new_version_in_its_place(database: Database) -> None:
    take(database, found(note("CHF", "d1"), note("AF", "d2")))
    done = take(database, found(note("CHF, acute", "d1"), note("AF", "d2")))
    assert (done.result, done.added, done.changed) == (Result.CHANGED, 0, 1)
    assert texts(database, done) == [("CHF, acute", 2), ("AF", 1)]


def test_an_old_file_read_again_does_not_undo_a_newer_one(database: Database) -> None:
    old, new = found(note("CHF", "d1")), found(note("CHF, acute", "d1"))
    take(database, old)
    take(database, new)
    assert take(database, old).result is Result.ALREADY_HERE
    assert texts(database, take(database, new)) == [("CHF, acute", 2)]


def test_a_document_that_replaces_another_supersedes_it(database: Database) -> None:
    take(database, found(note("CHF", "d1")))
    second = take(database, found(note("CHF, acute", "d2", replaces="d1")))
    third = take(database, found(note("CHF, chronic", "d3", replaces="d2")))
    assert (second.changed, third.changed) == (1, 1)
    assert texts(database, third) == [("CHF, chronic", 3)]


def test_one_that_replaces_what_was_never_here_is_a_note(database: Database) -> None:
    done = take(database, found(note("CHF", "d2", replaces="d1")))
    assert texts(database, done) == [("CHF", 1)]


def test_a_later_note_joins_its_encounter_and_is_scored(database: Database) -> None:
    model = make_model()
    register_model(database, model)
    take(database, found(note("CHF", "d1")), version=model.version)
    done = take(database, found(note("AF", "d2")), version=model.version)
    assert (done.result, done.added) == (Result.CHANGED, 1)
    assert pending_notes(database, model.version).queued == 2
    assert worklist(database, WorklistQuery()).rows[0].titles == ("Note", "Note")


def test_without_identifiers_of_notes_only_the_same_text_is_known(database: Database) -> None:
    take(database, found(note("CHF")))
    done = take(database, found(note("CHF"), note("CHF, acute")))
    assert texts(database, done) == [("CHF", 1), ("CHF, acute", 1)]


def test_identifiers_of_different_sources_are_different(database: Database) -> None:
    take(database, found(note("CHF"), source="HL7"))
    assert take(database, found(note("CHF"), source="table")).result is Result.STORED


@pytest.mark.parametrize(
    "facts",
    [
        NewEncounter(CareSetting.INPATIENT, 71, Sex.MALE, date(2014, 3, 12)),
        NewEncounter(CareSetting.INPATIENT, 71, Sex.FEMALE, date(2015, 3, 12)),
    ],
)
def test_an_identifier_of_somebody_else_is_refused(database: Database, facts: NewEncounter) -> None:
    done = take(database, found(note("CHF", "d1")))
    with pytest.raises(EncounterError, match="that of E-00001, whose"):
        take(database, found(note("AF", "d2")), facts)
    assert texts(database, done) == [("CHF", 1)]


def test_facts_that_were_unknown_before_are_no_contradiction(database: Database) -> None:
    take(database, found(note("CHF", "d1")), NewEncounter(CareSetting.INPATIENT))
    assert take(database, found(note("CHF", "d1"))).result is Result.ALREADY_HERE


def test_the_ledger_tells_what_superseded_what(database: Database) -> None:
    take(database, found(note("CHF", "d1")))
    done = take(database, found(note("CHF, acute", "d1")))
    told = events(database, done.encounter_id)
    assert [each.kind for each in told] == [
        EventKind.ENCOUNTER_CREATED,
        EventKind.NOTE_ADDED,
        EventKind.NOTE_ADDED,
    ]
    assert told[1].payload["supersedes"] is None
    assert told[2].payload["supersedes"] == told[1].payload["note"]
    assert not verify(database)


def test_nothing_stored_holds_an_identifier_of_the_source(database: Database) -> None:
    done = take(database, found(note("CHF", "d1-secret"), external_id="V-secret"))
    with database.read() as session:
        rows = [
            repr(tuple(row))
            for table in ("encounters", "notes", "events", "summaries", "heads")
            for row in session.execute(text(f"SELECT * FROM {table}"))  # noqa: S608
        ]
        digests = session.scalars(select(NoteRow.external)).all()
    assert rows
    assert "secret" not in "".join(rows)
    assert len(digests[0] or "") == 64
    assert "secret" not in repr(events(database, done.encounter_id))


def test_two_databases_know_the_same_identifier_by_different_digests(tmp_path: Path) -> None:
    digests = set()
    for name in ("one", "two"):
        fresh = open_database(f"sqlite:///{tmp_path / name}")
        upgrade(fresh)
        ensure_development_users(fresh)
        take(fresh, found(note("CHF", "d1")))
        with fresh.read() as session:
            digests |= set(session.scalars(text("SELECT external FROM encounters")))
        fresh.close()
    assert len(digests) == 2


def test_what_an_import_would_find_is_known_before(database: Database) -> None:
    what = found(note("CHF", "d1"))
    assert find_import(database, what) is None
    done = take(database, what)
    here = find_import(database, what)
    assert here is not None
    assert here.id == done.encounter_id


def test_what_no_database_holds_stores_nothing(database: Database) -> None:
    hostile = FoundNote(Intake(NewNote("a\x00b", "t")))
    with pytest.raises(NoteError):
        take(database, found(note("good"), hostile))
    with pytest.raises(EncounterError):
        take(database, found())
    assert worklist(database, WorklistQuery()).total == 0


def test_a_refused_encounter_leaves_the_others_in(database: Database, coder: User) -> None:
    wrong = Facts(admitted=date(2014, 3, 2), discharged=date(2014, 3, 1))
    encounters = [
        FoundEncounter((note("CHF"),), external_id=Identifier("1"), place="row 2"),
        FoundEncounter((note("AF"),), wrong, external_id=Identifier("2"), place="row 3"),
        FoundEncounter((note("COPD"),), external_id=Identifier("3"), place="row 4"),
    ]
    lines = list(
        import_all(database, encounters, CareSetting.OUTPATIENT, actor=coder, model_version=None)
    )
    assert [(line.place, line.result, line.label) for line in lines] == [
        ("row 2", Result.STORED, "E-00001"),
        ("row 3", Result.REFUSED, ""),
        ("row 4", Result.STORED, "E-00002"),
    ]
    assert "before the admission" in lines[1].reason
    assert worklist(database, WorklistQuery()).rows[0].setting is CareSetting.OUTPATIENT


words = st.sampled_from(["a", "b", "c"])
identifiers = st.sampled_from(["", "d1", "d2"])
notes = st.lists(st.builds(note, words, identifiers), min_size=1, max_size=3)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(notes, min_size=1, max_size=4), name=st.uuids())
def test_after_any_files_the_last_one_is_already_here(
    sqlite: Database, files: list[list[FoundNote]], name: object
) -> None:
    for file in [*files, *files]:
        take(sqlite, found(*file, external_id=str(name)))
    again = [take(sqlite, found(*file, external_id=str(name))).result for file in files]
    assert set(again) == {Result.ALREADY_HERE}


def test_the_texts_of_an_encounter_are_read_a_fixed_number_of_times(sqlite: Database) -> None:
    """An encounter may have thousands of notes, and whoever decides waits for an import."""
    reads: list[str] = []

    def count(_connection: object, _cursor: object, sql: str, *_: object) -> None:
        if sql.startswith("SELECT") and "notes.text" in sql:
            reads.append(sql)

    register_model(sqlite, model := make_model())
    event.listen(sqlite.engine, "before_cursor_execute", count)
    notes = (note(f"Day {number}", f"d{number}") for number in range(30))
    take(sqlite, found(*notes), version=model.version)
    assert len(reads) <= 3
    assert pending_notes(sqlite, model.version).queued == 30
