"""Notes meet others of their length, and lie in a batch as the model reads them."""

from __future__ import annotations

import numpy as np

from icd9_review.training.finetune.batches import Collator, Frame, NotesByLength
from icd9_review.training.finetune.dataset import Example

FRAME = Frame(first=2, last=3, padding=0)


def example(targets: list[int], *windows: list[int]) -> Example:
    pieces = tuple(np.array(window, dtype=np.int32) for window in windows)
    return Example(pieces, np.array(targets, dtype=np.int64))


def test_windows_stand_between_the_special_pieces_and_are_padded() -> None:
    pieces, mask = FRAME.tensors([[7, 8, 9], [], [5]])
    assert pieces.tolist() == [[2, 7, 8, 9, 3], [2, 3, 0, 0, 0], [2, 5, 3, 0, 0]]
    assert mask.tolist() == [[1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [1, 1, 1, 0, 0]]


def test_a_batch_has_the_windows_of_all_notes_and_their_numbers() -> None:
    batch = Collator(FRAME, labels=3)([example([1], [7], [8, 9]), example([0, 2], [5])])
    assert next(iter(batch)) == "labels"
    assert batch["labels"].tolist() == [[0, 1, 0], [1, 0, 1]]
    assert batch["windows"].tolist() == [2, 1]
    assert batch["input_ids"].shape == (3, 4)


def test_every_note_comes_once_an_epoch_in_an_order_of_its_own() -> None:
    sampler = NotesByLength(list(range(40)), batch=4, seed=9)
    first = list(sampler)
    assert sorted(first) == list(range(40))
    assert first == list(sampler)
    sampler.set_epoch(1)
    second = list(sampler)
    assert sorted(second) == list(range(40))
    assert second != first
    assert list(NotesByLength(list(range(40)), batch=4, seed=10)) != first


def test_notes_of_like_length_meet() -> None:
    lengths = [10, 500] * 100
    order = list(NotesByLength(lengths, batch=4, seed=9))
    batches = [{lengths[note] for note in order[i : i + 4]} for i in range(0, 200, 4)]
    assert sum(len(batch) == 1 for batch in batches) > 40
