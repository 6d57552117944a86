"""MDACE's files become labelled notes, and whatever does not fit is named."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import CorpusError
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.labelled.mdace import read_mdace, read_mdace_split
from icd9_review.evaluation.labelled.scoring import Label

TEXT = 'CHF, on a ventilator.\nSaid "no" to afib.'
HEADER = (
    "ROW_ID", "SUBJECT_ID", "HADM_ID", "CHARTDATE", "CHARTTIME", "STORETIME", "CATEGORY",
    "DESCRIPTION", "CGID", "ISERROR", "TEXT",
)  # fmt: skip
SUMMARY = "Discharge summary"


def annotation(
    phrase: str, code: str, system: str = "ICD-9-CM", text: str = TEXT, **change: object
) -> dict[str, object]:
    begin = text.index(phrase)
    return {
        "begin": begin,
        "end": begin + len(phrase),
        "code": code,
        "code_system": system,
        "description": "invented",
        "type": "Human",
        "covered_text": phrase,
        **change,
    }


CHF = annotation("CHF", "428.0")
VENTILATOR = annotation("ventilator", "96.71", "ICD-9-PCS")


def document(*annotations: object, note_id: int = 7, category: str = SUMMARY) -> dict[str, object]:
    return {
        "note_id": note_id,
        "category": category,
        "description": "Report",
        "annotations": annotations,
    }


def write_admission(folder: Path, hadm_id: int, *notes: object) -> Path:
    content = {"hadm_id": hadm_id, "comment": "", "notes": notes}
    path = folder / "annotations" / f"{hadm_id}-ICD-9.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path.parent


def event(row_id: object, hadm_id: object, text: str) -> list[object]:
    return [row_id, 3, hadm_id, "2164-10-23", "", "", SUMMARY, "Report", "", "", text]


def as_csv(*rows: list[object], header: tuple[str, ...] = HEADER) -> str:
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerows([list(header), *rows])
    return file.getvalue()


def write_events(folder: Path, *rows: list[object], header: tuple[str, ...] = HEADER) -> Path:
    path = folder / "NOTEEVENTS.csv"
    path.write_bytes(as_csv(*rows, header=header).encode())
    return path


@pytest.fixture
def events(tmp_path: Path) -> Path:
    return write_events(tmp_path, event(5, 99, "Other."), event(7, 100, TEXT), event(8, 101, TEXT))


def spans(note: LabelledNote) -> dict[str, list[str]]:
    return {
        code: [note.text[start:end] for start, end in label.evidence]
        for label in note.labels
        for code in label.any_of
    }


def test_a_note_has_one_core_label_a_code_with_its_spans_in_order(
    tmp_path: Path, events: Path
) -> None:
    later = annotation("afib", "428.0")
    folder = write_admission(tmp_path, 100, document(later, CHF, VENTILATOR, CHF))
    (note,) = read_mdace(folder, events)
    assert note.id == "100-7"
    assert note.text == TEXT
    assert note.factors == {"category": SUMMARY}
    assert note.labels == (
        Label(frozenset({"428.0"}), "core", ((0, 3), (35, 39))),
        Label(frozenset({"96.71"}), "core", ((10, 20),)),
    )


def test_the_volume_says_where_the_dot_of_a_code_belongs(tmp_path: Path, events: Path) -> None:
    both = [annotation("CHF", "4280"), annotation("ventilator", "9671", "ICD-9-PCS")]
    folder = write_admission(tmp_path, 100, document(*both))
    assert spans(read_mdace(folder, events)[0]) == {"428.0": ["CHF"], "96.71": ["ventilator"]}


def test_codes_of_other_systems_and_notes_of_only_these_are_left_out(
    tmp_path: Path, events: Path
) -> None:
    newer = annotation("afib", "I48.91", "ICD-10-CM")
    write_admission(tmp_path, 100, document(CHF, newer), document(newer, note_id=12))
    folder = write_admission(tmp_path, 101, document(note_id=8))
    (note,) = read_mdace(folder, events)
    assert spans(note) == {"428.0": ["CHF"]}


def test_admissions_and_category_take_only_those_notes(tmp_path: Path, events: Path) -> None:
    write_admission(tmp_path, 100, document(CHF))
    folder = write_admission(tmp_path, 101, document(CHF, note_id=8, category="Physician"))
    assert [note.id for note in read_mdace(folder, events)] == ["100-7", "101-8"]
    assert [note.id for note in read_mdace(folder, events, admissions={101})] == ["101-8"]
    assert [note.id for note in read_mdace(folder, events, category=SUMMARY)] == ["100-7"]


def test_compressed_events_small_columns_and_numbers_as_floats_read_alike(tmp_path: Path) -> None:
    folder = write_admission(tmp_path, 100, document(CHF))
    lower = tuple(name.lower() for name in HEADER)
    path = tmp_path / "NOTEEVENTS.csv.gz"
    path.write_bytes(gzip.compress(as_csv(event(7, "100.0", TEXT), header=lower).encode()))
    assert read_mdace(folder, path)[0].text == TEXT


def test_line_breaks_of_windows_count_once(tmp_path: Path) -> None:
    folder = write_admission(tmp_path, 100, document(annotation("afib", "427.31")))
    path = write_events(tmp_path, event(7, 100, TEXT.replace("\n", "\r\n")))
    assert spans(read_mdace(folder, path)[0]) == {"427.31": ["afib"]}


def test_a_text_longer_than_csvs_own_limit_is_read(tmp_path: Path) -> None:
    text = "x " * 100_000 + "CHF"
    folder = write_admission(tmp_path, 100, document(annotation("CHF", "428.0", text=text)))
    path = write_events(tmp_path, event(7, 100, text))
    assert spans(read_mdace(folder, path)[0]) == {"428.0": ["CHF"]}


def test_an_annotation_without_its_text_is_taken_at_its_word(tmp_path: Path, events: Path) -> None:
    bare = annotation("CHF", "428.0", covered_text=None)
    folder = write_admission(tmp_path, 100, document(bare))
    assert spans(read_mdace(folder, events)[0]) == {"428.0": ["CHF"]}


texts = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\0") | st.sampled_from('",\n;😀'), min_size=1
)


@given(st.lists(st.tuples(texts, st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1))
def test_any_text_comes_through_the_file_with_the_spans_that_were_marked(
    tmp_path_factory: pytest.TempPathFactory, notes: list[tuple[str, int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("mdace")
    rows, documents, marked = [], [], []
    for number, (text, one, other) in enumerate(notes):
        begin = one % len(text)
        end = begin + 1 + other % (len(text) - begin)
        marked.append(text[begin:end])
        mark = {"begin": begin, "end": end, "code": "428.0", "code_system": "ICD-9-CM"}
        documents.append(document({**mark, "covered_text": marked[-1]}, note_id=number))
        rows.append(event(number, 100, text))
    annotations = write_admission(folder, 100, *documents)
    found = read_mdace(annotations, write_events(folder, *rows))
    assert [note.text for note in found] == [text for text, _, _ in notes]
    assert [spans(note)["428.0"] for note in found] == [[text] for text in marked]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"code": "4280000"}, "100-ICD-9.json, note 7: '4280000' is no code of ICD-9-CM; correct"),
        ({"begin": 38, "end": 99}, r"note 7: \[38, 99\] lies outside its 40 characters"),
        ({"begin": 3, "end": 3}, r"note 7: \[3, 3\] lies outside"),
        ({"covered_text": "CHE"}, r"note 7: covered_text of \[0, 3\] is not what stands there"),
    ],
)
def test_an_annotation_that_does_not_fit_its_note_is_named(
    tmp_path: Path, events: Path, change: dict[str, object], message: str
) -> None:
    folder = write_admission(tmp_path, 100, document({**CHF, **change}))
    with pytest.raises(CorpusError, match=message) as raised:
        read_mdace(folder, events)
    assert "CHF" not in str(raised.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", r"100\.json: Invalid JSON"),
        ("[]", r"100\.json: Input should be"),
        ('{"notes": []}', r"100\.json: hadm_id Field required"),
        ('{"hadm_id": 1, "notes": [{"category": "x"}]}', r"notes\.0\.note_id Field required"),
        (
            json.dumps({"hadm_id": 1, "notes": [document({**CHF, "begin": -1})]}),
            r"notes\.0\.annotations\.0\.begin Input should be greater",
        ),
    ],
)
def test_a_file_of_another_form_is_named_with_the_place(
    tmp_path: Path, events: Path, content: str, message: str
) -> None:
    (tmp_path / "100.json").write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError, match=message):
        read_mdace(tmp_path, events)


def test_a_folder_without_annotations_is_named(tmp_path: Path, events: Path) -> None:
    with pytest.raises(CorpusError, match=r"has no \.json files; name MDACE's"):
        read_mdace(tmp_path / "absent", events)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, events: Path) -> None:
    (tmp_path / "100.json").mkdir()
    with pytest.raises(CorpusError, match=r"100\.json cannot be read: Is a directory"):
        read_mdace(tmp_path, events)


@pytest.mark.parametrize("chosen", [{"admissions": {5}}, {"category": "Nursing"}])
def test_a_choice_that_leaves_nothing_is_refused(
    tmp_path: Path, events: Path, chosen: dict[str, object]
) -> None:
    folder = write_admission(tmp_path, 100, document(CHF))
    with pytest.raises(CorpusError, match="annotates no note with ICD-9-CM codes that was asked"):
        read_mdace(folder, events, **chosen)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([event(7, 101, TEXT)], "ROW_ID 7: belongs to another admission"),
        ([event(7, "", TEXT)], "ROW_ID 7: belongs to another admission"),
        ([event(9, 100, TEXT)], "lacks 1 of 1 annotated notes, the first is ROW_ID 7"),
        ([], "lacks 1 of 1 annotated notes"),
        ([event("seven", 100, TEXT)], r"near line 3: no row of NOTEEVENTS \(ValueError\)"),
        ([[7, 3, 100]], r"near line 2: no row of NOTEEVENTS \(IndexError\)"),
    ],
)
def test_events_that_do_not_belong_to_the_annotations_are_named(
    tmp_path: Path, rows: list[list[object]], message: str
) -> None:
    folder = write_admission(tmp_path, 100, document(CHF))
    with pytest.raises(CorpusError, match=message):
        read_mdace(folder, write_events(tmp_path, *rows))


@pytest.mark.parametrize("missing", ["ROW_ID", "HADM_ID", "TEXT"])
def test_a_column_that_is_missing_is_named(tmp_path: Path, missing: str) -> None:
    folder = write_admission(tmp_path, 100, document(CHF))
    header = tuple("X" if name == missing else name for name in HEADER)
    path = write_events(tmp_path, event(7, 100, TEXT), header=header)
    with pytest.raises(CorpusError, match=f"has no column {missing}; it is not NOTEEVENTS"):
        read_mdace(folder, path)


def test_an_empty_file_lacks_its_first_column(tmp_path: Path) -> None:
    folder = write_admission(tmp_path, 100, document(CHF))
    (tmp_path / "NOTEEVENTS.csv").touch()
    with pytest.raises(CorpusError, match="has no column ROW_ID"):
        read_mdace(folder, tmp_path / "NOTEEVENTS.csv")


@pytest.mark.parametrize("name", ["absent.csv", "absent.csv.gz"])
def test_events_that_are_not_there_are_named(tmp_path: Path, name: str) -> None:
    folder = write_admission(tmp_path, 100, document(CHF))
    with pytest.raises(CorpusError, match=rf"{name} cannot be read: No such file"):
        read_mdace(folder, tmp_path / name)


def cut_off(packed: bytes) -> bytes:
    return packed[: len(packed) // 2]


def overwritten(packed: bytes) -> bytes:
    return packed[:60] + bytes(60) + packed[120:]


@pytest.mark.parametrize("damage", [cut_off, overwritten, lambda packed: b"no gzip" + packed])
def test_a_damaged_archive_is_named(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    folder = write_admission(tmp_path, 100, document(CHF))
    path = tmp_path / "NOTEEVENTS.csv.gz"
    rows = (
        event(number, 100, hashlib.sha256(bytes([number % 256])).hexdigest())
        for number in range(100, 400)
    )
    path.write_bytes(damage(gzip.compress(as_csv(*rows).encode())))
    with pytest.raises(CorpusError, match=r"near line \d+: no row of NOTEEVENTS"):
        read_mdace(folder, path)


def test_text_that_is_not_utf_8_is_named_and_not_quoted(tmp_path: Path) -> None:
    folder = write_admission(tmp_path, 100, document(CHF))
    path = write_events(tmp_path, event(6, 100, "secret"), event(7, 100, TEXT))
    path.write_bytes(path.read_bytes().replace(b"secret", b"secret\xff"))
    with pytest.raises(CorpusError, match="UnicodeDecodeError") as raised:
        read_mdace(folder, path)
    assert "secret" not in str(raised.value)


def test_a_list_of_admissions_is_read(tmp_path: Path) -> None:
    path = tmp_path / "MDace-ev-test.csv"
    path.write_text("100\n101\n\n", encoding="utf-8")
    assert read_mdace_split(path) == {100, 101}


def test_a_list_of_something_else_and_one_that_is_missing_are_named(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("100\nabc\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"list\.csv is not a list of admissions"):
        read_mdace_split(path)
    with pytest.raises(CorpusError, match=r"absent\.csv cannot be read"):
        read_mdace_split(tmp_path / "absent.csv")
