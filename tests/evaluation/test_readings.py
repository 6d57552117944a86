"""Readings hold what a scorer said, and judge it by one rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import CorpusError
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.labelled.scoring import Counts, Label, count_note
from icd9_review.evaluation.readings import of_kind, read_notes, truth_and_mask
from icd9_review.values import Calibration, Kind

SPACE = ("428.0", "428.9", "486", "401.9")
FAILURE = Label(frozenset({"428.0", "428.9"}))
PNEUMONIA = Label(frozenset({"486"}))
ARGUABLE = Label(frozenset({"401.9"}), "arguable")


class WordScorer:
    """Its logit is 2 for a code whose word stands in the text, else -2."""

    labels = SPACE
    thresholds = (0.5, 0.5, 0.5, 0.01)
    words = ("failure", "heart", "pneumonia", "pressure")

    def logits(self, texts: Iterable[str]) -> npt.NDArray[np.float32]:
        rows = [[2.0 if word in text else -2.0 for word in self.words] for text in texts]
        return np.array(rows, dtype=np.float32)


class JudgingWordScorer(WordScorer):
    """It demotes heart failure without a heart."""

    def judged_logits(
        self, texts: Iterable[str]
    ) -> tuple[npt.NDArray[np.float32], list[frozenset[int]]]:
        taken = list(texts)
        demoted = [frozenset({0} if "failure" in t and "heart" not in t else ()) for t in taken]
        return self.logits(taken), demoted


def row(*logits: float) -> npt.NDArray[np.float32]:
    return np.array([logits], dtype=np.float32)


def test_every_note_is_read_and_cut_at_each_codes_threshold() -> None:
    notes = (LabelledNote("heart failure", (FAILURE,)), LabelledNote("pneumonia", ()))
    readings = read_notes(WordScorer(), notes)
    first, second = readings.suggested_codes
    assert (set(first), set(second)) == ({"428.0", "428.9", "401.9"}, {"486", "401.9"})
    assert readings.probabilities[0, 0] == pytest.approx(1 / (1 + np.exp(-2)))
    assert readings.read.tolist() == [1.0, 1.0]
    assert readings.calibration is None


def test_what_the_judge_demotes_is_not_suggested() -> None:
    notes = [LabelledNote(text, ()) for text in ("heart failure", "failure", "pneumonia")]
    plain, judged = (read_notes(each, notes) for each in (WordScorer(), JudgingWordScorer()))
    assert plain.demoted == ()
    assert judged.demoted == (frozenset(), frozenset({0}), frozenset())
    assert judged.suggested_codes[1] == plain.suggested_codes[1] - {"428.0"}
    assert judged.suggested_codes[::2] == plain.suggested_codes[::2]
    assert judged.probabilities.tolist() == plain.probabilities.tolist()
    assert replace(judged, demoted=()).suggested.tolist() == plain.suggested.tolist()


def test_the_texts_of_a_judging_scorer_pass_through_a_progress_bar_once() -> None:
    seen: list[str] = []

    def watch(texts: Iterable[str]) -> Iterable[str]:
        for text in texts:
            seen.append(text)
            yield text

    read_notes(JudgingWordScorer(), [LabelledNote("one", ()), LabelledNote("two", ())], watch)
    assert seen == ["one", "two"]


def test_texts_may_pass_through_a_progress_bar() -> None:
    seen: list[str] = []

    def watch(texts: Iterable[str]) -> Iterable[str]:
        for text in texts:
            seen.append(text)
            yield text

    read_notes(WordScorer(), [LabelledNote("one", ()), LabelledNote("two", ())], watch)
    assert seen == ["one", "two"]


@pytest.mark.parametrize("text", [" \n", "half a pair \ud83d"])
def test_a_text_no_model_takes_is_named_by_its_id_alone(text: str) -> None:
    with pytest.raises(CorpusError, match="note 'n7': the text") as refused:
        read_notes(WordScorer(), [LabelledNote("fine", ()), LabelledNote(text, (), "n7")])
    assert "half a pair " not in str(refused.value).removeprefix("note 'n7': the text holds")


def test_no_notes_are_refused() -> None:
    with pytest.raises(CorpusError, match="no notes"):
        read_notes(WordScorer(), [])


def test_with_one_code_a_label_truth_is_the_usual_matrix() -> None:
    truth, mask = truth_and_mask([(PNEUMONIA,), ()], SPACE, np.zeros((2, 4)))
    assert truth.tolist() == [[False, False, True, False], [False] * 4]
    assert not mask.any()


def test_of_several_right_codes_the_likeliest_stands_and_the_others_are_masked() -> None:
    truth, mask = truth_and_mask([(FAILURE,)], SPACE, row(0.1, 0.2, 0, 0))
    assert truth.tolist() == [[False, True, False, False]]
    assert mask.tolist() == [[True, False, False, False]]
    truth, _ = truth_and_mask([(FAILURE,)], SPACE, row(0.2, 0.2, 0, 0))
    assert truth.tolist() == [[True, False, False, False]]


def test_codes_of_arguable_labels_are_masked_unless_a_core_label_needs_them() -> None:
    truth, mask = truth_and_mask([(ARGUABLE,)], SPACE, row(0, 0, 0, 9))
    assert not truth.any()
    assert mask.tolist() == [[False, False, False, True]]
    core = Label(frozenset({"401.9"}))
    truth, mask = truth_and_mask([(ARGUABLE, core)], SPACE, row(0, 0, 0, 9))
    assert truth.tolist() == [[False, False, False, True]]
    assert not mask.any()


def test_codes_outside_the_label_space_have_no_place() -> None:
    truth, mask = truth_and_mask([(Label(frozenset({"123.4"})),)], SPACE, row(0, 0, 0, 0))
    assert not truth.any()
    assert not mask.any()


labels = st.lists(
    st.builds(
        Label,
        st.frozensets(st.sampled_from([*SPACE, "123.4"]), min_size=1, max_size=3),
        st.sampled_from(["core", "arguable"]),
    ),
    max_size=4,
)
logits = st.lists(st.integers(-2, 2), min_size=4, max_size=4)


@given(labels, logits)
def test_wrong_pairs_are_the_wrong_predictions_of_the_rule(
    given_labels: list[Label], given_logits: list[int]
) -> None:
    scores = row(*given_logits)
    truth, mask = truth_and_mask([given_labels], SPACE, scores)
    suggested = scores[0] >= 0
    codes = [code for code, chosen in zip(SPACE, suggested, strict=True) if chosen]
    counts = count_note(codes, given_labels, SPACE)
    assert int((suggested & ~truth[0] & ~mask[0]).sum()) == counts.wrong
    assert not (truth & mask).any()


@given(st.lists(st.sampled_from(SPACE), unique=True), logits)
def test_with_one_code_a_label_the_pairs_are_the_counts_of_the_rule(
    codes: list[str], given_logits: list[int]
) -> None:
    given_labels = [Label(frozenset({code})) for code in codes]
    scores = row(*given_logits)
    truth, _ = truth_and_mask([given_labels], SPACE, scores)
    suggested = scores[0] >= 0
    chosen = [code for code, yes in zip(SPACE, suggested, strict=True) if yes]
    found, missed = int((suggested & truth[0]).sum()), int((~suggested & truth[0]).sum())
    wrong = int((suggested & ~truth[0]).sum())
    expected = Counts(found, missed, wrong, core=len(codes))
    assert count_note(chosen, given_labels, SPACE) == expected


class BothKinds(JudgingWordScorer):
    """The heart is an operation here."""

    labels = ("428.0", "37.51", "486", "401.9")
    calibration = Calibration(1.0, 0.0, "notes", ((2.0, 0.0),), bytes((0, 1, 0, 1)))


def test_of_one_kind_the_codes_and_labels_of_the_other_are_left_out() -> None:
    """What is suggested of the other kind would be wrong in notes not labelled with it."""
    both = (FAILURE, Label(frozenset({"37.51"})))
    readings = read_notes(BothKinds(), (LabelledNote("failure, pressure", both),))
    alone = of_kind(readings, Kind.DIAGNOSIS)
    assert alone.codes == ("428.0", "486", "401.9")
    assert alone.notes[0].labels == (FAILURE,)
    assert alone.suggested_codes == (frozenset({"401.9"}),)
    assert alone.logits.tolist() == [[2.0, -2.0, 2.0]]
    assert alone.thresholds.tolist() == [0.5, 0.5, 0.01]
    assert alone.shown[0].tolist() == readings.shown[0, [0, 2, 3]].tolist()
    operations = of_kind(readings, Kind.PROCEDURE)
    assert operations.codes == ("37.51",)
    assert operations.suggested_codes == (frozenset(),)
    assert of_kind(readings, None) is readings


class OfVerdicts(BothKinds):
    calibration = Calibration(1.0, 0.0, "notes", passed=(0.5, 1.0), demoted=(0.5, -1.0))


def test_of_diagnoses_what_the_judge_said_is_in_what_is_shown() -> None:
    readings = read_notes(OfVerdicts(), (LabelledNote("failure, pressure", (FAILURE,)),))
    odds = np.log(readings.shown / (1 - readings.shown))[0]
    demoted, operation, below, passed = readings.logits[0] * [0.5, 1.0, 1.0, 0.5] + [-1, 0, 0, 1]
    assert odds == pytest.approx([demoted, operation, below, passed])
    assert readings.order[0] == pytest.approx(odds)
    alone = of_kind(readings, Kind.DIAGNOSIS)
    assert alone.shown[0].tolist() == readings.shown[0, [0, 2, 3]].tolist()
