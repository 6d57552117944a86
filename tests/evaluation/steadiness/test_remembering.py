"""What was read once is not read again, whatever it is padded to."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from icd9_review.evaluation.steadiness import remembering
from icd9_review.evaluation.steadiness.remembering import Remembering
from icd9_review.model.reading.backends import Attended, Pieces


class Counting:
    """Gives each row the sum of its pieces, and keeps how many rows it was asked for."""

    name = "counting"

    def __init__(self) -> None:
        self.asked: list[int] = []

    def logits(self, ids: Pieces, mask: Pieces) -> npt.NDArray[np.float32]:
        self.asked.append(len(ids))
        sums: npt.NDArray[np.float32] = (ids * mask).sum(axis=1, keepdims=True).astype(np.float32)
        return sums

    def attended(self, ids: Pieces, mask: Pieces) -> Attended:
        logits = self.logits(ids, mask)
        return logits, np.zeros_like(logits, dtype=np.int64)


def rows(*texts: list[int]) -> tuple[Pieces, Pieces]:
    longest = max(map(len, texts))
    ids = np.array([[*text, *[0] * (longest - len(text))] for text in texts], dtype=np.int64)
    return ids, np.array([[1] * len(t) + [0] * (longest - len(t)) for t in texts], dtype=np.int64)


def test_rows_are_read_once_however_they_are_padded() -> None:
    counting = Counting()
    backend = Remembering(counting)
    assert backend.logits(*rows([1, 2], [3])).tolist() == [[3.0], [3.0]]
    assert backend.logits(*rows([3], [4, 5, 6], [1, 2])).tolist() == [[3.0], [15.0], [3.0]]
    assert counting.asked == [2, 1]


def test_it_forgets_before_it_holds_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "_MOST", 2)
    counting = Counting()
    backend = Remembering(counting)
    backend.logits(*rows([1], [2]))
    assert backend.logits(*rows([2], [3])).tolist() == [[2.0], [3.0]]
    assert counting.asked == [2, 2]


def test_notes_that_are_read_whole_are_asked_for_each_time() -> None:
    counting = Counting()
    for _ in range(2):
        logits, windows = Remembering(counting).attended(*rows([1, 2], [3]))
        assert logits.tolist() == [[3], [3]]
        assert windows.tolist() == [[0], [0]]
    assert counting.asked == [2, 2]
