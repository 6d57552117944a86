"""Coded notes for training: read one at a time from the corpus, cut into windows on disk.

The corpus can be larger than memory, so a split keeps only where its lines start. The
windows' word pieces are the notes in another form and are kept as closely: in files that
only their owner may read, below the output folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer
from torch.utils.data import Dataset

from icd9_review.arrays import Integers
from icd9_review.errors import CorpusError
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote, read_labelled
from icd9_review.model.folder.declarations import Windows
from icd9_review.model.reading.windows import cut_windows

_PIECE = np.dtype(np.int32)


@dataclass(frozen=True, slots=True)
class Split:
    """Notes of one split of a corpus; ``targets`` are the label numbers of each note."""

    path: Path
    offsets: tuple[int, ...]
    targets: tuple[Integers, ...]

    def __len__(self) -> int:
        return len(self.offsets)

    def texts(self) -> Iterator[str]:
        """The notes' texts in order, one in memory at a time."""
        with self.path.open("rb") as file:
            for offset in self.offsets:
                file.seek(offset)
                text: str = json.loads(file.readline())["text"]
                yield text

    def truth(self, labels: int) -> npt.NDArray[np.bool_]:
        """Which label each note has, of shape (notes, labels)."""
        table = np.zeros((len(self), labels), dtype=np.bool_)
        for row, targets in enumerate(self.targets):
            table[row, targets] = True
        return table

    def counts(self, labels: int) -> list[int]:
        """In how many notes each label stands."""
        held = np.concatenate([*self.targets, np.empty(0, dtype=np.int64)])
        return [int(count) for count in np.bincount(held, minlength=labels)]

    def shares(self, labels: int) -> list[float]:
        """The share of the notes in which each label stands."""
        return [count / len(self) for count in self.counts(labels)]


def read_corpus(path: Path, labels: Sequence[str], names: Iterable[str]) -> tuple[Split, ...]:
    """The named splits of a corpus, in one pass over its lines.

    A note's targets are the codes of its core labels that the model will know. Raises
    CorpusError for a line that is not of the form, and for a split without notes or codes.
    """
    index = {label: number for number, label in enumerate(labels)}
    found: dict[str, tuple[list[int], list[Integers]]] = {name: ([], []) for name in names}
    for note, offset in zip(read_labelled(path), _offsets(path), strict=True):
        if note.split in found:
            offsets, targets = found[note.split]
            offsets.append(offset)
            targets.append(_targets(note, index))
    for name, (_, targets) in found.items():
        if not sum(map(len, targets)):
            raise CorpusError(
                f"{path}: the split {name!r} has {len(targets):,} notes and none of the "
                f"{len(labels):,} codes to learn; check --splits and --labels"
            )
    return tuple(Split(path, tuple(o), tuple(t)) for o, t in found.values())


def _offsets(path: Path) -> Iterator[int]:
    with path.open("rb") as file:
        offset = 0
        for line in file:
            if line.strip():
                yield offset
            offset += len(line)


def _targets(note: LabelledNote, index: dict[str, int]) -> Integers:
    codes = {code for label in note.labels if label.status == "core" for code in label.any_of}
    return np.array(sorted(index[code] for code in codes if code in index), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Example:
    """The word pieces of a note's windows, without the special ones, and its label numbers."""

    windows: tuple[npt.NDArray[np.int32], ...]
    targets: Integers


class WindowedNotes(Dataset[Example]):
    """The notes of a split as windows, read from disk when they are asked for."""

    def __init__(self, stem: Path, split: Split) -> None:
        with np.load(stem.with_suffix(".npz")) as held:
            self._ends, self._windows = held["ends"], held["windows"]
        self._first = np.cumsum(self._windows) - self._windows
        pieces = stem.with_suffix(".pieces")
        # A file without bytes cannot be mapped; a split of notes without word pieces has one.
        self._pieces = (
            np.memmap(pieces, _PIECE, "r") if pieces.stat().st_size else np.empty(0, _PIECE)
        )
        self._targets = split.targets

    def __len__(self) -> int:
        return len(self._targets)

    def __getitem__(self, note: int) -> Example:
        windows = range(self._first[note], self._first[note] + self._windows[note])
        return Example(
            tuple(self._pieces[self._start(i) : self._ends[i]] for i in windows),
            self._targets[note],
        )

    def _start(self, window: int) -> int:
        return int(self._ends[window - 1]) if window else 0

    def lengths(self) -> list[int]:
        """Word pieces of each note's windows together, by which notes of like length meet."""
        beyond = self._first + self._windows
        starts = [self._start(int(first)) for first in self._first]
        return [int(self._ends[b - 1]) - start for b, start in zip(beyond, starts, strict=True)]


def window_notes(
    split: Split, stem: Path, tokenizer: Tokenizer, windows: Windows, limit: int, texts: Any = None
) -> WindowedNotes:
    """Cut the notes of a split once; a finished cut is read again.

    Where a note has more windows than ``limit``, as many are taken evenly from its first to its
    last. ``texts`` stands for ``split.texts()``, for a progress bar around it.
    """
    finished = stem.with_suffix(".npz")
    if not finished.is_file():
        stem.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        ends: list[int] = []
        counts: list[int] = []
        with stem.with_suffix(".pieces").open("wb") as file:
            for text in split.texts() if texts is None else texts:
                passages = cut_windows(text, tokenizer, windows)
                chosen = spread(len(passages), limit)
                for number in chosen:
                    pieces = np.array(passages[number].pieces, dtype=_PIECE)
                    file.write(pieces.tobytes())
                    ends.append((ends[-1] if ends else 0) + len(pieces))
                counts.append(len(chosen))
        draft = stem.with_suffix(".draft.npz")
        np.savez(draft, ends=np.array(ends), windows=np.array(counts))
        draft.rename(finished)
    return WindowedNotes(stem, split)


def spread(windows: int, limit: int) -> tuple[int, ...]:
    """At most ``limit`` of so many windows, evenly from the first to the last."""
    if windows <= limit:
        return tuple(range(windows))
    if limit == 1:
        return (0,)
    return tuple(round(place * (windows - 1) / (limit - 1)) for place in range(limit))
