"""Refusals that begin with the name of the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from icd9_review.errors import NoteError


@contextmanager
def naming(title: str) -> Iterator[None]:
    """Put the name of the file before what a reader that does not know it says."""
    try:
        yield
    except NoteError as error:
        raise NoteError(f'"{title}" {str(error).rstrip(".")}.') from None
