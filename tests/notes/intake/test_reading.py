"""A file is what its content says, costs no more than it may, and is in parts what it is whole."""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import Document, FileFormat
from icd9_review.notes.intake.formats import readers
from icd9_review.notes.intake.formats.readers import FilePart
from icd9_review.notes.intake.formats.tables.table import Table
from icd9_review.notes.intake.limits import COMMAND, PAGE, Limits, under
from icd9_review.notes.intake.reading import (
    FILE_FORMATS,
    PLAIN,
    combine,
    format_names,
    read_file,
    read_here,
    read_parts,
    read_stream,
)
from icd9_review.settings import ROOT
from tests.notes.intake.formats.made import MDM, SECTIONS, cda, pdf, word, workbook


def told(data: bytes, limits: Limits, name: str = "x") -> str:
    """How a file is refused under these limits."""
    with under(limits), pytest.raises(NoteError) as refusal:
        read_here(data, name)
    return str(refusal.value)


def notes(found: FilePart) -> list[str]:
    assert isinstance(found, Document)
    return [note.intake.note.text for each in found.encounters for note in each.notes]


def test_every_format_is_in_the_table_once() -> None:
    assert sorted([PLAIN.key, *(each.key for each in FILE_FORMATS)]) == sorted(FileFormat)


@pytest.mark.parametrize("page", ["README.md", "docs/coder-guide.md", "docs/architecture.md"])
def test_the_documentation_names_every_format(page: str) -> None:
    text = (ROOT / page).read_text().lower()
    for name in ", ".join(format_names()).split(", "):
        assert name.lower() in text


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("<!-- made by x -->\n<html><body>CHF</body></html>", FileFormat.HTML),
        ("<?xml version='1.0'?>\n<html xmlns='http://www.w3.org/1999/xhtml'/>", FileFormat.HTML),
        ("<div><p>CHF</p></div>", FileFormat.HTML),
        ("  <section xmlns='urn:hl7-org:v3'><title>Plan</title></section>", FileFormat.CCDA),
        ("<x:note xmlns:x='y'>CHF</x:note>", FileFormat.CCDA),
        ('[\n{"note": "CHF"}]', FileFormat.JSONL),
        ('["CHF"]', FileFormat.JSONL),
        ('{"a": 1,\n"note": "CHF"}', FileFormat.JSONL),
        ('[{"resourceType": "Patient"}]', FileFormat.FHIR),
        ("<PATIENT NAME> was seen, BP <120/80>.", FileFormat.TEXT),
        ("<50% stenosis of the LAD", FileFormat.TEXT),
        ("[**2101-1-1**] Admitted with CHF", FileFormat.TEXT),
        ("[ ] smoker [x] diabetic", FileFormat.TEXT),
        ("Discharge, note\nCHF, AF", FileFormat.TEXT),
    ],
)
def test_markup_and_data_are_told_from_words(start: str, expected: FileFormat) -> None:
    try:
        assert read_here(start.encode(), "x.txt").format is expected
    except NoteError:
        assert expected not in (FileFormat.TEXT, FileFormat.JSONL)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"encounter,note\r\n", "t.csv"),
        (b"note\r\n", "t.csv"),
        (b"encounter_id;note\n", "t.txt"),
        (b'encounter_id,text\nE1,"A "left" lobe"\n', "t.csv"),
        (b'{"a": 1, "a": 2}', "d.json"),
        (b"<section xmlns='urn:hl7-org:v3'><title>Care team</title></section>", "s.xml"),
    ],
)
def test_data_that_cannot_be_read_is_never_a_note(data: bytes, name: str) -> None:
    try:
        found = read_here(data, name)
    except NoteError as refusal:
        assert name in str(refusal)  # noqa: PT017
    else:
        assert isinstance(found, Table)
        assert found.problems
        assert not found.rows


def test_a_table_of_one_column_is_a_table() -> None:
    found = read_here(b"note\nCHF\nAF\n", "t.csv")
    assert isinstance(found, Table)
    assert [row.cells for row in found.rows] == [("CHF",), ("AF",)]


def test_a_page_is_read_in_its_encoding() -> None:
    assert notes(read_here("<html><p>Ménière</p></html>".encode(), "p")) == ["Ménière"]
    assert notes(read_here("<html><p>Ménière</p></html>".encode("cp1252"), "p")) == ["Ménière"]


TWICE = "an object has the same name twice, so that a value would be lost"


