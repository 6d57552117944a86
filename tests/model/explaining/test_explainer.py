"""Attributions: complete, exact in their offsets, and without a trace on the shared model."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients

from icd9_review.errors import CodeError
from icd9_review.model.explaining.embeddings import Path
from icd9_review.model.explaining.explainer import Explainer, ExplainerSettings
from icd9_review.model.explaining.gradients import SegmentGradients
from icd9_review.model.explaining.path import Segment, cut_path
from icd9_review.model.explaining.words import group_words
from icd9_review.model.reading.predictor import Predictor
from icd9_review.values import Window
from tests.tiny import CODES, NOTE

LONG = "The patient went home in good condition. " * 6 + "Pneumonia.\nNo fever 😀, x-ray given."
WORD = {"428.0": "heart", "427.31": "Atrial", "V58.61": "Coumadin"}


def embedded(predictor: Predictor, text: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Embeddings of the baseline and of the first window, by the model's own table."""
    ids = predictor.framed(predictor.passages(text)[0])
    empty = [ids[0], *[0] * (len(ids) - 2), ids[-1]]
    table = predictor.checkpoint.model.get_input_embeddings()
    return table(torch.tensor([empty])), table(torch.tensor([ids]))


def logits(predictor: Predictor, embeddings: torch.Tensor) -> torch.Tensor:
    found: torch.Tensor = predictor.checkpoint.model(inputs_embeds=embeddings).logits
    return found


@pytest.mark.parametrize(("code", "word"), WORD.items())
def test_the_words_of_a_code_carry_its_weight(explainer: Explainer, code: str, word: str) -> None:
    attribution = explainer.explain(NOTE, code)
    weights = {NOTE[w.start : w.end]: w.weight for w in attribution.words}
    assert attribution.holds
    assert weights[word] > 1
    assert weights[word] > 10 * abs(weights["patient"])


def test_words_of_other_codes_oppose(explainer: Explainer) -> None:
    weights = {NOTE[w.start : w.end]: w.weight for w in explainer.explain(NOTE, "V58.61").words}
    assert weights["Congestive"] < -0.5


@pytest.mark.parametrize("code", CODES)
def test_the_weights_add_up_to_the_change_of_the_logit(
    explainer: Explainer, predictor: Predictor, code: str
) -> None:
    window = predictor.score(NOTE).spans[0]
    attribution = explainer.explain(NOTE, code, window=window)
    start, end = embedded(predictor, NOTE)
    label = CODES.index(code)
    change = float((logits(predictor, end) - logits(predictor, start))[0, label].detach())
    total = sum(word.weight for word in attribution.words)
    assert attribution.delta == pytest.approx(abs(total - change) / abs(change), abs=1e-4)
    assert attribution.holds == (attribution.delta <= 0.05 and abs(change) >= 0.1)


def test_offsets_cut_the_words_out_of_the_whole_note(explainer: Explainer) -> None:
    attribution = explainer.explain(LONG, "486")
    heaviest = max(attribution.words, key=lambda word: word.weight)
    assert LONG[heaviest.start : heaviest.end] == "Pneumonia"
    assert "Pneumonia" in LONG[attribution.window.start : attribution.window.end]
    shown = [LONG[word.start : word.end] for word in attribution.words]
    assert {"😀", "x-ray", ","} <= set(shown)
    assert not {"[CLS]", "[SEP]"} & set(shown)
    assert all(a.end <= b.start for a, b in pairwise(attribution.words))


@pytest.mark.parametrize("code", CODES)
def test_many_points_give_the_shares_of_captum_over_the_whole_path(
    predictor: Predictor, code: str
) -> None:
    settings = ExplainerSettings(segments=48, cap=48)
    window = predictor.score(NOTE).spans[0]
    found = Explainer(predictor, settings).explain(NOTE, code, window=window)
    start, end = embedded(predictor, NOTE)
    captum = IntegratedGradients(lambda inputs: logits(predictor, inputs)).attribute(
        end, baselines=start, target=CODES.index(code), n_steps=48, method="gausslegendre"
    )
    pieces = captum[0, 1:-1].sum(dim=-1).detach().numpy()
    words = group_words(NOTE, predictor.passages(NOTE)[0].offsets)
    expected = np.array([pieces[word.first : word.beyond].sum() for word in words])
    weights = np.array([word.weight for word in found.words])
    assert np.abs(weights - expected).max() <= 1e-3 * np.abs(expected).max()


def test_points_grow_until_the_tolerance_is_met_and_the_best_is_kept(
    predictor: Predictor,
) -> None:
    strict = ExplainerSettings(segments=2, cap=8, tolerance=0.0)
    runs = [
        Explainer(predictor, replace(strict, cap=cap)).explain(NOTE, "428.0")
        for cap in (2, 4, 6, 8)
    ]
    kept = Explainer(predictor, strict).explain(NOTE, "428.0")
    assert kept == min(runs, key=lambda run: run.delta)
    assert len({run.steps for run in runs}) > 1
    assert runs[-1].delta < runs[0].delta
    assert not kept.holds
    loose = Explainer(predictor, replace(strict, tolerance=10.0)).explain(NOTE, "428.0")
    assert (loose.steps, loose.holds) == (2, True)


