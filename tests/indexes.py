"""The index over the built-in lists, which takes a second to build: once in each process."""

from __future__ import annotations

from functools import cache

from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.search import Index, build_index


@cache
def built_in_index() -> Index:
    """Where codes are found as long as nothing was imported."""
    return build_index(built_in_lists())
