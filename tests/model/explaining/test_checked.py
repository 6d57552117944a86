"""Evidence is put to the test: the code must need these words more than random ones."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.evidence import has_content
from icd9_review.model.explaining.checked import Checked, _draw
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.explaining.words import Word
from icd9_review.model.reading.predictor import Predictor
from icd9_review.store.explaining.attribution_keys import OLDER_WAYS, way_of
from icd9_review.suggestions import calibrate, sigmoid, suggested
from icd9_review.values import EXCHANGED, Calibration
from tests.tiny import CODES, NOTE


@pytest.fixture
def checked(explainer: Explainer) -> Checked:
    return Checked(explainer)


def test_a_code_is_lost_without_its_evidence_and_kept_without_random_words(
    checked: Checked,
) -> None:
    deletion = checked.explain(NOTE, "428.0").deletion
    assert deletion is not None
    assert deletion.random is not None
    assert deletion.before > 0.5 > deletion.without
    assert deletion.random > deletion.without


def test_the_explanation_itself_is_untouched(checked: Checked, explainer: Explainer) -> None:
    found, settings = checked.explain(NOTE, "428.0"), explainer.technique.settings
    assert replace(found, deletion=None, settings=settings) == explainer.explain(NOTE, "428.0")
    assert found.exchanged
    assert found.settings == checked.technique.settings == f"{settings} {EXCHANGED}"


def test_explanations_from_before_are_taken_for_those_of_the_app(explainer: Explainer) -> None:
    before = way_of(explainer.technique)
    assert before in OLDER_WAYS[way_of(Checked(explainer).technique)]


def test_codes_together_are_checked_as_each_alone(checked: Checked, predictor: Predictor) -> None:
    window = predictor.score(NOTE).spans[0]
    together = checked.explain_many(NOTE, CODES, window=window)
    for code, found in together.items():
        alone = checked.explain(NOTE, code, window=window).deletion
        assert (found.deletion is None) == (alone is None)
        if found.deletion and alone:
            assert found.deletion.words == alone.words
            assert found.deletion.without == pytest.approx(alone.without, abs=1e-4)
            assert found.deletion.random == pytest.approx(alone.random, abs=1e-4)


def test_probabilities_are_those_that_are_shown(
    predictor: Predictor, explainer: Explainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = predictor.score(NOTE).spans[0]
    label = CODES.index("428.0")
    passage = predictor.passages(NOTE)[0]
    logits = predictor.score_passages([passage])[:, label]
    raw = Checked(explainer).explain(NOTE, "428.0", window=window).deletion
    assert raw is not None
    assert raw.before == pytest.approx(float(sigmoid(logits)[0]), abs=1e-5)
    calibration = Calibration(0.5, -0.25, "validation")
    monkeypatch.setattr(predictor, "version", replace(predictor.version, calibration=calibration))
    shown = Checked(explainer).explain(NOTE, "428.0", window=window).deletion
    assert shown is not None
    assert shown.before == pytest.approx(float(calibrate(logits, calibration)[0]), abs=1e-5)


def test_what_reaches_its_threshold_is_shown_as_what_the_judge_lets_pass(
    predictor: Predictor, explainer: Explainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdicts = Calibration(0.9, 0.1, "validation", passed=(0.5, 1.0), demoted=(0.5, -1.0))
    monkeypatch.setattr(predictor, "version", replace(predictor.version, calibration=verdicts))
    scores = predictor.score(NOTE)
    (suggestion,) = (s for s in suggested(scores, predictor.version) if s.code == "428.0")
    found = Checked(explainer).explain(NOTE, "428.0", window=suggestion.window).deletion
    assert found is not None
    assert found.before == pytest.approx(suggestion.shown, abs=1e-5)
    assert found.without < found.before


def test_a_window_with_too_few_other_words_has_nothing_to_compare_with(checked: Checked) -> None:
    deletion = checked.explain("congestive heart pain", "428.0").deletion
    assert deletion is not None
    assert deletion.random is None


def test_a_text_without_other_words_has_nothing_to_put_in_their_place(checked: Checked) -> None:
    assert checked.explain("failure failure", "428.0").deletion is None


def test_where_nothing_supports_the_code_there_is_nothing_to_check(checked: Checked) -> None:
    assert checked.explain("!", "428.0").deletion is None


@given(
    st.lists(st.sampled_from(["chf", "the", ",", "edema", "on"]), max_size=12), st.integers(1, 6)
)
def test_random_words_are_as_many_and_of_content_where_there_are_enough(
    names: list[str], count: int
) -> None:
    text, words = "", []
    for number, name in enumerate(names):
        words.append(Word(len(text), len(text) + len(name), number, number + 1))
        text += f"{name} "
    drawn = _draw(text, words, count, Random(1))  # noqa: S311 - any choice will do
    lettered = [word for word in words if text[word.start : word.end] != ","]
    assert bool(drawn) == (len(lettered) >= count)
    content = [word for word in words if has_content(text[word.start : word.end])]
    for choice in drawn:
        assert len(set(choice)) == len(choice) == count
        assert all(word in lettered for word in choice)
        assert len(content) < count or all(word in content for word in choice)
