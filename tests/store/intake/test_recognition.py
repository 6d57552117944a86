"""Which encounter is meant by a file that names none: its name and its texts, and nothing less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import update

from icd9_review.notes.intake.documents import Document, FoundEncounter
from icd9_review.notes.intake.reading import read_here
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EncounterRow
from icd9_review.store.intake.encounters import add_note
from icd9_review.store.intake.external_ids import keyed_digest
from icd9_review.store.intake.imports import ImportLine, Result, find_import, import_all
from icd9_review.store.intake.recognition import Copies, _texts
from icd9_review.values import CareSetting, NewNote
from tests.encounters import coders

SAME = b"CXR: no acute disease."
MESSAGE = b"MSH|^~\\&|A|B|C|D|2014||MDM^T02|1|P|2.5\rTXA|1|DS\rOBX|1|TX|||CXR: no acute disease.\r"


def one(name: str, data: bytes = SAME) -> FoundEncounter:
    found = read_here(data, name)
    assert isinstance(found, Document)
    return found.encounters[0]


def take(database: Database, *found: FoundEncounter) -> Sequence[ImportLine]:
    """One import of all of these."""
    actor = coders(database)[0]
    return list(import_all(database, found, CareSetting.INPATIENT, actor=actor, model_version=None))


def results(lines: Sequence[ImportLine]) -> list[tuple[Result, str]]:
    return [(line.result, line.label) for line in lines]


def test_two_files_of_the_same_words_are_two_encounters_and_it_is_said(database: Database) -> None:
    first, second = take(database, one("patient-a.txt"), one("patient-b.txt"))
    assert results([first, second]) == [(Result.STORED, "E-00001"), (Result.STORED, "E-00002")]
    assert first.reason == ""
    assert second.reason == "E-00001 has the same text; both are kept, because the files differ"


@pytest.mark.parametrize("data", [SAME, MESSAGE])
def test_the_same_files_again_change_nothing(database: Database, data: bytes) -> None:
    files = [one(name, data) for name in ("b.txt", "a.txt", "b.txt")]
    stored = results(take(database, *files))
    assert [result for result, _ in stored] == [Result.STORED] * 3
    again = results(take(database, *files))
    assert again == [(Result.ALREADY_HERE, label) for _, label in stored]
    assert results(take(database, files[1])) == [(Result.ALREADY_HERE, stored[1][1])]


def test_a_later_import_of_another_name_is_told_of_the_first(database: Database) -> None:
    take(database, one("a.txt"))
    (line,) = take(database, one("b.txt"))
    assert (line.result, line.label) == (Result.STORED, "E-00002")
    assert "E-00001 has the same text" in line.reason


def test_two_equal_messages_of_one_file_are_two_encounters(database: Database) -> None:
    found = read_here(MESSAGE * 2, "m.hl7")
    assert isinstance(found, Document)
    lines = take(database, *found.encounters)
    assert [line.result for line in lines] == [Result.STORED, Result.STORED]
    assert "has the same text" in lines[1].reason
    assert {line.result for line in take(database, *found.encounters)} == {Result.ALREADY_HERE}


def test_a_changed_text_under_the_same_name_is_another_encounter(database: Database) -> None:
    take(database, one("a.txt"))
    (line,) = take(database, one("a.txt", b"CHF"))
    assert (line.result, line.reason) == (Result.STORED, "")


def test_what_was_imported_before_names_counted_is_still_known(database: Database) -> None:
    found = one("m.hl7", MESSAGE)
    (line,) = take(database, found)
    with database.write() as session:
        former = keyed_digest(session, "texts", *_texts(found))
        session.execute(update(EncounterRow).values(external=former))
    assert results(take(database, found)) == [(Result.ALREADY_HERE, line.label)]


def test_a_note_added_since_does_not_make_it_another_encounter(database: Database) -> None:
    (line,) = take(database, one("a.txt"))
    actor = coders(database)[0]
    add_note(
        database,
        line.encounter_id,
        NewNote("Later", "Late"),
        actor=actor,
        key="late",
        model_version=None,
    )
    assert results(take(database, one("a.txt"))) == [(Result.ALREADY_HERE, line.label)]
    here = find_import(database, one("a.txt"))
    assert here is not None
    assert here.label == line.label


def test_equal_encounters_are_counted_by_name_and_texts() -> None:
    copies = Copies()
    names = ["a", "b", "a", "a"]
    assert [copies.number(one(name)) for name in names] == [1, 1, 2, 3]
    assert copies.number(replace(one("a"), notes=one("a", b"CHF").notes)) == 1
