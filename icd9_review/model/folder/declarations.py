"""The small files of a model folder that are this program's own.

All are optional: windows.json, thresholds.json, calibration.json, examples.json and
reliability.json. A field that is not known is refused, so that a misspelt one does not silently
leave its default.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from icd9_review.errors import ModelFolderError
from icd9_review.values import Calibration, Examples, ExampleUnit, Reliability, ReliabilityBin

SIZE_LIMIT = 8_000_000
"""Bytes in one of these files, and in config.json; by judgement."""
RELIABILITY = "reliability.json"

_SPECIAL_PIECES = 2  # [CLS] and [SEP]
_D = TypeVar("_D", bound="_Declaration")
_Probability = Annotated[float, Field(gt=0, lt=1)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Counts = dict[str, Annotated[int, Field(ge=0)]]
_MOST_BINS = 100  # ten times what is written; a bound on files from outside, by judgement
_MOST_PAIRS = 10**12  # likewise a bound, beyond all notes there are


class _Declaration(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


class Windows(_Declaration):
    """How a note is cut: ``length`` word pieces with the two special ones, ``stride`` shared."""

    # The ends are bounds on files from outside, by judgement: BERT has 512 positions.
    length: int = Field(ge=8, le=65_536)
    stride: int = Field(ge=0)
    aggregation: Literal["max"] = "max"

    @property
    def content(self) -> int:
        """Word pieces of the note in one window."""
        return self.length - _SPECIAL_PIECES

    @model_validator(mode="after")
    def _moves_on(self) -> Self:
        if self.stride >= self.content:
            raise ValueError(f"stride must be smaller than length minus {_SPECIAL_PIECES}")
        return self


DEFAULT_WINDOWS: Final = Windows(length=512, stride=128)
"""What BERT-base reads at once (Devlin et al. 2019), a quarter of it shared, so that words at the
end of a window stand among others in the next."""


class Thresholds(_Declaration):
    """From which probability (sigmoid of a note's largest logit) a code is suggested."""

    # 0.8 is the usual start, and strict for rare codes (docs/model-folder.md).
    overall: _Probability = Field(default=0.8, alias="global")
    per_code: dict[str, _Probability] = Field(default_factory=dict)
    split: str = Field(default="", max_length=500)

    def of(self, label: str) -> float:
        """The threshold of one label."""
        return self.per_code.get(label, self.overall)


class _Platt(_Declaration):
    method: Literal["platt"]
    a: float = Field(gt=0)
    b: float
    split: str = Field(max_length=500)


class _Examples(_Declaration):
    notes: _Counts | None = None
    passages: _Counts | None = None
    split: str = Field(default="", max_length=500)

    @model_validator(mode="after")
    def _of_one_unit(self) -> Self:
        if (self.notes is None) == (self.passages is None):
            raise ValueError("one of notes and passages is needed, and not both")
        return self


class _Bin(_Declaration):
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


class _Reliability(_Declaration):
    model_version: str = Field(pattern="^[0-9a-f]{64}$")
    split: str = Field(max_length=500)
    all: _Bins
    codes: dict[str, _Bins] = Field(default_factory=dict)


def read_windows(folder: Path) -> Windows:
    """windows.json; where it is absent, the default windows."""
    return _read(folder / "windows.json", Windows) or DEFAULT_WINDOWS


def read_thresholds(folder: Path, labels: tuple[str, ...]) -> Thresholds:
    """thresholds.json; where it is absent, 0.8 for every code."""
    thresholds = _read(folder / "thresholds.json", Thresholds) or Thresholds()
    _check_known(folder / "thresholds.json", "per_code", thresholds.per_code, labels)
    return thresholds


def read_calibration(folder: Path) -> Calibration | None:
    """calibration.json; None where it is absent."""
    platt = _read(folder / "calibration.json", _Platt)
    return None if platt is None else Calibration(platt.a, platt.b, platt.split)


def read_examples(folder: Path, labels: tuple[str, ...]) -> Examples | None:
    """examples.json: in how many training examples each code stood; None where it is absent."""
    examples = _read(folder / "examples.json", _Examples)
    if examples is None:
        return None
    field, unit = "notes", ExampleUnit.NOTE
    if (counts := examples.notes) is None:
        field, unit, counts = "passages", ExampleUnit.PASSAGE, examples.passages or {}
    _check_known(folder / "examples.json", field, counts, labels)
    return Examples(counts, unit, examples.split)


def read_reliability(folder: Path, labels: tuple[str, ...], version: str) -> Reliability | None:
    """reliability.json; None where it is absent or was measured with another model version."""
    held = _read(folder / RELIABILITY, _Reliability)
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
            f"{unknown[0][:40]!r}; remove them or write them with their dot"
        )


def read_bounded(path: Path) -> bytes:
    """The bytes of a file of at most SIZE_LIMIT bytes."""
    try:
        size = path.stat().st_size
        if size > SIZE_LIMIT:
            raise ModelFolderError(
                f"{path} has {size:,} bytes, the limit is {SIZE_LIMIT:,}; it is not what its "
                "name says"
            )
        return path.read_bytes()
    except OSError as error:
        raise ModelFolderError(f"{path} cannot be read: {error.strerror}") from error


def _read(path: Path, form: type[_D]) -> _D | None:
    if not path.exists():
        return None
    try:
        return form.model_validate_json(read_bounded(path))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ModelFolderError(f"{path}: {field}: {first['msg']}") from None
