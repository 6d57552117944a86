"""The sentences of a note, as people strike them and a model may read them."""

from __future__ import annotations

from itertools import pairwise
from textwrap import wrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icd9_review.notes import demonstration_encounters
from icd9_review.outline.sentences import sentences

_NOTES = [note.text for _, notes in demonstration_encounters() for note in notes]
_PROSE = (
    "The patient is a 71 year old woman with CHF who was seen by Dr. Smith in the ED on March 3. "
    "She takes Lasix 20 mg b.i.d. and Coumadin, and denies chest pain, fever or hemoptysis. Her "
    "weight is up 11 lb. No evidence of DVT was found on Doppler of the left leg. Troponin was "
    "negative in the Emergency Department; BNP was 1,840. AF with RVR was seen on the monitor"
)
_TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.sampled_from(
            [
                "PLAN:",
                "Sepsis.",
                "1.",
                "59.",
                "\n",
                " ",
                "-",
                ",",
                "Dr. Who",
                "e\u0301",
                "😀 ok;",
                "\x1c",
            ]
        ),
        max_size=20,
    ).map("".join),
)


def words(text: str) -> list[str]:
    return [text[each.start : each.end] for each in sentences(text)]


def lines(text: str) -> list[str]:
    return [" ".join(sentence.split()) for sentence in words(text)]


def test_a_number_belongs_to_its_item_and_a_heading_stands_alone() -> None:
    text = "ASSESSMENT:\n1. Sepsis. Fluids given.\n2. CHF,\n   chronic.\n\nPLAN: None"
    assert words(text) == [
        "ASSESSMENT:",
        "1. Sepsis.",
        "Fluids given.",
        "2. CHF,\n   chronic.",
        "PLAN:",
        "None",
    ]
    assert [each.heading for each in sentences(text)] == [True, False, False, False, True, False]


def test_a_number_at_the_end_belongs_to_its_sentence() -> None:
    assert words("Father died of MI at 59. Mother is well.") == [
        "Father died of MI at 59.",
        "Mother is well.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "1. CHF 2. COPD 3. Gout",
        "1. CHF, 2. COPD, 3. Gout",
        "1.  CHF.,2.  COPD.,3.  Gout.",
        "1) CHF\n2) COPD\n3) Gout",
        "1.\nCHF\n2.\nCOPD\n3.\nGout",
        "- CHF\n- COPD\n- Gout",
        "• CHF\n• COPD\n• Gout",
        "CHF; COPD; Gout",
        "CHF\nCOPD\nGout\n",
    ],
)
def test_each_item_of_a_list_is_a_sentence(text: str) -> None:
    found = [sentence.strip("123.)-•,; \n") for sentence in words(text)]
    assert found == ["CHF", "COPD", "Gout"]


@pytest.mark.parametrize(
    "text",
    [
        "Seen by Dr. Smith and St. Joseph staff.",
        "Lasix 20 mg q.d. and aspirin b.i.d. for pain",
        "A No. 5 catheter was placed.",
        "The temperature was\n98.6 at noon",
        "Pt. has E. coli in the urine.",
    ],
)
def test_a_full_stop_within_a_sentence_does_not_end_it(text: str) -> None:
    assert words(text) == [text]


def test_commas_that_stand_for_line_ends_belong_to_no_sentence() -> None:
    text = "PLAN:,  Allergic rhinitis.,DETAILS: ,The nail was removed with:,1.  Saline.,2.  Gauze."
    assert words(text) == [
        "PLAN:",
        "Allergic rhinitis.",
        "DETAILS:",
        "The nail was removed with:,",
        "1.  Saline.",
        "2.  Gauze.",
    ]


@pytest.mark.parametrize("width", [60, 72, 80, 100])
@pytest.mark.parametrize("text", [_PROSE, _PROSE.upper()], ids=["mixed", "capitals"])
def test_another_line_wrap_gives_the_same_sentences(text: str, width: int) -> None:
    note = f"HPI:\n{text}\n\nPMH:\n- gout\n"
    wrapped = f"HPI:\n{chr(10).join(wrap(text, width, break_on_hyphens=False))}\n\nPMH:\n- gout\n"
    assert wrapped != note
    assert lines(wrapped) == lines(note)


def test_a_list_without_bullets_is_not_a_wrapped_paragraph() -> None:
    text = (
        "Lisinopril 10 mg Tablet once a day in the morning\n"
        "Metoprolol Succinate 25 mg Tablet Extended Release twice daily\n"
        "Warfarin 2 mg Tablet\nAspirin 81 mg Tablet\n"
    )
    assert len(words(text)) == 4


def test_a_line_elsewhere_does_not_unwrap_a_paragraph() -> None:
    note = "\n".join(wrap(_PROSE, 72))
    other = "A much longer line of another paragraph, " * 3
    assert lines(f"{other}\n\n{note}")[1:] == lines(note)


def test_the_demonstration_notes_have_no_sentence_of_a_bare_number() -> None:
    found = [sentence for text in _NOTES for sentence in words(text)]
    assert not [sentence for sentence in found if sentence.rstrip(".)").isdecimal()]


@settings(max_examples=150, deadline=None)
@given(_TEXTS)
def test_sentences_are_in_order_apart_and_leave_out_no_word(text: str) -> None:
    found = sentences(text)
    assert all(each.start < each.end for each in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(text[each.start : each.end].strip() == text[each.start : each.end] for each in found)
    between = [0, *(at for each in found for at in (each.start, each.end)), len(text)]
    left = "".join(text[start:end] for start, end in zip(between[::2], between[1::2], strict=True))
    assert not any(map(str.isalnum, left))


def test_a_long_row_of_bare_numbers_is_read_in_time() -> None:
    assert len(sentences("1. " * 60_000)) == 1  # minutes, if each looked through all before it
