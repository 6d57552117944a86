"""Which visit and which document an HL7 v2 message means, and who gave out their numbers."""

from __future__ import annotations

from typing import Any

from icd9_review.notes.intake.formats.hl7.fields import Message
from icd9_review.notes.intake.identifiers import UNNAMED, Identifier


def visit_identifier(message: Message, title: str) -> Identifier:
    """The visit number, else that of the account, and who gave it out (PV1-19, PID-18).

    That is the assigning authority (CX.4), else the sending facility (MSH-4), whose systems share
    the numbers of visits; without either the number counts within its file.
    """
    visit, patient = message.first("PV1"), message.first("PID")
    return _numbered(message, visit, 19, title) or _numbered(message, patient, 18, title)


def _numbered(message: Message, segment: Any | None, field: int, title: str) -> Identifier:
    number, authority = message.value(segment, field), message.value(segment, field, 4)
    facility = message.value(message.first("MSH"), 4)
    if not number:
        return UNNAMED
    if authority:
        return Identifier(f"{number}^{authority}")
    if facility:
        return Identifier(f"{facility}|{number}", former=f"{number}^")
    return Identifier(f"{number}^", within=title)


def note_identifier(message: Message, number: str, title: str, more: str = "") -> Identifier:
    """A document or filler number (EI) and who gave it out; ``more`` tells its parts apart.

    That is its namespace or universal id (EI.2, EI.3), else the application and the facility that
    send it (MSH-3, MSH-4), because each application counts for itself.
    """
    if not number:
        return UNNAMED
    parts = message.components(number.split(message.repetition)[0])
    if any(part.strip() for part in parts[1:3]):
        return Identifier(number + more)
    header = message.first("MSH")
    sender = "^".join(message.value(header, field) for field in (3, 4))
    if sender == "^":
        return Identifier(number + more, within=title)
    return Identifier(f"{sender}|{number}{more}", former=number + more)
