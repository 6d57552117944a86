"""The notes that are read: of the reference data where there are any, else the program's own."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from icd9_review.model.reading.predictor import Predictor
from icd9_review.notes import demonstration_encounters

_FILE = Path("notes") / "mtsamples_dev.jsonl.gz"
_LINES = 20  # of a generated note; by judgement
MOST_PIECES = 510
"""What the stock way reads of a note: 512 pieces with the two special ones."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Notes of at most MOST_PIECES word pieces, and where they come from."""

    source: str
    texts: tuple[str, ...]


def read_texts(predictor: Predictor, count: int, reference: Path | None) -> Texts:
    """The first ``count`` notes that are short enough as they are."""
    file = None if reference is None else reference / _FILE
    if file is not None and file.is_file():
        found = _fitting(predictor, _lines(file), count)
        return Texts(f"{len(found)} transcriptions of MTSamples", found)
    found = _fitting(predictor, _generated(), count)
    return Texts(f"{len(found)} notes made of the demonstration's", found)


def _lines(file: Path) -> Iterator[str]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def _generated() -> Iterator[str]:
    """Twenty lines of the demonstration notes, from another line each time, without end."""
    notes = [note.text for _, held in demonstration_encounters() for note in held]
    first = 0
    while True:
        for text in notes:
            lines = text.splitlines(keepends=True)
            begin = first % len(lines)
            yield "".join(lines[begin : begin + _LINES])
        first += 3


def _fitting(predictor: Predictor, texts: Iterable[str], count: int) -> tuple[str, ...]:
    found: list[str] = []
    for text in texts:
        if len(found) == count:
            break
        offsets = predictor.checkpoint.tokenizer.encode(text, add_special_tokens=False).offsets
        if 0 < len(offsets) <= MOST_PIECES:
            found.append(text)
    return tuple(found)
