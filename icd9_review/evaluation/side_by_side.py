"""Two models on the same notes: what the second finds, misses and gets wrong otherwise.

Both know the same codes. Beside the scoring rule's figures stands how far their explanations are
faithful, normalised so that two models can be compared (``explanations.normalised``), of the same
codes in the same notes: those that both suggested rightly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from icd9_review.codes.table import title
from icd9_review.errors import InputError
from icd9_review.evaluation.explanations.explanation_figures import NormalisedFaithfulness
from icd9_review.evaluation.explanations.normalised import FoundCode, measure_normalised
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.readings import Readings, read_notes
from icd9_review.evaluation.rule import RuleFigures, count_each, rule_figures
from icd9_review.model.folder.labels import kind_of
from icd9_review.model.reading.scorer import load_scorer
from icd9_review.statistics.intervals import BOOTSTRAP_DRAWS, Bootstrap


@dataclass(frozen=True, slots=True)
class CodeTally:
    """In how many notes a code was found, missed, and suggested though it was wrong."""

    found: int
    missed: int
    wrong: int


@dataclass(frozen=True, slots=True)
class CodeChange:
    """What became of one code between two models."""

    code: str
    title: str | None
    before: CodeTally
    after: CodeTally

    @property
    def gain(self) -> int:
        """Right decisions that the second model has more than the first."""
        found = self.after.found - self.before.found
        return found - (self.after.wrong - self.before.wrong)


@dataclass(frozen=True, slots=True)
class MeasuredModel:
    """A model's figures on the notes; no explanations where both found no code rightly."""

    name: str
    version: str
    rule: RuleFigures
    explanations: NormalisedFaithfulness | None


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two models on the same notes; ``codes`` are those of which anything changed, most first."""

    notes: int
    before: MeasuredModel
    after: MeasuredModel
    codes: tuple[CodeChange, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON; what is not a finite number is None."""
        found: dict[str, Any] = _plain(asdict(self))
        return found


def measure_beside(
    before: Path,
    after: Path,
    notes: Sequence[LabelledNote],
    *,
    explained: int = 20,
    draws: int = BOOTSTRAP_DRAWS,
    seed: int = 9,  # any number would do
) -> SideBySide:
    """Read the notes with both model folders and compare; ``explained`` codes by lot at most.

    Raises InputError where the models do not know the same codes, CorpusError for notes that cannot
    be read.
    """
    scorers = [load_scorer(folder) for folder in (before, after)]
    if scorers[0].labels != scorers[1].labels:
        raise InputError(f"{before} and {after} know other codes; compare models with the same")
    readings = [read_notes(scorer, notes) for scorer in scorers]
    bootstrap = Bootstrap(draws, seed)
    both = _found_by_both(*readings)
    chosen = _draw(both, explained, seed)
    measured = [
        MeasuredModel(
            name=scorer.predictor.version.name,
            version=scorer.predictor.version.version,
            rule=_rule(held, bootstrap),
            explanations=measure_normalised(scorer.predictor, notes, chosen, bootstrap)
            if chosen
            else None,
        )
        for scorer, held in zip(scorers, readings, strict=True)
    ]
    return SideBySide(len(notes), measured[0], measured[1], _changes(*readings))


def _rule(readings: Readings, bootstrap: Bootstrap) -> RuleFigures:
    counts = count_each(readings.notes, readings.suggested_codes, readings.codes)
    return rule_figures(counts, bootstrap)


def _found_by_both(before: Readings, after: Readings) -> list[FoundCode]:
    right = before.suggested & before.truth & after.suggested & after.truth
    return [FoundCode(int(row), before.codes[column]) for row, column in np.argwhere(right)]


def _draw(found: Sequence[FoundCode], most: int, seed: int) -> list[FoundCode]:
    if most >= len(found):
        return list(found)
    places = np.random.default_rng(seed).choice(len(found), most, replace=False)
    return [found[place] for place in sorted(places.tolist())]


def _changes(before: Readings, after: Readings) -> tuple[CodeChange, ...]:
    first, second = (_tallies(each) for each in (before, after))
    changed = [
        CodeChange(code, _title(code), *pair)
        for code, *pair in zip(before.codes, first, second, strict=True)
        if pair[0] != pair[1]
    ]
    return tuple(sorted(changed, key=lambda each: (-abs(each.gain), -each.gain, each.code)))


def _tallies(readings: Readings) -> Iterator[CodeTally]:
    suggested, truth = readings.suggested & ~readings.mask, readings.truth
    found, missed = (suggested & truth).sum(0), (truth & ~suggested).sum(0)
    wrong = (suggested & ~truth).sum(0)
    for each in zip(found.tolist(), missed.tolist(), wrong.tolist(), strict=True):
        yield CodeTally(*each)


def _title(code: str) -> str | None:
    kind = kind_of(code)
    return None if kind is None else title(kind, code)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
