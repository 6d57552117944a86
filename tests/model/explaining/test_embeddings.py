"""A window as embeddings is read as the window itself, in batches that fit."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.model.explaining.embeddings import EmbeddingReader
from icd9_review.model.reading.predictor import Predictor
from tests.tiny import NOTE


def test_the_path_leads_from_padding_to_what_is_predicted(predictor: Predictor) -> None:
    reader = EmbeddingReader(predictor)
    path = reader.path(predictor.passages(NOTE)[0])
    start, middle, end = reader.logits(path.at([0.0, 0.5, 1.0]))
    (read,) = predictor.score_passages(predictor.passages(NOTE)[:1])
    np.testing.assert_allclose(end, read, atol=1e-4)
    assert np.abs(end - start).max() > 1
    assert not np.allclose(middle, end)


def test_rows_of_other_lengths_share_a_batch_by_their_mask(predictor: Predictor) -> None:
    reader = EmbeddingReader(predictor)
    (path,) = (reader.path(one) for one in predictor.passages(NOTE)[:1])
    short = path.end[[0, 1, 2, -1]]
    padded = torch.zeros_like(path.end)
    padded[: len(short)] = short
    mask = torch.ones(2, path.length)
    mask[1, len(short) :] = 0
    together = reader.logits(torch.stack([path.end, padded]), mask)
    np.testing.assert_allclose(together[0], reader.logits(path.end[None])[0], atol=1e-5)
    np.testing.assert_allclose(together[1], reader.logits(short[None])[0], atol=1e-5)


@given(entries=st.lists(st.integers(), max_size=80), length=st.integers(1, 2000))
def test_batches_hold_every_entry_in_order_and_no_more_than_fit(
    predictor: Predictor, entries: list[int], length: int
) -> None:
    reader = EmbeddingReader(predictor)
    batches = list(reader.batches(entries, length))
    assert [entry for batch in batches for entry in batch] == entries
    assert all(0 < len(batch) <= reader.rows(length) for batch in batches)
