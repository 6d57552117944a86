"""A note is cut so that every mark is whole pieces."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given

from icd9_review.evidence import shown_words
from icd9_review.ui.encounter.codes import code_name
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.encounter.highlights import (
    as_preview,
    cut_pieces,
    cut_points,
    describe_completeness,
    describe_deletion,
    explain,
    mark_pieces,
    with_demoted,
)
from icd9_review.values import (
    EXCHANGED,
    Attribution,
    Deletion,
    Demotion,
    Doubt,
    Kind,
    Suggestion,
    Window,
    WordWeight,
)
from tests.attributions import NOTE, attribution, texts_with_attributions

AF = (Kind.DIAGNOSIS, "427.31")


@given(texts_with_attributions())
def test_the_pieces_put_together_are_the_note(given_: tuple[str, list[Attribution]]) -> None:
    text, attributions = given_
    points = cut_points(text, attributions, ())
    pieces = cut_pieces(text, points)
    assert "".join(pieces) == text
    assert all(pieces)


@given(texts_with_attributions())
def test_every_shown_word_is_marked_exactly(given_: tuple[str, list[Attribution]]) -> None:
    text, attributions = given_
    points = cut_points(text, attributions, ())
    pieces = cut_pieces(text, points)
    for one in attributions:
        marks = dict(mark_pieces(text, points, one))
        for word, weight in shown_words(text, one):
            covered = [i for i in range(len(pieces)) if word.start <= points[i] < word.end]
            assert "".join(pieces[i] for i in covered) == text[word.start : word.end]
            assert all(marks[i] == round(weight, 3) for i in covered)


def test_evidence_is_shown_as_runs_of_pieces() -> None:
    found = attribution(("atrial", 1.2), ("fibrillation", 2.0), ("Coumadin", 0.9), ("No", -1.0))
    points = cut_points(NOTE, [found], ())
    explanation = explain(NoteContext(NOTE), points, found, 0, AF)
    pieces = cut_pieces(NOTE, points)
    assert ["".join(pieces[e.first : e.last + 1]) for e in explanation.evidence] == [
        "atrial fibrillation",
        "Coumadin",
    ]
    assert [(e.text, e.weight) for e in explanation.evidence] == [
        ("atrial fibrillation", 1.0),
        ("Coumadin", 0.45),
    ]


def test_another_codes_cuts_do_not_change_what_is_marked() -> None:
    one = attribution(("fibrillation", 1.0))
    start = NOTE.index("fibrillation")
    other = Attribution(
        "1", one.window, (WordWeight(start + 3, start + 5, 1.0),), "m", "b", 1, 0.0, True
    )
    points = cut_points(NOTE, [one, other], ())
    pieces = cut_pieces(NOTE, points)
    assert "".join(pieces[i] for i, _ in mark_pieces(NOTE, points, one)) == "fibrillation"


def test_a_long_run_is_shortened_to_be_read_on_one_line() -> None:
    text = "chronic " * 12
    words = tuple(WordWeight(start, start + 7, 1.0) for start in range(0, len(text), 8))
    found = replace(attribution(text=text), words=words)
    (evidence,) = explain(NoteContext(text), cut_points(text, [found], ()), found, 0, AF).evidence
    assert evidence.text.endswith("…")
    assert len(evidence.text) <= 60


def test_an_attribution_of_zeros_marks_nothing() -> None:
    found = attribution(("atrial", 0.0), ("Coumadin", math.nan))
    explanation = explain(NoteContext(NOTE), cut_points(NOTE, [found], ()), found, 0, AF)
    assert explanation.marks == ()
    assert explanation.evidence == ()


def test_a_given_span_is_made_of_whole_pieces() -> None:
    start = NOTE.index("chest")
    points = cut_points(NOTE, [], [(start, start + 10)])
    assert cut_pieces(NOTE, points)[1] == "chest pain"


def test_evidence_says_what_its_context_says_and_where_it_stands() -> None:
    found = attribution(("pain", 1.0))
    pain = Kind.DIAGNOSIS, "786.50"
    explanation = explain(NoteContext(NOTE), cut_points(NOTE, [found], ()), found, 0, pain)
    (evidence,) = explanation.evidence
    assert evidence.assertion == "negated"
    assert evidence.section.casefold() == "history of present illness"


@pytest.mark.parametrize(
    ("delta", "holds", "words"),
    [
        (0.0, True, "adds up within 1 %"),
        (0.021, True, "adds up within 3 %"),
        (0.05, True, "adds up within 5 %"),
        (0.231, False, "does not hold: the words' shares miss the score by 24 %"),
        (431.0, False, "does not hold: the words' shares miss the score by more than 100 %;"),
        (0.01, False, "does not hold: the model says nearly the same of an empty passage"),
        (math.inf, False, "does not hold: the words' shares could not be summed"),
    ],
)
def test_completeness_reads_as_a_sentence(delta: float, holds: bool, words: str) -> None:
    assert describe_completeness(attribution(delta=delta, holds=holds)).startswith(words)


def test_a_preview_is_labelled_with_its_method_and_never_as_one_that_does_not_hold() -> None:
    found = replace(
        attribution(("atrial", 1.2)),
        method="one-point integrated gradients (Captum)",
        steps=1,
        delta=0.4,
        holds=False,
    )
    points = cut_points(NOTE, [found], ())
    shown = as_preview(explain(NoteContext(NOTE), points, found, 0, AF))
    assert shown.preview
    assert shown.completeness == (
        "a quick preview by one-point integrated gradients (Captum), 1 point; "
        "the explanation is being worked out"
    )
    assert shown.holds


@pytest.mark.parametrize(
    ("deletion", "told"),
    [
        (None, ""),
        (
            Deletion(3, 0.91, 0.22, 0.9),
            "other words of the note in place of these: 91 % → 22 % "
            "(in place of random ones: 90 %)",
        ),
        (
            Deletion(9, 0.91, 0.22, None),
            "other words of the note in place of these: 91 % → 22 % "
            "(too few other words to compare)",
        ),
        (
            Deletion(1, 0.91, 0.88, 0.9),
            "other words of the note in place of these: 91 % → 88 % "
            "(in place of random ones: 90 %): they hardly matter",
        ),
        (
            Deletion(1, 0.62, 0.3, 0.71),
            "other words of the note in place of these: 62 % → 30 %; "
            "in place of random ones it rises to 71 %, so the check says little here",
        ),
        (
            Deletion(1, 0.878, 0.003, 0.913),
            "other words of the note in place of these: 88 % → < 1 % "
            "(in place of random ones: 91 %)",
        ),
    ],
)
def test_the_deletion_check_is_told_beside_random_words(
    deletion: Deletion | None, told: str
) -> None:
    found = replace(attribution(("atrial", 1.2)), deletion=deletion, settings=f"n=1 {EXCHANGED}")
    assert describe_deletion(found) == told


@pytest.mark.parametrize(
    ("random", "told"),
    [
        (0.9, "this passage without these words: 91 % → 22 % (random words: 90 %)"),
        (
            0.97,
            "this passage without these words: 91 % → 22 %; "
            "without random words it rises to 97 %, so the check says little here",
        ),
    ],
)
def test_a_check_that_took_words_away_says_so(random: float, told: str) -> None:
    found = replace(attribution(("atrial", 1.2)), deletion=Deletion(3, 0.91, 0.22, random))
    assert describe_deletion(found) == told


def test_the_check_of_a_demoted_code_says_that_it_reads_what_would_have_passed() -> None:
    found = replace(attribution(("atrial", 1.2)), deletion=Deletion(1, 0.55, 0.003, 0.5))
    view = explain(NoteContext(NOTE), cut_points(NOTE, [found], ()), found, 0, AF)
    unchecked = replace(view, deletion="")
    window, doubt = Window(0, 0, 9), Demotion(Doubt.WITHHELD)
    demoted = [Suggestion(AF[1], AF[0], 0.6, 0.2, 0.5, window, demotion=doubt)]
    told = with_demoted({code_name(*AF): view, "diagnosis:486": view}, demoted)
    assert told[code_name(*AF)].deletion == f"had it passed, {view.deletion}"
    assert told["diagnosis:486"] == view
    assert with_demoted({code_name(*AF): unchecked}, demoted) == {code_name(*AF): unchecked}


def test_how_it_was_worked_out_is_there_on_demand() -> None:
    found = attribution(("atrial", 1.2), delta=0.0123)
    points = cut_points(NOTE, [found], ())
    details = explain(NoteContext(NOTE), points, found, 0, AF).details
    assert details == (
        ("Method", "integrated gradients, 32 points"),
        ("Baseline", "pad"),
        ("Completeness error", "1.2 %"),
        ("Window", f"1, characters 0 to {len(NOTE)}"),
    )
