"""What is typed, chosen or replaced on the workbench is answered with codes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.lists import Lists, Substance, TabularNotes
from icd9_review.codes.search import Index, ReadWords, build_index
from icd9_review.ui.workbench.finding import FoundView, SearchRequest, answer, read_query
from icd9_review.values import Kind, Sex
from tests.codes.edits.charts import lists as listed
from tests.indexes import built_in_index

DIAGNOSIS, PROCEDURE = Kind.DIAGNOSIS, Kind.PROCEDURE


@pytest.fixture(scope="module")
def index() -> Index:
    return built_in_index()


def sent(**changes: Any) -> dict[str, Any]:
    return {
        "id": 3,
        "encounter": "e1",
        "mode": "add",
        "text": "401",
        "of": "",
        "header": "",
        **changes,
    }


def ask(
    index: Index, lists: Lists | None = None, *, sex: Sex = Sex.UNKNOWN, **changes: Any
) -> FoundView:
    query = read_query(sent(**changes), "e1")
    assert query is not None
    return answer(query, index, lists or built_in_lists(), sex=sex)


def test_a_query_is_read_as_it_was_sent() -> None:
    assert read_query(sent(of="diagnosis:428.0", header="diagnosis:428"), "e1") == SearchRequest(
        3, "add", "401", (DIAGNOSIS, "428.0"), (DIAGNOSIS, "428")
    )


@pytest.mark.parametrize(
    "raw",
    [None, "401", [], {}, sent(id="3"), sent(mode="delete"), sent(text=401), sent(encounter="e2")],
)
def test_what_is_no_query_of_this_page_is_passed_over(raw: object) -> None:
    assert read_query(raw, "e1") is None


@given(st.dictionaries(st.sampled_from(sorted(sent())), st.text() | st.integers() | st.none()))
def test_nothing_a_browser_can_send_raises(changes: dict[str, Any]) -> None:
    read_query(sent(**changes), "e1")


BREAST = listed(female="174.8 174.9", male="175.9")


def test_what_is_for_patients_of_the_other_sex_comes_last_and_says_so(index: Index) -> None:
    line = {"mode": "diagnosis", "text": "Breast cancer"}
    woman, man, unknown = (
        ask(index, BREAST, sex=sex, **line).items for sex in (Sex.FEMALE, Sex.MALE, Sex.UNKNOWN)
    )
    assert woman[0].code == unknown[0].code == "174.9"
    assert [item.code for item in man if item.note.endswith("for female patients")] == ["174.9"]
    assert (man[0].code, man[-1].code) == ("175.9", "174.9")
    assert {item.code for item in man} == {item.code for item in unknown}


def test_a_code_that_is_typed_stays_where_it_is(index: Index) -> None:
    found = ask(index, BREAST, sex=Sex.MALE, text="174.").items
    assert found == tuple(
        replace(each, note=new.note)
        for each, new in zip(ask(index, BREAST, text="174.").items, found, strict=True)
    )
    assert {item.code for item in found if "for female patients" in item.note} == {
        "174.8",
        "174.9",
    }


def test_a_line_of_the_chart_finds_five_codes_of_its_kind(index: Index) -> None:
    found = ask(index, mode="diagnosis", text="Hypertension, poorly controlled").items
    assert len(found) <= 5
    assert "401.9" in [item.code for item in found]
    assert {item.kind for item in ask(index, mode="procedure", text="Colonoscopy").items} == {
        "procedure"
    }


def test_a_header_is_found_as_a_header(index: Index) -> None:
    first, *_ = ask(index, text="250.6").items
    assert (first.code, first.header) == ("250.6", True)


def test_a_header_is_completed_to_codes_with_what_separates_them(index: Index) -> None:
    found = ask(index, header="diagnosis:250.6", text="")
    assert [item.code for item in found.items] == ["250.60", "250.61", "250.62", "250.63"]
    assert not any(item.header for item in found.items)
    assert len({item.note for item in found.items}) == 4
    assert "choose the digits" in found.message


def test_a_replacement_is_offered_among_siblings_nearest_first(index: Index) -> None:
    codes = [item.code for item in ask(index, mode="replace", of="diagnosis:428.20", text="").items]
    assert codes[:3] == ["428.21", "428.22", "428.23"]
    assert "428.20" not in codes
    assert "428.0" in codes


def test_a_sibling_says_what_separates_it_from_the_nearest_ones(index: Index) -> None:
    found = ask(index, mode="replace", of="diagnosis:250.00", text="")
    notes = {item.code: item.note for item in found.items}
    assert notes["250.01"] == "type I [juvenile type], not stated as uncontrolled"
    assert notes["250.02"] == "type II or unspecified type, uncontrolled"
    assert notes["250.10"].startswith("with ketoacidosis")


def test_a_retired_code_is_replaced_by_what_is_below_it(index: Index) -> None:
    codes = [item.code for item in ask(index, mode="replace", of="diagnosis:585", text="").items]
    assert codes[0] == "585.1"


@pytest.mark.parametrize("code", ["999999", "", "<b>"])
def test_what_is_no_code_says_so_instead_of_failing(index: Index, code: str) -> None:
    key = f"diagnosis:{code}"
    assert ask(index, mode="replace", text="", of=key).items == ()
    assert ask(index, mode="replace", text="", header=key).items == ()


def test_an_admitting_diagnosis_is_no_procedure(index: Index) -> None:
    assert {item.kind for item in ask(index, mode="admitting", text="appendectomy").items} <= {
        "diagnosis"
    }
    assert "47.01" in {item.code for item in ask(index, text="lap appendectomy").items}


def test_an_icd_10_code_is_named_as_such_and_what_the_map_gives_is_marked(index: Index) -> None:
    found = ask(index, text="i10")
    assert found.message.startswith("I10 is ICD-10-CM (Essential (primary) hypertension).")
    assert "equivalence map" in found.message
    assert [(item.code, item.mapped, item.note) for item in found.items][:1] == [
        ("401.9", True, "for I10")
    ]
    assert not any(item.mapped for item in ask(index, text="hypertension").items)


def test_an_icd_10_code_without_an_equivalent_says_so(index: Index) -> None:
    procedure = ask(index, text="i10", mode="replace", of="procedure:45.25")
    for found in (ask(index, text="i16.0"), procedure):
        assert found.items == ()
        assert "is ICD-10-CM" in found.message
        assert "no code for it" in found.message


def test_nothing_found_tells_what_to_do(index: Index) -> None:
    found = ask(index, text="zzzzqqqq")
    assert found.items == ()
    assert "first digits" in found.message


def test_what_the_tabular_list_says_stands_with_the_code_nearest_first(index: Index) -> None:
    notes = {
        "428": TabularNotes("428", "Heart failure", excludes=("rheumatic (398.91)",)),
        "428.0": TabularNotes("428.0", "CHF", inclusion=("Right heart failure",)),
    }
    lists = Lists(built_in_lists().lists, tabular=notes)
    (item,) = [item for item in ask(index, lists, text="428.0").items if item.code == "428.0"]
    assert item.details == (
        ("Includes:", "Right heart failure"),
        ("Excludes (428):", "rheumatic (398.91)"),
    )


def test_what_the_list_of_procedures_says_stands_with_the_procedure(index: Index) -> None:
    notes = {
        "54.1": TabularNotes("54.1", "Laparotomy", code_also=("any resection (45.50-45.52)",)),
        "54.11": TabularNotes(
            "54.11", "Exploratory laparotomy", omit_code=("exploration in abdominal surgery",)
        ),
    }
    lists = Lists(built_in_lists().lists, procedures=notes)
    (item,) = [item for item in ask(index, lists, text="54.11").items if item.code == "54.11"]
    assert item.details == (
        ("Omit code:", "exploration in abdominal surgery"),
        ("Code also (54.1):", "any resection (45.50-45.52)"),
    )


DIGOXIN = Substance("Digoxin", "972.1", "E858.3", "E942.1", "E950.4", "E962.0", "E980.4")
ETHANOL = Substance("Alcohol, ethyl", "980.0", "E860.1", "", "E950.9", "E962.1", "E980.9")


@pytest.fixture(scope="module")
def with_drugs() -> Index:
    return build_index(replace(built_in_lists(), drugs=(DIGOXIN, ETHANOL)))


def test_a_substance_stands_above_the_codes_with_its_row_of_the_table(with_drugs: Index) -> None:
    first, second, *_ = ask(with_drugs, text="digoxin overdose").items
    assert (first.title, first.code) == ("Digoxin", "")
    assert [(cell.note, cell.code) for cell in first.row] == [
        ("Poisoning", "972.1"),
        ("Accident", "E858.3"),
        ("Therapeutic use", "E942.1"),
        ("Suicide attempt", "E950.4"),
        ("Assault", "E962.0"),
        ("Undetermined", "E980.4"),
    ]
    assert first.row[0].title.startswith("Poisoning by cardiotonic glycosides")
    assert (second.code, second.row) == ("972.1", ())


def test_a_circumstance_that_the_table_has_no_code_for_is_not_offered(with_drugs: Index) -> None:
    first, *_ = ask(with_drugs, text="ethyl alcohol").items
    assert "Therapeutic use" not in [cell.note for cell in first.row]
    assert len(first.row) == 5


def test_the_table_is_offered_where_a_code_is_added_only(with_drugs: Index) -> None:
    found = ask(with_drugs, mode="replace", of="diagnosis:428.0", text="digoxin").items
    assert found
    assert not any(item.row for item in found)


def test_what_the_model_reads_is_listed_with_where_it_comes_from(index: Index) -> None:
    meant = ReadWords(((DIAGNOSIS, "514"),), {(DIAGNOSIS, "514")})
    query = read_query(sent(text="heart failure", meaning=True), "e1")
    assert query is not None
    assert query.wants_meaning
    found = answer(query, index, built_in_lists(), meant)
    (item,) = [each for each in found.items if each.code == "514"]
    assert item.note == "by meaning"
    assert found.meaning
    assert found.items[0] == ask(index, text="heart failure").items[0]


def test_words_that_the_index_does_not_know_are_found_by_meaning(index: Index) -> None:
    query = read_query(sent(text="qwxyz", meaning=True), "e1")
    assert query is not None
    found = answer(query, index, built_in_lists(), ReadWords(((PROCEDURE, "47.01"),), ()))
    assert [item.code for item in found.items] == ["47.01"]
    assert found.message == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"meaning": False, "text": "heart failure"},
        {"meaning": True, "text": "428.0"},
        {"meaning": True, "text": "mi"},
        {"meaning": True, "text": "", "mode": "replace", "of": "diagnosis:428.0"},
        {"meaning": True, "text": "failure", "header": "diagnosis:428"},
        {"meaning": "yes", "text": "heart failure"},
    ],
)
def test_the_model_reads_only_words_and_only_when_typing_pauses(changes: dict[str, Any]) -> None:
    query = read_query(sent(**changes), "e1")
    assert query is not None
    assert not query.wants_meaning


def test_a_replacement_by_meaning_is_of_the_kind_of_the_code(index: Index) -> None:
    query = read_query(
        sent(mode="replace", of="procedure:47.09", text="appendix out", meaning=True), "e1"
    )
    assert query is not None
    meant = ReadWords(((DIAGNOSIS, "541"), (PROCEDURE, "47.01")), ())
    found = answer(query, index, built_in_lists(), meant)
    assert {item.kind for item in found.items} == {"procedure"}