def test_a_list_of_objects_is_a_table_with_a_row_an_object() -> None:
    found = read_here(b'[{"note": "CHF"},\n 5, {"note": "AF", "note": "x"},{"note":\n"AF"}]', "x")
    assert isinstance(found, Table)
    assert found.format == "JSON", "and not JSON lines, which it is none of"
    assert [(row.number, row.cells) for row in found.rows] == [(1, ("CHF",)), (4, ("AF",))]
    assert found.problems == (
        (2, 'it is not a JSON object, as {"note": "…"}; export it again'),
        (3, f"{TWICE}; export it again"),
    )


def test_an_object_with_a_name_twice_is_refused_with_its_line() -> None:
    found = read_here(b'{"note":"a","note":"b"}\n{"note":"c"}\n{"n":{"a":1,"a":1}}', "d.jsonl")
    assert isinstance(found, Table)
    assert [row.cells for row in found.rows] == [("c",)]
    assert [number for number, _ in found.problems] == [1, 3]


RESOURCE = {
    "resourceType": "DocumentReference",
    "status": "current",
    "content": [{"attachment": {"data": base64.b64encode(b"CHF").decode()}}],
}


def test_a_resource_with_a_name_twice_leaves_the_others_in() -> None:
    good = json.dumps(RESOURCE)
    bad = good.replace('{"resourceType"', '{"status": "current", "resourceType"')
    found = read_here(f"{good}\n{bad}\n{good[:-1]}\n".encode(), "e.ndjson")
    assert notes(found) == ["CHF"]
    assert isinstance(found, Document)
    assert found.notices == (
        f'"e.ndjson", line 2: {TWICE}; it is left out.',
        '"e.ndjson", line 3: is not well-formed JSON; it is left out.',
    )
    assert told(f"[{bad}]".encode(), PAGE) == f'"x" cannot be read: {TWICE}; export it again.'


def test_a_document_in_a_document_is_read_for_what_it_is() -> None:
    inner = {"attachment": {"data": base64.b64encode(cda(SECTIONS)).decode()}}
    (text,) = notes(read_here(json.dumps({**RESOURCE, "content": [inner]}).encode(), "d.json"))
    assert "Hospital Course:" in text.splitlines()[0]


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (b"encounter,note\n1,CHF\n", None),
        (b"{CHF} on the left", "{CHF} on the left"),
        (b'[{"note": "CHF"}]', None),
        (workbook([["a", "note"], [1, "x"]]), None),
    ],
)
def test_a_table_in_a_document_is_its_text_or_refused(inner: bytes, text: str | None) -> None:
    content = [{"attachment": {"data": base64.b64encode(inner).decode()}}]
    data = json.dumps({**RESOURCE, "content": content}).encode()
    if text is None:
        assert told(data, PAGE)
    else:
        assert notes(read_here(data, "d.json")) == [text]


def test_files_in_files_without_end_are_refused() -> None:
    data: bytes = b"CHF"
    for _ in range(6):
        inner = {"attachment": {"data": base64.b64encode(data).decode()}}
        data = json.dumps({**RESOURCE, "content": [inner]}).encode()
    assert "embedded in files that are embedded" in told(data, PAGE)


def test_an_error_nobody_foresaw_refuses_the_file_and_quotes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise LookupError("CHF of Jane Doe")

    monkeypatch.setattr(readers, "read_hl7", fail)
    refusal = told(MDM.encode(), PAGE, "m.hl7")
    assert refusal.startswith('"m.hl7" cannot be read: its reader met an error nobody foresaw (Loo')
    assert "Jane" not in refusal


# Limits, each by a real file.

OBX = "".join(f"OBX|{number}|TX|||word\r" for number in range(3, 30))


