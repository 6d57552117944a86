"""Which causes a chart is asked about, what codes them, and which E codes are looked for."""

from __future__ import annotations

import pytest

from icd9_review.codes.search import Index
from icd9_review.codes.table import is_valid
from icd9_review.naming.lines.accounts import LineState
from icd9_review.naming.lines.causes import (
    account_for_cause,
    asked_causes,
    find_circumstances,
    find_external_causes,
    is_cause,
)
from icd9_review.naming.lines.circumstances import circumstance_codes, circumstances
from icd9_review.naming.lines.coders import Coder, Link
from icd9_review.notes.lines.causes import CauseLine, cause_lines
from icd9_review.notes.lines.chart_lines import chart_lines
from icd9_review.values import Kind
from tests.indexes import built_in_index

FALL = "CHIEF COMPLAINT: Fall.\nHPI: She fell. She tripped over a rug and fell in her kitchen."


@pytest.fixture(scope="module")
def index() -> Index:
    return built_in_index()


def asked(text: str, *codes: str) -> list[str]:
    told = {"n1": cause_lines(text, listed=chart_lines(text))}
    return [each.line.text for each in asked_causes(told, codes)["n1"]]


def only(text: str) -> CauseLine:
    (found,) = cause_lines(f"HPI: {text}")
    return found


def test_a_cause_is_asked_about_where_there_is_an_injury() -> None:
    assert asked(FALL, "820.8") == ["She tripped over a rug and fell in her kitchen"]
    assert asked(FALL, "401.9") == asked(FALL) == asked(FALL, "996.44") == []


def test_a_suggested_cause_and_an_observation_ask_as_an_injury_does() -> None:
    assert asked(FALL, "E888.9") == asked(FALL, "V71.4") == asked(FALL, "820.8")


def test_what_stands_in_a_list_counts_where_nothing_else_tells_it() -> None:
    assert asked("CHIEF COMPLAINT: Fall.\nHPI: Hip pain.", "820.8") == ["Fall"]


def test_an_old_accident_is_asked_about_with_a_late_effect_alone() -> None:
    old = "HPI: He was in an MVA in 1998."
    assert asked(old, "820.8") == []
    assert asked(old, "905.4") == ["He was in an MVA in 1998"]


def test_two_things_that_happened_are_two_rows_and_what_says_little_is_none() -> None:
    text = "HPI: He was assaulted. He fell down the stairs. It was a football injury."
    assert asked(text, "820.8") == ["He was assaulted", "He fell down the stairs"]
    assert asked("HPI: It was a football injury.", "820.8") == ["It was a football injury"]


def test_an_e_code_that_tells_of_such_a_thing_codes_the_cause() -> None:
    line = only("She slipped on ice.")
    fall = (Kind.DIAGNOSIS, "E888.9")
    became = account_for_cause(line, [(Kind.DIAGNOSIS, "820.8"), fall], ())
    assert (became.state, [each.key for each in became.coders]) == (LineState.CODED, [fall])
    chosen = Coder((Kind.DIAGNOSIS, "E928.9"), Link.EVIDENCE)
    assert account_for_cause(line, [chosen.key], [chosen]).coders == (chosen,)


def test_another_cause_or_none_leaves_it_accounted_for_or_open() -> None:
    line = only("She slipped on ice.")
    other = account_for_cause(line, [(Kind.DIAGNOSIS, "E819.9")], ())
    assert (other.state, other.reason) == (LineState.NEEDLESS, "the chart has a cause: E819.9")
    place = [(Kind.DIAGNOSIS, "E849.0"), (Kind.DIAGNOSIS, "820.8")]
    assert account_for_cause(line, place, ()).state is LineState.OPEN


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("He tripped over a rug.", "E885.9"),
        ("She fell down the stairs.", "E880.9"),
        ("He was bitten by a dog.", "E906.0"),
        ("She was in a motor vehicle accident yesterday with her sister.", "E812.0"),
        ("He fell.", "E888.9"),
    ],
)
def test_the_index_finds_causes_by_the_words_and_by_their_cue(
    index: Index, sentence: str, code: str
) -> None:
    found = [each.code for each in find_external_causes(index, only(sentence))]
    assert code in found
    assert len(found) <= 5
    assert all(map(is_cause, found))


def test_what_a_model_reads_comes_first_and_what_the_index_has_first_is_kept(index: Index) -> None:
    meant = ["E884.9", "E878.0", "E929.3", "E880.9", "E883.9", "E881.0", "E882"]
    found = [
        each.code for each in find_external_causes(index, only("He tripped over a rug."), meant)
    ]
    assert found == ["E884.9", "E880.9", "E883.9", "E881.0", "E885.9"]


def test_an_old_accident_finds_causes_of_late_effects_alone(index: Index) -> None:
    found = [
        each.code
        for each in find_external_causes(index, only("MVA in 1998."), ["E812.0", "E929.0"])
    ]
    assert found[0] == "E929.0"
    assert "E812.0" not in found


def test_place_activity_and_work_are_found_beside(index: Index) -> None:
    line = only("He fell while playing basketball in a gym at work.")
    assert [each.code for each in find_circumstances(index, line)] == ["E849.3", "E007.6", "E000.0"]
    told = "She fell and was brought to the hospital."
    assert circumstances("She fell", told) == ()
    assert circumstances("fell in the hospital", told) == ("E849.7",)


def test_every_circumstance_of_the_table_is_a_code() -> None:
    codes = circumstance_codes()
    assert all(is_valid(Kind.DIAGNOSIS, code) for code in codes)
    assert all(code < "E031" or code.startswith("E849") for code in codes)


def test_an_overdose_with_an_intent_is_one_row() -> None:
    text = "HPI: Suicide attempt. She took an overdose of acetaminophen."
    assert asked(text, "965.4") == ["Suicide attempt"]
