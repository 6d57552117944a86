"""A file of text that somebody names on the command line."""

from __future__ import annotations

from pathlib import Path

from icd9_review.errors import InputError

_LARGEST = 50_000_000  # bytes: a few million lines


def read_given_file(path: Path) -> str:
    """The text of a file in UTF-8. Raises InputError with what to do."""
    try:
        with path.open("rb") as file:
            given = file.read(_LARGEST + 1)
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror}.") from None
    if len(given) > _LARGEST:
        raise InputError(f"{path.name} is larger than {_LARGEST // 1_000_000} MB; divide it.")
    try:
        return given.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path.name} is not UTF-8 text; save it as CSV in UTF-8.") from None
