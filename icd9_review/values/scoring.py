"""What a model says of a note, and how far it can be believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from icd9_review.values.codes import CodeKey, Kind

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a note that went through the model in one piece."""

    index: int
    start: int
    end: int


class Doubt(StrEnum):
    """What speaks against a suggestion, beyond its probability, in the note as a whole.

    By the names that ``judge.json`` and the database know them by.
    """

    UNNAMED = "unnamed"
    UNLIKE = "unlike"
    WITHHELD = "withheld"
    EXPLAINED = "explained"
    SIBLING = "sibling"
    OUTDONE = "outdone"
    COMBINED = "combined"
    UNLISTED = "unlisted"
    HISTORY = "history"
    EXAMINATION = "examination"
    PLANNED = "planned"
    ELSEWHERE = "elsewhere"
    PAST = "past"
    MARGIN = "margin"


@dataclass(frozen=True, slots=True)
class Demotion:
    """Why a code that reaches its threshold is not suggested: the doubt that weighs most.

    ``beside`` is the code that the doubt speaks of; empty where it speaks of none.
    """

    doubt: Doubt
    beside: str = ""


@dataclass(frozen=True, slots=True)
class JudgeWeights:
    """How a judge weighs codes of one kind: the log-odds that one over its threshold is right.

    They are ``intercept``, and ``margin`` for each unit of the logit above the threshold, less
    the weight in ``doubts`` of each doubt as far as there is one. Below 0, where it is more
    probably wrong than right, a code is demoted.
    """

    intercept: float
    margin: float
    doubts: Mapping[Doubt, float]


@dataclass(frozen=True, slots=True)
class Judge(JudgeWeights):
    """The second judge of a model: its weights for diagnoses, and those for ``procedures``.

    Where it has none of the latter, procedures are not judged. ``split`` says what it was
    fitted on.
    """

    split: str
    procedures: JudgeWeights | None = None

    def of(self, kind: Kind) -> JudgeWeights | None:
        """The weights for codes of a kind; None where they are not judged."""
        return self if kind is Kind.DIAGNOSIS else self.procedures


@dataclass(frozen=True, slots=True)
class Scores:
    """What a model version says about one note, of every label it knows or of those kept.

    ``logits`` float32 of shape (labels,): the largest logit over the windows.
    ``windows`` int32 of shape (labels,): the index of the window it came from.
    ``spans``: the windows themselves. ``read`` of ``length`` code points of the
    note stood in at least one window. ``labels`` int32 of the same shape: the place of
    each among the labels of the version, upwards; None where every label is there.
    ``demoted`` has what the model's judge did not let pass, by the place of the label.
    """

    model_version: str
    logits: npt.NDArray[np.float32]
    windows: npt.NDArray[np.int32]
    spans: tuple[Window, ...]
    read: int
    length: int
    labels: npt.NDArray[np.int32] | None = None
    demoted: Mapping[int, Demotion] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WordCount:
    """The words of a note, and how many of them a model's tokenizer hardly knows."""

    words: int
    unfamiliar: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt scaling of the largest logit: ``sigmoid(slope * logit + intercept)``.

    Where some labels have a line of their own, ``lines`` holds each as slope and intercept, and
    ``line_of`` has a byte for every label of the model: 0 is the overall line, n the n-th of
    ``lines``. Otherwise both are empty.

    ``passed`` and ``demoted`` are lines too, over the log-odds that the former give: of codes
    that the model's judge let pass, and of those that it did not. What it has looked at is right
    more often, or less, than its logit alone says.
    """

    slope: float
    intercept: float
    split: str
    lines: tuple[tuple[float, float], ...] = ()
    line_of: bytes = b""
    passed: tuple[float, float] | None = None
    demoted: tuple[float, float] | None = None

    @property
    def reorders(self) -> bool:
        """Whether probabilities may come in another order than logits."""
        return bool(self.line_of) or self.passed is not None or self.demoted is not None

    def of(self, labels: Sequence[int]) -> Calibration:
        """The same of a few labels alone, by their places."""
        if not self.line_of:
            return self
        return replace(self, line_of=bytes(self.line_of[label] for label in labels))


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Pairs of note and code whose displayed probability lies in (low, high], the first with 0.

    ``mean`` is their mean probability, ``observed`` the share in which the code was right.
    """

    low: float
    high: float
    count: int
    mean: float
    observed: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """How often probabilities held on labelled notes that ``split`` names.

    ``all`` takes all codes together; ``codes`` has those with enough positives. Each one's bins
    go from 0 to 1 without a gap, and none is empty.
    """

    codes: Mapping[str, tuple[ReliabilityBin, ...]]
    all: tuple[ReliabilityBin, ...]
    split: str


class ExampleUnit(StrEnum):
    """What a model's training examples are counted in.

    A NOTE is one of somebody's documents. A PASSAGE is a short text that was written from a
    template or cut from a note, often with other terms in the place of its own.
    """

    NOTE = "note"
    PASSAGE = "passage"


@dataclass(frozen=True, slots=True)
class Examples:
    """In how many training examples each code stood; a code that is not named stood in none."""

    counts: Mapping[str, int]
    unit: ExampleUnit
    split: str

    def of(self, code: str) -> int:
        """The examples of one code."""
        return self.counts.get(code, 0)


@dataclass(frozen=True)
class ModelVersion:
    """What is needed to read a score vector without the model that made it.

    ``labels``, ``kinds`` and ``thresholds`` run parallel, in the order of the
    model's outputs. ``version`` is the SHA-256 of all that changes the output.
    What follows from all labels is worked out once: there may be 18,449.
    """

    version: str
    name: str
    labels: tuple[str, ...]
    kinds: tuple[Kind, ...]
    thresholds: tuple[float, ...]
    calibration: Calibration | None

    def __hash__(self) -> int:
        """By the version alone: the rest is long, and what has the same version rarely differs."""
        return hash(self.version)

    @cached_property
    def places(self) -> dict[CodeKey, int]:
        """The codes it knows, each with its place among the labels."""
        keys = zip(self.kinds, self.labels, strict=True)
        return {key: place for place, key in enumerate(keys)}

    @cached_property
    def limits(self) -> npt.NDArray[np.float64]:
        """The thresholds as an array of shape (labels,)."""
        import numpy as np  # not above: parsers of files start with these values and without it

        return np.array(self.thresholds, dtype=np.float64)

    @cached_property
    def lined(self) -> npt.NDArray[np.bool_]:
        """Which labels have a calibration's lines by verdict, where it has any: the diagnoses."""
        import numpy as np

        return np.array([kind is Kind.DIAGNOSIS for kind in self.kinds], dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One code with the model's probability for a note or an encounter.

    ``probability`` is the raw sigmoid of the largest logit and is what
    ``threshold`` is compared with; ``calibrated`` is for display, None where the
    model folder has no calibration. ``window`` is where the model saw most of it,
    in the note ``note_id`` (None for a text that is not stored). ``demotion`` says why a
    code that reaches its threshold is not suggested all the same.
    """

    code: str
    kind: Kind
    probability: float
    calibrated: float | None
    threshold: float
    window: Window
    note_id: str | None = None
    demotion: Demotion | None = None

    @property
    def suggested(self) -> bool:
        """Whether the probability reaches the code's threshold, and the judge let it pass."""
        return self.reached and self.demotion is None

    @property
    def reached(self) -> bool:
        """Whether the probability reaches the code's threshold."""
        return self.probability >= self.threshold

    @property
    def shown(self) -> float:
        """The probability that people are shown: the calibrated one where there is one."""
        return self.probability if self.calibrated is None else self.calibrated
