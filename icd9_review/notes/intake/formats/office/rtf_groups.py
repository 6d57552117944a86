"""The groups of rich text, walked once: what nobody is meant to read is taken out, and said.

striprtf turns control words into text; it knows nothing of struck, deleted or hidden words,
passes over text boxes and stops at the end of the first document of a file. What is handed on
to it is rich text again (Rich Text Format Specification 1.9.1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from icd9_review.notes.intake.formats.left_out import HIDDEN, PICTURE, STRUCK

ASIDE = "has headers, footers or footnotes; they are left out"
COMMENT = "has comments; they are left out"

_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<hex>[0-9a-fA-F]{2})"
    r"|\\(?P<symbol>[^a-zA-Z])|(?P<brace>[{}])|(?P<end>[\r\n]+)|(?P<text>[^\\{}\r\n]+)",
    re.DOTALL,
)
_START = re.compile(r"\{\s*\\rtf")
_BYTE = re.compile("[\x80-\xff]")
_SIGNS = {"tab", "line", "emdash", "endash", "bullet", "lquote", "rquote", "ldblquote", "rdblquote"}
_SIGNS |= {"u"}
_STRIKES = {"strike", "striked", "deleted"}
_HIDES = {"v", "webhidden"}
_SAID = {
    **dict.fromkeys(
        ("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"),
        ASIDE,
    ),
    "footnote": ASIDE,
    "annotation": COMMENT,
    "pict": PICTURE,
}
_BOX = "shptxt"
_FORM = {"fftype", "ffres", "ffdefres"}
_CHECK_BOX = "1"  # \\fftype
_AS_BEFORE = "25"  # \\ffres of a box that nobody touched


@dataclass(frozen=True, slots=True)
class _State:
    """What holds in a group: its destination, and what makes its words unreadable."""

    aside: bool = False
    said: str = ""
    box: bool = False
    unread: frozenset[str] = frozenset()


@dataclass(slots=True)
class Groups:
    """``documents`` are rich text, one after the other; ``notices`` go on after a file's name."""

    documents: list[str] = field(default_factory=list)
    notices: dict[str, None] = field(default_factory=dict)
    closed: bool = False  # whether the last document ends with the brace that closes it


def read_groups(text: str) -> Groups:
    """The documents of a file, each byte of which is a character."""
    found = Groups()
    at = 0
    while start := _START.search(text, at):
        walker = _Walker(found.notices)
        at = walker.walk(text, start.start())
        found.documents.append("".join(walker.parts))
        found.closed = walker.closed
    if text[at:].strip("\0\r\n\t }") and found.documents:
        found.notices["has text behind its last document; it is left out"] = None
    return found


class _Walker:
    """One document."""

    def __init__(self, notices: dict[str, None]) -> None:
        self.parts: list[str] = []
        self.closed = False
        self._notices = notices
        self._state = _State()
        self._stack: list[_State] = []
        self._boxes: list[str] = []
        self._form: dict[str, str | None] = {}

    def walk(self, text: str, at: int) -> int:
        """Read on from a document's brace; gives where the document ends."""
        while token := _TOKEN.match(text, at):
            at = token.end()
            if token["word"] == "bin":
                at += max(0, int(token["number"] or 0))
                continue
            self._take(token)
            if token["brace"] == "}" and not self._stack:
                self.closed = True
                return at
        return len(text)

    def _take(self, token: re.Match[str]) -> None:
        if token["brace"]:
            self._brace(token["brace"])
        elif token["word"]:
            self._word(token["word"], token["number"], token[0])
        elif token["symbol"] == "*":
            self._state = replace(self._state, aside=True)
            self.parts.append(token[0])
        elif token["end"]:
            self.parts.append(token[0])
        else:
            self._text(token)

    def _brace(self, brace: str) -> None:
        if brace == "{":
            self._stack.append(self._state)
            self.parts.append(brace)
            return
        self._state = self._stack.pop() if self._stack else _State()
        self.parts.append(brace)
        if self._boxes and not self._state.aside:  # a text box stands behind the shape it is in
            self.parts.append(f"{{\\par {''.join(self._boxes)}\\par }}")
            self._boxes.clear()
        if self._form and not self._state.aside:  # a tick stands where its field does
            self.parts.append(_tick(self._form))
            self._form.clear()

    def _word(self, word: str, number: str | None, written: str) -> None:
        if word == "pntext":  # the number of an item, as it is shown
            return
        if word == _BOX:
            self._state = replace(self._state, aside=True, box=True)
        elif word in _SAID or word in _destinations():
            said = "" if self._state.box else _SAID.get(word, self._state.said)
            self._state = replace(self._state, aside=True, said=said)
            if said == PICTURE:
                self._notices[said] = None
        if word in _FORM:
            self._form[word] = number
        self._format(word, number)
        if word in _SIGNS and not self._is_read(written):
            return
        (self._boxes if self._state.box and word != _BOX else self.parts).append(written)

    def _format(self, word: str, number: str | None) -> None:
        """Follow what strikes and hides words; ``\\plain`` ends both."""
        unread = self._state.unread
        if word == "plain":
            unread = frozenset()
        elif word in _STRIKES | _HIDES:
            unread = unread - {word} if number == "0" else unread | {word}
        self._state = replace(self._state, unread=unread)

    def _text(self, token: re.Match[str]) -> None:
        written = token[0]
        if self._is_read(token["text"] or "x"):
            raw = _BYTE.sub(lambda byte: f"\\'{ord(byte[0]):02x}", written)
            (self._boxes if self._state.box else self.parts).append(raw)

    def _is_read(self, words: str) -> bool:
        """Whether text here is for the reader, or at least does no harm; else it is said."""
        shown = self._state.box or not self._state.aside
        unread = next(map(_reason, sorted(self._state.unread)), "")
        reason = unread if shown else self._state.said
        if reason and words.strip():
            self._notices[reason] = None
        return not (shown and reason)  # striprtf passes over groups that are not shown


def _tick(form: dict[str, str | None]) -> str:
    """A check box of a form; what was typed or chosen stands in the result of its field."""
    if form.get("fftype") != _CHECK_BOX:
        return ""
    result = form.get("ffres", _AS_BEFORE)
    ticked = form.get("ffdefres") if result == _AS_BEFORE else result
    return "[x] " if ticked == "1" else "[ ] "


def _reason(word: str) -> str:
    return STRUCK if word in _STRIKES else HIDDEN


def _destinations() -> frozenset[str]:
    from striprtf.striprtf import destinations

    return destinations
