"""One pass through the network, without what the classifier never looks at.

BERT's classifier reads the first piece alone, so that the last layer has to work out but
that one; the keys and values of all others remain. The logits are those of the model's
own ``forward``, for a sixth less work with six layers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from transformers import BertForSequenceClassification, PreTrainedModel

from icd9_review.model.folder.label_attention import LabelAttentionModel, NoteNetwork


def forward(model: NoteNetwork, mask: torch.Tensor | None, **inputs: torch.Tensor) -> torch.Tensor:
    """Logits of shape (rows, labels) of ``input_ids`` or ``inputs_embeds``.

    ``mask`` of shape (rows, pieces) is 1 where a piece is one of the text's; None where all
    are. Another network than BERT's is read by its own ``forward``.
    """
    if isinstance(model, LabelAttentionModel):
        return model.attend(mask, **inputs)[0]
    if not reads_first_piece(model):
        logits: torch.Tensor = model(
            attention_mask=mask, **inputs, **_of_its_own(model, inputs)
        ).logits
        return logits
    network: Any = model  # its parts are untyped in transformers
    hidden = network.bert.embeddings(**inputs)
    added = None if mask is None else _out_of_reach(mask, hidden.dtype)
    *before, last = network.bert.encoder.layer
    for layer in before:
        hidden = layer(hidden, added)
    first = _first_piece(last, hidden, added)
    found: torch.Tensor = network.classifier(network.bert.pooler(first))
    return found


def reads_first_piece(model: NoteNetwork) -> bool:
    """Whether the classifier sees one piece of the last layer, in a form that is known here."""
    return type(model) is BertForSequenceClassification and not model.config.is_decoder


def _of_its_own(model: PreTrainedModel, inputs: Mapping[str, torch.Tensor]) -> dict[str, Any]:
    """What a network's ``forward`` makes of ``input_ids`` and forgets for ``inputs_embeds``."""
    if model.config.model_type != "longformer":
        return {}
    (given,) = inputs.values()
    reaching = torch.zeros(given.shape[:2], dtype=torch.long, device=given.device)
    reaching[:, 0] = 1  # the first piece attends to all, and all to it
    return {"global_attention_mask": reaching}


def _out_of_reach(mask: torch.Tensor, kind: torch.dtype) -> torch.Tensor:
    """What is added to attention scores: 0, or the least number where there is padding."""
    return ((1 - mask).to(kind) * torch.finfo(kind).min)[:, None, None, :]


def _first_piece(layer: Any, hidden: torch.Tensor, added: torch.Tensor | None) -> torch.Tensor:
    """What a layer makes of the first piece: (rows, 1, width)."""
    attention = layer.attention.self
    query, key, value = (
        project(rows).unflatten(-1, (attention.num_attention_heads, -1)).transpose(1, 2)
        for project, rows in (
            (attention.query, hidden[:, :1]),
            (attention.key, hidden),
            (attention.value, hidden),
        )
    )
    scores = query @ key.transpose(-1, -2) * attention.scaling
    weights = (scores if added is None else scores + added).softmax(dim=-1)
    mixed = (weights @ value).transpose(1, 2).flatten(2)
    first: torch.Tensor = layer.feed_forward_chunk(layer.attention.output(mixed, hidden[:, :1]))
    return first
