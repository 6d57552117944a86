import csv
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import CorpusError
from icd9_review.training.mimic.tables import (
    ADMISSIONS,
    NOTEEVENTS,
    PATIENTS,
    MimicRow,
    MimicTable,
    find_table,
    read_table,
)

_PATIENTS = '"ROW_ID","SUBJECT_ID","GENDER","DOB"\n1,10006,"F","2094-03-05 00:00:00"\n'
_NOTE = MimicTable("NOTEEVENTS", ("ROW_ID", "TEXT"))


def cells_of(folder: Path, table: MimicTable) -> list[dict[str, str]]:
    return [dict(row.cells) for row in read_table(folder, table)]


def refusal(
    folder: Path, content: bytes, table: MimicTable = PATIENTS, ending: str = ".csv"
) -> str:
    """What a person is told about a table with these bytes."""
    (folder / f"{table.name}{ending}").write_bytes(content)
    with pytest.raises(CorpusError) as caught:
        cells_of(folder, table)
    return str(caught.value)


@pytest.mark.parametrize("header", ["as documented", "in lower case"])
@pytest.mark.parametrize(
    "name", ["PATIENTS.csv", "PATIENTS.csv.gz", "patients.csv", "patients.csv.gz"]
)
def test_a_table_is_found_packed_or_plain_in_either_case(
    tmp_path: Path, name: str, header: str
) -> None:
    first, _, rest = _PATIENTS.partition("\n")
    content = f"{first if header == 'as documented' else first.lower()}\n{rest}".encode()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert cells_of(tmp_path, PATIENTS) == [
        {"SUBJECT_ID": "10006", "GENDER": "F", "DOB": "2094-03-05 00:00:00"}
    ]


def test_the_plain_file_comes_before_the_packed_one(tmp_path: Path) -> None:
    for name in ("PATIENTS.csv", "PATIENTS.csv.gz"):
        (tmp_path / name).touch()
    assert find_table(tmp_path, PATIENTS).name == "PATIENTS.csv"


def test_columns_may_stand_in_any_order_behind_a_byte_order_mark(tmp_path: Path) -> None:
    content = "\ufeffDOB,other,GENDER,SUBJECT_ID\n2094-03-05,x,F,7\n"
    (tmp_path / "PATIENTS.csv").write_text(content, encoding="utf-8")
    assert cells_of(tmp_path, PATIENTS) == [{"SUBJECT_ID": "7", "GENDER": "F", "DOB": "2094-03-05"}]


def test_a_row_knows_the_line_it_begins_on(tmp_path: Path) -> None:
    content = 'ROW_ID,TEXT\n1,"two\nlines"\n\n2,one\n3,"said ""no"", twice"\n'
    (tmp_path / "NOTEEVENTS.csv").write_text(content, encoding="utf-8")
    rows = list(read_table(tmp_path, _NOTE))
    assert [(row.line, row.cells["TEXT"]) for row in rows] == [
        (2, "two\nlines"),
        (5, "one"),
        (6, 'said "no", twice'),
    ]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), max_size=4))
def test_any_text_comes_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("notes")
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerows([("ROW_ID", "TEXT"), *enumerate(texts)])
    (folder / "NOTEEVENTS.csv").write_bytes(buffer.getvalue().encode())
    assert [cells["TEXT"] for cells in cells_of(folder, _NOTE)] == texts


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"nowhere is no folder; --mimic names the one that"):
        find_table(tmp_path / "nowhere", PATIENTS)


def test_a_missing_table_is_named_with_where_it_comes_from(tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as caught:
        find_table(tmp_path, NOTEEVENTS)
    assert str(caught.value) == (
        f"{tmp_path} has no NOTEEVENTS.csv or NOTEEVENTS.csv.gz; download it from "
        "MIMIC-III v1.4 on PhysioNet (https://physionet.org/content/mimiciii/1.4/)"
    )


def test_missing_columns_are_named(tmp_path: Path) -> None:
    told = refusal(tmp_path, b"SUBJECT_ID,HADM_ID,ADMITTIME,INSURANCE\n", ADMISSIONS)
    assert "ADMISSIONS.csv lacks the column ETHNICITY of ADMISSIONS; its first line must" in told
    told = refusal(tmp_path, b"10006,F,2094-03-05\n")
    assert "lacks the columns SUBJECT_ID, GENDER, DOB of PATIENTS" in told


def test_an_empty_file_lacks_its_columns(tmp_path: Path) -> None:
    assert "lacks the columns SUBJECT_ID, GENDER, DOB" in refusal(tmp_path, b"")


def test_a_row_of_another_length_is_refused_by_its_line(tmp_path: Path) -> None:
    told = refusal(tmp_path, f"{_PATIENTS}2,10011\n".encode())
    assert "PATIENTS.csv, line 3: 2 columns where the header has 4; the file is damaged" in told


@pytest.mark.parametrize("kept", [0.5, 0.99])
def test_a_packed_file_that_is_cut_off_is_refused(tmp_path: Path, kept: float) -> None:
    content = gzip.compress((_PATIENTS + _PATIENTS.splitlines()[1] * 90).encode())
    told = refusal(tmp_path, content[: int(len(content) * kept)], ending=".csv.gz")
    assert "PATIENTS.csv.gz is cut off or damaged after line" in told
    assert "download it again from MIMIC-III v1.4 on PhysioNet" in told


def test_a_file_that_is_packed_by_its_name_only_is_refused(tmp_path: Path) -> None:
    told = refusal(tmp_path, _PATIENTS.encode(), ending=".csv.gz")
    assert "is cut off or damaged after line 0" in told


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b'"secret words that go on\nto the end\n', id="never closed"),
        pytest.param(b'"secret" words\n', id="closed too early"),
        pytest.param(b'"' + b"secret words " * 1_400_000, id="longer than any note"),
    ],
)
def test_a_wrong_quote_is_refused_by_the_line_its_row_begins_on(
    tmp_path: Path, text: bytes
) -> None:
    told = refusal(tmp_path, b"ROW_ID,TEXT\n1,fine\n2," + text, _NOTE)
    assert "NOTEEVENTS.csv, line 3: " in told
    assert "in the row that begins here; the file is damaged" in told
    assert "secret" not in told


def test_bytes_of_another_encoding_are_refused_by_their_line(tmp_path: Path) -> None:
    told = refusal(tmp_path, "ROW_ID,TEXT\n1,fine\n2,secret naïve\n".encode("latin-1"), _NOTE)
    assert "NOTEEVENTS.csv, line 3: bytes that are not UTF-8; take the file of" in told
    assert "secret" not in told


def test_zero_bytes_are_refused_by_their_line(tmp_path: Path) -> None:
    told = refusal(tmp_path, b"ROW_ID,TEXT\n1,fine\n2,secret\0\0\n", _NOTE)
    assert "NOTEEVENTS.csv, line 3: bytes that are zero, as a broken download leaves" in told
    assert "secret" not in told


@pytest.mark.parametrize("cell", ["145834.0", "", "n/a", "-1", "١٢"])
def test_an_identifier_is_a_whole_number(cell: str) -> None:
    row = MimicRow(Path("NOTEEVENTS.csv"), 9, {"HADM_ID": cell})
    with pytest.raises(CorpusError, match=r"NOTEEVENTS.csv, line 9, column HADM_ID: no whole num"):
        row.identifier("HADM_ID")
