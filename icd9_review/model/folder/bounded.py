"""The small files of a model folder: read whole, and neither absurdly large nor misspelt."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from icd9_review.errors import ModelFolderError

SIZE_LIMIT = 8_000_000
"""Bytes in one of these files, and in config.json; by judgement."""


class Declaration(BaseModel):
    """The form of a small file; a field that is not known is refused."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


_D = TypeVar("_D", bound=Declaration)


def read_form(path: Path, form: type[_D]) -> _D | None:
    """What a file declares; None where it is absent. Raises ModelFolderError with the field."""
    if not path.exists():
        return None
    try:
        return form.model_validate_json(read_bounded(path))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ModelFolderError(f"{path}: {field}: {first['msg']}") from None


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
