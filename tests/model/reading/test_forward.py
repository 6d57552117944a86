"""The short pass: the logits and gradients of the model's own forward, whatever the padding."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from transformers import DistilBertConfig, DistilBertForSequenceClassification

from icd9_review.model.reading.forward import forward, reads_first_piece
from icd9_review.model.reading.predictor import Predictor

IDS = torch.tensor([[2, 40, 41, 42, 43, 3], [2, 50, 51, 3, 0, 0]])
MASK = torch.tensor([[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0]])


@torch.no_grad()
def test_padded_rows_get_the_logits_of_the_whole_network(predictor: Predictor) -> None:
    model = predictor.checkpoint.model
    whole = model(input_ids=IDS, attention_mask=MASK).logits
    torch.testing.assert_close(forward(model, MASK, input_ids=IDS), whole, atol=1e-5, rtol=0)


@torch.no_grad()
def test_without_a_mask_every_piece_counts(predictor: Predictor) -> None:
    model = predictor.checkpoint.model
    whole = model(input_ids=IDS[:1]).logits
    torch.testing.assert_close(forward(model, None, input_ids=IDS[:1]), whole, atol=1e-5, rtol=0)


@pytest.mark.parametrize("label", [0, 3])
def test_gradients_are_those_of_the_whole_network(predictor: Predictor, label: int) -> None:
    model = predictor.checkpoint.model
    found = []
    for short in (True, False):
        embedded = model.get_input_embeddings()(IDS[:1]).detach().requires_grad_()
        logits = (
            forward(model, None, inputs_embeds=embedded)
            if short
            else model(inputs_embeds=embedded).logits
        )
        found.append(torch.autograd.grad(logits[0, label], embedded)[0].numpy())
    np.testing.assert_allclose(found[0], found[1], atol=1e-5)


@torch.no_grad()
def test_another_network_than_berts_is_read_by_its_own_forward() -> None:
    config = DistilBertConfig(
        vocab_size=60, dim=16, n_layers=1, n_heads=2, hidden_dim=32, dropout=0, attention_dropout=0
    )
    model = DistilBertForSequenceClassification(config)
    assert not reads_first_piece(model)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        expected = model(input_ids=IDS, attention_mask=MASK).logits
        torch.manual_seed(1)
        found = forward(model, MASK, input_ids=IDS)
    torch.testing.assert_close(found, expected)
