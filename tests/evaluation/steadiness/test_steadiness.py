"""A reader that only looks for words is steady; one that heeds where they stand is not."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from icd9_review.errors import InputError
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.steadiness.neutral_changes import NeutralChange
from icd9_review.evaluation.steadiness.steadiness import measure_steadiness
from icd9_review.evaluation.steadiness.steadiness_figures import compare_lists, summarise_lists
from icd9_review.statistics.intervals import Bootstrap
from icd9_review.values import Kind, Suggestion, Window

NOTES = (
    LabelledNote("HPI: He has a cough.\nThe fever is gone.\nPLAN: Rest.", (), "n1"),
    LabelledNote("HPI: A fever and a cough.\nHe is tired.\nPLAN: Fluids.", (), "n2"),
)
BOOTSTRAP = Bootstrap(draws=20, seed=9)


def suggestion(code: str, probability: float, window: Window) -> Suggestion:
    return Suggestion(code, Kind.DIAGNOSIS, probability, None, 0.5, window)


class Steady:
    """Finds its words wherever they stand, each in a window of its own."""

    labels = ("786.2", "780.60")

    def predict(self, text: str) -> Sequence[Suggestion]:
        found = []
        for code, word in zip(self.labels, ("cough", "fever"), strict=True):
            at = max(text.find(word), 0)
            window = Window(0, at, at + len(word))
            found.append(suggestion(code, 0.9 if word in text else 0.1, window))
        return found

    def predict_copy(self, text: str, copy: str) -> Sequence[Suggestion]:
        assert text != copy
        return self.predict(copy)


class Unsteady(Steady):
    """Is less sure, the later the text begins to speak of the patient."""

    def predict(self, text: str) -> Sequence[Suggestion]:
        less = 0.5 if text.find("HPI") > 0 or len(text) < 45 else 0.0
        return [
            suggestion(each.code, each.probability - less, each.window)
            for each in super().predict(text)
        ]


def test_a_steady_reader_keeps_every_code_where_it_is() -> None:
    found = measure_steadiness(Steady(), NOTES, BOOTSTRAP)
    assert (found.all.share.value, found.all.kept.value) == (1.0, 1.0)
    assert (found.all.median_move, found.all.high_move) == (0.0, 0.0)
    assert found.strikes.codes > 0
    assert (found.strikes.moved, found.strikes.share.value) == (0, 0.0)


def test_what_vanishes_with_a_line_in_front_is_counted_there_alone() -> None:
    found = measure_steadiness(Unsteady(), NOTES, BOOTSTRAP)
    front = found.changes[NeutralChange.FRONT]
    assert (front.both, front.either, front.share.value) == (0, 4, 0.0)
    assert front.median_move == pytest.approx(50)
    assert found.changes[NeutralChange.BEHIND].share.value == 1.0
    assert 0 < found.all.share.value < 1
    assert found.strikes.moved > 0


def test_moves_are_points_of_what_is_shown_of_codes_in_either_list() -> None:
    window = Window(0, 0, 5)
    before = [suggestion("486", 0.9, window), suggestion("412", 0.2, window)]
    after = [suggestion("486", 0.4, window), suggestion("412", 0.6, window)]
    found = compare_lists(0, before, [*after, suggestion("311", 0.1, window)])
    assert (found.before, found.both, found.either) == (1, 0, 2)
    assert sorted(found.moves) == pytest.approx([40, 50])


def test_a_change_that_no_note_has_a_place_for_has_no_figures() -> None:
    found = measure_steadiness(Steady(), [LabelledNote("A cough.", (), "n")], BOOTSTRAP)
    wrapped = found.changes[NeutralChange.WRAP]
    assert (wrapped.notes, wrapped.either) == (0, 0)
    assert math.isnan(wrapped.share.value)
    assert math.isnan(wrapped.high_move)
    assert summarise_lists([], BOOTSTRAP).notes == 0


def test_every_sentence_of_so_many_notes_is_struck() -> None:
    found = measure_steadiness(Steady(), NOTES, BOOTSTRAP)
    assert (found.strikes.notes, found.strikes.strikes) == (2, 6)
    fewer = measure_steadiness(Steady(), NOTES, BOOTSTRAP, struck=1)
    assert (fewer.notes, fewer.strikes.notes, fewer.strikes.strikes) == (2, 1, 3)


def test_so_many_notes_are_drawn_by_lot() -> None:
    assert measure_steadiness(Steady(), NOTES, BOOTSTRAP, limit=1).notes == 1
    assert measure_steadiness(Steady(), NOTES, BOOTSTRAP, limit=5).notes == 2
    with pytest.raises(InputError, match="at least one note"):
        measure_steadiness(Steady(), NOTES, BOOTSTRAP, limit=0)
