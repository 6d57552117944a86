"""What an HL7 v2 message says of a document and of its encounter besides text and facts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypedDict

from icd9_review.notes.intake.formats.hl7.fields import Message
from icd9_review.notes.intake.formats.hl7.stamps import day_of, known
from icd9_review.notes.intake.gate import Intake
from icd9_review.notes.intake.particulars.note_types import note_type

_LOINC = re.compile(r"\d{1,7}-\d")
_SERVICES = {  # HL7 table 0069
    "CAR": "Cardiac service",
    "MED": "Medical service",
    "PUL": "Pulmonary service",
    "SUR": "Surgical service",
    "URO": "Urology service",
}


class Billed(TypedDict):
    """Of an encounter, as ``Facts`` has it."""

    account: str | None
    service: str | None
    payer: str | None


def with_particulars(
    intake: Intake, message: Message, document: Any | None, request: Any | None
) -> Intake:
    """A note with its type (TXA-2, OBR-4, OBR-24), author (TXA-9, TXA-5, OBR-32) and day.

    The day is that of the document (TXA-6), of what it is about (TXA-4) or of the observation
    (OBR-7).
    """
    observed = message.value(request, 4)
    codes = [message.value(document, 2), message.value(request, 24)]
    codes += [observed] if _LOINC.fullmatch(observed) else []
    words = [message.value(document, 2, 2), message.value(request, 4, 2), observed]
    people = [_person(message, document, 9), _person(message, document, 5)]
    people.append(_interpreter(message, request))
    stamps = [message.value(document, 6), message.value(document, 4), message.value(request, 7)]
    return intake.told(
        note_type(codes, words),
        next(filter(None, people), None),
        next((day for stamp in stamps if (day := day_of(stamp))), None),
    )


def billed(message: Message) -> Billed:
    """Account (PID-18, else the visit of PV1-19), service (PV1-10) and first payer (IN1-4)."""
    visit, insurance = message.first("PV1"), message.first("IN1")
    code = message.value(visit, 10)
    service = message.value(visit, 10, 2) or _SERVICES.get(code.upper(), code)
    return {
        "account": message.value(message.first("PID"), 18) or message.value(visit, 19) or None,
        "service": service or None,
        "payer": message.value(insurance, 4) or message.value(insurance, 2, 2) or None,
    }


def _person(message: Message, segment: Any | None, field: int) -> str:
    """The first of the people in a field (XCN): number, family, given, middle, suffix, prefix."""
    first = next(iter(message.repetitions(segment, field)), "")
    return _name(message, first.split(message.component))


def _interpreter(message: Message, request: Any | None) -> str:
    """The principal interpreter of a result (OBR-32), whose name is one component of parts."""
    first = next(iter(message.repetitions(request, 32)), "")
    return _name(message, first.split(message.component)[0].split(message.sub))


def _name(message: Message, parts: Sequence[str]) -> str:
    """A name as people read it; empty where there is a number alone."""
    told = [known(message.plain(part.split(message.sub)[0])) for part in parts[:7]]
    _, family, given, middle, suffix, prefix, degree = (*told, *[""] * (7 - len(told)))
    name = " ".join(filter(None, (prefix, given, middle, family, suffix)))
    return ", ".join(filter(None, (name, degree))) if family or given else ""
