"""Encounters are stored whole, once, and come back as they were."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from icd9_review.errors import ConflictError, InputError, NotFound, StoreError
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import (
    EncounterRow,
    EventRow,
    HeadRow,
    JobRow,
    NoteRow,
    SummaryRow,
)
from icd9_review.store.intake import encounters
from icd9_review.store.intake.encounters import (
    add_note,
    any_encounter,
    begin_with,
    create_encounter,
    encounter,
    note,
    note_ids,
    note_text,
)
from icd9_review.store.ledger import events
from icd9_review.store.scoring.scores import register_model
from icd9_review.store.scoring.scoring_queue import pending_notes
from icd9_review.values import (
    CareSetting,
    Encounter,
    EventKind,
    Fact,
    NewEncounter,
    NewNote,
    Note,
    NoteType,
    Sex,
    User,
)
from tests.encounters import add_encounter, coders, make_model

HOSTILE = (
    "<script>alert(1)</script> \u202e=HYPERLINK(\"x\") 🩺 e\u0301 *a* \t 'x'; DROP TABLE notes"
)


@pytest.fixture
def coder(database: Database) -> User:
    return coders(database)[0]


def test_an_encounter_comes_back_as_it_was_stored(database: Database, coder: User) -> None:
    new = NewEncounter(CareSetting.OUTPATIENT, 0, Sex.MALE, date(2101, 2, 3), date(2101, 2, 4))
    notes = [NewNote(HOSTILE, "=title"), NewNote("x", "<b>")]
    stored = create_encounter(database, new, notes, actor=coder, key="k", model_version=None)
    assert encounter(database, stored.id) == stored
    assert (stored.number, stored.label) == (1, "E-00001")
    assert (stored.setting, stored.age, stored.sex) == (new.setting, new.age, new.sex)
    assert (stored.admitted, stored.discharged) == (new.admitted, new.discharged)
    assert [(note.text, note.title) for note in stored.notes] == [(HOSTILE, "=title"), ("x", "<b>")]
    assert stored.notes[0].sha256 == sha256(HOSTILE.encode()).hexdigest()
    assert note_text(database, stored.notes[0].id) == HOSTILE
    assert stored.created.utcoffset() is not None


TOLD: dict[str, Any] = {
    "type": NoteType.CONSULTATION,
    "author": "Dr. Ames",
    "written": date(2014, 3, 12),
}
BILLED: dict[str, Any] = {"account": "4711-08", "service": "Cardiology", "payer": "Medicare"}


def test_what_a_source_says_besides_is_kept_and_the_account_number_as_a_digest(
    database: Database, coder: User
) -> None:
    new, notes = NewEncounter(CareSetting.INPATIENT, **BILLED), [NewNote("x", "t", **TOLD)]
    first, again = (
        create_encounter(database, new, notes, actor=coder, key="k", model_version=None)
        for _ in range(2)
    )
    (stored,) = first.notes
    assert first == again
    assert (first.service, first.payer) == ("Cardiology", "Medicare")
    assert (stored.type, stored.author, stored.written) == (*TOLD.values(),)
    with database.read() as session:
        account = session.get_one(EncounterRow, first.id).account
    assert account is not None
    assert len(account) == 64
    told = [event.payload for event in events(database, first.id)]
    assert [each["type"] for each in told if "type" in each] == ["consultation"]
    assert not any(word in repr(told) for word in ("Ames", "4711", "Cardio", "Medicare", account))


@pytest.mark.parametrize("other", [*BILLED, *TOLD])
def test_a_key_used_with_other_particulars_is_a_conflict(
    database: Database, coder: User, other: str
) -> None:
    billed: dict[str, Any] = {
        name: None if name == other else value for name, value in BILLED.items()
    }
    told: dict[str, Any] = {name: None if name == other else value for name, value in TOLD.items()}
    new, notes = NewEncounter(CareSetting.INPATIENT, **BILLED), [NewNote("x", "t", **TOLD)]
    create_encounter(database, new, notes, actor=coder, key="k", model_version=None)
    new, notes = NewEncounter(CareSetting.INPATIENT, **billed), [NewNote("x", "t", **told)]
    with pytest.raises(ConflictError):
        create_encounter(database, new, notes, actor=coder, key="k", model_version=None)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
def test_any_text_comes_back_code_point_by_code_point(database: Database, text: str) -> None:
    stored = add_encounter(database, text=text)
    assert note_text(database, stored.notes[0].id) == text


def test_the_same_key_gives_the_same_encounter(database: Database, coder: User) -> None:
    new, notes = NewEncounter(CareSetting.INPATIENT), [NewNote("a", "t"), NewNote("b", "t")]
    first, second = (
        create_encounter(database, new, notes, actor=coder, key="k", model_version=None)
        for _ in range(2)
    )
    assert first == second
    assert _count(database, EncounterRow) == 1


def test_the_same_key_at_the_same_time_gives_the_same_encounter(
    database: Database, coder: User
) -> None:
    def create(_: int) -> Encounter:
        new, notes = NewEncounter(CareSetting.INPATIENT), [NewNote("a", "t")]
        return create_encounter(database, new, notes, actor=coder, key="k", model_version=None)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(create, range(8)))) == 1


def test_numbers_follow_each_other_also_at_the_same_time(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        stored = list(pool.map(lambda _: add_encounter(database), range(12)))
    assert sorted(each.number for each in stored) == list(range(1, 13))


def test_a_key_used_for_another_note_or_by_another_person_is_a_conflict(
    database: Database,
) -> None:
    first, second = coders(database)
    new = NewEncounter(CareSetting.INPATIENT)
    create_encounter(database, new, [NewNote("a", "t")], actor=first, key="k", model_version=None)
    for actor, text in ((first, "b"), (second, "a")):
        with pytest.raises(ConflictError):
            create_encounter(
                database, new, [NewNote(text, "t")], actor=actor, key="k", model_version=None
            )
    assert _count(database, NoteRow) == 1


@pytest.mark.parametrize(
    "notes",
    [
        [],
        [NewNote("good", "t"), NewNote("a\x00b", "t")],
        [NewNote("good", "t"), NewNote("a", "t\x00")],
        [NewNote("good", "t"), NewNote("a\ud800b", "t")],
        [NewNote("good", "t"), NewNote("a", "t\udfff")],
    ],
)
def test_notes_that_cannot_be_stored_store_nothing(
    database: Database, coder: User, notes: list[NewNote]
) -> None:
    with pytest.raises(InputError):
        create_encounter(
            database,
            NewEncounter(CareSetting.INPATIENT),
            notes,
            actor=coder,
            key="k",
            model_version=None,
        )
    assert not any_encounter(database)


@pytest.mark.parametrize(
    ("new", "version"),
    [
        (NewEncounter(CareSetting.INPATIENT, age=-1), None),
        (
            NewEncounter(CareSetting.INPATIENT, None, Sex.MALE, date(2001, 1, 2), date(2001, 1, 1)),
            None,
        ),
        (NewEncounter(CareSetting.INPATIENT), "f" * 64),
    ],
)
def test_facts_the_tables_refuse_store_nothing(
    database: Database, coder: User, new: NewEncounter, version: str | None
) -> None:
    with pytest.raises(StoreError, match="refused"):
        create_encounter(
            database, new, [NewNote("a", "t")], actor=coder, key="k", model_version=version
        )
    tables = (EncounterRow, NoteRow, HeadRow, EventRow, JobRow, SummaryRow)
    assert [_count(database, table) for table in tables] == [0, 0, 1, 0, 0, 0]


def test_every_note_is_queued_for_the_model(database: Database) -> None:
    model = make_model()
    register_model(database, model)
    add_encounter(database, titles=("a", "b"), version=model.version)
    assert pending_notes(database, model.version).queued == 2


def test_the_ledger_tells_of_the_encounter_without_its_words(database: Database) -> None:
    stored = add_encounter(database, text="unmistakable words", titles=("unmistakable title",))
    told = events(database, stored.id)
    assert [each.kind for each in told] == [EventKind.ENCOUNTER_CREATED, EventKind.NOTE_ADDED]
    assert "unmistakable" not in repr(told)


def test_the_ledger_tells_which_facts_were_read_from_a_note(
    database: Database, coder: User
) -> None:
    read = frozenset({Fact.SEX, Fact.AGE})
    new = NewEncounter(CareSetting.INPATIENT, 71, Sex.FEMALE, date(2014, 3, 12), read=read)
    given = [NewNote("a 71-year-old woman", "t")]
    first, again = (
        create_encounter(database, each, given, actor=coder, key="k", model_version=None)
        for each in (new, replace(new, read=frozenset()))
    )
    assert first == again, "that alone makes no other encounter"
    assert events(database, first.id)[0].payload["read"] == ["age", "sex"]


@pytest.mark.parametrize("hostile", ["", "x" * 22, "system", "a\x00", "\ud800", "'; --", "../../x"])
def test_an_unknown_encounter_is_not_found(database: Database, hostile: str) -> None:
    with pytest.raises(NotFound):
        encounter(database, hostile)


def add(
    database: Database,
    stored: Encounter,
    text: str,
    *,
    key: str = "n",
    supersedes: str | None = None,
    version: str | None = None,
) -> Note:
    return add_note(
        database,
        stored.id,
        NewNote(text, "Late note"),
        actor=coders(database)[0],
        key=key,
        model_version=version,
        supersedes=supersedes,
    )


def test_a_later_note_comes_last_and_is_scored(database: Database) -> None:
    model = make_model()
    register_model(database, model)
    stored = add_encounter(database, titles=("a", "b"), version=model.version)
    late = add(database, stored, "late", version=model.version)
    assert encounter(database, stored.id).notes == (*stored.notes, late)
    assert pending_notes(database, model.version).queued == 3


def test_a_new_version_takes_the_place_of_the_old_one_which_can_still_be_read(
    database: Database,
) -> None:
    stored = add_encounter(database, titles=("a", "b"))
    first, second = stored.notes
    newer = add(database, stored, "newer", supersedes=first.id)
    newest = add(database, stored, "newest", key="n2", supersedes=newer.id)
    assert (newest.version, newest.supersedes) == (3, newer.id)
    assert encounter(database, stored.id).notes == (newest, second)
    assert note(database, first.id) == first
    assert note_text(database, newer.id) == "newer"
    assert suggestions_come_from(database, stored) == [newest.id, second.id]


def suggestions_come_from(database: Database, stored: Encounter) -> list[str]:
    with database.read() as session:
        return note_ids(session, stored.id)


def test_a_note_that_was_superseded_meanwhile_is_a_conflict(database: Database) -> None:
    stored = add_encounter(database)
    old = stored.notes[0].id
    add(database, stored, "newer", supersedes=old)
    with pytest.raises(ConflictError, match="Another version"):
        add(database, stored, "other", key="n2", supersedes=old)
    assert len(encounter(database, stored.id).notes) == 1


def test_a_note_of_another_encounter_cannot_be_superseded(database: Database) -> None:
    stored, other = add_encounter(database), add_encounter(database)
    for wrong in (other.notes[0].id, "f" * 22):
        with pytest.raises(NotFound):
            add(database, stored, "newer", supersedes=wrong)
    assert encounter(database, stored.id) == stored


def test_the_same_key_adds_a_note_once(database: Database) -> None:
    stored = add_encounter(database)
    assert add(database, stored, "late") == add(database, stored, "late")
    with pytest.raises(ConflictError):
        add(database, stored, "another")
    with pytest.raises(ConflictError):
        add(database, add_encounter(database), "late")
    assert len(encounter(database, stored.id).notes) == 2


@pytest.mark.parametrize(
    ("facts", "title"),
    [
        (NewEncounter(CareSetting.INPATIENT, sex=Sex.FEMALE), "t"),
        (NewEncounter(CareSetting.OUTPATIENT), "t"),
        (NewEncounter(CareSetting.INPATIENT), "another title"),
    ],
)
def test_a_key_used_for_other_facts_is_a_conflict(
    database: Database, coder: User, facts: NewEncounter, title: str
) -> None:
    def create(new: NewEncounter, title: str) -> Encounter:
        notes = [NewNote("a", title)]
        return create_encounter(database, new, notes, actor=coder, key="k", model_version=None)

    stored = create(NewEncounter(CareSetting.INPATIENT), "t")
    with pytest.raises(ConflictError):
        create(facts, title)
    assert create(NewEncounter(CareSetting.INPATIENT), "t") == stored


def test_a_key_of_an_encounter_is_none_for_a_note(database: Database, coder: User) -> None:
    new = NewEncounter(CareSetting.INPATIENT)
    stored = create_encounter(
        database, new, [NewNote("a", "t")], actor=coder, key="k", model_version=None
    )
    with pytest.raises(ConflictError):
        add(database, stored, "a", key="k")


def test_creating_again_with_the_same_key_works_after_a_note_was_changed(
    database: Database, coder: User
) -> None:
    new, notes = NewEncounter(CareSetting.INPATIENT), [NewNote("a", "t")]
    stored = create_encounter(database, new, notes, actor=coder, key="k", model_version=None)
    newer = add(database, stored, "newer", supersedes=stored.notes[0].id)
    again = create_encounter(database, new, notes, actor=coder, key="k", model_version=None)
    assert again.notes == (newer,)


def test_a_note_for_an_unknown_encounter_is_not_found(database: Database) -> None:
    stored = add_encounter(database)
    with pytest.raises(NotFound):
        add(database, replace(stored, id="f" * 22), "late")


@pytest.mark.parametrize("hostile", ["a\x00", "\ud800"])
def test_a_note_no_database_holds_is_not_added(database: Database, hostile: str) -> None:
    stored = add_encounter(database)
    with pytest.raises(InputError):
        add(database, stored, hostile)
    assert encounter(database, stored.id) == stored


def _count(database: Database, table: type[object]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_first_start_that_was_killed_begins_anew(
    database: Database, monkeypatch: pytest.MonkeyPatch, coder: User
) -> None:
    two = [(NewEncounter(CareSetting.INPATIENT), [NewNote(text, "t")]) for text in ("CHF", "AF")]
    stored = encounters.insert_note
    left = [None]

    def dies_at_the_second(*given: Any, **named: Any) -> Any:
        left.pop()  # the second time there is none left
        return stored(*given, **named)

    monkeypatch.setattr(encounters, "insert_note", dies_at_the_second)
    with pytest.raises(IndexError):
        begin_with(database, two, actor=coder, model_version=None)
    assert not any_encounter(database)
    monkeypatch.setattr(encounters, "insert_note", stored)
    for _ in range(2):
        begin_with(database, two, actor=coder, model_version=None)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(EncounterRow)) == 2
