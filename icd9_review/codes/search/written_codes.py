"""Queries that are codes, or beginnings of codes: 4280, 428.0, v58.61, 401, 25."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from icd9_review.codes.equivalents import Equivalents, equivalents
from icd9_review.codes.hierarchy import below, children, is_header
from icd9_review.codes.notation import category, normalise
from icd9_review.codes.table import codes, find_code
from icd9_review.errors import CodeError
from icd9_review.values import CodeKey, Kind

_FORM = re.compile(r"[EV]?[0-9]{1,5}(?:\.[0-9]{0,2})?|[EV]", re.ASCII)
_ICD10_FORM = re.compile(r"[A-Z][0-9][0-9AB]\.[0-9A-Z]{1,4}", re.ASCII)
_LONGEST = 8  # characters; above a code with its dot, which has six at most
_MOST_READ = 200  # characters, as ``ranking`` reads of words
_AROUND = " \t\r\n\xa0()[]:,;-\"'"
_WHOLE = 3  # characters of a code among words: "45" beside words is mostly a number; by judgement


def code_keys(query: str, kinds: Sequence[Kind], limit: int) -> list[tuple[CodeKey, bool]]:
    """The codes and headers a query writes, with whether it writes them in full.

    Full ones come first, codes before headers; a header is followed by its codes, or by
    what stands directly below it where its codes are more than ``limit``. What begins
    with less than a category gives the categories.
    """
    text = _written(query).upper()
    if len(text) > _LONGEST or not _FORM.fullmatch(text):
        return []
    exact = [key for key in (_full(text, kind) for kind in kinds) if key]
    exact.sort(key=lambda key: is_header(*key))
    found = [(key, True) for key in exact]
    for kind, code in exact:
        found.extend((key, False) for key in _under(kind, code, limit))
    for kind in kinds:
        found.extend((key, False) for key in _longer(text, kind))
    seen: dict[CodeKey, bool] = {}
    for key, full in found:
        seen.setdefault(key, full)
    return list(seen.items())


def leading_code(query: str, kinds: Sequence[Kind]) -> tuple[CodeKey, str] | None:
    """A code or header in full before or after other words, and these; else None."""
    words = query.split()
    for at in dict.fromkeys((0, len(words) - 1)) if len(words) > 1 else ():
        text = _written(words[at]).upper()
        if _FORM.fullmatch(text) and len(text) >= _WHOLE:
            for kind in kinds:
                key = _full(text, kind)
                if key:
                    return key, " ".join(words[:at] + words[at + 1 :])
    return None


def icd10_meant(query: str) -> Equivalents | None:
    """What a query that is an ICD-10-CM code, or is one with its words beside it, stands for.

    With words only a code in full counts: "T12 fracture" and "B12 deficiency" are words.
    A code of ICD-9-CM is none of ICD-10-CM here.
    """
    text = query[:_MOST_READ].strip(_AROUND)
    words = [_written(word).removesuffix(".") for word in text.split()]
    for word in dict.fromkeys(words[:1] + words[-1:]):
        if _FORM.fullmatch(word.upper()) and any(_full(word.upper(), kind) for kind in Kind):
            continue
        meant = equivalents(word)
        if meant is not None and (meant.title or len(words) == 1):
            return meant
    return None


def is_icd10_form(query: str) -> bool:
    """Whether a query is one word with a dot where only ICD-10-CM has it: I10.9."""
    return bool(_ICD10_FORM.fullmatch(_written(query).upper()))


def _written(text: str) -> str:
    """A code without what stands around it, the full stop of its sentence too: 428.0., I10.9.

    The one dot of a code stays, with which somebody may still be typing: 585.
    """
    plain = text.strip(_AROUND)
    bare = plain.rstrip(_AROUND + ".")
    return plain if plain == f"{bare}." and "." not in bare else bare


def _full(text: str, kind: Kind) -> CodeKey | None:
    try:
        code = normalise(text.removesuffix("."), kind)
    except CodeError:
        return None
    return (kind, code) if find_code(kind, code) or is_header(kind, code) else None


def _under(kind: Kind, code: str, limit: int) -> Iterator[CodeKey]:
    held = below(kind, code)
    shown = held if len(held) < limit else children(kind, code)
    for node in shown:
        yield kind, node.code


def _longer(text: str, kind: Kind) -> Iterator[CodeKey]:
    """The categories that begin with less than a category."""
    for number in _categories(kind):
        if number.startswith(text) and number != text:
            yield kind, number


@cache
def _categories(kind: Kind) -> tuple[str, ...]:
    return tuple(dict.fromkeys(category(code) for code in codes(kind)))
