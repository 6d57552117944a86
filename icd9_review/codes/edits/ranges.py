"""Sets of codes as guidelines and notes write them: 401, 585.1-585.4, V30-V39.

A code or range takes in everything below its ends: 250 holds 250.01, 249.0-249.9 holds
249.91. Numbers, V codes and E codes are three alphabets; dotted codes of one sort as text
stand in the order of the book.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

_AFTER = "~"  # sorts behind every digit and the dot
_TOKEN = re.compile(
    r"(?P<first>(?:E[0-9]{3}|V[0-9]{2}|[0-9]{3})(?:\.[0-9]{1,2})?)"
    r"(?:-(?P<last>(?:E[0-9]{3}|V[0-9]{2}|[0-9]{3})(?:\.[0-9]{1,2})?))?"
)


@dataclass(frozen=True, slots=True)
class CodeRange:
    """From ``first`` to ``last`` and all below; ``place`` of its digits must be in ``digits``.

    ``place`` counts digits as the book does: 4 is the first after the dot, 5 the second.
    """

    first: str
    last: str
    place: int = 0
    digits: frozenset[str] = frozenset()

    def __contains__(self, code: str) -> bool:
        return (
            self.first <= code <= self.last + _AFTER
            and code[:1].isdigit() == self.first[:1].isdigit()
            and self._has_digit(code)
        )

    def among(self, ordered: Sequence[str]) -> Iterator[str]:
        """The codes in this range, out of some in order: two searches, however many there are."""
        start = bisect_left(ordered, self.first)
        end = bisect_right(ordered, self.last + _AFTER)
        return (code for code in ordered[start:end] if self._has_digit(code))

    def _has_digit(self, code: str) -> bool:
        if not self.place:
            return True
        detail = code.partition(".")[2]
        return len(detail) > self.place - 4 and detail[self.place - 4] in self.digits


@dataclass(frozen=True, slots=True)
class Ranges:
    """Several ranges as one set."""

    held: tuple[CodeRange, ...]

    def __contains__(self, code: str) -> bool:
        return any(code in held for held in self.held)

    def __bool__(self) -> bool:
        return bool(self.held)

    def among(self, ordered: Sequence[str]) -> tuple[str, ...]:
        """The codes of a set, out of some in order; each once."""
        if len(self.held) == 1:
            return tuple(self.held[0].among(ordered))
        return tuple(dict.fromkeys(code for held in self.held for code in held.among(ordered)))


@cache
def ranges(text: str) -> Ranges:
    """Read codes and ranges out of a text that holds nothing else: ``"401 585.1-585.4"``.

    >>> held = ranges("401 585.1-585.4")
    >>> [code for code in ("401.9", "585.3", "585.9") if code in held]
    ['401.9', '585.3']
    """
    return Ranges(
        tuple(
            CodeRange(match["first"], match["last"] or match["first"])
            for match in _TOKEN.finditer(text)
        )
    )
