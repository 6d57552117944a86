"""Notes on their way to the device: which meet in a batch, and how their windows lie in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.utils.data import Sampler
from transformers import trainer_pt_utils

from icd9_review.training.finetune.dataset import Example


@dataclass(frozen=True, slots=True)
class Frame:
    """Puts windows between the special pieces and pads them; the numbers are the tokenizer's."""

    first: int
    last: int
    padding: int

    def tensors(self, windows: Sequence[Any]) -> tuple[torch.Tensor, torch.Tensor]:
        """Pieces and attention mask, both of shape (windows, longest + 2)."""
        width = max(len(window) for window in windows) + 2
        pieces = torch.full((len(windows), width), self.padding)
        mask = torch.zeros((len(windows), width), dtype=torch.long)
        for row, window in enumerate(windows):
            beyond = len(window) + 1
            pieces[row, 0], pieces[row, beyond] = self.first, self.last
            pieces[row, 1:beyond] = torch.from_numpy(np.asarray(window, dtype=np.int64))
            mask[row, : beyond + 1] = 1
        return pieces, mask


@dataclass(frozen=True, slots=True)
class Collator:
    """A batch of notes: their windows side by side, and how many each note has."""

    frame: Frame
    labels: int

    def __call__(self, notes: Sequence[Example]) -> dict[str, torch.Tensor]:
        """``labels`` (notes, labels) come first: the Trainer takes its size for the batch's."""
        targets = torch.zeros((len(notes), self.labels))
        for row, note in enumerate(notes):
            targets[row, torch.from_numpy(note.targets)] = 1
        pieces, mask = self.frame.tensors([window for note in notes for window in note.windows])
        counts = torch.tensor([len(note.windows) for note in notes])
        return {"labels": targets, "windows": counts, "input_ids": pieces, "attention_mask": mask}


class NotesByLength(Sampler[int]):
    """Every note once an epoch, notes of like length near each other.

    The order comes from seed and epoch alone, so a resumed epoch goes on with the notes that
    it had not come to.
    """

    def __init__(self, lengths: list[int], batch: int, seed: int) -> None:
        self._lengths = lengths
        self._batch = batch
        self._seed = seed
        self._epoch = 0

    def __len__(self) -> int:
        return len(self._lengths)

    def set_epoch(self, epoch: int) -> None:
        """Called by the Trainer before every epoch."""
        self._epoch = epoch

    def __iter__(self) -> Iterator[int]:
        generator = torch.Generator().manual_seed(self._seed + self._epoch)
        grouping: Any = trainer_pt_utils.get_length_grouped_indices  # untyped in transformers
        order: list[int] = grouping(self._lengths, self._batch, generator=generator)
        return iter(order)
