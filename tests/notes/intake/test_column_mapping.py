"""What columns mean, and the encounters and refusals that follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import InputError
from icd9_review.notes.intake.column_mapping import (
    ColumnMapping,
    RowProblem,
    RowReader,
    change_mapping,
    check_mapping,
    guess_mapping,
    read_rows,
)
from icd9_review.notes.intake.documents import Facts, FileFormat, FoundEncounter
from icd9_review.notes.intake.formats.tables.table import Table, TableRow, read_csv
from icd9_review.values import CareSetting, NoteType, Sex

COLUMNS = ("hadm_id", "TEXT", "Category", "gender", "age", "admittime", "dischtime")
MAPPING = ColumnMapping(
    note="TEXT",
    encounter="hadm_id",
    title="Category",
    age="age",
    sex="gender",
    admitted="admittime",
    discharged="dischtime",
)
INPATIENT = CareSetting.INPATIENT


def table(*rows: Sequence[str], columns: Sequence[str] = COLUMNS) -> Table:
    numbered = (TableRow(number, tuple(cells)) for number, cells in enumerate(rows, start=2))
    return Table("t.csv", FileFormat.CSV, tuple(columns), tuple(numbered))


def test_the_usual_names_of_columns_are_understood() -> None:
    assert guess_mapping(COLUMNS) == MAPPING
    assert guess_mapping(("Encounter ID", "Note Text", "Note-ID", "Patient class")) == (
        ColumnMapping("Note Text", "Encounter ID", "Note-ID", setting="Patient class")
    )
    assert guess_mapping(("a", "b")) == ColumnMapping()


@given(st.lists(st.text(max_size=12), max_size=12))
def test_no_column_is_guessed_twice_and_none_is_invented(columns: list[str]) -> None:
    guessed = guess_mapping(columns)
    chosen = [c for name in MAPPING.__slots__ if (c := getattr(guessed, name)) is not None]
    assert len(set(chosen)) == len(chosen)
    assert set(chosen) <= set(columns)


def test_what_a_person_says_takes_the_place_of_the_guess() -> None:
    changed = change_mapping(MAPPING, {"title": "TEXT", "note": "Category", "age": ""})
    assert (changed.title, changed.note, changed.age) == ("TEXT", "Category", None)
    assert change_mapping(MAPPING, {"title": "TEXT"}).note is None
    with pytest.raises(InputError, match="choose one of note"):
        change_mapping(MAPPING, {"colour": "x"})


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (ColumnMapping(), "Say which column"),
        (ColumnMapping(note="nowhere"), "has no column 'nowhere'; it has hadm_id"),
        (ColumnMapping(note="TEXT", title="TEXT"), "stands for two things"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(mapping: ColumnMapping, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_mapping(table(), mapping)


def test_rows_of_one_encounter_are_its_notes() -> None:
    rows = (
        ("7", "CHF", "Discharge summary", "F", "71", "2014-03-12 08:00:00", "3/17/2014"),
        ("8", "COPD", "", "", "", "", ""),
        ("7", "AF", "Consult", "F", "71", "2014-03-12 08:00:00", "3/17/2014"),
    )
    found, problems = read_rows(table(*rows), MAPPING, INPATIENT)
    assert problems == ()
    first, second = found
    assert [note.intake.note.text for note in first.notes] == ["CHF", "AF"]
    assert [note.intake.note.title for note in first.notes] == ["Discharge summary", "Consult"]
    assert first.facts == Facts(
        None, 71, Sex.FEMALE, date(2014, 3, 12), date(2014, 3, 17), account="7"
    )
    assert (first.external_id.value, second.external_id.value) == ("7", "8")
    assert second.facts == Facts(account="8")
    assert second.notes[0].intake.note.title == "Note of row 3"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (("1", " ", "", "", "", "", ""), "is empty"),
        (("", "CHF", "", "", "", "", ""), "the encounter is empty"),
        (("1", "x" * 200_001, "", "", "", "", ""), "the limit is 200,000"),
        (("1", "CHF", "", "", "", "2014-03-12", "2014-03-11"), "before the admission"),
        (("0", "AF", "", "M", "", "", ""), "differ from those of row 2"),
    ],
)
def test_a_bad_row_is_told_with_its_number_and_the_others_are_taken(
    cells: tuple[str, ...], reason: str
) -> None:
    good = ("0", "CHF", "", "F", "", "", "")
    found, problems = read_rows(table(good, cells), MAPPING, INPATIENT)
    assert [each.external_id.value for each in found] == ["0"]
    (problem,) = problems
    assert problem.number == 3
    assert reason in problem.reason


def test_a_setting_that_cannot_be_read_and_a_missing_one_are_left_open() -> None:
    settings, refused, said = told("setting", "Inpatient", "", "ED", "hotel")
    assert [each.setting for each in settings] == [INPATIENT, None, CareSetting.OUTPATIENT, None]
    assert refused == []
    assert said == (
        "\"t.csv\", row 5: in column 'setting' the setting is neither inpatient nor outpatient; "
        "it is left out.",
    )


def test_the_same_note_id_twice_in_an_encounter_is_refused() -> None:
    mapping = ColumnMapping(note="note", encounter="e", note_id="id")
    rows = (("CHF", "1", "n1"), ("AF", "1", "n1"), ("AF", "2", "n1"))
    found, problems = read_rows(table(*rows, columns=("note", "e", "id")), mapping, INPATIENT)
    assert [len(each.notes) for each in found] == [1, 1]
    assert problems[0].reason == "its note has the same identifier as that of row 2"


def test_rows_without_an_encounter_are_known_by_their_content_wherever_they_stand() -> None:
    mapping = ColumnMapping(note="note", age="age")
    rows = [("CHF", "7"), ("CHF", "7"), ("CHF", "8")]
    one, _ = read_rows(table(*rows, columns=("note", "age")), mapping, INPATIENT)
    other, _ = read_rows(table(rows[2], *rows[:2], columns=("note", "age")), mapping, INPATIENT)
    assert len({each.external_id for each in one}) == 3
    assert {each.external_id for each in one} == {each.external_id for each in other}


def test_facts_that_a_row_leaves_blank_are_those_of_the_others() -> None:
    rows = (
        ("1", "CHF", "", "", "UNK", "", ""),
        ("1", "AF", "", "F", "67", "2014-03-12", "99991231"),
        ("1", "COPD", "", "U", "n/a", "NULL", "2014-03-15 10:00"),
        ("1", "Gout", "", "M", "", "", ""),
    )
    (found,), (problem,) = read_rows(table(*rows), MAPPING, INPATIENT)
    assert [note.intake.note.text for note in found.notes] == ["CHF", "AF", "COPD"]
    assert found.facts == Facts(
        None, 67, Sex.FEMALE, date(2014, 3, 12), date(2014, 3, 15), account="1"
    )
    assert (problem.number, "differ" in problem.reason) == (5, True)


@pytest.mark.parametrize("day", ["0000-00-00", "00/00/0000", "0000-00-00 00:00:00", "0001-01-01"])
@pytest.mark.parametrize("age", ["-1", "999", "unknown"])
def test_a_placeholder_refuses_no_note(day: str, age: str) -> None:
    found, problems = read_rows(table(("1", "CHF", "", "", age, day, day)), MAPPING, INPATIENT)
    assert ([each.facts for each in found], problems) == ([Facts(account="1")], ())


def test_rows_that_contradict_each_other_only_together_are_told() -> None:
    rows = (("1", "CHF", "", "", "", "2014-03-12", ""), ("1", "AF", "", "", "", "", "2014-03-11"))
    (found,), (problem,) = read_rows(table(*rows), MAPPING, INPATIENT)
    assert len(found.notes) == 1
    assert "before the admission" in problem.reason


@pytest.mark.parametrize("name", ["NULL", "nan", "#N/A", "0000", " "])
def test_patients_without_an_encounter_never_become_one(name: str) -> None:
    rows = ((name, "CHF", "", "", "", "", ""), (name, "AF", "", "", "", "", ""))
    found, problems = read_rows(table(*rows), MAPPING, INPATIENT)
    assert found == ()
    assert {problem.reason for problem in problems} == {"the encounter is empty"}


@pytest.mark.parametrize(
    ("written", "age"),
    [("67 years", 67), ("67y", 67), ("67 yo", 67), ("8 months", 0), ("18 m", 1), ("3 days", 0)],
)
def test_ages_are_read_with_their_unit(written: str, age: int) -> None:
    rows = (("1", "CHF", "", "", written, "", ""),)
    assert read_rows(table(*rows), MAPPING, INPATIENT)[0][0].facts.age == age


@pytest.mark.parametrize(
    ("written", "setting"),
    [
        ("99213", CareSetting.OUTPATIENT),
        ("Office Visit", CareSetting.OUTPATIENT),
        ("Inpatient admission", INPATIENT),
        ("EMER", CareSetting.OUTPATIENT),
        ("unknown", None),
    ],
)
def test_settings_are_read_as_tables_write_them(written: str, setting: CareSetting) -> None:
    mapping = ColumnMapping(note="note", setting="class")
    found, _ = read_rows(table(("CHF", written), columns=("note", "class")), mapping, INPATIENT)
    assert found[0].facts.setting is setting


@pytest.mark.parametrize("note", ['{"text": "CHF"}', '["CHF"]'])
def test_a_note_that_is_json_is_refused(note: str) -> None:
    mapping = ColumnMapping(note="note")
    found, (problem,) = read_rows(table((note,), columns=("note",)), mapping, INPATIENT)
    assert (found, problem.reason) == ((), "its note is JSON and not text")


def told(meaning: str, *written: str) -> tuple[list[Facts], list[str], tuple[str, ...]]:
    """The facts of rows with these values, why others are refused, and what is said."""
    rows = table(*(("CHF", each) for each in written), columns=("note", meaning))
    reader = RowReader(rows, guess_mapping(rows.columns), INPATIENT)
    found, problems = reader.read(rows)
    return [each.facts for each in found], [each.reason for each in problems], reader.take_notices()


@pytest.mark.parametrize("written", ["Observation", "OBS", "Observation care", "Day surgery"])
def test_observation_is_outpatient(written: str) -> None:
    (facts,), _, _ = told("setting", written)
    assert facts.setting is CareSetting.OUTPATIENT


def test_a_setting_that_names_both_is_left_out_and_said() -> None:
    (facts,), refused, (said,) = told("setting", "inpatient observation")
    assert (facts.setting, refused) == (None, [])
    assert "row 2: in column 'setting' the setting is neither inpatient nor outpatient" in said


@pytest.mark.parametrize(
    ("written", "age"),
    [
        ("90+", 90),
        ("90 +", 90),
        (">89", 90),
        ("> 89", 90),
        (">=90", 90),
        ("≥ 90", 90),
        ("90 or older", 90),
        ("90 years and over", 90),
    ],
)
def test_an_age_that_is_open_upwards_is_its_lowest_and_said(written: str, age: int) -> None:
    (facts,), refused, said = told("age", written)
    assert (facts.age, refused) == (age, [])
    assert said == (f"\"t.csv\", row 2: in column 'age' the age is {age} or more; taken as {age}.",)


_NO_NUMBER = "the age is not a number of years"
_NO_YEARS = "the age is not a whole number of years from 0 to 125"
_NO_DAY = "a date is not like 2014-03-12 or 03/12/2014"


@pytest.mark.parametrize(
    ("meaning", "written", "words"),
    [
        ("sex", "Q", "the sex is neither female nor male"),
        ("sex", "other", "the sex is neither female nor male"),
        ("sex", "1", "the sex is neither female nor male"),
        ("age", "abc", _NO_NUMBER),
        ("age", "90-", _NO_NUMBER),
        ("age", "<90", _NO_NUMBER),
        ("age", "126+", _NO_NUMBER),
        ("age", "999", "the age is 999, which stands for not known"),
        ("age", "-1", "the age is -1, which stands for not known"),
        ("age", "300", _NO_YEARS),
        ("age", "-5", _NO_YEARS),
        ("age", "61.5", _NO_YEARS),
        ("age", "inf", _NO_YEARS),
        ("age", "nAn years", _NO_NUMBER),
        ("admitted", "soon", _NO_DAY),
        ("admitted", "31.02.2014", _NO_DAY),
        ("admitted", "32.13.2014", _NO_DAY),
        ("admitted", "12.03.14", _NO_DAY),
        ("admitted", "45.2014", _NO_DAY),
        ("discharged", "1776-07-04", "a date is not between 1979-01-01 and 2299-12-31"),
        ("admitted", "03/12/1960", "a date is not between 1979-01-01 and 2299-12-31"),
        ("admitted", "3024-03-12", "a date is not between 1979-01-01 and 2299-12-31"),
    ],
)
def test_a_fact_that_cannot_be_read_is_left_out_of_its_row_and_said(
    meaning: str, written: str, words: str
) -> None:
    facts, refused, said = told(meaning, "", written)
    assert (facts, refused) == ([Facts(), Facts()], [])
    assert said == (f"\"t.csv\", row 3: in column '{meaning}' {words}; it is left out.",)


@pytest.mark.parametrize("meaning", ["setting", "age", "sex", "admitted", "discharged"])
@given(written=st.text(max_size=20))
def test_what_stands_in_a_cell_of_a_fact_costs_no_note_and_is_never_quoted(
    meaning: str, written: str
) -> None:
    found, refused, said = told(meaning, "zz" + written)
    assert (found, refused) == ([Facts()], [])
    (sentence,) = said
    assert sentence.startswith(f"\"t.csv\", row 2: in column '{meaning}' ")
    assert "zz" not in sentence


@pytest.mark.parametrize(
    ("meaning", "written"),
    [
        *[("sex", each) for each in ("", "U", "unknown", "UNK", "N", "9")],
        *[("age", each) for each in ("", "UNK", "n/a", "NULL")],
        *[("setting", each) for each in ("", "UNK", "unknown", "-")],
        *[("admitted", each) for each in ("", "0001-01-01", "99991231", "12/31/9999")],
    ],
)
def test_what_stands_for_not_known_is_not_known_without_a_word(meaning: str, written: str) -> None:
    assert told(meaning, written) == ([Facts()], [], ())


def test_a_fact_that_cannot_be_read_is_that_of_the_other_rows() -> None:
    rows = (("1", "CHF", "", "F", "abc", "", ""), ("1", "AF", "", "Q", "67", "", ""))
    (found,), problems = read_rows(table(*rows), MAPPING, INPATIENT)
    assert (found.facts, len(found.notes), problems) == (
        Facts(None, 67, Sex.FEMALE, account="1"),
        2,
        (),
    )


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("25.03.2014", date(2014, 3, 25)),
        ("03.25.2014", date(2014, 3, 25)),
        ("3.3.2014", date(2014, 3, 3)),
        ("25-03-2014 10:30", date(2014, 3, 25)),
        ("12 March 2014", date(2014, 3, 12)),
        ("Mar 12, 2014", date(2014, 3, 12)),
    ],
)
def test_a_date_that_can_be_one_day_alone_is_read(written: str, day: date) -> None:
    (facts,), refused, said = told("admitted", written)
    assert (facts.admitted, refused, said) == (day, [], ())


def test_a_date_that_can_be_two_days_is_left_out_and_said_with_its_rows() -> None:
    facts, refused, said = told("admitted", "12.03.2014", "2014-03-12", "12-03-2014 10:30")
    assert [each.admitted for each in facts] == [None, date(2014, 3, 12), None]
    assert refused == []
    assert said == (
        "\"t.csv\", row 2, row 4: in column 'admitted' a date is left out, because its day and "
        "month cannot be told apart.",
    )


def test_a_day_first_with_slashes_is_read_and_warns_of_the_other_rows() -> None:
    facts, refused, (said,) = told("admitted", "25/03/2014", "03/12/2014", "25/03/2014 10:30")
    assert [each.admitted for each in facts] == [
        date(2014, 3, 25), date(2014, 3, 12), date(2014, 3, 25)
    ]  # fmt: skip
    assert refused == []
    assert said.startswith(
        "\"t.csv\", row 2, row 4: in column 'admitted' a date has its day first and was read so"
    )


def test_a_day_first_that_stands_for_not_known_is_none() -> None:
    (facts,), refused, _ = told("admitted", "31/12/9999")
    assert (facts.admitted, refused) == (None, [])


@given(st.dates(date(1980, 1, 1), date(2098, 12, 30)), st.sampled_from(["%d.%m.%Y", "%m-%d-%Y"]))
def test_a_date_is_never_read_as_another_day(day: date, form: str) -> None:
    (facts,), refused, said = told("admitted", day.strftime(form))
    assert refused == []
    assert facts.admitted == day if day.day > 12 or day.day == day.month else said


def test_an_age_that_may_be_a_mans_is_left_out_and_said() -> None:
    (facts,), refused, said = told("age", "45M")
    assert (facts.age, refused) == (None, [])
    assert "months or a man's years" in said[0]


PROSE = "Sputum culture grew pneumococcus after discharge."


def test_a_column_of_prose_that_is_not_read_is_named() -> None:
    columns = ("note", "ward", "addendum", "url", "comment")
    rows = table(
        ("CHF", "3 North", "", "https://example.org/" + "x" * 40, PROSE),
        ("AF", "3 North", f"  {PROSE}\n", "", ""),
        columns=columns,
    )
    reader = RowReader(rows, guess_mapping(columns), INPATIENT)
    assert reader.read(rows)[1] == ()
    assert reader.take_notices() == (
        "\"t.csv\" has text in the columns 'addendum', 'comment', which are not read; "
        "put it into rows of its own to keep it.",
    )


def test_a_column_of_prose_is_named_once_however_many_parts_the_table_has() -> None:
    first, second, third = (
        table(("CHF", *cells), columns=("note", "a", "b"))
        for cells in (("", PROSE), (PROSE, PROSE), (PROSE, PROSE))
    )
    reader = RowReader(first, guess_mapping(first.columns), INPATIENT)
    said: list[str] = []
    for part in (first, second, third):
        reader.read(part)
        said += reader.take_notices()
    assert [each.partition(",")[0] for each in said] == [
        "\"t.csv\" has text in the column 'b'",
        "\"t.csv\" has text in the column 'a'",
    ]


def test_of_many_columns_of_prose_the_first_are_named() -> None:
    columns = ("note", *(f"remark {n}" for n in range(30)))
    rows = table(("CHF", *[PROSE] * 30), columns=columns)
    reader = RowReader(rows, guess_mapping(columns), INPATIENT)
    reader.read(rows)
    (said,) = reader.take_notices()
    assert "'remark 9' and 20 more, which are not read" in said


@pytest.mark.parametrize(
    "cell", ["x" * 41, "2014-03-12 08:00:00", "Smith, J.", " " * 60, "a " * 20]
)
def test_a_column_that_holds_no_prose_needs_no_word(cell: str) -> None:
    rows = table(("CHF", cell), columns=("note", "other"))
    reader = RowReader(rows, guess_mapping(rows.columns), INPATIENT)
    reader.read(rows)
    assert reader.take_notices() == ()


def test_a_column_that_a_person_chose_is_read() -> None:
    rows = table(("CHF", PROSE), columns=("note", "addendum"))
    reader = RowReader(rows, change_mapping(ColumnMapping(), {"note": "addendum"}), INPATIENT)
    (found,), _ = reader.read(rows)
    assert found.notes[0].intake.note.text == PROSE
    assert reader.take_notices() == ()


MORE = (
    *("visit", "text", "title", "sex", "account_number", "service", "payer", "note_type"),
    *("author", "note_date"),
)


def read_more(*rows: tuple[str, ...]) -> tuple[Sequence[FoundEncounter], Sequence[RowProblem]]:
    lines = [",".join(each) for each in (MORE, *rows)]
    found = read_csv("\n".join(lines), "more.csv")
    return read_rows(found, guess_mapping(found.columns), INPATIENT)


def test_columns_tell_what_is_kept_of_documents_and_encounters() -> None:
    row = ("1", "CHF", "Letter", "F", "00-4711", "Cardiology", "Medicare", "Consult", "Dr. Ames")
    ((found,), _) = read_more((*row, "2014-03-12"))
    told = found.notes[0].intake.note
    assert (told.title, told.type, told.author, told.written) == (
        *("Letter", NoteType.CONSULTATION, "Dr. Ames"),
        date(2014, 3, 12),
    )
    assert (found.facts.account, found.facts.service, found.facts.payer) == (
        *("00-4711", "Cardiology", "Medicare"),
    )


def test_an_encounter_keeps_the_first_service_and_payer_that_its_rows_name() -> None:
    first = ("1", "CHF", "", "F", "", "", "", "", "", "")
    second = ("1", "AF", "", "F", "", "Surgery", "Medicare", "", "", "")
    third = ("1", "COPD", "", "F", "4711", "Medicine", "Medicaid", "", "", "UNK")
    (found,), problems = read_more(first, second, third)
    assert (problems, len(found.notes)) == ((), 3)
    assert (found.facts.service, found.facts.payer) == ("Surgery", "Medicare")


def test_what_is_kept_besides_tells_no_row_from_another() -> None:
    """A table that was taken in before its authors were read is known again."""
    plain, told = (read_csv(f"text,author\nCHF,{author}", "a.csv") for author in ("", "Dr. Ames"))
    (one,), (other,) = (read_rows(t, guess_mapping(t.columns), INPATIENT)[0] for t in (plain, told))
    assert one.external_id == other.external_id
