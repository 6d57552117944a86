"""What an evaluation holds, and how evaluation.json writes it.

The names of the fields are the keys of the file. What each figure means is in
docs/evaluation.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields, is_dataclass

from icd9_review.evaluation.all_codes import AllCodes
from icd9_review.evaluation.certainty import CertaintyFigures
from icd9_review.evaluation.groups import Group
from icd9_review.evaluation.pairs import CueFigures
from icd9_review.evaluation.rarity import Bucket
from icd9_review.evaluation.rule import RuleFigures
from icd9_review.evaluation.steadiness.steadiness_figures import SteadinessFigures
from icd9_review.statistics.calibration import Bin
from icd9_review.statistics.intervals import Interval
from icd9_review.statistics.ranking import CurvePoint
from icd9_review.values import Kind

FORMAT = 1
"""Raised when a key changes its meaning or goes."""


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What was measured; ``own_thresholds`` counts the codes that have one of their own."""

    name: str
    version: str
    codes: int
    global_threshold: float
    own_thresholds: int
    calibrated: bool


@dataclass(frozen=True, slots=True)
class DataFacts:
    """What it was measured on; ``labelled_by`` says in words who labelled the notes.

    ``kind`` is the kind of codes that they were labelled with, None for both.
    """

    file: str
    sha256: str
    split: str | None
    notes: int
    labelled_by: str | None
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Micro:
    """Over all pairs of note and code together."""

    precision: Interval
    recall: Interval
    f1: Interval
    auc: float


@dataclass(frozen=True, slots=True)
class Macro:
    """Means over codes; ``auc`` over the ``auc_codes`` that have both classes."""

    codes: int
    precision: float
    recall: float
    f1: float
    auc: float
    auc_codes: int


@dataclass(frozen=True, slots=True)
class LevelFigures:
    """Figures over codes, or over their three-digit categories; ``codes`` counts them."""

    codes: int
    micro: Micro
    macro: Macro
    macro_supported: Macro


@dataclass(frozen=True, slots=True)
class CalibrationFigures:
    """Expected calibration error of raw and calibrated probabilities, and their diagrams."""

    ece_before: float
    ece_after: float | None
    bins_before: tuple[Bin, ...]
    bins_after: tuple[Bin, ...] | None


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One code of the label space; ``positives`` and ``predicted`` are notes."""

    code: str
    title: str | None
    positives: int
    predicted: int
    threshold: float
    precision: float
    recall: float
    f1: float
    auc: float


@dataclass(frozen=True, slots=True)
class Extras:
    """What the caller measured beside the model's own figures."""

    yardsticks: Mapping[str, RuleFigures] = field(default_factory=dict)
    pairs: Mapping[str, CueFigures] | None = None
    explanations: Mapping[str, object] | None = None
    pairs_held_out: Mapping[str, CueFigures] | None = None
    steadiness: SteadinessFigures | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures of a model; ``to_json`` has them under the names of these fields.

    Files of older versions lack the fields that have a default.
    """

    model: ModelFacts
    data: DataFacts
    rule: RuleFigures
    micro: Micro
    macro: Macro
    macro_supported: Macro
    ranking: Mapping[str, Interval]
    by_note: Mapping[str, Interval]
    three_digit: LevelFigures
    calibration: CalibrationFigures
    rarity: tuple[Bucket, ...]
    per_code: tuple[CodeRow, ...]
    groups: tuple[Group, ...]
    curve: tuple[CurvePoint, ...]
    yardsticks: Mapping[str, RuleFigures]
    pairs: Mapping[str, CueFigures] | None
    explanations: Mapping[str, object] | None
    all_codes: AllCodes | None = None
    certainty: CertaintyFigures | None = None
    pairs_held_out: Mapping[str, CueFigures] | None = None
    steadiness: SteadinessFigures | None = None

    def to_json(self) -> dict[str, object]:
        """As evaluation.json holds it; what is not defined (NaN) is null."""
        fields = {name: _plain(getattr(self, name)) for name in self.__dataclass_fields__}
        return {"format": FORMAT, **fields}


NEEDED = frozenset(each.name for each in fields(Evaluation) if each.default is MISSING)
"""What every file of this format has."""


def _plain(value: object) -> object:
    """What the json module takes, NaN as None."""
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return None if isinstance(value, float) and math.isnan(value) else value
