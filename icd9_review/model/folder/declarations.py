"""The small files of a model folder that are this program's own.

All are optional: windows.json, buckets.json, thresholds.json, calibration.json, judge.json,
examples.json and reliability.json. A field that is not known is refused, so that a misspelt one
does not silently leave its default.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from icd9_review.errors import ModelFolderError
from icd9_review.model.folder.bounded import Declaration, read_form
from icd9_review.values import (
    Calibration,
    Doubt,
    Examples,
    ExampleUnit,
    Judge,
    JudgeWeights,
    Reliability,
    ReliabilityBin,
)

BUCKETS = "buckets.json"
CUT_RULE: Final = 1
"""The number of the rule by which sentences become windows (``outline``, ``model/reading``).

One more whenever a note may be cut otherwise: stored scores are of windows, so it is read again."""
RELIABILITY = "reliability.json"
JUDGE = "judge.json"
JUDGE_RULE: Final = 3
"""The number of the rules by which the second judge finds its doubts (``naming/doubts``).

One more whenever they may come out otherwise: verdicts are stored, so notes are read again."""

_SPECIAL_PIECES = 2  # [CLS] and [SEP]
_Probability = Annotated[float, Field(gt=0, lt=1)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Counts = dict[str, Annotated[int, Field(ge=0)]]
_MOST_BINS = 100  # ten times what is written; a bound on files from outside, by judgement
_MOST_PAIRS = 10**12  # likewise a bound, beyond all notes there are
_MOST_BUCKETS = 100  # likewise; a calibration keeps the number of a label's bucket in a byte
_QUOTED = 40  # characters of the file that a message repeats; by judgement


class Windows(Declaration):
    """How a note is cut: ``length`` word pieces with the two special ones, ``stride`` shared.

    Where ``cut`` is "sentences", a window is a sentence, and ``length`` the most of it. With the
    ``aggregation`` "label attention" a code's score is not its largest over the windows: it
    attends to the pieces of all of them.
    """

    # The ends are bounds on files from outside, by judgement: BERT has 512 positions.
    length: int = Field(ge=8, le=65_536)
    stride: int = Field(ge=0)
    aggregation: Literal["max", "label attention"] = "max"
    cut: Literal["sentences"] | None = None

    @property
    def content(self) -> int:
        """Word pieces of the note in one window."""
        return self.length - _SPECIAL_PIECES

    @model_validator(mode="after")
    def _moves_on(self) -> Self:
        if self.stride >= self.content:
            raise ValueError(f"stride must be smaller than length minus {_SPECIAL_PIECES}")
        if self.cut is not None and self.stride:
            raise ValueError("stride must be 0 where windows are sentences, which share nothing")
        if self.attended and (self.stride or self.cut is not None):
            raise ValueError(
                "with label attention windows share nothing and are not cut at sentences: set "
                "stride to 0 and leave out cut"
            )
        return self

    @property
    def attended(self) -> bool:
        """Whether all windows of a note make one score together."""
        return self.aggregation == "label attention"

    def to_json(self) -> dict[str, object]:
        """As windows.json holds them."""
        return self.model_dump(exclude_none=True)


DEFAULT_WINDOWS: Final = Windows(length=512, stride=128)
"""What BERT-base reads at once (Devlin et al. 2019), a quarter of it shared, so that words at the
end of a window stand among others in the next."""


class Buckets(Declaration):
    """Labels that are judged together, by the name of their bucket; ``by`` says in words why.

    A label in none of them is judged with all the others.
    """

    by: str = Field(max_length=500)
    codes: dict[Annotated[str, Field(min_length=1)], tuple[str, ...]] = Field(
        min_length=1, max_length=_MOST_BUCKETS
    )

    @model_validator(mode="after")
    def _parts(self) -> Self:
        held = Counter(code for codes in self.codes.values() for code in codes)
        if twice := [code for code, times in held.items() if times > 1]:
            raise ValueError(f"{twice[0][:_QUOTED]!r} is named more than once")
        return self

    @property
    def of(self) -> dict[str, str]:
        """The bucket of each label that is in one."""
        return {code: name for name, codes in self.codes.items() for code in codes}


class Thresholds(Declaration):
    """From which probability (sigmoid of a note's largest logit) a code is suggested.

    A code's own threshold comes before that of its bucket, and that before the one for all.
    """

    # 0.8 is the usual start, and strict for rare codes (docs/model-folder.md).
    overall: _Probability = Field(default=0.8, alias="global")
    per_bucket: dict[str, _Probability] = Field(default_factory=dict)
    per_code: dict[str, _Probability] = Field(default_factory=dict)
    split: str = Field(default="", max_length=500)

    def of(self, labels: Sequence[str], buckets: Buckets | None = None) -> tuple[float, ...]:
        """The thresholds of labels, in their order."""
        bucket_of = {} if buckets is None or not self.per_bucket else buckets.of
        return tuple(
            self.per_code.get(label)
            or self.per_bucket.get(bucket_of.get(label, ""))
            or self.overall
            for label in labels
        )


class _Line(Declaration):
    a: float = Field(gt=0)
    b: float

    def pair(self) -> tuple[float, float]:
        return self.a, self.b


class _BucketLine(_Line):
    # How many pairs of the bucket were right where it was fitted, for people.
    positives: int | None = Field(default=None, ge=0, le=_MOST_PAIRS)


class _Platt(_Line):
    method: Literal["platt"]
    split: str = Field(max_length=500)
    per_bucket: dict[str, _BucketLine] = Field(default_factory=dict)
    passed: _Line | None = None
    demoted: _Line | None = None

    @model_validator(mode="after")
    def _of_both_verdicts(self) -> Self:
        if (self.passed is None) != (self.demoted is None):
            raise ValueError("passed and demoted belong together; give both or none")
        return self


class _JudgeWeights(Declaration):
    intercept: float
    margin: float = Field(ge=0)
    # What is not named weighs nothing.
    doubts: dict[Doubt, Annotated[float, Field(ge=0)]]


class _Judge(_JudgeWeights):
    split: str = Field(max_length=500)
    procedures: _JudgeWeights | None = None


class _Examples(Declaration):
    notes: _Counts | None = None
    passages: _Counts | None = None
    split: str = Field(default="", max_length=500)

    @model_validator(mode="after")
    def _of_one_unit(self) -> Self:
        if (self.notes is None) == (self.passages is None):
            raise ValueError("one of notes and passages is needed, and not both")
        return self


class _Bin(Declaration):
    low: _Share
    high: _Share
    count: int = Field(ge=1, le=_MOST_PAIRS)
    mean: _Share
    observed: _Share

    @model_validator(mode="after")
    def _mean_inside(self) -> Self:
        if not self.low < self.high or not self.low <= self.mean <= self.high:
            raise ValueError("low must be below high, and mean between them")
        return self


def _without_gap(bins: tuple[_Bin, ...]) -> tuple[_Bin, ...]:
    ends = [0.0, *(each.high for each in bins)]
    if [each.low for each in bins] != ends[:-1] or ends[-1] != 1.0:
        raise ValueError("the bins must go from 0 to 1, each from where the one before ends")
    return bins


_Bins = Annotated[
    tuple[_Bin, ...], Field(min_length=1, max_length=_MOST_BINS), AfterValidator(_without_gap)
]


class _Reliability(Declaration):
    model_version: str = Field(pattern="^[0-9a-f]{64}$")
    split: str = Field(max_length=500)
    all: _Bins
    codes: dict[str, _Bins] = Field(default_factory=dict)


def read_windows(folder: Path) -> Windows:
    """windows.json; where it is absent, the default windows."""
    return read_form(folder / "windows.json", Windows) or DEFAULT_WINDOWS


def read_buckets(folder: Path, labels: tuple[str, ...]) -> Buckets | None:
    """buckets.json; None where it is absent."""
    buckets = read_form(folder / BUCKETS, Buckets)
    if buckets is not None:
        _check_known(folder / BUCKETS, "codes", buckets.of, labels)
    return buckets


def read_thresholds(
    folder: Path, labels: tuple[str, ...], buckets: Buckets | None = None
) -> Thresholds:
    """thresholds.json; where it is absent, 0.8 for every code."""
    file = folder / "thresholds.json"
    thresholds = read_form(file, Thresholds) or Thresholds()
    _check_known(file, "per_code", thresholds.per_code, labels)
    _check_buckets(file, thresholds.per_bucket, buckets)
    return thresholds


def read_calibration(
    folder: Path, labels: tuple[str, ...] = (), buckets: Buckets | None = None
) -> Calibration | None:
    """calibration.json, for labels in their order; None where it is absent."""
    file = folder / "calibration.json"
    platt = read_form(file, _Platt)
    if platt is None:
        return None
    _check_buckets(file, platt.per_bucket, buckets)
    if platt.passed is not None and not (folder / JUDGE).is_file():
        raise ModelFolderError(
            f"{file} has lines for what a judge passed and demoted, and there is no {JUDGE}; "
            "the files belong together, so copy both or fit both again"
        )
    verdicts = [None if line is None else line.pair() for line in (platt.passed, platt.demoted)]
    found = Calibration(*platt.pair(), platt.split, passed=verdicts[0], demoted=verdicts[1])
    if buckets is None or not platt.per_bucket:
        return found
    number_of = {name: number for number, name in enumerate(platt.per_bucket, start=1)}
    bucket_of = buckets.of
    return replace(
        found,
        lines=tuple(line.pair() for line in platt.per_bucket.values()),
        line_of=bytes(number_of.get(bucket_of.get(label, ""), 0) for label in labels),
    )


def read_judge(folder: Path) -> Judge | None:
    """judge.json; None where it is absent: nothing is demoted."""
    held = read_form(folder / JUDGE, _Judge)
    if held is None:
        return None
    own = held.procedures
    procedures = None if own is None else JudgeWeights(own.intercept, own.margin, own.doubts)
    return Judge(held.intercept, held.margin, held.doubts, held.split, procedures)


def read_examples(folder: Path, labels: tuple[str, ...]) -> Examples | None:
    """examples.json: in how many training examples each code stood; None where it is absent."""
    examples = read_form(folder / "examples.json", _Examples)
    if examples is None:
        return None
    field, unit = "notes", ExampleUnit.NOTE
    if (counts := examples.notes) is None:
        field, unit, counts = "passages", ExampleUnit.PASSAGE, examples.passages or {}
    _check_known(folder / "examples.json", field, counts, labels)
    return Examples(counts, unit, examples.split)


def read_reliability(folder: Path, labels: tuple[str, ...], version: str) -> Reliability | None:
    """reliability.json; None where it is absent or was measured with another model version."""
    held = read_form(folder / RELIABILITY, _Reliability)
    if held is None or held.model_version != version:
        return None
    _check_known(folder / RELIABILITY, "codes", held.codes, labels)
    codes = {code: _bins(bins) for code, bins in held.codes.items()}
    return Reliability(codes, _bins(held.all), held.split)


def _bins(bins: Iterable[_Bin]) -> tuple[ReliabilityBin, ...]:
    return tuple(ReliabilityBin(**each.model_dump()) for each in bins)


def _check_known(path: Path, field: str, named: Iterable[str], labels: tuple[str, ...]) -> None:
    unknown = sorted(set(named).difference(labels))
    if unknown:
        raise ModelFolderError(
            f"{path}: {field} names {len(unknown)} codes the model does not know, the first is "
            f"{unknown[0][:_QUOTED]!r}; remove them or write them with their dot"
        )


def _check_buckets(path: Path, named: Iterable[str], buckets: Buckets | None) -> None:
    unknown = set(named).difference(() if buckets is None else buckets.codes)
    if unknown:
        raise ModelFolderError(
            f"{path}: per_bucket names {sorted(unknown)[0][:_QUOTED]!r}, which {BUCKETS} does not "
            "have; the files belong together, so copy both or fit both again"
        )
