"""JSON in which each name of an object stands once.

RFC 8259, section 4, leaves open what a name given twice means, and Python keeps the last value
without a word: a note would be lost. It is refused instead.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_LINE_END = re.compile(r"\r\n|\n|\r")
_SPACE = re.compile(r"[ \t\r\n]*")


class RepeatedName(ValueError):
    """An object has a name twice; the message does not quote it, it may be text of a note."""


def decode_json(text: str) -> object:
    """The value a text stands for.

    Raises RepeatedName, and ValueError for what is not JSON, too deep or has a number too long.

    >>> decode_json('{"note": "CHF", "age": 71}')
    {'note': 'CHF', 'age': 71}
    """
    try:
        return json.loads(text, object_pairs_hook=_once)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def is_one_value(text: str) -> bool:
    """Whether a text is one JSON value to its end, and not one on each line.

    >>> is_one_value('{"note":\\n "CHF"}'), is_one_value('{"note": "CHF"}\\n{"note": "AF"}')
    (True, False)
    """
    try:
        _, end = json.JSONDecoder().raw_decode(text, _skip(text, 0))
    except (ValueError, RecursionError):
        return False
    return _skip(text, end) == len(text)


def split_lines(text: str) -> list[str]:
    """The lines of a text; a string of JSON may hold line ends of other kinds, as U+2028."""
    return _LINE_END.split(text)


def elements(text: str) -> Iterator[str]:
    """The elements of a list, each as the text it is written as, on one line.

    Raises ValueError where the text is no list.

    >>> list(elements('[{"note": "CHF"},\\n {"note": "AF"}]'))
    ['{"note": "CHF"}', '{"note": "AF"}']
    """
    position = _expect(text, 0, "[")
    decoder = json.JSONDecoder()
    while text[position : position + 1] != "]":
        try:
            _, end = decoder.raw_decode(text, position)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        # A line end outside of a string is layout, and none can stand inside.
        yield text[position:end].replace("\n", " ").replace("\r", " ")
        position = _skip(text, end)
        if text[position : position + 1] != "]":
            position = _expect(text, position, ",")


def _expect(text: str, position: int, mark: str) -> int:
    position = _skip(text, position)
    if text[position : position + 1] != mark:
        raise ValueError(f"{mark} is missing")
    return _skip(text, position + 1)


def _skip(text: str, position: int) -> int:
    """The position of what follows white space."""
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise RepeatedName("an object has the same name twice, so that a value would be lost")
    return found
