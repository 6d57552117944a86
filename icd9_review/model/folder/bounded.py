"""The small files of a model folder are read whole, and none that is absurdly large."""

from __future__ import annotations

from pathlib import Path

from icd9_review.errors import ModelFolderError

SIZE_LIMIT = 8_000_000
"""Bytes in one of these files, and in config.json; by judgement."""


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
