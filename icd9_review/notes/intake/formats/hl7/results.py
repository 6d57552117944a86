"""What an OBX segment says, by the type of its value (HL7 v2, chapter 2A)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from email import message_from_bytes
from typing import Any, NamedTuple

from icd9_review.errors import NoteError
from icd9_review.notes.intake.formats.base64_text import looks_like_base64
from icd9_review.notes.intake.formats.hl7.fields import Message

TEXTS = ("TX", "FT", "ST", "")
"""Types whose value is words; a value without a type is taken as words."""

_CODED = ("CE", "CWE", "CNE", "CF", "IS", "ID")
_NAMES_OF_CODED = (2, 9, 5, 1, 4)  # text, original text, alternative text, code, alternative code
_CODE_SYSTEMS = re.compile(r"I(?:CD)?[- ]?(?:9|10).*|C[45]|CPT.*", re.IGNORECASE)
"""Of HL7 table 0396 those whose codes say what coders code, and more than the words beside them."""

_DAYS = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2}))?(?:\d{2})?(?:\.\d+)?(?:[+-]\d{4})?")


def text_lines(message: Message, result: Any) -> list[str]:
    """The lines of a value that is words: a repetition begins a line."""
    parts = message.repetitions(result, 5)
    return "\n".join(message.plain(part) for part in parts).split("\n") if parts else []


def value_line(message: Message, result: Any) -> str:
    """A value with its name, unit and flag in one line; empty where there is no value."""
    kind = message.value(result, 2)
    values = [_value(message, kind, part) for part in message.repetitions(result, 5)]
    told = (", ".join(filter(None, values)), message.value(result, 6), _flag(message, result))
    if not told[0]:
        return ""
    return ": ".join(filter(None, (result_name(message, result), " ".join(filter(None, told)))))


def result_name(message: Message, result: Any) -> str:
    """What was observed, in words if there are any (OBX-3)."""
    names = (message.value(result, 3, number) for number in (2, 5, 9, 1))
    return next(filter(None, names), "")


def _flag(message: Message, result: Any) -> str:
    flags = (
        message.plain(part.split(message.component)[0]) for part in message.repetitions(result, 8)
    )
    return " ".join(flag for flag in flags if flag)


def _value(message: Message, kind: str, repetition: str) -> str:
    parts = message.components(repetition)
    if kind in _CODED:
        return _coded(parts)
    if kind == "SN":  # comparator, number, separator or suffix, number: >^100, ^1^:^128, ^2^+
        return "".join(parts[:4])
    if kind == "NR":
        return "-".join(filter(None, parts[:2]))
    if kind in ("DT", "TS", "DTM") and (day := _DAYS.fullmatch(parts[0])):
        return "-".join(day.groups()[:3]) + (f" {day[4]}:{day[5]}" if day[4] else "")
    if kind in ("NM", *TEXTS):
        return message.plain(repetition)
    return " ".join(part.replace(message.sub, " ") for part in parts if part)


def _coded(parts: Sequence[str]) -> str:
    """The words of code^text^system^code^text^system; a code of ICD or CPT stands before them."""
    words = next((parts[n - 1] for n in _NAMES_OF_CODED if len(parts) >= n and parts[n - 1]), "")
    codes = [parts[at] for at in (0, 3) if _CODE_SYSTEMS.fullmatch("".join(parts[at + 2 : at + 3]))]
    return " ".join(dict.fromkeys(filter(None, (*codes, words))))


class Encapsulated(NamedTuple):
    """A value of type ED: its type and subtype, how its data are encoded, and these."""

    kind: str
    encoding: str
    data: str


def encapsulated(message: Message, repetition: str) -> Encapsulated:
    """source^type^subtype^encoding^data; what goes on with another segment may be data alone."""
    parts = repetition.split(message.component, 4)
    if len(parts) == 1:
        return Encapsulated("", "", message.plain(repetition))
    data = message.plain(parts[4]) if len(parts) > 4 else ""
    encoding = parts[3].strip().lower() if len(parts) > 3 else ""
    return Encapsulated("^".join(parts[1:3]).lower(), encoding, data)


def embedded_file(value: Encapsulated) -> bytes:
    """The file in a value of type ED. Raises NoteError, whose words go on after the place."""
    data, encoding = value.data, value.encoding
    if not data.strip() or data.strip() == '""':
        raise NoteError("an attachment is empty; it is left out")
    try:
        if encoding == "base64" or (not encoding and looks_like_base64(data)):
            return base64.b64decode("".join(data.split()), validate=True)
        if encoding == "hex":
            return bytes.fromhex(data)
    except (binascii.Error, ValueError):
        raise NoteError(
            f"an attachment is not {'base64' if encoding != 'hex' else 'hexadecimal'}; "
            "it is left out"
        ) from None
    return _without_envelope(data) if data.lstrip().startswith("MIME-Version:") else data.encode()


def _without_envelope(data: str) -> bytes:
    """The first file of a MIME package, as attachments of clinical documents are sent.

    What belongs to it beside (style sheets, pictures) is no text. Raises NoteError where there is
    nothing.
    """
    parts = (
        part
        for part in message_from_bytes(data.lstrip().encode()).walk()
        if not part.is_multipart()
    )
    content = next((part.get_payload(decode=True) for part in parts), None)
    if not isinstance(content, bytes) or not content.strip():
        raise NoteError("an attachment is empty; it is left out")
    return content
