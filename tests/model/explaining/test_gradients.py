"""Captum's attributions of segments: those it gives row by row, whatever shares a pass."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients

from icd9_review.model.explaining import embeddings
from icd9_review.model.explaining.embeddings import EmbeddingReader, Path
from icd9_review.model.explaining.gradients import SegmentGradients, SharedPasses
from icd9_review.model.explaining.path import WHOLE, Segment, cut_path
from icd9_review.model.reading.predictor import Predictor
from tests.tiny import CODES, NOTE

EVERY = tuple(range(len(CODES)))
WANTED = {
    Segment(0.0, 0.2): (0, 3),
    Segment(0.2, 0.6): (1,),
    Segment(0.6, 0.9): (4, 2, 0),
    Segment(0.9, 1.0): (),
}


@pytest.fixture
def reader(predictor: Predictor) -> EmbeddingReader:
    return EmbeddingReader(predictor)


@pytest.fixture
def path(reader: EmbeddingReader, predictor: Predictor) -> Path:
    return reader.path(predictor.passages(NOTE)[0])


@pytest.fixture
def gradients(reader: EmbeddingReader) -> SegmentGradients:
    return SegmentGradients(reader)


def logits(predictor: Predictor, embedded: torch.Tensor) -> torch.Tensor:
    found: torch.Tensor = predictor.checkpoint.model(inputs_embeds=embedded).logits
    return found


def test_shares_are_those_of_captum_reading_every_row_by_itself(
    gradients: SegmentGradients, predictor: Predictor, path: Path
) -> None:
    found = gradients.shares(path, WANTED)
    rows = [(segment, label) for segment, labels in WANTED.items() for label in labels]
    assert found.keys() == set(rows)
    untouched = IntegratedGradients(lambda embedded: logits(predictor, embedded)).attribute(
        inputs=path.at([segment.end for segment, _ in rows]),
        baselines=path.at([segment.start for segment, _ in rows]),
        target=[label for _, label in rows],
        n_steps=1,
        method="gausslegendre",
    )
    for row, expected in zip(rows, untouched.sum(dim=-1).detach().numpy(), strict=True):
        np.testing.assert_allclose(found[row], expected, atol=1e-5)


def test_only_passes_are_shared_and_captum_is_left_as_it_is(
    gradients: SegmentGradients, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = dict.fromkeys(cut_path(4), EVERY)
    shared = gradients.shares(path, wanted)
    own = IntegratedGradients(lambda embedded: embedded).gradient_func
    monkeypatch.setattr("icd9_review.model.explaining.gradients.SharedPasses", lambda *_: own)
    alone = gradients.shares(path, wanted)
    assert alone.keys() == shared.keys()
    for row, shares in shared.items():
        np.testing.assert_allclose(alone[row], shares, atol=1e-5)


def test_segments_side_by_side_add_up_to_the_whole_path_of_captum(
    gradients: SegmentGradients, predictor: Predictor, path: Path
) -> None:
    segments = cut_path(64)
    found = gradients.shares(path, dict.fromkeys(segments, EVERY))
    for label in EVERY:
        whole = IntegratedGradients(lambda embedded: logits(predictor, embedded)).attribute(
            path.end[None], baselines=path.start[None], target=label, n_steps=64
        )
        expected = whole[0].sum(dim=-1).detach().numpy()
        total = np.sum([found[segment, label] for segment in segments], axis=0)
        assert np.abs(total - expected).max() <= 1e-3 * np.abs(expected).max()


def test_batches_of_one_segment_find_the_same(
    gradients: SegmentGradients, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = gradients.shares(path, WANTED)
    monkeypatch.setattr(embeddings, "_BATCH_PIECES", 1)
    alone = gradients.shares(path, WANTED)
    assert alone.keys() == together.keys()
    for row, shares in together.items():
        np.testing.assert_allclose(alone[row], shares, atol=1e-5)


def test_a_pass_is_a_turn_and_none_lasts_for_an_explanation(
    gradients: SegmentGradients,
    predictor: Predictor,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken = 0

    class Counted(type(predictor.turns)):  # type: ignore[misc]
        def __enter__(self) -> None:
            nonlocal taken
            taken += 1
            super().__enter__()

    monkeypatch.setattr(predictor, "turns", Counted())
    monkeypatch.setattr(embeddings, "_BATCH_PIECES", path.length * 2)
    gradients.shares(path, dict.fromkeys(cut_path(6), EVERY))
    assert taken == 3 * (1 + len(CODES))


def test_a_round_goes_back_for_the_labels_of_its_own_rows() -> None:
    weight = torch.tensor([[1.0, 2.0, 4.0]])

    def read(points: torch.Tensor) -> torch.Tensor:
        return points.sum(dim=1) @ weight

    points = torch.zeros(2, 5, 1)
    shared = SharedPasses((2, 1), torch.no_grad)
    (found,) = shared(read, (torch.cat([points, points[:1]]),), [2, 0, 1])
    assert found[:, 0, 0].tolist() == [4.0, 1.0, 2.0]


def test_nothing_wanted_reads_nothing(gradients: SegmentGradients, path: Path) -> None:
    assert gradients.shares(path, {}) == {}
    assert gradients.shares(path, {WHOLE: ()}) == {}
    assert gradients.logits(path, []) == {}
