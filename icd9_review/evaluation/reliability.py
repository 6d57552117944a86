"""How often displayed probabilities hold: reliability.json of a model folder.

The bins of ``calibration.reliability``, joined until each has enough pairs to say something.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from icd9_review.errors import CorpusError, ModelFolderError
from icd9_review.evaluation.labelled.sources import LabelSource, read_source
from icd9_review.evaluation.readings import Readings, of_kind, read_notes
from icd9_review.model.folder.declarations import RELIABILITY
from icd9_review.model.folder.files import model_version
from icd9_review.model.reading.scorer import load_scorer
from icd9_review.statistics.calibration import Bin, reliability_bins
from icd9_review.values import Kind, Reliability, ReliabilityBin

FEWEST_FOR_A_CODE = 10
"""Notes in which a code must be right to get bins of its own; by judgement."""
FEWEST_PAIRS = 10
"""In one bin; there are fewer only where there are fewer in all; by judgement."""

_ALL_BINS = 10  # of 0.1 (docs/model-folder.md); by judgement
_CODE_BINS = 5  # of 0.2, since a single code has few pairs; by judgement
_DIGITS = 6  # after the point in the file

_Floats = npt.NDArray[np.floating]
_Bools = npt.NDArray[np.bool_]


def measure_reliability(
    probabilities: _Floats,
    truth: _Bools,
    codes: Sequence[str],
    split: str,
    mask: _Bools | None = None,
) -> Reliability:
    """Bins of all codes together, and of each with FEWEST_FOR_A_CODE.

    A code whose pairs end in one bin is left out: its share would be told of any probability.
    ``probabilities`` as people see them, all matrices of shape (notes, codes); pairs that are
    true in ``mask`` are left out. Raises CorpusError where that leaves none.
    """
    hidden = np.zeros(truth.shape, dtype=np.bool_) if mask is None else mask
    if hidden.all():
        raise CorpusError("there is no pair of note and code to measure probabilities on")
    enough = np.flatnonzero((truth & ~hidden).sum(axis=0) >= FEWEST_FOR_A_CODE)
    each = {
        codes[at]: _joined(
            reliability_bins(probabilities[:, at], truth[:, at], _CODE_BINS, hidden[:, at])
        )
        for at in enough.tolist()
    }
    return Reliability(
        codes={code: bins for code, bins in each.items() if len(bins) > 1},
        all=_joined(reliability_bins(probabilities, truth, _ALL_BINS, hidden)),
        split=split,
    )


def measure_readings(readings: Readings, split: str) -> Reliability:
    """The same of what was read, calibrated where the model is."""
    return measure_reliability(readings.shown, readings.truth, readings.codes, split, readings.mask)


def read_and_measure(
    folder: Path,
    data: Path,
    split: str | None = None,
    name: str | None = None,
    kind: Kind | None = None,
) -> Reliability:
    """Read the labelled notes of a file with a model folder and measure its probabilities.

    ``name`` says to people what the notes are, ``kind`` is that of all their labels where they
    were labelled with codes of one kind only. Raises ModelFolderError for the folder and
    CorpusError for the file.
    """
    scorer = load_scorer(folder)
    readings = of_kind(read_notes(scorer, read_source(LabelSource(data, split))), kind)
    where = f"split {split} of {data.name}" if split else data.name
    return measure_readings(readings, f"{len(readings.notes):,} notes: {name or where}")


def write_reliability(folder: Path, found: Reliability) -> None:
    """Write reliability.json whole or not at all, for the folder's version as it is now.

    Raises ModelFolderError where it cannot be written.
    """
    held = asdict(found)
    parts = {part: held[part] for part in ("split", "all", "codes")}
    content = {"model_version": model_version(folder), **parts}
    draft = folder / f".{RELIABILITY}.draft"
    try:
        draft.write_text(json.dumps(content, indent=2, allow_nan=False) + "\n", encoding="utf-8")
        draft.replace(folder / RELIABILITY)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ModelFolderError(
            f"{folder / RELIABILITY} cannot be written: {error.strerror}"
        ) from None


def _joined(bins: Sequence[Bin]) -> tuple[ReliabilityBin, ...]:
    """Bins with enough pairs each: the one with the fewest joins its emptier neighbour.

    So the few pairs with high probabilities do not drown among the many near 0.
    """
    groups = [[each] for each in bins]
    while len(groups) > 1:
        counts = [_count(group) for group in groups]
        least = counts.index(min(counts))
        if counts[least] >= FEWEST_PAIRS:
            break
        beside = [at for at in (least + 1, least - 1) if 0 <= at < len(groups)]
        first = min(least, min(beside, key=counts.__getitem__))
        groups[first : first + 2] = [groups[first] + groups[first + 1]]
    return tuple(_whole(group) for group in groups)


def _count(bins: Sequence[Bin]) -> int:
    return sum(each.count for each in bins)


def _whole(bins: Sequence[Bin]) -> ReliabilityBin:
    low, high, count = bins[0].low, bins[-1].high, _count(bins)
    held = [each for each in bins if each.count]
    mean = sum(each.count * each.mean_probability for each in held) / count
    positives = sum(each.count * each.share_positive for each in held)
    return ReliabilityBin(
        low,
        high,
        count,
        mean=min(max(round(mean, _DIGITS), low), high),
        observed=min(round(positives / count, _DIGITS), 1.0),
    )
