"""What a child says of a file arrives as it was found."""

from __future__ import annotations

import json

import pytest

from icd9_review.notes.intake.documents import Document, FileFormat, FoundEncounter, FoundNote
from icd9_review.notes.intake.formats.answers import decode_answer, encode_answer
from icd9_review.notes.intake.formats.tables.table import Table, read_jsonl
from icd9_review.notes.intake.gate import read_note
from icd9_review.notes.intake.identifiers import Identifier


@pytest.mark.parametrize("coined", [True, False])
def test_an_identifier_arrives_with_all_that_is_known_of_it(coined: bool) -> None:
    called = Identifier("17", within="t.csv", former="17^", coined=coined)
    note = FoundNote(read_note("CHF", "Note"), external_id=called)
    sent = Document("t.csv", FileFormat.CSV, (FoundEncounter((note,), external_id=called),))
    found = decode_answer(json.loads(json.dumps(encode_answer(sent), default=str)))
    assert isinstance(found, Document)
    for each in (found.encounters[0].external_id, found.encounters[0].notes[0].external_id):
        assert each == called
        assert (each.former, each.coined) == ("17^", coined)


def test_half_a_surrogate_in_a_name_comes_back_as_its_replacement() -> None:
    table = read_jsonl('{"note": "CHF", "x\\ud800": "1"}', "t.jsonl")
    answer = json.loads(json.dumps(encode_answer(table), default=str))
    found = decode_answer(answer)
    assert isinstance(found, Table)
    assert found.columns == ("note", "x\ufffd")
