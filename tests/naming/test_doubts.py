"""Each doubt by a small note where it holds and one where it does not."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.naming.doubts import ASKED, Candidate, Doubts, find_doubts
from icd9_review.values import Doubt, Kind, Window


def candidate(
    code: str, text: str = "", *, margin: float = 1.0, index: int = 0, within: str = ""
) -> Candidate:
    """A code that the model saw in the whole text, or in the part of it that is given."""
    start = text.index(within) if within else 0
    window = Window(index, start, start + len(within or text))
    kind = Kind.PROCEDURE if code[2:3] == "." else Kind.DIAGNOSIS
    return Candidate(kind, code, margin, window)


def doubts(
    text: str, code: str, *others: Candidate, within: str = "", margin: float = 1.0
) -> Doubts:
    one = candidate(code, text, within=within, margin=margin)
    return find_doubts(text, [one, *others])[0]


def size(doubt: Doubt, text: str, code: str, *others: Candidate, within: str = "") -> float:
    return doubts(text, code, *others, within=within).sizes.get(doubt, 0.0)


LISTED = "DISCHARGE DIAGNOSES:\n1. Congestive heart failure.\n\nHOSPITAL COURSE:\nPneumonia.\n"
HISTORY = "HISTORY OF PRESENT ILLNESS:\nShe has had pneumonia.\n"
EXAMINATION = "PHYSICAL EXAMINATION:\nLungs: pneumonia.\n"


@pytest.mark.parametrize(
    ("doubt", "holds", "holds_not", "code"),
    [
        (Doubt.UNNAMED, "Crackles at the bases.", "Pneumonia at the base.", "486"),
        (Doubt.WITHHELD, "No evidence of pneumonia.", "Pneumonia.", "486"),
        (Doubt.WITHHELD, "Father had pneumonia.", "No pneumonia. Now pneumonia.", "486"),
        (Doubt.WITHHELD, "Possible pneumonia.", "Crackles.", "486"),
        (Doubt.HISTORY, HISTORY, EXAMINATION, "486"),
        (Doubt.EXAMINATION, EXAMINATION, HISTORY, "486"),
    ],
)
def test_what_the_words_of_a_note_say(doubt: Doubt, holds: str, holds_not: str, code: str) -> None:
    assert size(doubt, holds, code) == 1.0
    assert size(doubt, holds_not, code) == 0.0


def test_a_sentence_with_few_of_a_codes_words_is_unlike_it() -> None:
    none = size(Doubt.UNLIKE, "The wound was dressed.", "428.0")
    some = size(Doubt.UNLIKE, "The heart is regular.", "428.0")
    assert none == 1.0
    assert 0.0 < some < 1.0
    assert size(Doubt.UNLIKE, "Congestive heart failure.", "428.0") == pytest.approx(0.0)


def test_words_elsewhere_in_the_note_do_not_make_a_sentence_like_a_code() -> None:
    text = "Pneumonia. The wound was dressed."
    assert size(Doubt.UNLIKE, text, "486", within="The wound was dressed.") == 1.0
    assert size(Doubt.UNNAMED, text, "486", within="The wound was dressed.") == 0.0


def test_a_note_that_lists_its_diagnoses_leaves_the_others_unlisted() -> None:
    listed = candidate("428.0", LISTED, within="Congestive heart failure")
    assert size(Doubt.UNLISTED, LISTED, "486", listed, within="Pneumonia.") == 1.0
    assert size(Doubt.UNLISTED, LISTED, "428.0", within="Congestive heart failure") == 0.0


def test_nothing_is_unlisted_where_no_diagnosis_stands_in_a_list() -> None:
    text = "HOSPITAL COURSE:\nPneumonia. Congestive heart failure.\n"
    other = candidate("428.0", text, within="Congestive heart failure")
    assert size(Doubt.UNLISTED, text, "486", other, within="Pneumonia.") == 0.0


def test_what_a_list_names_is_listed_wherever_the_model_saw_it() -> None:
    text = LISTED + "Congestive heart failure got better."
    seen = "Congestive heart failure got better."
    assert size(Doubt.UNLISTED, text, "428.0", within=seen) == 0.0


def test_a_symptom_may_be_explained_by_any_disease_of_the_note() -> None:
    text = "Chest pain. Pneumonia. Congestive heart failure."
    pneumonia = candidate("486", text, margin=1.0, index=1, within="Pneumonia.")
    failure = candidate("428.0", text, margin=3.0, index=2, within="Congestive heart failure.")
    found = doubts(text, "786.50", pneumonia, failure, within="Chest pain.")
    assert found.sizes[Doubt.EXPLAINED] == pytest.approx(math.log(3))
    assert found.beside[Doubt.EXPLAINED] == "428.0"
    assert size(Doubt.EXPLAINED, text, "786.50", pneumonia) == pytest.approx(math.log(2))


@pytest.mark.parametrize("other", ["780.60", "V58.61", "E849.0", "99.61"])
def test_symptoms_circumstances_and_procedures_explain_nothing(other: str) -> None:
    text = "Chest pain."
    assert size(Doubt.EXPLAINED, text, "786.50", candidate(other, text)) == 0.0


def test_a_disease_is_explained_by_nothing() -> None:
    text = "Pneumonia. Congestive heart failure."
    assert size(Doubt.EXPLAINED, text, "486", candidate("428.0", text)) == 0.0


def test_a_likelier_code_of_the_category_in_the_same_sentence_is_a_sibling() -> None:
    text = "Systolic heart failure."
    likelier, less = (candidate("428.20", text, margin=each) for each in (1.5, 0.5))
    found = doubts(text, "428.0", likelier)
    assert found.sizes[Doubt.SIBLING] == 1.0
    assert found.beside[Doubt.SIBLING] == "428.20"
    assert size(Doubt.SIBLING, text, "428.0", less) == 0.0
    assert size(Doubt.SIBLING, text, "428.0", candidate("486", text, margin=9.0)) == 0.0


def test_a_sibling_in_another_sentence_is_none() -> None:
    text = "CHF. Systolic heart failure."
    other = candidate("428.20", text, margin=9.0, index=1, within="Systolic heart failure.")
    found = doubts(text, "428.0", other, within="CHF.")
    assert Doubt.SIBLING not in found.sizes
    assert Doubt.OUTDONE not in found.sizes


def test_a_code_is_outdone_by_one_that_is_far_likelier_in_its_sentence() -> None:
    text = "Pneumonia with sepsis."
    far, near = (candidate("038.9", text, margin=each) for each in (3.5, 2.5))
    found = doubts(text, "486", far)
    assert (found.sizes[Doubt.OUTDONE], found.beside[Doubt.OUTDONE]) == (1.0, "038.9")
    assert size(Doubt.OUTDONE, text, "486", near) == 0.0


@pytest.mark.parametrize(
    ("code", "by"), [("401.9", "403.90"), ("428.0x", "428.0"), ("496", "493.90"), ("486", "507.0")]
)
def test_a_combination_code_says_what_is_in_it(code: str, by: str) -> None:
    text = "A note."
    expected = 0.0 if code == "428.0x" else 1.0
    found = doubts(text, code, candidate(by, text, index=7))
    assert found.sizes.get(Doubt.COMBINED, 0.0) == expected
    assert found.beside.get(Doubt.COMBINED, by) == by


@pytest.mark.parametrize(
    ("code", "beside", "said"),
    [
        ("86.59", "81.51", True),
        ("86.59", "79.02", False),
        ("86.59", "86.22", False),
        ("86.59", "88.42", False),
        ("86.59", "54.21", False),
        ("96.04", "20.01", True),
        ("54.21", "65.61", True),
        ("54.21", "81.51", False),
        ("54.11", "54.21", False),
        ("47.09", "81.51", False),
    ],
)
def test_a_part_of_an_operation_is_said_by_it(code: str, beside: str, *, said: bool) -> None:
    text = "A note."
    found = doubts(text, code, candidate(beside, text, index=7))
    assert found.sizes.get(Doubt.COMBINED, 0.0) == float(said)
    assert found.beside.get(Doubt.COMBINED, beside) == beside


def test_a_specified_form_is_not_said_by_the_unspecified_one() -> None:
    text = "A note."
    assert size(Doubt.COMBINED, text, "403.90", candidate("401.9", text)) == 0.0
    assert size(Doubt.COMBINED, text, "401.9", candidate("428.0", text)) == 0.0


@pytest.mark.parametrize("code", ["250.00", "427.9", "715.90"])
def test_a_code_does_not_speak_against_itself(code: str) -> None:
    assert not doubts("A note.", code).beside
    twice = find_doubts("A note.", [candidate(code, "A note.", index=index) for index in (0, 1)])
    assert {each.beside[Doubt.COMBINED] for each in twice} == {code}


def test_codes_of_the_other_volume_say_nothing_about_a_code() -> None:
    text = "Cardioversion for atrial fibrillation."
    procedure = candidate("99.61", text, margin=9.0)
    found = doubts(text, "427.31", procedure)
    assert not found.beside
    back = doubts(text, "99.61", candidate("427.31", text, margin=9.0))
    assert not back.beside


@pytest.mark.parametrize(
    ("doubt", "holds", "holds_not"),
    [
        (Doubt.PLANNED, "Appendectomy is planned.", "Appendectomy was done."),
        (Doubt.PLANNED, "She declined appendectomy.", "She had an appendectomy."),
        (Doubt.ELSEWHERE, "Appendectomy years ago.", "Appendectomy today."),
        (Doubt.ELSEWHERE, "Status post appendectomy.", "Open appendectomy."),
        (Doubt.PAST, "PAST SURGICAL HISTORY:\nAppendectomy.\n", "Appendectomy."),
        (Doubt.PAST, "Her sister had an appendectomy.", "She had an appendectomy."),
        (Doubt.PAST, "No appendectomy was done.", "Appendectomy was done."),
    ],
)
def test_what_the_sentence_of_a_procedure_says(doubt: Doubt, holds: str, holds_not: str) -> None:
    assert size(doubt, holds, "47.09") == 1.0
    assert size(doubt, holds_not, "47.09") == 0.0
    assert doubt not in doubts(holds, "486").sizes


def test_of_a_window_of_several_sentences_the_one_with_its_words_is_asked() -> None:
    text = "Appendectomy was done. A colonoscopy is planned."
    assert size(Doubt.PLANNED, text, "47.09") == 0.0
    assert size(Doubt.PLANNED, text, "45.23") == 1.0


def test_a_procedure_is_read_by_its_sentence_where_none_of_its_words_is_there() -> None:
    assert size(Doubt.PAST, "Father: coiling.", "47.09") == 1.0
    assert size(Doubt.PAST, "Coiling.", "47.09") == 0.0


def test_either_kind_is_weighed_by_doubts_that_are_found_of_it() -> None:
    assert set().union(*ASKED.values()) == set(Doubt) - {Doubt.MARGIN}
    of_codes = {Doubt.EXPLAINED, Doubt.SIBLING, Doubt.OUTDONE, Doubt.COMBINED}
    for kind, code in ((Kind.DIAGNOSIS, "486"), (Kind.PROCEDURE, "47.09")):
        assert set(ASKED[kind]) - of_codes <= set(doubts("A note.", code).sizes)


def test_a_symptom_that_is_a_procedure_by_its_digits_is_explained_by_nothing() -> None:
    text = "Closed reduction."
    procedures = candidate("79.00", text), candidate("38.93", text, margin=0.5)
    assert Doubt.EXPLAINED not in find_doubts(text, procedures)[0].sizes


def test_the_likeliest_code_speaks_where_several_do() -> None:
    text = "A sentence."
    others = [candidate(code, text, margin=m) for code, m in (("486", 4.0), ("038.9", 6.0))]
    assert doubts(text, "428.0", *others).beside[Doubt.OUTDONE] == "038.9"


def test_offsets_are_code_points_behind_astral_characters() -> None:
    text = "😀𝔸😀 No pneumonia. 😀 Crackles."
    found = doubts(text, "486", within="No pneumonia.")
    assert found.sizes[Doubt.WITHHELD] == 1.0
    assert found.sizes[Doubt.UNLIKE] == 0.0
    assert doubts(text, "486", within="Crackles.").sizes[Doubt.UNLIKE] == 1.0


def test_a_code_that_version_32_lacks_is_named_nowhere_and_hurts_nobody() -> None:
    found = doubts("Pneumonia.", "428.77", candidate("999.999", "Pneumonia."))
    assert (found.sizes[Doubt.UNNAMED], found.sizes[Doubt.UNLIKE]) == (1.0, 1.0)
    assert found.sizes[Doubt.WITHHELD] == 0.0


def test_an_empty_note_has_its_doubts_too() -> None:
    assert find_doubts("", []) == ()
    found = doubts("", "486")
    assert found.sizes[Doubt.UNNAMED] == 1.0


def test_a_note_that_repeats_one_word_without_end_is_read() -> None:
    text = "chf " * 200_000
    codes = ("428.0", "428.20", "786.50")
    found = find_doubts(text, [candidate(code, text) for code in codes])
    assert found[0].sizes[Doubt.UNNAMED] == 0.0
    assert found[0].sizes[Doubt.WITHHELD] == 0.0


def test_as_many_candidates_as_a_model_has_codes_are_looked_at() -> None:
    text = "Pneumonia."
    window = Window(0, 0, len(text))
    many = [
        Candidate(Kind.DIAGNOSIS, f"{n // 10:03}.{n % 10}", n / 500, window) for n in range(800)
    ]
    found = find_doubts(text, many)
    assert len(found) == len(many)
    assert found[-1].sizes.get(Doubt.OUTDONE, 0.0) == 0.0


_CODES = st.sampled_from(["428.0", "428.20", "486", "786.50", "401.9", "427.9", "V58.61", "99.61"])
_TEXTS = st.lists(
    st.sampled_from(
        ["CHF", "No pneumonia.", "\nPHYSICAL EXAM:\n", "chest pain", "😀", "Father had"]
    )
).map(" ".join)


@given(_TEXTS, st.lists(st.tuples(_CODES, st.floats(0, 9), st.integers(0, 2)), max_size=6))
def test_every_candidate_has_its_doubts_in_the_order_they_came(
    text: str, given_candidates: list[tuple[str, float, int]]
) -> None:
    some = [candidate(code, text, margin=m, index=index) for code, m, index in given_candidates]
    found = find_doubts(text, some)
    assert len(found) == len(some)
    codes = {each.code for each in some}
    for one, each in zip(some, found, strict=True):
        assert all(0.0 <= how_far < math.inf for how_far in each.sizes.values())
        assert Doubt.MARGIN not in each.sizes
        assert set(each.beside) <= {doubt for doubt, how_far in each.sizes.items() if how_far}
        assert set(each.beside.values()) <= codes | {""}  # a symptom of no system in the list
        alone = find_doubts(text, [one])[0]
        assert not alone.beside
        assert each.sizes[Doubt.UNNAMED] == alone.sizes[Doubt.UNNAMED]
        assert each.sizes[Doubt.WITHHELD] == alone.sizes[Doubt.WITHHELD]
