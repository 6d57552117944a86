from icd9_review.evaluation.notes import LabelledNote
from icd9_review.evaluation.readings import (
    Reading,
    choose_threshold,
    count,
    figures,
    read_notes,
)
from icd9_review.evaluation.scoring import Counts, Label
from icd9_review.values import Kind, Suggestion, Window

SPACE = ("428.0", "486")
FAILURE = Label(frozenset({"428.0"}))


class OneAnswer:
    labels = SPACE

    def predict(self, text: str) -> list[Suggestion]:
        window = Window(0, 0, len(text))
        return [
            Suggestion("428.0", Kind.DIAGNOSIS, 0.9, None, 0.5, window),
            Suggestion("486", Kind.DIAGNOSIS, 0.3, None, 0.5, window),
        ]


def test_a_reading_holds_every_code_and_is_cut_at_the_threshold() -> None:
    (reading,) = read_notes(OneAnswer(), [LabelledNote("CHF.", (FAILURE,))])
    assert reading.probabilities == {"428.0": 0.9, "486": 0.3}
    assert reading.at(0.5) == ["428.0"]
    assert reading.at(0.3) == ["428.0", "486"]


def test_counts_change_with_the_threshold() -> None:
    readings = [Reading({"428.0": 0.9, "486": 0.3}, (FAILURE,))]
    assert count(readings, 0.5, SPACE) == Counts(found=1, core=1)
    assert count(readings, 0.2, SPACE) == Counts(found=1, wrong=1, core=1)
    assert count(readings, 0.95, SPACE) == Counts(missed=1, core=1)


def test_the_threshold_is_the_one_with_the_best_micro_f1() -> None:
    readings = [
        Reading({"428.0": 0.62, "486": 0.41}, (FAILURE,)),
        Reading({"428.0": 0.48, "486": 0.47}, ()),
    ]
    assert choose_threshold(readings, SPACE) == 0.6


def test_figures_are_rounded_rates_with_their_counts() -> None:
    held = figures(Counts(found=1, missed=2, wrong=0, core=4))
    assert held["recall"] == 0.333
    assert held["precision"] == 1.0
    assert held["coverage"] == 0.75
    assert held["missed"] == 2
