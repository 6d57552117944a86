"""In how many read notes of its training the embedded model met each code, for examples.json."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from icd9_review.training.default.labels import label_codes
from icd9_review.training.default.sources import SourceNote, note_counts
from icd9_review.training.folder import write_json

_SPLIT = (
    "{notes:,} MTSamples notes labelled by a language model acting as a coder; phrases, written "
    "passages and CodiEsp are not counted"
)


def write_examples(folder: Path, read: Collection[SourceNote]) -> None:
    """Count the read notes in which each code is present, and write examples.json.

    Without read notes there is none: of phrases and written passages no code has an example.
    """
    if not read:
        (folder / "examples.json").unlink(missing_ok=True)
        return
    counts = note_counts(read)
    notes = {code: counts[code] for code in label_codes()}
    write_json(folder / "examples.json", {"notes": notes, "split": _SPLIT.format(notes=len(read))})
