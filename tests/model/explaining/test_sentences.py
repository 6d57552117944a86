"""Every way of explaining stands on windows that are sentences as it does on overlapping ones."""

from __future__ import annotations

from itertools import pairwise

import pytest

from icd9_review.evidence import choose_evidence
from icd9_review.model.explaining.attribution_method import AttributionMethod
from icd9_review.model.explaining.checked import Checked
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.explaining.occlusion import Occlusion
from icd9_review.model.explaining.preview import Preview
from icd9_review.model.reading.predictor import Predictor
from tests.tiny import CODES, NOTE

SENTENCES = {
    "428.0": "1. Congestive heart failure.",
    "427.31": "2. Atrial fibrillation, on Coumadin.",
    "V58.61": "2. Atrial fibrillation, on Coumadin.",
}
ELSEWHERE = "The patient was seen for cough.\n\n"


@pytest.mark.parametrize("kind", [Explainer, Preview, Occlusion])
@pytest.mark.parametrize(("code", "sentence"), SENTENCES.items())
def test_the_words_that_are_weighed_are_those_of_one_sentence(
    by_sentences: Predictor, kind: type[AttributionMethod], code: str, sentence: str
) -> None:
    found = kind(by_sentences).explain(NOTE, code)  # type: ignore[call-arg]
    assert NOTE[found.window.start : found.window.end].strip() == sentence
    assert all(before.end <= after.start for before, after in pairwise(found.words))
    assert found.window.start == found.words[0].start
    assert found.words[-1].end <= found.window.end
    (mark,) = [one for one in choose_evidence(NOTE, found) if one.weight > 0][:1]
    assert NOTE[mark.start : mark.end] in sentence


def test_the_weights_add_up(by_sentences: Predictor) -> None:
    explainer = Explainer(by_sentences)
    window = by_sentences.score(NOTE).spans[1]
    found = explainer.explain_many(NOTE, CODES, window=window)
    assert all(one.holds for one in found.values() if abs(one.delta) < 0.05)
    assert found["428.0"].holds


def test_an_explanation_stays_when_something_is_written_elsewhere(by_sentences: Predictor) -> None:
    explainer = Explainer(by_sentences)
    before, after = (explainer.explain(text, "428.0") for text in (NOTE, ELSEWHERE + NOTE))
    assert [word.weight for word in after.words] == pytest.approx(
        [word.weight for word in before.words], abs=1e-5
    )
    assert after.window.start == before.window.start + len(ELSEWHERE)


def test_the_deletion_check_reads_the_sentence_without_its_evidence(
    by_sentences: Predictor,
) -> None:
    found = Checked(Explainer(by_sentences)).explain(NOTE, "427.31")
    assert found.deletion is not None
    assert found.deletion.before > 0.5 > found.deletion.without


def test_a_sentence_of_one_word_can_be_explained_and_checked(by_sentences: Predictor) -> None:
    found = Checked(Explainer(by_sentences)).explain("Pneumonia\n\nNo pain.", "486")
    assert [word.weight > 0 for word in found.words] == [True]
    assert found.deletion is not None
    assert found.deletion.random is None
