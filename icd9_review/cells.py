"""Text as cells of files take it: no spreadsheet runs it as a formula, and UTF-8 holds it."""

from __future__ import annotations

import re
from typing import Final, TypeVar

_Value = TypeVar("_Value")

# Spreadsheets run a cell that begins with one of these as a formula (OWASP, "CSV Injection"),
# some after they have taken away white space and characters that are not seen. A leading
# apostrophe stops them; a text that begins with an apostrophe of its own gets another, so that
# taking one away always gives the text back.
_UNSEEN: Final = r"\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_RISKY: Final = re.compile(rf"'|[{_UNSEEN}]*[=+\-@\t\r\n\x00＝＋－＠]")
_LONE_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def neutralise(value: _Value) -> _Value | str:
    """A value that no spreadsheet runs as a formula; less one leading apostrophe it is the text.

    >>> neutralise("=1+1"), neutralise("428.0"), neutralise(-1)
    ("'=1+1", '428.0', -1)
    """
    return f"'{value}" if isinstance(value, str) and _RISKY.match(value) else value


def without_halves(text: str) -> str:
    """The text with U+FFFD for each half of a surrogate pair, which UTF-8 cannot hold.

    Such halves come from JSON that names one by itself, and from names of files that are no UTF-8.
    """
    return _LONE_SURROGATES.sub("\ufffd", text)
