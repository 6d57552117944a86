from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.ui.workbench.highlights import (
    MOST_EVIDENCE,
    NOISE_FLOOR,
    cut,
    cut_points,
    describe_completeness,
    explain,
    heading_spans,
    mark,
    shown_words,
)
from icd9_review.values import Attribution, Window, WordWeight

NOTE = (
    "HISTORY OF PRESENT ILLNESS:\nShe has atrial fibrillation 😀 on Coumadin. No chest pain.\n"
    "\nPLAN\nALLERGIES: Penicillin\nNKDA\n"
)


def attribution(
    *weights: tuple[str, float], text: str = NOTE, delta: float = 0.02, holds: bool = True
) -> Attribution:
    words = (
        WordWeight(text.index(word), text.index(word) + len(word), weight)
        for word, weight in weights
    )
    return Attribution(
        code="427.31",
        window=Window(0, 0, len(text)),
        words=tuple(sorted(words, key=lambda word: word.start)),
        method="integrated gradients",
        baseline="pad",
        steps=32,
        delta=delta,
        holds=holds,
    )


@st.composite
def texts_with_attributions(draw: st.DrawFn) -> tuple[str, list[Attribution]]:
    text = draw(st.text(max_size=60) | st.text(alphabet="AB: \n😀e\u0301\u202e", max_size=60))
    place = st.integers(0, len(text))
    weight = st.floats(allow_nan=True, allow_infinity=True)
    attributions = []
    for ends in draw(st.lists(st.lists(st.tuples(place, weight), max_size=6), max_size=3)):
        points = sorted({point for point, _ in ends})
        words = [
            WordWeight(start, end, weight)
            for (start, end), (_, weight) in zip(pairwise(points), ends, strict=False)
        ]
        attributions.append(
            Attribution("1", Window(0, 0, len(text)), tuple(words), "m", "b", 1, 0.0, True)
        )
    return text, attributions


@given(texts_with_attributions())
def test_the_pieces_put_together_are_the_note(given_: tuple[str, list[Attribution]]) -> None:
    text, attributions = given_
    points = cut_points(text, attributions)
    pieces = cut(text, points)
    assert "".join(pieces) == text
    assert all(pieces)


@given(texts_with_attributions())
def test_every_shown_word_is_marked_exactly(given_: tuple[str, list[Attribution]]) -> None:
    text, attributions = given_
    points = cut_points(text, attributions)
    pieces = cut(text, points)
    for one in attributions:
        marks = dict(mark(text, points, one))
        assert all(NOISE_FLOOR - 0.001 <= abs(weight) <= 1 for weight in marks.values())
        for word, weight in shown_words(one):
            covered = [i for i in range(len(pieces)) if word.start <= points[i] < word.end]
            assert "".join(pieces[i] for i in covered) == text[word.start : word.end]
            assert all(marks[i] == round(weight, 3) for i in covered)


def test_words_in_a_row_read_as_one_and_lead_by_weight() -> None:
    found = attribution(("atrial", 1.2), ("fibrillation", 2.0), ("Coumadin", 0.9), ("No", -1.0))
    explanation = explain(NOTE, cut_points(NOTE, [found]), found, note=0)
    assert [(e.text, e.weight) for e in explanation.evidence] == [
        ("atrial fibrillation", 1.0),
        ("Coumadin", 0.45),
    ]


def test_a_gap_takes_the_weight_of_the_lighter_neighbour() -> None:
    found = attribution(("atrial", 1.0), ("fibrillation", 2.0))
    points = cut_points(NOTE, [found])
    pieces = cut(NOTE, points)
    assert [(pieces[i], w) for i, w in mark(NOTE, points, found)] == [
        ("atrial", 0.5),
        (" ", 0.5),
        ("fibrillation", 1.0),
    ]


def test_supporting_and_opposing_neighbours_stay_apart() -> None:
    found = attribution(("atrial", -1.0), ("fibrillation", 1.0))
    evidence = explain(NOTE, cut_points(NOTE, [found]), found, note=0).evidence
    assert {(e.text, e.weight) for e in evidence} == {("atrial", -1.0), ("fibrillation", 1.0)}


def test_words_under_the_noise_floor_are_not_marked() -> None:
    found = attribution(("Coumadin", 1.0), ("chest", 0.14), ("pain", -0.15))
    assert [word.weight for word, _ in shown_words(found)] == [1.0, -0.15]


def test_punctuation_and_stop_words_are_marked_but_are_no_evidence() -> None:
    found = attribution((".", 1.0), ("No", -0.5), ("on", 0.4), ("chest", 0.3))
    explanation = explain(NOTE, cut_points(NOTE, [found]), found, note=0)
    assert len(explanation.marks) == 4
    assert [e.text for e in explanation.evidence] == ["chest"]


def test_at_most_six_runs_are_evidence() -> None:
    text = " x ".join(f"word{i}" for i in range(20))
    found = attribution(*((f"word{i}", 1 + i / 10) for i in range(10, 20)), text=text)
    evidence = explain(text, cut_points(text, [found]), found, note=0).evidence
    assert len(evidence) == MOST_EVIDENCE
    assert evidence[0].text == "word19"


def test_another_codes_cuts_do_not_change_what_is_marked() -> None:
    one = attribution(("fibrillation", 1.0))
    start = NOTE.index("fibrillation")
    other = Attribution(
        "1", one.window, (WordWeight(start + 3, start + 5, 1.0),), "m", "b", 1, 0.0, True
    )
    points = cut_points(NOTE, [one, other])
    pieces = cut(NOTE, points)
    assert "".join(pieces[i] for i, _ in mark(NOTE, points, one)) == "fibrillation"


def test_an_attribution_of_zeros_marks_nothing() -> None:
    found = attribution(("atrial", 0.0), ("Coumadin", math.nan))
    explanation = explain(NOTE, cut_points(NOTE, [found]), found, note=0)
    assert explanation.marks == ()
    assert explanation.evidence == ()


def test_headings_are_capitals_up_to_a_colon_or_alone_after_an_empty_line() -> None:
    assert [NOTE[start:end] for start, end in heading_spans(NOTE)] == [
        "HISTORY OF PRESENT ILLNESS:",
        "PLAN",
        "ALLERGIES:",
    ]


@pytest.mark.parametrize("text", ["She has CHF:", "1. CHF", "A", "BP 120/80 today", "", "X" * 70])
def test_what_is_no_heading_stays_text(text: str) -> None:
    assert heading_spans(f"Seen today.\n{text}\nMore.") == ()


def test_a_note_that_begins_with_a_title_has_it_as_heading() -> None:
    assert heading_spans("DISCHARGE SUMMARY\n\nSeen.") == ((0, 17),)


@pytest.mark.parametrize(
    ("delta", "holds", "words"),
    [
        (0.0, True, "adds up within 1 %"),
        (0.021, True, "adds up within 3 %"),
        (0.05, True, "adds up within 5 %"),
        (0.231, False, "does not hold: the words' shares miss the score by 24 %"),
        (math.inf, False, "does not hold: the words' shares could not be summed"),
    ],
)
def test_completeness_reads_as_a_sentence(delta: float, holds: bool, words: str) -> None:
    assert describe_completeness(attribution(delta=delta, holds=holds)).startswith(words)
