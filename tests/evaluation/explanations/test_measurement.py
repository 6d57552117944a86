"""Explanations of the tiny model, which looks for known words, point at just these words."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from icd9_review.errors import CorpusError, InputError
from icd9_review.evaluation.explanations import measurement
from icd9_review.evaluation.explanations.explanation_figures import MethodFigures
from icd9_review.evaluation.explanations.measurement import measure_explanations
from icd9_review.evaluation.labelled.dictionary import Dictionary
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.labelled.scoring import Label
from icd9_review.model.explaining.explainer import METHOD
from icd9_review.model.explaining.occlusion import METHOD as OCCLUSION
from icd9_review.model.explaining.window_method import ExplainedWindow, Weighing, WindowMethod
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.values import Technique
from tests.tiny import CODES, NOTE

EVIDENCE = {
    "428.0": "Congestive heart failure",
    "427.31": "Atrial fibrillation",
    "V58.61": "Coumadin",
}
LONG = "The patient went home in good condition. " * 6 + "Pneumonia."
DENIED = "The patient has no pneumonia."


@pytest.fixture(scope="module")
def predictor(tiny_model_folder: Path) -> Predictor:
    return load_predictor(tiny_model_folder)


def label(
    text: str, code: str, *phrases: str, status: Literal["core", "arguable"] = "core"
) -> Label:
    spans = ((text.index(phrase), text.index(phrase) + len(phrase)) for phrase in phrases)
    return Label(frozenset({code}), status, tuple(spans))


def labelled(text: str, labels: Iterable[Label]) -> LabelledNote:
    return LabelledNote(text, tuple(labels))


MARKED = labelled(NOTE, [label(NOTE, code, phrase) for code, phrase in EVIDENCE.items()])
ELSEWHERE = labelled(LONG, [label(LONG, "486", "The patient")])


def measure(predictor: Predictor, *notes: LabelledNote) -> MethodFigures:
    return measure_explanations(predictor, notes, methods=[METHOD], normalised=0).methods[METHOD]


def test_the_words_the_model_looks_for_are_hit_when_they_are_marked(predictor: Predictor) -> None:
    figures = measure_explanations(predictor, [MARKED], methods=[METHOD], normalised=0)
    plausibility = figures.methods[METHOD].plausibility
    assert (figures.found, figures.explained, figures.judgeable) == (3, 3, 3)
    assert plausibility.hit_rate.value == 1.0
    assert plausibility.precision.value == pytest.approx((2 / 3 + 1 + 1) / 3)


def test_other_marked_words_are_not_hit(predictor: Predictor) -> None:
    note = labelled(NOTE, [label(NOTE, code, "cough", "home") for code in EVIDENCE])
    plausibility = measure(predictor, note).plausibility
    assert plausibility.hit_rate.value == 0.0
    assert plausibility.precision.value == 0.0


def test_any_marked_mention_of_a_label_is_a_hit(predictor: Predictor) -> None:
    note = labelled(NOTE, [label(NOTE, "V58.61", "home", "Coumadin")])
    assert measure(predictor, note).plausibility.hit_rate.value == 1.0


def test_evidence_outside_the_explained_window_cannot_be_judged(predictor: Predictor) -> None:
    figures = measure_explanations(predictor, [ELSEWHERE, MARKED], methods=[METHOD], normalised=0)
    plausibility = figures.methods[METHOD].plausibility
    assert (figures.explained, figures.judgeable) == (4, 3)
    assert plausibility.hit_rate.value == 0.75
    assert plausibility.judgeable_hit_rate.value == 1.0


def test_only_suggested_codes_of_core_labels_with_evidence_are_found(predictor: Predictor) -> None:
    labels = [
        label(NOTE, "486", "cough"),
        label(NOTE, "428.0"),
        label(NOTE, "427.31", "Atrial", status="arguable"),
        label(NOTE, "V58.61", "Coumadin"),
    ]
    assert measure_explanations(predictor, [labelled(NOTE, labels)]).found == 1


def test_chance_is_that_of_the_windows_words(predictor: Predictor) -> None:
    text = "Pneumonia was given at home."
    figures = measure(predictor, labelled(text, [label(text, "486", "Pneumonia")]))
    assert figures.words == 1.0
    assert figures.plausibility_of_chance.hit_rate.value == pytest.approx(1 / 5)
    assert figures.plausibility_of_chance.precision.value == pytest.approx(1 / 5)


def test_the_evidence_is_needed_and_enough_and_random_words_are_neither(
    predictor: Predictor,
) -> None:
    figures = measure(predictor, MARKED)
    evidence, chance = figures.faithfulness, figures.faithfulness_of_chance
    assert evidence.comprehensiveness.value > chance.comprehensiveness.value + 0.3
    assert evidence.sufficiency.value < chance.sufficiency.value - 0.3


def test_the_heaviest_words_lose_more_than_an_order_by_lot(predictor: Predictor) -> None:
    figures = measure_explanations(predictor, [MARKED], methods=[METHOD], normalised=2)
    normal = figures.methods[METHOD].naopc
    assert normal.windows == 2
    assert normal.comprehensiveness.value > normal.chance.value + 0.2
    assert normal.sufficiency.value < normal.chance.value - 0.2


def test_the_deletion_check_of_each_code_is_counted(predictor: Predictor) -> None:
    checks = measure(predictor, MARKED).random_words
    assert checks.checks == 3
    assert 0 <= checks.raised <= checks.checks


def test_weights_are_truer_and_steadier_than_the_same_on_other_words(predictor: Predictor) -> None:
    figures = measure(predictor, MARKED)
    assert 0.0 < figures.infidelity.value < figures.infidelity_of_chance.value
    assert 0.0 < figures.sensitivity_max.value < 0.5


def test_weights_that_never_change_are_steady_and_untrue(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measurement, "METHODS", {**measurement.METHODS, "first word": FirstWord})
    methods = measure_explanations(predictor, [MARKED], methods=[METHOD, "first word"]).methods
    assert methods["first word"].sensitivity_max.value == 0.0
    assert methods["first word"].infidelity.value > methods[METHOD].infidelity.value


def test_explanations_of_the_tiny_model_hold(predictor: Predictor) -> None:
    completeness = measure(predictor, MARKED).completeness
    assert completeness.holds == 1.0
    assert 0.0 <= completeness.delta <= 0.05
    assert completeness.steps >= 6


def test_the_dictionary_hits_where_it_has_a_phrase_of_the_code(predictor: Predictor) -> None:
    dictionary = Dictionary({"congestive heart failure": "428.0", "cough": "427.31"})
    found = measure_explanations(
        predictor, [MARKED], dictionary=dictionary, methods=[METHOD]
    ).dictionary
    assert found is not None
    assert found.hit_rate.value == pytest.approx(1 / 3)
    assert found.precision.value == pytest.approx(1 / 3)


def test_the_dictionary_does_not_point_at_what_it_takes_for_denied(predictor: Predictor) -> None:
    note = labelled(DENIED, [label(DENIED, "486", "pneumonia")])
    figures = measure_explanations(predictor, [note], dictionary=Dictionary({"pneumonia": "486"}))
    assert figures.methods[METHOD].plausibility.hit_rate.value == 1.0
    assert figures.dictionary is not None
    assert figures.dictionary.hit_rate.value == 0.0


def test_the_dictionary_points_into_the_explained_window_only(predictor: Predictor) -> None:
    figures = measure_explanations(
        predictor, [ELSEWHERE], dictionary=Dictionary({"the patient": "486"})
    )
    assert figures.judgeable == 0
    assert figures.dictionary is not None
    assert figures.dictionary.hit_rate.value == 0.0


def test_a_limit_explains_so_many_codes_and_the_seed_says_which(predictor: Predictor) -> None:
    notes = [MARKED, ELSEWHERE]
    first, again = (
        measure_explanations(predictor, notes, limit=2, seed=5, methods=[METHOD]) for _ in range(2)
    )
    assert (first.found, first.explained) == (4, 2)
    assert first.to_json() == again.to_json()
    drawn = {
        measure_explanations(predictor, notes, limit=2, seed=seed, methods=[OCCLUSION]).judgeable
        for seed in range(6)
    }
    assert drawn == {1, 2}


def test_a_limit_above_what_was_found_explains_all(predictor: Predictor) -> None:
    assert measure_explanations(predictor, [MARKED], limit=99, methods=[METHOD]).explained == 3


def test_where_nothing_is_found_there_are_no_figures_but_counts(predictor: Predictor) -> None:
    note = labelled(NOTE, [label(NOTE, "486", "cough")])
    figures = measure_explanations(predictor, [note], dictionary=Dictionary({"cough": "486"}))
    assert (figures.found, figures.explained) == (0, 0)
    assert math.isnan(figures.methods[METHOD].plausibility.hit_rate.value)
    json.dumps(figures.to_json(), allow_nan=False)


class FirstWord(WindowMethod):
    """Explains every code by the first word of its window, and 486 by its first against it."""

    def __init__(self, predictor: Predictor) -> None:
        super().__init__(
            predictor, Technique(predictor.model_version, "first word", "none", "none")
        )

    def weigh(self, window: ExplainedWindow, labels: Sequence[int]) -> dict[int, Weighing]:
        rest = [0.0] * (len(window.words) - 1)
        against = CODES.index("486")
        return {
            label: Weighing((-1.0 if label == against else 1.0, *rest), 1, 0.0, holds=True)
            for label in labels
        }


def test_every_method_has_figures_of_its_own(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    methods = {**measurement.METHODS, "first word": FirstWord}
    monkeypatch.setattr(measurement, "METHODS", methods)
    figures = measure_explanations(predictor, [MARKED], methods=tuple(methods))
    assert list(figures.methods) == [
        "integrated gradients (Captum)",
        "one-point integrated gradients (Captum)",
        "occlusion by word (Captum)",
        "first word",
    ]
    assert figures.methods["first word"].plausibility.hit_rate.value == 0.0
    own, alone = figures.methods[METHOD], measure(predictor, MARKED)
    assert replace(own, naopc=alone.naopc) == alone  # which measured no NAOPC, to be quick


@pytest.mark.parametrize("method", measurement.METHODS)
def test_every_explainer_points_at_the_words_the_model_looks_for(
    predictor: Predictor, method: str
) -> None:
    figures = measure_explanations(predictor, [MARKED], methods=[method]).methods[method]
    assert figures.plausibility.hit_rate.value == 1.0
    attribution = measurement.METHODS[method](predictor).explain(NOTE, "428.0")
    assert attribution.method == method


def test_occlusion_has_no_completeness_to_show(predictor: Predictor) -> None:
    figures = measure_explanations(predictor, [MARKED], methods=[OCCLUSION])
    completeness = figures.methods[OCCLUSION].completeness
    assert completeness.holds == 0.0
    assert math.isnan(completeness.delta)
    json.dumps(figures.to_json(), allow_nan=False)


def test_words_that_oppose_a_code_are_no_evidence_for_it(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measurement, "METHODS", {"first word": FirstWord})
    note = labelled(DENIED, [label(DENIED, "486", "The")])
    figures = measure_explanations(predictor, [note], methods=["first word"])
    assert figures.methods["first word"].plausibility.hit_rate.value == 0.0
    assert figures.methods["first word"].words == 0.0


def test_an_unknown_method_is_refused_with_those_there_are(predictor: Predictor) -> None:
    with pytest.raises(InputError, match="'lime'; there are: integrated gradients"):
        measure_explanations(predictor, [MARKED], methods=["lime"])


def test_a_limit_of_none_is_refused(predictor: Predictor) -> None:
    with pytest.raises(InputError, match="at least one code"):
        measure_explanations(predictor, [MARKED], limit=0)


def test_notes_without_marked_evidence_are_refused(predictor: Predictor) -> None:
    arguable = label(NOTE, "428.0", "heart", status="arguable")
    with pytest.raises(CorpusError, match="mark no evidence"):
        measure_explanations(predictor, [labelled(NOTE, [arguable, label(NOTE, "486")])])