@pytest.mark.parametrize(
    ("data", "limits", "words"),
    [
        (MDM + OBX, {"segments": 30}, "message 1: left out, because it has 35 segments, the limit"),
        (MDM + f"OBX|9|TX|||{'|' * 500}", {"marks": 400}, "fields, repetitions and components"),
        (MDM + f"OBX|9|TX|||{'~' * 500}", {"marks": 400}, "fields, repetitions and components"),
        (cda("<structuredBody>" + "<a/>" * 500 + "</structuredBody>"), {"marks": 500}, "tags"),
        ("<html>" + "<br>" * 500 + "</html>", {"marks": 500}, "502 tags"),
        ('{"note": [' + "[]," * 500 + "0]}", {"marks": 500}, "values, the limit is 500"),
        (json.dumps({**RESOURCE, "extension": [{}] * 500}), {"marks": 500}, "values, the limit"),
        ("encounter,note\n" + "1,x\n" * 40, {"rows": 39}, "has more than 39 rows; split it"),
        ("encounter,note\n" + "1,x\n" * 40, {"cells": 80}, "has more than 80 cells; split it"),
        ("encounter,note" + ",x" * 40 + "\n1,x\n", {"columns": 41}, "more than 41 columns"),
        (workbook([["a", "note"], *([1, "x"],) * 40]), {"rows": 39}, "has more than 39 rows"),
        (workbook([["a", "note"], *([1, "x"],) * 40]), {"cells": 80}, "has more than 80 cells"),
        ("x" * 11 + "\n", {"whole": 10}, "MB a file; split it"),
        (MDM * 3, {"size": 10}, "MB a file; split it"),
        (MDM * 3, {"characters": 40}, "holds more than 40 characters of text"),
    ],
)
def test_a_limit_that_is_met_is_named_with_its_number(
    data: str | bytes, limits: dict[str, int], words: str
) -> None:
    content = data.encode() if isinstance(data, str) else data
    assert words in told(content, replace(PAGE, **limits))


def test_what_expands_beyond_a_table_of_notes_is_refused() -> None:
    """One shared string in every cell: a workbook of some kilobytes."""
    data = workbook([["a", "note"], *([1, "word " * 2_000],) * 600])
    assert len(data) < 30_000
    refusal = told(data, replace(PAGE, characters=5_000_000))
    assert "holds more than 5,000,000 characters of text once it is unpacked" in refusal


def test_encounters_of_one_file_are_counted() -> None:
    messages = "".join(MDM.replace("V0001", f"V{number}") for number in range(5))
    assert "has more than 4 encounters" in told(messages.encode(), replace(PAGE, encounters=4))


def test_a_message_that_is_too_large_leaves_the_others_in_under_their_numbers() -> None:
    large = MDM.replace("V0001", "V2") + OBX
    messages = [MDM, large, MDM.replace("V0001", "V3"), large, MDM.replace("V0001", "V5")]
    with under(replace(PAGE, segments=30)):
        found = read_here("".join(messages).encode(), "m.hl7")
    assert isinstance(found, Document)
    assert [each.place for each in found.encounters] == ["message 1", "message 3", "message 5"]
    assert [notice.partition(":")[0] for notice in found.notices] == [
        '"m.hl7", message 2',
        '"m.hl7", message 4',
    ]


# In parts.

SMALL = replace(COMMAND, batch=60)
cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
rows = st.lists(st.tuples(cells, cells), min_size=1, max_size=30)


def in_parts(data: bytes, limits: Limits = SMALL) -> Iterator[FilePart]:
    with under(limits):
        yield from read_parts(io.BytesIO(data), "t.csv")


