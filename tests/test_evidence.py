"""What is chosen of an attribution: words above the floor, runs worth reading, six at most."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given

from icd9_review.evidence import (
    MOST_EVIDENCE,
    NOISE_FLOOR,
    Mark,
    choose_evidence,
    mark,
    shown_words,
)
from icd9_review.values import Attribution, Window, WordWeight
from tests.attributions import NOTE, attribution, texts_with_attributions


def chosen(text: str, found: Attribution) -> list[tuple[str, float]]:
    return [(text[one.start : one.end], one.weight) for one in choose_evidence(text, found)]


def test_words_in_a_row_read_as_one_and_lead_by_weight() -> None:
    found = attribution(("atrial", 1.2), ("fibrillation", 2.0), ("Coumadin", 0.9), ("No", -1.0))
    assert chosen(NOTE, found) == [("atrial fibrillation", 1.0), ("Coumadin", 0.45)]


def test_a_gap_takes_the_weight_of_the_lighter_neighbour() -> None:
    found = attribution(("atrial", 1.0), ("fibrillation", 2.0))
    assert [(NOTE[one.start : one.end], one.weight) for one in mark(NOTE, found)] == [
        ("atrial", 0.5),
        (" ", 0.5),
        ("fibrillation", 1.0),
    ]


def test_supporting_and_opposing_neighbours_stay_apart() -> None:
    found = attribution(("atrial", -1.0), ("fibrillation", 1.0))
    assert set(chosen(NOTE, found)) == {("atrial", -1.0), ("fibrillation", 1.0)}


def test_words_further_apart_than_two_spaces_stay_apart() -> None:
    text = "atrial   fibrillation"
    found = attribution(("atrial", 1.0), ("fibrillation", 2.0), text=text)
    assert chosen(text, found) == [("fibrillation", 1.0), ("atrial", 0.5)]


def test_words_under_the_noise_floor_are_not_marked() -> None:
    found = attribution(("Coumadin", 1.0), ("chest", 0.14), ("pain", -0.15))
    assert [word.weight for word, _ in shown_words(NOTE, found)] == [1.0, -0.15]


def test_punctuation_and_stop_words_are_marked_but_are_no_evidence() -> None:
    found = attribution((".", 1.0), ("No", -0.5), ("on", 0.4), ("chest", 0.3))
    assert len(mark(NOTE, found)) == 4
    assert chosen(NOTE, found) == [("chest", 0.3)]


def test_a_line_of_underscores_is_no_evidence() -> None:
    text = "Seen by ___ for cough."
    assert chosen(text, attribution(("___", 1.0), ("cough", 0.5), text=text)) == [("cough", 0.5)]


def test_punctuation_at_the_ends_of_a_run_is_left_out_of_the_evidence() -> None:
    text = "Dx (atrial fibrillation)."
    words = [("(", 2.0), ("atrial", 1.0), ("fibrillation", 1.0), (")", 0.8), (".", 0.8)]
    assert chosen(text, attribution(*words, text=text)) == [("atrial fibrillation", 0.5)]


def test_a_word_that_the_windows_edge_cuts_is_marked_whole() -> None:
    text = "No rheumatoid disease, e\u0301te\u0301 seen."
    start, end = text.index("umatoid"), text.index("te\u0301")
    cut_words = (WordWeight(start, start + 7, 1.0), WordWeight(end - 2, end, 0.5))
    found = replace(attribution(text=text), window=Window(1, start, end), words=cut_words)
    assert chosen(text, found) == [("rheumatoid", 1.0), ("e\u0301te\u0301", 0.5)]
    whole = replace(found, window=Window(0, 0, len(text)))
    assert chosen(text, whole) == [("umatoid", 1.0), ("e\u0301", 0.5)]


def test_at_most_six_runs_are_evidence() -> None:
    text = " x ".join(f"word{i}" for i in range(20))
    found = attribution(*((f"word{i}", 1 + i / 10) for i in range(10, 20)), text=text)
    evidence = chosen(text, found)
    assert len(evidence) == MOST_EVIDENCE
    assert evidence[0] == ("word19", 1.0)


@pytest.mark.parametrize("weights", [[("atrial", 0.0), ("Coumadin", math.nan)], []])
def test_an_attribution_without_weight_marks_nothing(weights: list[tuple[str, float]]) -> None:
    found = attribution(*weights)
    assert mark(NOTE, found) == ()
    assert choose_evidence(NOTE, found) == ()


@given(texts_with_attributions())
def test_marks_are_in_order_above_the_floor_and_evidence_is_made_of_them(
    given_: tuple[str, list[Attribution]],
) -> None:
    text, attributions = given_
    for one in attributions:
        marks = mark(text, one)
        assert all(a.end <= b.start for a, b in pairwise(marks))
        assert all(NOISE_FLOOR - 0.001 <= abs(found.weight) <= 1 for found in marks)
        starts, ends = {found.start for found in marks}, {found.end for found in marks}
        for run in choose_evidence(text, one):
            assert run.start in starts
            assert run.end in ends
            assert run.weight in {found.weight for found in marks if _inside(found, run)}


def _inside(one: Mark, run: Mark) -> bool:
    return run.start <= one.start and one.end <= run.end
