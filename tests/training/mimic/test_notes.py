import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from icd9_review.errors import CorpusError
from icd9_review.training.mimic import notes
from icd9_review.training.mimic.admissions import read_admissions
from icd9_review.training.mimic.codes import code_tables, read_codes
from icd9_review.training.mimic.notes import join_parts, keep_summaries
from tests.training.mimic.conftest import WriteTables
from tests.training.mimic.tables import Table, add_note

_FIRST = "100001"
Tell = Callable[[str], None]


def documents(
    folder: Path, tally: Counter[str] | None = None, report: Tell = lambda _: None
) -> dict[str, str]:
    """The documents of the tables in a folder, by HADM_ID."""
    tally = Counter() if tally is None else tally
    admissions = read_admissions(folder)
    coded = read_codes(folder, code_tables(False), Counter())
    file = io.BytesIO()
    kept = keep_summaries(folder, admissions, coded, file, tally, report)
    return {name: join_parts(file, parts) for name, parts in kept.items()}


def without_notes(tables: dict[str, Table]) -> None:
    tables["NOTEEVENTS"].clear()


def test_every_coded_admission_gets_its_summary_alone(mimic_tables: WriteTables) -> None:
    found = documents(mimic_tables())
    assert len(found) >= 12
    for text in found.values():
        assert text.startswith("Admission Date: [**2150-1-1**]\n\nThe patient was admitted")
        assert "no pain" not in text


def test_an_addendum_follows_its_report(mimic_tables: WriteTables) -> None:
    def change(tables: dict[str, Table]) -> None:
        without_notes(tables)
        add_note(tables, _FIRST, "Went home.", description="Addendum", date="2149-12-31")
        add_note(tables, _FIRST, "Came in.\n", date="2150-01-01")

    assert documents(mimic_tables(change=change)) == {_FIRST: "Came in.\n\nWent home."}


def test_parts_are_joined_by_day_then_time_then_row(mimic_tables: WriteTables) -> None:
    def change(tables: dict[str, Table]) -> None:
        without_notes(tables)
        rows = tables["NOTEEVENTS"]
        for text, day, time in (
            ("six", "2150-01-03", ""),
            ("four", "2150-01-02", "2150-01-02 09:30:00"),
            ("five", "2150-01-02", "2150-01-02 21:00:00"),
            ("three", "2150-01-02", ""),
            ("one", "2150-01-01", ""),
            ("two", "2150-01-01 00:00:00", ""),
        ):
            add_note(tables, _FIRST, text, description="Addendum", date=day)
            rows[-1]["CHARTTIME"] = time
        rows[-2]["ROW_ID"], rows[-1]["ROW_ID"] = "9", "10"
        rows.reverse()

    assert documents(mimic_tables(change=change)) == {_FIRST: "one\ntwo\nthree\nfour\nfive\nsix"}


def test_what_is_left_out_is_counted(mimic_tables: WriteTables) -> None:
    def change(tables: dict[str, Table]) -> None:
        tables["DIAGNOSES_ICD"] = [
            row for row in tables["DIAGNOSES_ICD"] if row["HADM_ID"] != "100002"
        ]
        tables["PROCEDURES_ICD"] = [
            row for row in tables["PROCEDURES_ICD"] if row["HADM_ID"] != "100002"
        ]
        add_note(tables, _FIRST, "Not this patient.", error="1")
        add_note(tables, _FIRST, " \n")
        add_note(tables, _FIRST, "Whose?")
        tables["NOTEEVENTS"][-1]["HADM_ID"] = ""
        add_note(tables, _FIRST, "Elsewhere.")
        tables["NOTEEVENTS"][-1]["HADM_ID"] = "999999"

    tally: Counter[str] = Counter()
    found = documents(mimic_tables(change=change), tally)
    assert "100002" not in found
    assert not any(word in found[_FIRST] for word in ("Not this patient", "Whose", "Elsewhere"))
    assert tally == {
        "summaries marked as errors": 1,
        "summaries without text": 1,
        "summaries without HADM_ID": 1,
        "summaries of admissions that ADMISSIONS lacks": 1,
        "admissions with a summary and without a code": 1,
    }


def test_other_categories_are_passed_over_unread(mimic_tables: WriteTables) -> None:
    def change(tables: dict[str, Table]) -> None:
        add_note(tables, _FIRST, "x", category="Radiology", description="CHEST (PORTABLE AP)",
                 date="", error="odd")  # fmt: skip
        tables["NOTEEVENTS"][-1].update(HADM_ID="", SUBJECT_ID="145834.0")

    assert _FIRST in documents(mimic_tables(change=change))


def test_any_text_is_kept_as_it_is(mimic_tables: WriteTables) -> None:
    text = 'Naïve "quotes", commas;\r\nµg → 37 °C\u2028 and 𝛽-blockers\n'

    def change(tables: dict[str, Table]) -> None:
        without_notes(tables)
        add_note(tables, _FIRST, text)
        add_note(tables, "100002", "plain")

    assert documents(mimic_tables(change=change)) == {_FIRST: text, "100002": "plain"}


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"ISERROR": "yes"}, "ISERROR: a discharge summary of MIMIC-III has nothing or 0 or 1 h"),
        ({"DESCRIPTION": "Letter"}, "DESCRIPTION: a discharge summary of MIMIC-III has Report or"),
        ({"HADM_ID": "100001.0"}, "HADM_ID: no whole number; a file saved by other software"),
        ({"SUBJECT_ID": "77"}, "SUBJECT_ID: the admission is another patient's in ADMISSIONS"),
        ({"CHARTDATE": "11/1/64"}, "CHARTDATE: '11/1/64' was rewritten by a spreadsheet"),
        ({"CHARTTIME": "21:00"}, "CHARTTIME: no date of MIMIC-III"),
        ({"ROW_ID": ""}, "ROW_ID: no whole number"),
    ],
)
def test_a_wrong_cell_is_refused_by_its_place(
    mimic_tables: WriteTables, cells: dict[str, str], told: str
) -> None:
    def change(tables: dict[str, Table]) -> None:
        without_notes(tables)
        add_note(tables, _FIRST, "secret\nwords")
        add_note(tables, _FIRST, "secret words")
        tables["NOTEEVENTS"][-1].update(cells)

    with pytest.raises(CorpusError, match=rf"NOTEEVENTS\.csv, line 4, column {told}") as caught:
        documents(mimic_tables(change=change))
    assert "secret" not in str(caught.value)


def test_long_reading_is_reported(
    mimic_tables: WriteTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(tables: dict[str, Table]) -> None:
        del tables["NOTEEVENTS"][25:]

    monkeypatch.setattr(notes, "_REPORTED", 10)
    lines: list[str] = []
    documents(mimic_tables(change=change), report=lines.append)
    assert lines == ["NOTEEVENTS: 10 rows read", "NOTEEVENTS: 20 rows read"]
