"""The yardstick's folder: ``baseline.json`` and ``weights.npz``, neither of which can hold code.

The vocabulary is one UTF-8 text with a term a line, the weights are a sparse matrix in three
arrays. Terms are words of the training notes: a folder made from notes of patients is kept
as closely as the notes.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from scipy.sparse import csr_matrix

from icd9_review.errors import ModelFolderError
from icd9_review.model.folder.bounded import read_bounded
from icd9_review.model.folder.files import LABEL_LIMIT
from icd9_review.model.folder.labels import kind_of
from icd9_review.training.baseline.model import Baseline
from icd9_review.training.folder import write_json

SETTINGS = "baseline.json"
YARDSTICK_WEIGHTS = "weights.npz"

_UNPACKED_LIMIT = 4_000_000_000  # bytes; by judgement
_MEND = "train the baseline again: python -m icd9_review train baseline"
_UNREADABLE = (
    OSError,
    ValueError,
    EOFError,
    MemoryError,
    RuntimeError,  # encrypted, or packed in another way
    zipfile.BadZipFile,
    zlib.error,
)
_TYPES = {
    "vocabulary": np.uint8,
    "idf": np.float32,
    "intercepts": np.float32,
    "data": np.float32,
    "indices": np.int32,
    "indptr": np.int64,
}


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    format: Literal["icd9-review-baseline-1"] = "icd9-review-baseline-1"
    labels: Annotated[list[str], Field(min_length=1, max_length=LABEL_LIMIT)]
    thresholds: list[Annotated[float, Field(gt=0, lt=1)]]
    split: Annotated[str, Field(max_length=500)]
    window_words: Annotated[int, Field(ge=2)] | None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        strange = [label[:20] for label in self.labels if kind_of(label) is None]
        if strange:
            raise ValueError(f"labels: {strange[0]!r} is not a dotted ICD-9-CM code")
        if len(set(self.labels)) < len(self.labels):
            raise ValueError("labels: a code stands there twice")
        if len(self.thresholds) != len(self.labels):
            raise ValueError("there must be one threshold for each label")
        return self


def write_baseline(baseline: Baseline, folder: Path) -> None:
    """Write the two files; ``load_baseline`` gives the same logits back.

    The folder is for its owner alone: its terms are words of the training notes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    settings = _Settings(
        labels=list(baseline.labels),
        thresholds=list(baseline.thresholds),
        split=baseline.split,
        window_words=baseline.window_words,
    )
    arrays = {
        "vocabulary": np.frombuffer("\n".join(baseline.vocabulary).encode(), np.uint8),
        "idf": baseline.idf,
        "intercepts": baseline.intercepts,
        **{name: getattr(baseline.weights, name) for name in ("data", "indices", "indptr")},
    }
    np.savez_compressed(
        folder / YARDSTICK_WEIGHTS,
        allow_pickle=False,
        **{name: array.astype(_TYPES[name]) for name, array in arrays.items()},
    )
    write_json(folder / SETTINGS, settings.model_dump())


def load_baseline(folder: Path) -> Baseline:
    """The yardstick of a folder.

    Raises ModelFolderError for a file that is missing, damaged, of another form, or holds
    Python objects; nothing in the folder is ever run.
    """
    settings = _read_settings(folder / SETTINGS)
    arrays = _read_arrays(folder / YARDSTICK_WEIGHTS)
    try:
        return _assemble(settings, arrays)
    except ValueError as error:  # UnicodeDecodeError and scipy's complaints are among them
        raise _damaged(folder / YARDSTICK_WEIGHTS, str(error)) from None


def _read_settings(path: Path) -> _Settings:
    if not path.is_file():
        raise ModelFolderError(f"{path} is missing; name the folder of a baseline, or {_MEND}")
    try:
        return _Settings.model_validate_json(read_bounded(path))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise _damaged(path, f"{place}: {first['msg']}") from None


def _read_arrays(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise ModelFolderError(f"{path} is missing; {_MEND}")
    try:
        with zipfile.ZipFile(path) as held:
            unpacked = sum(entry.file_size for entry in held.infolist())
        if unpacked > _UNPACKED_LIMIT:
            raise _damaged(path, f"it unpacks to {unpacked:,} bytes, limit {_UNPACKED_LIMIT:,}")
        with np.load(path, allow_pickle=False) as held:
            arrays = {name: held[name] for name in _TYPES}
    except KeyError as error:
        raise _damaged(path, f"it lacks the array {error.args[0]!r:.60}") from None
    except _UNREADABLE as error:
        raise _damaged(path, f"it is no archive of plain arrays ({type(error).__name__})") from None
    for name, array in arrays.items():
        if array.dtype != _TYPES[name] or array.ndim != 1:
            raise _damaged(path, f"{name} is not a row of {np.dtype(_TYPES[name]).name}")
        if array.dtype == np.float32 and not np.isfinite(array).all():
            raise _damaged(path, f"{name} has numbers that are not finite")
    return arrays


def _assemble(settings: _Settings, arrays: dict[str, Any]) -> Baseline:
    vocabulary = tuple(arrays["vocabulary"].tobytes().decode().split("\n"))
    if len(set(vocabulary)) < len(vocabulary):
        raise ValueError("vocabulary has a term twice")
    shape = (len(vocabulary), len(settings.labels))
    if (len(arrays["idf"]), len(arrays["intercepts"])) != shape:
        raise ValueError(f"idf and intercepts do not fit {shape[0]:,} terms and {shape[1]:,} codes")
    weights = csr_matrix(tuple(arrays[n] for n in ("data", "indices", "indptr")), shape=shape)
    weights.check_format(full_check=True)
    return Baseline(
        labels=tuple(settings.labels),
        thresholds=tuple(settings.thresholds),
        split=settings.split,
        vocabulary=vocabulary,
        idf=arrays["idf"],
        weights=weights,
        intercepts=arrays["intercepts"],
        window_words=settings.window_words,
    )


def _damaged(path: Path, reason: str) -> ModelFolderError:
    return ModelFolderError(f"{path} is damaged or not a baseline's: {reason}; {_MEND}")
