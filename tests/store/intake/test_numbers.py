"""A bare number joins nothing by itself; one whose giver is named joins what it should."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select, update

from icd9_review.notes.intake.column_mapping import guess_mapping, read_rows
from icd9_review.notes.intake.documents import Document, FoundEncounter
from icd9_review.notes.intake.reading import read_here
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EncounterRow, NoteRow
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.intake.external_ids import keyed_digest
from icd9_review.store.intake.imports import ImportLine, Result, import_all
from icd9_review.store.intake.recognition import Copies
from icd9_review.values import CareSetting
from tests.encounters import coders
from tests.notes.intake.formats.made import MDM, ORU

STORED, CHANGED, HERE = Result.STORED, Result.CHANGED, Result.ALREADY_HERE
INPATIENT = CareSetting.INPATIENT
BARE = ORU.replace("LAB|H|", "||")


def found(name: str, content: str) -> tuple[FoundEncounter, ...]:
    read = read_here(content.encode(), name)
    if isinstance(read, Document):
        return read.encounters
    return read_rows(read, guess_mapping(read.columns), INPATIENT)[0]


def take(
    database: Database, name: str, content: str, copies: Copies | None = None
) -> list[ImportLine]:
    actor = coders(database)[0]
    every = found(name, content)
    lines = import_all(database, every, INPATIENT, actor=actor, model_version=None, copies=copies)
    return list(lines)


def results(lines: Sequence[ImportLine]) -> list[tuple[Result, str]]:
    return [(line.result, line.label) for line in lines]


def texts(database: Database, line: ImportLine) -> list[str]:
    return [note.text for note in encounter(database, line.encounter_id).notes]


def table(*rows: str, columns: str = "encounter_id,note") -> str:
    return "\n".join([columns, *rows]) + "\n"


def resource(text: str, **changes: Any) -> str:
    data = base64.b64encode(text.encode()).decode()
    return json.dumps(
        {
            "resourceType": "DocumentReference",
            "id": "1",
            "status": "current",
            "content": [{"attachment": {"contentType": "text/plain", "data": data}}],
            "context": {"encounter": [{"reference": "Encounter/1"}]},
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (table("1,CHF"), table("1,Hip fracture")),
        (resource("CHF"), resource("Hip fracture")),
        (BARE, BARE.replace("effusion", "fracture").replace("|F\n", "|M\n")),
        (ORU, ORU.replace("LAB|H|", "LAB|K|")),
        (ORU.replace("V0002", ""), ORU.replace("V0002", "").replace("LAB|H|", "RAD|H|")),
    ],
)
@pytest.mark.parametrize("names", [("a", "b"), ("a", "a")])
def test_the_same_small_number_of_two_sources_is_two_encounters(
    database: Database, first: str, second: str, names: tuple[str, str]
) -> None:
    (one,), (other,) = take(database, names[0], first), take(database, names[1], second)
    assert results([one, other]) == [(STORED, "E-00001"), (STORED, "E-00002")]


def test_a_bare_number_of_a_file_of_the_same_name_is_said(database: Database) -> None:
    take(database, "t.csv", table("1,CHF"))
    (other,) = take(database, "t.csv", table("1,Hip fracture"))
    assert other.reason == (
        "E-00001 has the same number, and nothing else says that both are one encounter; "
        "both are kept"
    )


@pytest.mark.parametrize(
    ("content", "other"),
    [
        (table("1,CHF", "1,AF", "2,COPD"), table("1,Hip", "1,AF", "2,COPD")),
        (resource("CHF"), resource("Hip")),
        (BARE, BARE.replace("effusion", "hip")),
        (ORU, ORU.replace("effusion", "hip")),
    ],
)
def test_the_same_files_again_change_nothing(database: Database, content: str, other: str) -> None:
    assert content != other
    stored, changed = take(database, "f", content), take(database, "f", other)
    assert {line.result for line in changed} & {STORED, CHANGED}
    for file, lines in ((content, stored), (other, changed), (content, stored)):
        assert results(take(database, "f", file)) == [(HERE, line.label) for line in lines]


def test_a_table_that_has_grown_adds_what_is_new(database: Database) -> None:
    (line,) = take(database, "t.csv", table("1,CHF", "1,AF"))
    grown = take(database, "t.csv", table("2,Hip fracture", "1,CHF", "1,AF", "1,COPD"))
    assert results(grown) == [(STORED, "E-00002"), (CHANGED, "E-00001")]
    assert texts(database, line) == ["CHF", "AF", "COPD"]


COLUMNS = "encounter_id,note_id,title,sex,admitted,note"
VISIT = "7,1,Letter,F,2014-03-12,"


def test_a_note_that_changed_is_a_new_version_where_the_facts_agree(database: Database) -> None:
    (line,) = take(database, "t.csv", table(VISIT + "CHF", columns=COLUMNS))
    changed = take(database, "t.csv", table(VISIT + "CHF acute", columns=COLUMNS))
    assert results(changed) == [(CHANGED, "E-00001")]
    assert texts(database, line) == ["CHF acute"]


@pytest.mark.parametrize("other", ["7,1,Letter,M,2014-03-12,CHF", "7,1,Letter,F,2014-03-13,CHF"])
def test_facts_that_differ_are_another_patients(database: Database, other: str) -> None:
    take(database, "t.csv", table(VISIT + "CHF", columns=COLUMNS))
    assert results(take(database, "t.csv", table(other, columns=COLUMNS))) == [(STORED, "E-00002")]
    assert results(take(database, "t.csv", table(other, columns=COLUMNS))) == [(HERE, "E-00002")]


def test_a_bare_number_of_a_note_supersedes_none_of_another_title(database: Database) -> None:
    (line,) = take(database, "t.csv", table(VISIT + "CHF", columns=COLUMNS))
    other = VISIT.replace("Letter", "X-ray") + "Effusion"
    assert results(take(database, "t.csv", table(other, columns=COLUMNS))) == [(CHANGED, "E-00001")]
    assert texts(database, line) == ["CHF", "Effusion"]


def test_batches_of_one_file_go_on_and_the_next_file_begins_anew(database: Database) -> None:
    copies = Copies()
    take(database, "t.csv", table("1,CHF"), copies)
    assert results(take(database, "t.csv", table("1,AF"), copies)) == [(CHANGED, "E-00001")]
    copies.begin_file()
    assert results(take(database, "t.csv", table("1,Gout"), copies)) == [(STORED, "E-00002")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (MDM, MDM.replace("2 weeks", "3 weeks")),
        (ORU, ORU.replace("Small", "Large")),
        *(
            (resource("CHF", **named), resource("CHF, acute", **named))
            for named in (
                {
                    "identifier": [{"system": "urn:oid:1.2", "value": "D1"}],
                    "context": {
                        "encounter": [{"identifier": {"system": "urn:oid:1.3", "value": "V1"}}]
                    },
                },
                {
                    "id": "5f0f9e0a-3c1b-4f6e-9c1d-0b8f6f0f2a11",
                    "context": {
                        "encounter": [{"reference": "https://fhir.example.org/r4/Encounter/1"}]
                    },
                },
            )
        ),
    ],
)
def test_a_number_whose_giver_is_named_joins_files_of_any_name(
    database: Database, first: str, second: str
) -> None:
    (line,) = take(database, "a", first)
    before = texts(database, line)
    assert results(take(database, "b", second)) == [(CHANGED, "E-00001")]
    assert len(texts(database, line)) == len(before)
    assert texts(database, line) != before


def test_applications_of_one_facility_share_visits_and_no_documents(database: Database) -> None:
    (line,) = take(database, "a", ORU)
    take(database, "b", ORU.replace("LAB|H|", "RAD|H|").replace("Small", "Large"))
    assert len(texts(database, line)) == 4


def test_a_document_replaces_one_of_the_same_giver_alone(database: Database) -> None:
    replacing = MDM.replace("MDM^T02", "MDM^T10").replace("DOC9", "DOC10|DOC9")
    (line,) = take(database, "a", MDM)
    take(database, "b", replacing.replace("EHR|H", "LAB|H").replace("2 weeks", "4 weeks"))
    assert len(texts(database, line)) == 2
    take(database, "c", replacing.replace("2 weeks", "3 weeks"))
    assert ["3 weeks" in each for each in texts(database, line)] == [True, False]


def stored_before(
    database: Database, line: ImportLine, source: str, number: str, note: str
) -> None:
    """As an earlier version stored it: by the number alone."""
    with database.write() as session:
        session.execute(
            update(EncounterRow).values(external=keyed_digest(session, "encounter", source, number))
        )
        for row in session.scalars(select(NoteRow)):
            row.external = keyed_digest(session, "note", line.encounter_id, note)


@pytest.mark.parametrize(
    ("content", "other", "source", "number", "note"),
    [
        (table(VISIT + "CHF", columns=COLUMNS), "CHF", "table", "7", "1"),
        (resource("CHF"), "Q0hG", "FHIR", "Encounter/1", "DocumentReference/1"),
        (MDM.replace("^^^HOSP", ""), "weeks", "HL7 v2", "V0001^", "DOC9"),
    ],
)
def test_what_was_stored_by_its_number_alone_is_still_recognised(
    database: Database, content: str, other: str, source: str, number: str, note: str
) -> None:
    (line,) = take(database, "f", content)
    stored_before(database, line, source, number, note)
    assert results(take(database, "f", content)) == [(HERE, "E-00001")]
    (new,) = take(database, "f", content.replace(other, "aGlw"))
    assert (new.result, new.label) == (STORED, "E-00002")
    assert "E-00001 has the same number" in new.reason


def test_a_new_version_of_a_note_that_was_stored_before_is_one(database: Database) -> None:
    (line,) = take(database, "f", MDM)
    stored_before(database, line, "HL7 v2", "V0001^HOSP", "DOC9")
    assert results(take(database, "f", MDM)) == [(HERE, "E-00001")]
    changed = take(database, "f", MDM.replace("2 weeks", "3 weeks"))
    assert results(changed) == [(CHANGED, "E-00001")]
    assert len(texts(database, line)) == 1