def test_codes_explained_together_are_explained_as_alone(predictor: Predictor) -> None:
    explainer = Explainer(predictor, ExplainerSettings(segments=3))
    window = predictor.score(NOTE).spans[0]
    together = explainer.explain_many(NOTE, CODES, window=window)
    assert tuple(together) == CODES
    assert len({one.steps for one in together.values()}) > 1
    for code, one in together.items():
        alone = explainer.explain(NOTE, code, window=window)
        assert (one.steps, one.holds, one.window) == (alone.steps, alone.holds, window)
        assert one.delta == pytest.approx(alone.delta, abs=1e-5)
        for word, single in zip(one.words, alone.words, strict=True):
            assert (word.start, word.end) == (single.start, single.end)
            assert word.weight == pytest.approx(single.weight, abs=1e-4)


def test_only_a_code_that_misses_the_tolerance_is_read_again(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Mapping[Segment, Sequence[int]]] = []
    shares = SegmentGradients.shares

    def count(
        self: SegmentGradients, path: Path, wanted: Mapping[Segment, Sequence[int]]
    ) -> object:
        asked.append(wanted)
        return shares(self, path, wanted)

    monkeypatch.setattr(SegmentGradients, "shares", count)
    explainer = Explainer(predictor, ExplainerSettings(segments=3))
    found = explainer.explain_many(NOTE, CODES, window=predictor.score(NOTE).spans[0])
    missed = {CODES.index(code) for code, one in found.items() if one.steps > 3}
    assert asked[0] == dict.fromkeys(cut_path(3), tuple(range(len(CODES))))
    assert 0 < len(missed) < len(CODES)
    assert {
        label for wanted in asked[1:] for labels in wanted.values() for label in labels
    } == missed


def test_no_codes_have_no_explanations(explainer: Explainer, predictor: Predictor) -> None:
    assert explainer.explain_many(NOTE, [], window=predictor.score(NOTE).spans[0]) == {}


def test_where_the_logit_hardly_changes_there_is_nothing_to_explain(predictor: Predictor) -> None:
    settings = ExplainerSettings(floor=1e6, tolerance=0.0)
    attribution = Explainer(predictor, settings).explain(NOTE, "428.0")
    assert not attribution.holds
    assert attribution.steps == settings.segments


@pytest.mark.parametrize(("segments", "cap"), [(0, 96), (32, 31)])
def test_settings_without_points_or_with_more_than_the_cap_are_refused(
    segments: int, cap: int
) -> None:
    with pytest.raises(ValueError, match="at least one point"):
        ExplainerSettings(segments=segments, cap=cap)


def test_a_text_without_pieces_has_no_words_and_does_not_hold(explainer: Explainer) -> None:
    attribution = explainer.explain("\x01", "428.0")
    assert attribution.words == ()
    assert not attribution.holds


def test_an_unknown_code_is_refused(explainer: Explainer) -> None:
    with pytest.raises(CodeError, match=r"999\.9"):
        explainer.explain(NOTE, "999.9")


def test_a_window_of_another_text_is_refused(explainer: Explainer) -> None:
    with pytest.raises(ValueError, match="no window of this text"):
        explainer.explain(NOTE, "428.0", window=Window(0, 0, 3))


def test_the_key_names_everything_that_changes_an_attribution(explainer: Explainer) -> None:
    keys = {
        ExplainerSettings().key,
        ExplainerSettings(segments=3).key,
        ExplainerSettings(cap=48).key,
        ExplainerSettings(tolerance=0.1).key,
        ExplainerSettings(floor=0.2).key,
    }
    assert len(keys) == 5
    assert explainer.technique.settings == ExplainerSettings().key
    assert max(map(len, keys)) <= 200
    assert max(len(explainer.technique.method), len(explainer.technique.baseline)) <= 64


def test_two_threads_predict_while_a_third_explains_as_if_alone(
    explainer: Explainer, predictor: Predictor
) -> None:
    texts = [NOTE, LONG, "sepsis and pneumonia", "uti"]
    alone = [predictor.score(text).logits for text in texts]
    explained = [explainer.explain(NOTE, code) for code in WORD]
    problems: list[object] = []
    done = threading.Event()

    def predict() -> None:
        while not done.is_set():
            for text, expected in zip(texts, alone, strict=True):
                if not np.array_equal(predictor.score(text).logits, expected):
                    problems.append(text)

    threads = [threading.Thread(target=predict) for _ in range(2)]
    for thread in threads:
        thread.start()
    again = [explainer.explain(NOTE, code) for _ in range(3) for code in WORD]
    done.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert again == explained * 3


def test_explaining_leaves_no_hook_and_no_gradient_on_the_model(
    explainer: Explainer, predictor: Predictor
) -> None:
    explainer.explain(NOTE, "428.0")
    model = predictor.checkpoint.model
    for module in model.modules():
        assert not module._forward_hooks
        assert not module._forward_pre_hooks
        assert not module._backward_hooks
    for parameter in model.parameters():
        assert parameter.grad is None
        assert not parameter.requires_grad
