"""Words that facts of several kinds share."""

from __future__ import annotations

from collections.abc import Mapping


def many(count: int, what: str) -> str:
    """A number with what it counts.

    >>> many(1, "code"), many(1200, "code")
    ('1 code', '1,200 codes')
    """
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def person(number: object, names: Mapping[int, str]) -> str:
    """A person by name and number; nobody where an event names none."""
    if not isinstance(number, int):
        return "nobody"
    return f"{names.get(number, 'somebody')} ({number})"
