"""A window as a function of which of its words are there: the model reads it without the others.

Words go with all their pieces and what is left closes up, as in ``deletion``, which says
why. This is the forward function of what Captum tries out word by word.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch.nn.utils.rnn import pad_sequence

from icd9_review.model.explaining.embeddings import EmbeddingReader, Logits
from icd9_review.model.explaining.window_method import ExplainedWindow


class MaskedWindow:
    """Called with a mask of words (rows, words), 1 where a word is there, it gives logits."""

    def __init__(self, reader: EmbeddingReader, window: ExplainedWindow) -> None:
        self._reader = reader
        self._path = window.path
        self._words = torch.tensor(
            [n for n, word in enumerate(window.words) for _ in range(word.first, word.beyond)],
            dtype=torch.long,
        )

    def __call__(self, there: torch.Tensor) -> torch.Tensor:
        """Logits (rows, labels) in double precision; each row is read by itself."""
        pieces = there.to(torch.bool).cpu()[:, self._words]
        rows = [self._reader.framed(self._path, row.nonzero()[:, 0].tolist()) for row in pieces]
        batches = self._reader.batches(rows, self._path.length)
        return torch.from_numpy(np.concatenate([self._read(batch) for batch in batches]))

    def _read(self, rows: Sequence[torch.Tensor]) -> Logits:
        mask = pad_sequence([torch.ones(len(row)) for row in rows], batch_first=True)
        embedded = pad_sequence(list(rows), batch_first=True)
        whole = bool(mask.all())
        return self._reader.logits(embedded, None if whole else mask.to(embedded.device))
