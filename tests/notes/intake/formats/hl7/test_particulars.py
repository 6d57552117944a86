"""What HL7 v2 says of documents and encounters besides: and never of the patient."""

from __future__ import annotations

from datetime import date

import pytest

from icd9_review.notes.intake.documents import Document, FoundEncounter
from icd9_review.notes.intake.reading import read_here as read_file
from icd9_review.values import NoteType
from tests.notes.intake.formats.made import MDM, ORU

FULL = (
    MDM.replace("Doe^Jane||19430110|F", "Doe^Jane||19430110|F||||||||||00-4711^^^H")
    .replace("PV1|1|I||||||||", "PV1|1|I||||||||CAR")
    .replace("20140317||||||||DOC9", "20140316||20140318|||77^Ames^Ann^B^^Dr.^MD||||DOC9")
    .replace("TXA|1", "IN1|1|A1^Plan A|P1|Medicare Part A\rTXA|1")
)


def read(message: str) -> FoundEncounter:
    found = read_file(message.encode(), "m.hl7")
    assert isinstance(found, Document)
    return found.encounters[0]


def test_a_document_says_its_type_author_and_day() -> None:
    told = read(FULL).notes[0].intake.note
    assert (told.type, told.author, told.written) == (
        *(NoteType.DISCHARGE_SUMMARY, "Dr. Ann B Ames, MD"),
        date(2014, 3, 18),
    )


def test_a_message_says_account_service_and_payer() -> None:
    facts = read(FULL).facts
    assert (facts.account, facts.service, facts.payer) == (
        *("00-4711", "Cardiac service", "Medicare Part A"),
    )


@pytest.mark.parametrize(
    ("change", "account", "service", "payer"),
    [
        (("00-4711", '""'), "V0001", "Cardiac service", "Medicare Part A"),
        (("||CAR", "||NEU^Neurology"), "00-4711", "Neurology", "Medicare Part A"),
        (("||CAR", "||GER"), "00-4711", "GER", "Medicare Part A"),
        (("|Medicare Part A", "|"), "00-4711", "Cardiac service", "Plan A"),
        (("|Medicare Part A", "|UNK"), "00-4711", "Cardiac service", "Plan A"),
    ],
)
def test_where_one_field_is_empty_the_next_tells(
    change: tuple[str, str], account: str, service: str, payer: str
) -> None:
    facts = read(FULL.replace(*change)).facts
    assert (facts.account, facts.service, facts.payer) == (account, service, payer)


def test_results_have_their_interpreter_and_the_day_of_the_observation() -> None:
    request = "OBR|1||F1|71020^CHEST XRAY|||20140313"
    more = request + "|" * 17 + "RAD" + "|" * 8 + "77&Ames&Ann&&&&MD^20140313"
    first, second = read(ORU.replace(request, more)).notes
    assert (first.intake.note.type, first.intake.note.author) == (
        *(NoteType.RADIOLOGY_REPORT, "Ann Ames, MD"),
    )
    assert (second.intake.note.type, second.intake.note.author) == (None, None)
    assert first.intake.note.written == second.intake.note.written == date(2014, 3, 13)


@pytest.mark.parametrize("person", ["77", "", '""', "77^^\x00", "^^^^^Dr."])
def test_a_number_alone_is_no_author(person: str) -> None:
    told = read(FULL.replace("77^Ames^Ann^B^^Dr.^MD", person)).notes[0].intake.note
    assert told.author is None


def test_the_next_field_tells_where_no_originator_has_a_name() -> None:
    message = FULL.replace("|20140316||", "|20140316|78^Berg^Bo|")
    told = read(message.replace("77^Ames^Ann^B^^Dr.^MD", "77")).notes[0].intake.note
    assert told.author == "Bo Berg"
