"""How figures change from rare codes to frequent ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.statistics.metrics import PairCounts

_NEVER = "0"
# The bounds of figures published on MIMIC-III (PLM-CA, CoLa-ICD).
_BUCKETS = ((0, _NEVER), (10, "1-10"), (50, "11-50"), (100, "51-100"), (500, "101-500"))
_MOST = ">500"
BUCKET_NAMES = (*(name for _, name in _BUCKETS), _MOST)
"""The buckets, rarest first."""


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often each code of a label space was positive; ``counted_in`` says in words in what."""

    counts: tuple[int, ...]
    counted_in: str


@dataclass(frozen=True, slots=True)
class Bucket:
    """Codes that are about as frequent: micro figures over them, and the mean of their F1."""

    bucket: str
    codes: int
    positives: int
    precision: float
    recall: float
    f1: float
    macro_f1: float


def measure_rarity(codes: PairCounts, frequency: Sequence[int] | None) -> tuple[Bucket, ...]:
    """The buckets that hold codes, rarest first.

    ``codes`` holds the counts of every code, ``frequency`` how often each was positive in
    training. Without it the measured notes say so, and codes that are never true in them,
    of which nothing can be found, are in no bucket.
    """
    names = [bucket_of(n) for n in (codes.positives.tolist() if frequency is None else frequency)]
    order = [name for name in BUCKET_NAMES if frequency is not None or name != _NEVER]
    return tuple(
        _bucket(name, codes, np.array([other == name for other in names]))
        for name in order
        if name in names
    )


def bucket_of(count: int) -> str:
    """The bucket of a code with so many positives."""
    return next((name for most, name in _BUCKETS if count <= most), _MOST)


def count_codes(notes: Iterable[LabelledNote], codes: Sequence[str]) -> tuple[int, ...]:
    """In how many notes a core label allows each code."""
    found = Counter(
        code
        for note in notes
        for code in {
            code for label in note.labels if label.status == "core" for code in label.any_of
        }
    )
    return tuple(found[code] for code in codes)


def _bucket(name: str, codes: PairCounts, chosen: npt.NDArray[np.bool_]) -> Bucket:
    some = codes.of(chosen)
    total = some.total()
    return Bucket(
        bucket=name,
        codes=int(chosen.sum()),
        positives=int(total.positives[0]),
        precision=float(total.precision[0]),
        recall=float(total.recall[0]),
        f1=float(total.f1[0]),
        macro_f1=float(some.f1.mean()),
    )