@given(rows)
def test_a_table_in_batches_has_the_same_rows(rows: list[tuple[str, str]]) -> None:
    quoted = [[f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in rows]
    data = "\r\n".join(["encounter,note", *(",".join(row) for row in quoted)]).encode()
    try:
        whole = read_here(data, "t.csv")
    except NoteError:
        return
    parts = combine(in_parts(data))
    assert isinstance(whole, Table)
    assert isinstance(parts, Table)
    assert [row for row in parts.rows if any(map(str.strip, row.cells))] == list(whole.rows)


@pytest.mark.parametrize("start", ["sep=;\r\n", "\n\n", "\ufeffsep=;\n", ""])
def test_what_stands_before_the_header_goes_before_every_batch(start: str) -> None:
    rows = "".join(f"{number};CHF, AF and gout;x\n" for number in range(20))
    data = f"{start}encounter;note;note\n{rows}".encode()
    parts = list(in_parts(data))
    assert len(parts) > 2
    assert combine(parts) == read_here(data, "t.csv")
    assert [len(part.notices) for part in parts] == [1, *[0] * (len(parts) - 1)]


@given(st.lists(st.dictionaries(st.sampled_from(["id", "note", "age"]), cells), max_size=30))
def test_json_lines_in_batches_have_the_same_rows(objects: list[dict[str, str]]) -> None:
    data = "\n".join(['{"note": "CHF"}', *map(json.dumps, objects), "{x", "[]"]).encode()
    assert combine(in_parts(data)) == read_here(data, "t.csv")


@given(st.lists(st.sampled_from(["V1", "V2", "V3"]), min_size=1, max_size=8))
def test_messages_in_batches_are_the_same_encounters(visits: list[str]) -> None:
    data = "".join(MDM.replace("V0001", visit) for visit in visits).encode()
    parts = list(in_parts(data))
    assert len(parts) == len(visits)
    assert combine(parts) == read_here(data, "t.csv")


def test_a_record_without_end_is_refused() -> None:
    data = b'encounter,note\n1,x\n2,"' + b"word\n" * 100
    with pytest.raises(NoteError, match="not well-formed CSV from row 3 on"):
        list(in_parts(data))
    with pytest.raises(NoteError, match="has a record of more than 100 characters"):
        list(in_parts(b"encounter,note\n1," + b"word " * 100, replace(SMALL, whole=100)))


def test_a_file_of_the_command_comes_part_by_part() -> None:
    table = b"encounter,note\n" + b"".join(b"%d,%s\n" % (n, b"x" * 900) for n in range(6_000))
    parts = list(read_stream(io.BytesIO(table), "t.csv"))
    assert len(parts) > 5
    assert sum(len(part.rows) for part in parts if isinstance(part, Table)) == 6_000
    assert read_file(b"CHF", "a.txt").title == "a.txt"


@pytest.mark.long
def test_a_table_larger_than_any_page_takes_is_read_by_the_command_in_little_memory() -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    note = b"word " * 400
    with io.BytesIO() as file:
        file.write(b"encounter,note\n")
        for number in range(60_000):
            file.write(b"%d,%s\n" % (number, note))
        held = file.tell()
        found = 0
        for part in read_stream(file, "t.csv"):
            assert isinstance(part, Table)
            found += len(part.rows)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert found == 60_000
    assert grown * 1_000 < held + 100_000_000  # the file itself, which this test made in memory


@pytest.mark.long
@pytest.mark.parametrize(
    "data",
    [
        MDM.encode() + b"OBX|3|TX|||" + b"|" * 5_000_000,
        MDM.encode() + b"".join(b"OBX|%d|TX|||x\r" % number for number in range(200_000)),
        cda("<structuredBody>" + "<a/>" * 5_000_000 + "</structuredBody>"),
    ],
)
def test_what_would_fill_the_memory_is_refused_at_its_true_size(data: bytes) -> None:
    with pytest.raises(NoteError, match="the limit is"):
        read_file(data, "large")


def test_lines_of_json_end_where_lines_end() -> None:
    found = read_here('{"note": "a\u2028b"}\n{"note": "c"}'.encode(), "x")
    assert isinstance(found, Table)
    assert [row.cells for row in found.rows] == [("a\u2028b",), ("c",)]


def test_other_formats_are_read_as_ever() -> None:
    assert notes(read_here(pdf(["CHF"]), "a")) == ["CHF"]
    assert notes(read_here(word(["CHF"]), "a")) == ["CHF"]


def test_an_envelope_is_not_counted_as_a_message() -> None:
    large = MDM + "OBX|9|TX|||more\r" * 40
    batch = "BHS|^~\\&|A\r" + large + MDM.replace("V0001", "V2")
    with under(replace(PAGE, segments=30)):
        found = read_here(batch.encode(), "m.hl7")
    assert isinstance(found, Document)
    assert [each.place for each in found.encounters] == ["message 2"]
    assert [notice.partition(":")[0] for notice in found.notices] == ['"m.hl7", message 1']


@pytest.mark.parametrize("indent", [None, 1])
def test_a_list_larger_than_a_batch_is_read_as_a_small_one(indent: int | None) -> None:
    rows = [{"encounter": str(number), "note": "CHF"} for number in range(20)]
    data = json.dumps(rows, indent=indent).encode()
    assert combine(in_parts(data)) == read_here(data, "t.csv")


def test_a_list_larger_than_a_file_that_is_read_whole_is_refused() -> None:
    data = json.dumps([{"note": "CHF"}] * 20).encode()
    with pytest.raises(NoteError, match="the limit is"):
        list(in_parts(data, replace(COMMAND, batch=60, whole=100)))


def test_a_long_note_of_a_large_table_is_read() -> None:
    before = csv.field_size_limit(131_072)  # that of a new process
    try:
        data = b"encounter,note\n1," + b"x" * 150_000 + b"\n2,AF\n"
        parts = list(in_parts(data, replace(COMMAND, batch=100_000)))
    finally:
        csv.field_size_limit(before)
    lengths = [len(row.cells[1]) for part in parts if isinstance(part, Table) for row in part.rows]
    assert lengths == [150_000, 2]
