"""The OBX and NTE segments of one report as a note: words, values, comments, attachments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from icd9_review.errors import NoteError
from icd9_review.notes.intake.formats.base64_text import looks_like_base64, may_be_prose
from icd9_review.notes.intake.formats.hl7.fields import Message, segment_name
from icd9_review.notes.intake.formats.hl7.results import (
    TEXTS,
    Encapsulated,
    embedded_file,
    encapsulated,
    result_name,
    text_lines,
    value_line,
)
from icd9_review.notes.intake.formats.hl7.split_files import Piece, SplitFile
from icd9_review.notes.intake.formats.json_text import RepeatedName, decode_json
from icd9_review.notes.intake.formats.office.rtf import as_written
from icd9_review.notes.intake.formats.structured.ccda import Attachment
from icd9_review.notes.intake.formats.structured.ccda_sections import meaning_of
from icd9_review.notes.intake.formats.structured.html import is_html, is_xml, plain_text
from icd9_review.notes.intake.gate import Intake, read_note
from icd9_review.outline.headings import without_marks, write_heading

_WITHDRAWN = {"D": "deleted", "W": "posted as wrong", "X": "not obtained"}  # HL7 table 0085
_WORDS = ("TX", "FT")


@dataclass(slots=True)
class Hl7Report:
    """``notices`` are pairs of words and the place within the message."""

    written: Intake | None = None
    embedded: list[Intake] = field(default_factory=list)
    notices: list[tuple[str, str]] = field(default_factory=list)


def read_report(
    message: Message, segments: Sequence[Any], name: str, attachment: Attachment
) -> Hl7Report:
    """What one report says. What cannot be read of it is left out, and said."""
    reader = _Reader(message, name, attachment, _named(message, segments))
    for segment in segments:
        reader.take(segment)
    return reader.finish()


def _named(message: Message, segments: Sequence[Any]) -> bool:
    """Whether what is observed names the parts of the report, as headings do."""
    names = {
        result_name(message, each)
        for each in segments
        if segment_name(each) == "OBX" and message.value(each, 2) in _WORDS
    }
    return len(names - {""}) > 1


class _Reader:
    """Collects the segments of one report."""

    def __init__(self, message: Message, name: str, attachment: Attachment, named: bool) -> None:
        self._message, self._name, self._attachment = message, name, attachment
        self._named = named
        self._heading = ""
        self._lines: list[str] = []
        self._withdrawn = False
        self._begun: list[str] = []  # rich text that goes on in the next segment
        self._open = 0  # and its groups that are not closed yet
        self._split = SplitFile()
        self._report = Hl7Report()

    def take(self, segment: Any) -> None:
        if segment_name(segment) == "NTE":
            self._close_file()
            if not self._withdrawn:  # a comment on a result goes with it
                self._lines += self._comment(segment)
            return
        status = _WITHDRAWN.get(self._message.value(segment, 11).upper())
        self._withdrawn = status is not None
        place = f", OBX {self._message.value(segment, 1) or '?'}"
        if status is not None:
            self._say(f"a result marked as {status} is left out", place)
        else:
            self._result(segment, place)

    def finish(self) -> Hl7Report:
        self._close_file()
        if self._begun:
            self._embed(partial(as_written, "\n".join(self._begun)), "")
        if any(line.strip() for line in self._lines):
            try:
                self._report.written = self._note("\n".join(self._lines))
            except NoteError as error:
                self._say(_reason(error), "")
        return self._report

    def _comment(self, segment: Any) -> list[str]:
        parts = self._message.repetitions(segment, 3)
        return "\n".join(self._message.plain(part) for part in parts).split("\n") if parts else []

    def _result(self, result: Any, place: str) -> None:
        kind = self._message.value(result, 2)
        if kind == "ED":
            for part in self._message.repetitions(result, 5) or [""]:
                self._file(result, encapsulated(self._message, part), place)
            return
        if kind in TEXTS and self._goes_on(result, place):
            return
        self._close_file()
        if kind == "RP":
            self._say("a text that is stored elsewhere (RP) is left out", place)
        elif kind in TEXTS and not self._message.value(result, 6):
            self._words(result, kind, place)
        elif line := value_line(self._message, result):
            self._lines.append(line)

    def _file(self, result: Any, value: Encapsulated, place: str) -> None:
        """A file, or a piece of one that is split over segments."""
        if value.encoding in ("", "base64"):
            text = "".join(value.data.split())
            piece = Piece(text, self._message.value(result, 3), value.kind, place)
            if self._split.go_on(piece):
                return
            self._close_file()
            if self._split.begin(piece):
                return
        self._close_file()
        self._embed(partial(embedded_file, value), place)

    def _goes_on(self, result: Any, place: str) -> bool:
        """Whether a text is a file in base64, or a piece of one."""
        text = "\n".join(text_lines(self._message, result))
        plain, name = "".join(text.split()), self._message.value(result, 3)
        piece = Piece(plain, name, "", place, in_text=True, prose=may_be_prose(text))
        if self._split.go_on(piece):
            return True
        self._close_file()
        return self._split.begin(piece)

    def _close_file(self) -> None:
        if self._split.place:
            self._embed(self._split.decode, self._split.place)
            self._split.close()

    def _words(self, result: Any, kind: str, place: str) -> None:
        lines = text_lines(self._message, result)
        if self._begun or "\n".join(lines[:2]).lstrip().startswith("{\\rtf"):
            self._begun += lines
            self._open += _opened(lines)
            if self._open > 0:
                return
            lines, self._begun, self._open = self._begun, [], 0
        whole = "\n".join(lines)
        if looks_like_base64(whole):
            self._embed(lambda: _decoded(whole), place)
        elif whole.lstrip().startswith("{\\rtf"):
            self._embed(partial(as_written, whole), place)
        elif is_xml(whole) or _is_json(whole):
            self._embed(whole.encode, place)
        elif kind == "ST" and len(lines) == 1 and self._tells_more(result):
            self._lines.append(value_line(self._message, result))
        else:
            self._begin(result, lines)

    def _tells_more(self, result: Any) -> bool:
        """Whether what was observed says more than the title of the note."""
        name = result_name(self._message, result)
        return bool(name) and name.lower() != self._name.lower()

    def _begin(self, result: Any, lines: list[str]) -> None:
        """Lines of text, under a heading where the report has several."""
        name = result_name(self._message, result) if self._named else ""
        if name and name != self._heading:
            code = (
                self._message.value(result, 3) if self._message.value(result, 3, 3) == "LN" else ""
            )
            if self._lines:
                self._lines.append("")
            self._lines.append(write_heading(f"{name}:", meaning_of(code)))
        self._heading = name or self._heading
        self._lines += [without_marks(line) for line in lines]

    def _embed(self, data: Any, place: str) -> None:
        try:
            content = data()
            if not content.strip():
                raise NoteError("an attachment is empty; it is left out")
            self._report.embedded.append(self._attachment(content, self._name))
        except NoteError as error:
            self._say(_reason(error), place)

    def _note(self, text: str) -> Intake:
        if not is_html(text):
            return read_note(plain_text(text, self._name).text, self._name)
        told = plain_text(text, self._name)
        for words in told.notices:
            self._say(words, "")
        return read_note(told.text, self._name)

    def _say(self, words: str, place: str) -> None:
        self._report.notices.append((words, place))


def _is_json(text: str) -> bool:
    """Whether a text is data of a program; notes have ticks in brackets, too."""
    if not re.match(r"\s*(?:\{|\[\s*\{)", text):
        return False
    try:
        decode_json(text)
    except ValueError as error:
        return isinstance(error, RepeatedName)
    return True


def _opened(lines: Sequence[str]) -> int:
    """How many groups of rich text are opened and not closed in these lines."""
    braces = re.sub(r"\\[\\{}]", "", "".join(lines))
    return braces.count("{") - braces.count("}")


def _decoded(text: str) -> bytes:
    import base64

    return base64.b64decode("".join(text.split()))


def _reason(error: NoteError) -> str:
    """The words of a refusal as a notice that names the attachment."""
    words = str(error).rstrip(".")
    return words if words.startswith("an ") else f"an attachment is left out: {words}"
