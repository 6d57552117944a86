"""Paragraphs of an RTF file with their left edge.

A reader of our own because in the tabular list and the index the nesting of the terms is
nothing but the indent of their paragraphs, and striprtf, the library at hand, keeps none
of it. It knows what these two releases use of RTF 1.9: groups, destinations to be skipped,
control words for breaks, indents and characters, hexadecimal and Unicode characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from icd9_review.errors import CodeListError

START = b"{\\rtf1"
_DEEPEST = 500  # groups in groups; what is deeper was made to do harm
_LONGEST = 20_000  # characters of a paragraph; the longest of the releases has 5,000
_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,10})?\x20?"
    r"|\\'(?P<hex>[0-9a-fA-F]{2})"
    r"|\\(?P<symbol>[^a-zA-Z])"
    r"|(?P<brace>[{}])"
    r"|[\r\n]+"
    r"|(?P<text>[^\\{}\r\n]+)"
)
_TEXT = {
    "tab": "\t", "cell": "\t", "line": "\n", "emdash": "—", "endash": "–", "bullet": "•",
    "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
}  # fmt: skip
_SYMBOLS = {"~": "\u00a0", "_": "-", "\n": "\n", "\r": "\n", "\\": "\\", "{": "{", "}": "}"}
_ENDS = {"par", "sect", "page", "row"}
_SKIPPED = {
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "headerl", "headerr",
    "headerf", "footer", "footerl", "footerr", "footerf", "footnote", "xmlnstbl", "listtext",
    "pntext", "fldinst", "bkmkstart", "bkmkend",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``edge`` is where the first line begins, ``left`` where the others do, in twips."""

    edge: int
    left: int
    text: str


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits: indents, whether it is skipped, characters after ``\\u``."""

    left: int = 0
    first: int = 0
    skipped: bool = False
    fallback: int = 1


def read_paragraphs(data: bytes) -> Iterator[Paragraph]:
    """The paragraphs that have text, in order.

    Raises CodeListError where the groups do not close (the file is cut off or damaged), lie
    too deep in one another, or a paragraph is too long to be one.
    """
    reader = _Reader()
    for match in _TOKEN.finditer(data.decode("cp1252", errors="replace")):
        if (paragraph := reader.take(match)) is not None:
            yield paragraph
    if reader.depth:
        raise CodeListError("the RTF is cut off: its groups do not close")
    if (last := reader.finish()) is not None:
        yield last


class _Reader:
    """One pass over the tokens; ``take`` gives a paragraph when one has ended."""

    def __init__(self) -> None:
        self._state = _State()
        self._outer: list[_State] = []
        self._pieces: list[str] = []
        self._to_drop = 0  # characters that only stand in for one written as \u

    @property
    def depth(self) -> int:
        return len(self._outer)

    def take(self, token: re.Match[str]) -> Paragraph | None:
        kind = token.lastgroup
        if kind == "text":
            self._write(token["text"])
        elif kind in {"word", "number"}:
            return self._obey(token["word"], token["number"])
        elif kind == "brace":
            self._nest(token["brace"])
        elif kind == "hex":
            self._write(bytes.fromhex(token["hex"]).decode("cp1252", errors="replace"))
        elif kind == "symbol":
            self._write_symbol(token["symbol"])
        return None

    def finish(self) -> Paragraph | None:
        """The paragraph that ends here; None where it has no text."""
        text = "".join(self._pieces).strip()
        self._pieces.clear()
        if not text:
            return None
        if len(text) > _LONGEST:
            raise CodeListError(f"the RTF has a paragraph of more than {_LONGEST:,} characters")
        return Paragraph(self._state.left + self._state.first, self._state.left, text)

    def _obey(self, word: str, number: str | None) -> Paragraph | None:
        value = int(number) if number else 0
        if word in _SKIPPED:
            self._state = replace(self._state, skipped=True)
        elif self._state.skipped:
            return None
        elif word in _ENDS:
            return self.finish()
        elif word in _TEXT:
            self._write(_TEXT[word])
        elif word == "u":
            self._write_unicode(value)
        else:
            self._indent(word, value)
        return None

    def _indent(self, word: str, value: int) -> None:
        if word == "li":
            self._state = replace(self._state, left=value)
        elif word == "fi":
            self._state = replace(self._state, first=value)
        elif word == "pard":
            self._state = replace(self._state, left=0, first=0)
        elif word == "uc":
            self._state = replace(self._state, fallback=max(0, value))

    def _nest(self, brace: str) -> None:
        self._to_drop = 0
        if brace == "{":
            if len(self._outer) == _DEEPEST:
                raise CodeListError(f"the RTF has more than {_DEEPEST} groups in one another")
            self._outer.append(self._state)
        elif self._outer:
            self._state = self._outer.pop()
        else:
            raise CodeListError("the RTF closes a group that was not opened")

    def _write(self, text: str) -> None:
        dropped = min(self._to_drop, len(text))
        self._to_drop -= dropped
        if not self._state.skipped:
            self._pieces.append(text[dropped:])

    def _write_symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._state = replace(self._state, skipped=True)
        elif symbol in _SYMBOLS:
            self._write(_SYMBOLS[symbol])

    def _write_unicode(self, value: int) -> None:
        point = value % 0x10000
        self._write("\ufffd" if 0xD800 <= point < 0xE000 else chr(point))
        self._to_drop = self._state.fallback
