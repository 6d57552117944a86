"""A head that reads a whole note: every code attends to the pieces that matter to it.

Vu, Nguyen and Nguyen, A Label Attention Model for ICD Coding from Clinical Text, IJCAI 2020
(LAAT), on a pretrained encoder as in Huang, Tsai and Chen, PLM-ICD, ClinicalNLP 2022: a note is
cut in windows, the encoder reads each by itself, and the head attends to the pieces of all of
them together. With the hidden state h of a piece, its weight for a code is the softmax over all
pieces of ``u · tanh(W h)``, and the logit of the code is ``w · (sum of weight x h) + b``, with a
u, w and b of its own.

A folder that has it names it in config.json (``icd9_review_head``). Its encoder is one of
transformers, its tensors lie beside the encoder's, and nothing of the folder is run.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, TypeAlias

import torch
from safetensors.torch import save_file
from torch.nn.functional import pad
from torch.nn.utils.rnn import pad_sequence
from torch.utils.checkpoint import checkpoint
from transformers import PreTrainedModel
from transformers.modeling_outputs import SequenceClassifierOutput

from icd9_review.model.folder.files import HEAD_FIELD, LABEL_ATTENTION, WEIGHTS

PREFIX: Final = "label_attention."
"""What the names of the head's tensors begin with."""

_SPREAD = 0.03  # of new weights, as the authors of LAAT begin
_AT_ONCE = 8192  # pieces that the encoder keeps in memory for a way back; by judgement


class LabelAttention(torch.nn.Module):
    """The head alone: from hidden states to logits, and where each code looked."""

    def __init__(self, width: int, labels: int) -> None:
        super().__init__()
        self.project = torch.nn.Linear(width, width, bias=False)
        self.attend = torch.nn.Linear(width, labels, bias=False)
        self.output = torch.nn.Linear(width, labels)
        for layer in (self.project, self.attend, self.output):
            torch.nn.init.normal_(layer.weight, std=_SPREAD)
        torch.nn.init.zeros_(self.output.bias)

    def forward(
        self, hidden: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits (rows, labels) and weights (rows, labels, pieces) of hidden states.

        ``hidden`` is (rows, pieces, width), ``mask`` (rows, pieces) 1 where a piece is one of the
        row's; each row has one at least.
        """
        scores = self.attend(torch.tanh(self.project(hidden))).transpose(1, 2).float()
        least = torch.finfo(scores.dtype).min
        weights = scores.masked_fill(mask[:, None, :] == 0, least).softmax(dim=-1)
        seen = weights.to(hidden.dtype) @ hidden
        return (seen * self.output.weight).sum(dim=-1) + self.output.bias, weights


class LabelAttentionModel(torch.nn.Module):
    """An encoder of transformers with label attention over the windows of a note.

    ``window`` is the length of a window in pieces, the special ones included: a row of pieces is
    read as windows of it, one behind the other, the last of them shorter.
    """

    def __init__(self, encoder: PreTrainedModel, labels: int, window: int) -> None:
        super().__init__()
        if hasattr(encoder, "pooler"):
            unused: Any = encoder
            unused.pooler = None  # of the first piece alone, which nobody looks at
        self.encoder = encoder
        self.label_attention = LabelAttention(encoder.config.hidden_size, labels)
        self.window = window

    @property
    def config(self) -> Any:
        """The encoder's configuration."""
        return self.encoder.config

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.encoder.device

    def get_input_embeddings(self) -> torch.nn.Module:
        """The encoder's table of word piece embeddings."""
        found: torch.nn.Module = self.encoder.get_input_embeddings()
        return found

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, windows: torch.Tensor
    ) -> SequenceClassifierOutput:
        """Logits (notes, labels) of windows side by side, ``windows`` of each note.

        Pieces and mask are (all windows, pieces).
        """
        hidden = self._encode(attention_mask, input_ids=input_ids)
        counts = windows.tolist()
        states, masks = (
            pad_sequence(
                [part.flatten(0, 1) for part in torch.split(each, counts)], batch_first=True
            )
            for each in (hidden, attention_mask)
        )
        return SequenceClassifierOutput(logits=self.label_attention(states, masks)[0])

    def attend(
        self, mask: torch.Tensor | None, **inputs: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits (rows, labels), and the window that has most of a code's weight, of rows.

        ``inputs`` are ``input_ids`` (rows, pieces) or ``inputs_embeds``, each row the framed
        windows of a note; ``mask`` is 1 where a piece is one of the row's, None where all are.
        """
        ((name, given),) = inputs.items()
        if mask is None:
            mask = torch.ones(given.shape[:2], dtype=torch.long, device=given.device)
        if given.shape[1] <= self.window:
            logits, weights = self.label_attention(self._encode(mask, **inputs), mask)
            return logits, torch.zeros_like(weights[..., 0], dtype=torch.long)
        if missing := -given.shape[1] % self.window:
            beside = (0, 0) * (given.dim() - 2)
            given, mask = pad(given, (*beside, 0, missing)), pad(mask, (0, missing))
        apart = given.reshape(-1, self.window, *given.shape[2:])
        hidden = self._encode(mask.reshape(-1, self.window), **{name: apart})
        logits, weights = self.label_attention(
            hidden.reshape(given.shape[0], -1, hidden.shape[-1]), mask
        )
        return logits, weights.unflatten(-1, (-1, self.window)).sum(dim=-1).argmax(dim=-1)

    def _encode(self, mask: torch.Tensor, **inputs: torch.Tensor) -> torch.Tensor:
        """Hidden states (windows, pieces, width); what is kept for a way back is bounded."""
        # Where all is padding attention would divide by nothing: the first piece stays in sight.
        seen = torch.cat([torch.ones_like(mask[:, :1]), mask[:, 1:]], dim=1)
        ((name, given),) = inputs.items()
        if given.shape[0] * given.shape[1] <= _AT_ONCE:
            return self._hidden(name, given, seen)
        size = max(1, _AT_ONCE // given.shape[1])
        parts = zip(torch.split(given, size), torch.split(seen, size), strict=True)
        if not torch.is_grad_enabled():
            return torch.cat([self._hidden(name, *part) for part in parts])
        kept = [checkpoint(self._hidden, name, *part, use_reentrant=False) for part in parts]
        return torch.cat(kept)

    def _hidden(self, name: str, given: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.encoder(attention_mask=seen, **{name: given})[0]
        return found

    def save_pretrained(self, folder: Path | str) -> None:
        """config.json and the weights, the encoder's under the names that transformers gives."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        config = {**self.config.to_dict(), HEAD_FIELD: LABEL_ATTENTION}
        config["architectures"] = [type(self.encoder).__name__]
        (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")
        tensors = {
            _written(name, self.encoder.base_model_prefix): tensor.detach().contiguous()
            for name, tensor in self.state_dict().items()
        }
        save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})


def _written(name: str, prefix: str) -> str:
    return name if name.startswith(PREFIX) else f"{prefix}.{name.removeprefix('encoder.')}"


NoteNetwork: TypeAlias = PreTrainedModel | LabelAttentionModel
"""What reads a folder's notes."""
