"""Codes on the screen: their keys and titles, and how likely they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from icd9_review import codes
from icd9_review.values import CodeKey, Kind

NO_TITLE: Final = "title not known"

_LONGEST_KEY: Final = 64  # characters; by judgement: three times what a kind and a code have

_LIKELIHOODS: Final = ((0.9, "very likely"), (0.7, "likely"), (0.4, "possible"))
"""The least probability of each word, as `values.Likelihood` has them."""


def code_name(kind: Kind, code: str) -> str:
    """The key of a code in a view: ``diagnosis:428.0``."""
    return f"{kind.value}:{code}"


def code_key(name: str) -> CodeKey:
    """The code of a key made by `code_name`."""
    kind, _, code = name.partition(":")
    return Kind(kind), code


def read_key(sent: object) -> CodeKey | None:
    """The code of a key that a browser sent; None for what is no key."""
    if not isinstance(sent, str) or len(sent) > _LONGEST_KEY:
        return None
    kind, _, code = sent.partition(":")
    return (Kind(kind), code) if code and kind in tuple(Kind) else None


def known_titles(keys: Iterable[CodeKey]) -> dict[CodeKey, str]:
    """The titles of those codes that version 32 holds."""
    known = ((kind, code, codes.title(kind, code)) for kind, code in keys)
    return {(kind, code): title for kind, code, title in known if title is not None}


def code_title(kind: Kind, code: str) -> str:
    """What a code stands for, or that nobody knows."""
    return codes.title(kind, code) or NO_TITLE


def describe_likelihood(probability: float) -> str:
    """A probability in words, of the percentage that is shown beside them."""
    shown = round(probability, 2)
    return next((words for least, words in _LIKELIHOODS if shown >= least), "unlikely")
