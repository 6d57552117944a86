"""Where notes tell how an injury came about."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.notes import demonstration_encounters
from icd9_review.notes.lines.cause_cues import CauseGroup, cause_cues
from icd9_review.notes.lines.causes import CauseLine, cause_lines
from icd9_review.notes.lines.chart_lines import chart_lines
from icd9_review.values import Assertion

_NOTES = [note.text for _, notes in demonstration_encounters() for note in notes]
_PIECES = (
    "HPI:|PMH: |He fell| off a ladder|slipped\non ice|MVA| in 1998|. |\n|, |and sustained |No |"
    "denies |é 😀 |was bitten by a dog|FINDINGS: "
)
_TEXTS = st.lists(st.sampled_from(_PIECES.split("|")), max_size=20).map("".join)


def told(text: str) -> list[tuple[str, str]]:
    return [(each.group.value, each.line.text) for each in cause_lines(text)]


def only(text: str) -> CauseLine:
    (found,) = cause_lines(text)
    return found


@pytest.mark.parametrize(
    ("sentence", "group", "words"),
    [
        ("He tripped over a rug.", "fall", "He tripped over a rug"),
        ("She was a restrained driver in an MVA.", "traffic", None),
        ("The patient was struck by a car.", "traffic", None),
        ("He was assaulted with a bat outside a bar.", "assault", None),
        ("Gunshot wound to the left thigh.", "weapon", None),
        ("She was bitten by a dog.", "bite", None),
        ("He burned his hand on a stove.", "burn", None),
        ("His finger was caught in a table saw.", "machinery", None),
        ("He cut himself with a kitchen knife.", "cut", None),
        ("She swallowed a coin.", "foreign", None),
        ("He was struck in the eye by a baseball.", "struck", None),
        ("She twisted her ankle while running.", "exertion", None),
        ("She overdosed on Tylenol.", "poisoning", None),
        ("She took an intentional overdose of pills.", "suicide", None),
    ],
)
def test_each_way_an_injury_comes_about_has_its_words(
    sentence: str, group: str, words: str | None
) -> None:
    found = only(f"HISTORY OF PRESENT ILLNESS: {sentence}")
    assert found.group.value == group
    assert words is None or found.line.text == words


def test_the_words_leave_out_what_led_there_and_what_came_of_it() -> None:
    text = (
        "HPI: This is a 74-year-old woman who presents to the hospital after falling down eleven "
        "stairs at home and sustained a hip fracture."
    )
    found = only(text)
    assert found.line.text == "falling down eleven stairs at home"
    assert found.sentence.startswith("This is a 74-year-old")
    assert found.cue == "falling down"


@pytest.mark.parametrize(
    "text",
    [
        "HPI: No falls. She denies a fall.",
        "FAMILY HISTORY: Father died in a car accident.",
        "HPI: Her brother was in a motor vehicle accident.",
        "PLAN: Fall precautions. Return after a fall.",
        "EXAM: Gait steady, she fell to the left.",
        "PROCEDURE IN DETAIL: The artery was cut with scissors.",
        "HPI: He fell asleep. Slipped disk. Stabbing pain. Blood pressure fell to 80.",
        "HPI: She had a cerebrovascular accident.",
        "HPI: A towel covered the laceration on his head. He has a cut on the hand.",
        "",
    ],
)
def test_what_is_denied_of_others_planned_or_no_accident_tells_nothing(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "HPI: He was in an MVA in 1998.",
        "HPI: She fell three years ago.",
        "PAST MEDICAL HISTORY: Gunshot wound to the leg.",
        "HPI: She has a history of a motor vehicle accident.",
    ],
)
def test_what_happened_long_ago_is_historical(text: str) -> None:
    assert only(text).line.assertion is Assertion.HISTORICAL


def test_status_post_says_what_an_injury_comes_of() -> None:
    assert only("HPI: Hip pain status post fall.").line.assertion is Assertion.PRESENT


def test_of_a_sentence_that_tells_several_the_first_group_counts() -> None:
    assert told("HPI: He fell off his bike when he was hit by a car.") == [
        ("traffic", "He fell off his bike when he was hit by a car")
    ]


def test_what_stands_in_a_list_of_diagnoses_is_known_as_such() -> None:
    text = "CHIEF COMPLAINT: Fall.\nHPI: She slipped on ice."
    found = cause_lines(text, listed=chart_lines(text))
    assert [(each.line.text, each.listed) for each in found] == [
        ("Fall", True),
        ("She slipped on ice", False),
    ]


def test_every_group_has_cues_of_its_own() -> None:
    sentences = {
        CauseGroup.SPORT: "a football injury",
        CauseGroup.NATURE: "near-drowning",
        CauseGroup.ACCIDENT: "an industrial accident",
    }
    for group, sentence in sentences.items():
        assert [cue.group for cue in cause_cues(sentence)] == [group]


@given(_TEXTS | st.sampled_from(_NOTES))
def test_causes_stand_in_order_and_apart_and_cut_the_note(text: str) -> None:
    found = cause_lines(text)
    for each in found:
        assert 0 <= each.line.start < each.line.end <= len(text)
        words = " ".join(text[each.line.start : each.line.end].split())
        assert words == each.line.text
        assert each.line.text in each.sentence
        assert each.cue in each.line.text
    lines = [each.line for each in found]
    assert all(before.end <= after.start for before, after in pairwise(lines))
