"""HL7 v2 messages (ORU, MDM): the texts of OBX-5 as notes, PV1 and PID as facts.

One note for each OBR group of a result message, one for each document message; the comments
of NTE segments stand where they were sent. Of the patient only birth date (as an age) and sex
are read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import (
    Facts,
    FoundEncounter,
    FoundNote,
    Notice,
    age_on,
    tell,
)
from icd9_review.notes.intake.formats.hl7.fields import (
    Message,
    hl7_encoding,
    looks_like_hl7,
    messages,
    segment_name,
)
from icd9_review.notes.intake.formats.hl7.identifiers import note_identifier, visit_identifier
from icd9_review.notes.intake.formats.hl7.particulars import billed, with_particulars
from icd9_review.notes.intake.formats.hl7.report_notes import Hl7Report, read_report
from icd9_review.notes.intake.formats.hl7.stamps import day_of, known, sex_of
from icd9_review.notes.intake.formats.hl7.visits import setting_of_visit
from icd9_review.notes.intake.formats.structured.ccda import Attachment
from icd9_review.notes.intake.identifiers import Identifier

__all__ = ["hl7_encoding", "looks_like_hl7", "read_hl7"]

_ICD9 = re.compile(r"(?:V\d|E\d|\d)\d{2}\.?\d{0,2}|V\d{2}\.?\d{0,2}")
_TYPES = {  # HL7 table 0270
    "AR": "Autopsy report",
    "CD": "Cardiodiagnostics",
    "CN": "Consultation",
    "DI": "Diagnostic imaging",
    "DS": "Discharge summary",
    "ED": "Emergency department report",
    "HP": "History and physical examination",
    "OP": "Operative report",
    "PC": "Psychiatric consultation",
    "PH": "Psychiatric history and physical examination",
    "PN": "Procedure note",
    "PR": "Progress note",
    "SP": "Surgical pathology",
    "TS": "Transfer summary",
}
_UNAVAILABLE = {"CA": "deleted", "OB": "obsolete"}  # HL7 table 0273


@dataclass(slots=True)
class _Group:
    """An OBR and the segments of its report; of a document all OBX and NTE together."""

    request: Any | None
    segments: list[Any] = field(default_factory=list)


def read_hl7(
    text: str, title: str, attachment: Attachment, first: int = 1
) -> tuple[tuple[FoundEncounter, ...], tuple[str, ...]]:
    """An encounter for each message with a text, and notices; ``first`` counts the messages.

    Raises NoteError where no message has a text that can be read.
    """
    found: list[FoundEncounter] = []
    notices: list[Notice] = []
    broken = 0
    for number, raw in enumerate(messages(text), start=first):
        message = _parse(raw)
        if message is None:
            broken += 1
            notices.append(Notice("a message cannot be read; it is left out", f"message {number}"))
            continue
        notes, told = _notes(message, title, attachment, f"message {number}")
        notices += told
        if notes:
            identifier = visit_identifier(message, title)
            found.append(_encounter(message, notes, identifier, f"message {number}"))
    if not found:
        raise NoteError(_refusal(title, notices, broken))
    return tuple(found), tell(title, notices)


def _parse(raw: str) -> Message | None:
    import hl7  # type: ignore[import-untyped]

    try:
        return Message(hl7.parse(raw))
    except (hl7.HL7Exception, AssertionError, ValueError, LookupError, AttributeError):
        return None


def _refusal(title: str, notices: Sequence[Notice], broken: int) -> str:
    """Why nothing of a file can be taken: every message is broken, or none has a text."""
    if broken:
        place = next(notice.place for notice in notices if notice.words.startswith("a message"))
        number = place.replace("message", "number")
        return (
            f'"{title}" is HL7 v2 with a message that cannot be read ({number}); '
            "export it again, or paste the text of the note."
        )
    reasons = dict.fromkeys(
        f"{notice.place}: {notice.words}"
        for notice in notices
        if "; it is left out" not in notice.words or "attachment" in notice.words
    )
    because = f" ({'; '.join(list(reasons)[:3])})" if reasons else ""
    return (
        f'"{title}" is HL7 v2 without a text in OBX-5 that can be read{because}; '
        "send an ORU or MDM message with one."
    )


def _notes(
    message: Message, title: str, attachment: Attachment, place: str
) -> tuple[tuple[FoundNote, ...], list[Notice]]:
    document = message.first("TXA")
    if state := _withdrawn(message, document):
        return (), [Notice(f"a document marked as {state} is left out", place)]
    groups = _groups(message, whole=document is not None)
    fillers = Counter(known(message.raw(group.request, 3)) for group in groups if group.segments)
    found: list[FoundNote] = []
    notices: list[Notice] = []
    for group in groups:
        name = _title(message, document, group.request) or title
        report = read_report(message, group.segments, name, attachment)
        notices += [Notice(words, f"{place}{where}") for words, where in report.notices]
        shared = fillers[known(message.raw(group.request, 3))] > 1
        found += _of_report(message, document, group, report, title=title, shared=shared)
    if not found and not notices:
        kind = "^".join(filter(None, (message.value(message.first("MSH"), 9, n) for n in (1, 2))))
        notices.append(
            Notice(f"a message ({kind or 'no type'}) has no text; it is left out", place)
        )
    return tuple(found), notices


def _withdrawn(message: Message, document: Any | None) -> str:
    """How a document was taken back: by its event (T11), or its availability (TXA-19)."""
    if message.value(message.first("MSH"), 9, 2) == "T11":
        return "cancelled"
    return _UNAVAILABLE.get(message.value(document, 19).upper(), "")


def _of_report(
    message: Message,
    document: Any | None,
    group: _Group,
    report: Hl7Report,
    *,
    title: str,
    shared: bool,
) -> Iterator[FoundNote]:
    """The notes of one report; its accession number may be ``shared`` with others."""
    number = known(message.raw(document, 12)) or known(message.raw(group.request, 3))
    more = ""
    if not document and shared:  # each report is a note of its own
        more = f"/{message.raw(group.request, 1)}/{message.value(group.request, 4)}"
    replacing = message.value(message.first("MSH"), 9, 2) in ("T09", "T10")
    parent = known(message.raw(document, 13)) if replacing else ""
    replaces = note_identifier(message, parent, title)
    told = partial(with_particulars, message=message, document=document, request=group.request)
    if report.written is not None:
        yield FoundNote(
            told(report.written), note_identifier(message, number, title, more), replaces
        )
    for place, intake in enumerate(report.embedded, start=1):
        named = note_identifier(message, number, title, f"{more}/{place}")
        yield FoundNote(told(intake), named, replaces)


def _groups(message: Message, *, whole: bool) -> list[_Group]:
    """The OBX and NTE segments after each OBR, or all of a document together.

    Comments that come before the first report (on the patient, the visit) stand in front of it.
    """
    groups = [_Group(None)]
    for segment in message.segments:
        name = segment_name(segment)
        if name == "OBR" and not whole:
            first = groups[-1].request is None and not _has_results(groups[-1])
            groups.append(_Group(segment, groups.pop().segments if first else []))
        elif name in ("OBX", "NTE"):
            groups[-1].segments.append(segment)
    return groups


def _has_results(group: _Group) -> bool:
    return any(segment_name(segment) == "OBX" for segment in group.segments)


def _title(message: Message, document: Any | None, request: Any | None) -> str:
    code = message.value(document, 2)
    named = message.value(document, 2, 2) or _TYPES.get(code.upper(), code)
    return named or message.value(request, 4, 2) or message.value(request, 4)


def _encounter(
    message: Message, notes: tuple[FoundNote, ...], identifier: Identifier, place: str
) -> FoundEncounter:
    visit, patient = message.first("PV1"), message.first("PID")
    admitted = day_of(message.value(visit, 44))
    days: Iterable[str] = (
        message.value(message.first("OBR"), 7),
        message.value(message.first("TXA"), 4),
        message.value(message.first("MSH"), 7),
    )
    seen = admitted or next((day for stamp in days if (day := day_of(stamp))), None)
    codes = [message.value(visit, 2), message.value(visit, 2, 4)]
    facts = Facts(
        setting=setting_of_visit(codes, [message.value(visit, 2, 2), message.value(visit, 2, 5)]),
        age=age_on(day_of(message.value(patient, 7)), seen),
        sex=sex_of(message.value(patient, 8)),
        admitted=admitted,
        discharged=day_of(message.value(visit, 45)),
        **billed(message),
    )
    return FoundEncounter(notes, facts, identifier, _codes(message), place)


def _codes(message: Message) -> tuple[str, ...]:
    """ICD-9-CM diagnoses of DG1, in their order."""
    found = []
    for segment in message.segments:
        if segment_name(segment) == "DG1":
            system = message.value(segment, 3, 3) or message.value(segment, 2)
            code = message.value(segment, 3).upper()
            nine = re.search("I(CD)?-?9", system.upper()) is not None
            if nine and _ICD9.fullmatch(code):
                found.append(code)
    return tuple(dict.fromkeys(found))
