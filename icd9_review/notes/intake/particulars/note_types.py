"""Which type of document a note is, by what its source, its title or its first lines say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from icd9_review.notes.intake.titles import UNTITLED, document_title
from icd9_review.values import NoteType

NOTE_TYPE_WORDS: Final[Mapping[NoteType, str]] = MappingProxyType(
    {
        NoteType.DISCHARGE_SUMMARY: "discharge summary",
        NoteType.TRANSFER_SUMMARY: "transfer summary",
        NoteType.DEATH_SUMMARY: "death summary",
        NoteType.HISTORY_AND_PHYSICAL: "history and physical",
        NoteType.OPERATIVE_REPORT: "operative report",
        NoteType.PROCEDURE_NOTE: "procedure note",
        NoteType.CONSULTATION: "consultation",
        NoteType.PROGRESS_NOTE: "progress note",
        NoteType.EMERGENCY_NOTE: "emergency department note",
        NoteType.RADIOLOGY_REPORT: "radiology report",
        NoteType.PATHOLOGY_REPORT: "pathology report",
        NoteType.ECHOCARDIOGRAM: "echocardiogram",
        NoteType.ELECTROCARDIOGRAM: "electrocardiogram",
        NoteType.ANESTHESIA_RECORD: "anesthesia record",
        NoteType.NURSING_NOTE: "nursing note",
        NoteType.OFFICE_VISIT: "office visit",
        NoteType.DELIVERY_NOTE: "delivery note",
        NoteType.AUTOPSY_REPORT: "autopsy report",
    }
)
"""What the screen calls a type."""

# How sources write the types: titles of hospitals, display names of LOINC, categories of tables.
_ALSO: Mapping[NoteType, str] = {
    NoteType.DISCHARGE_SUMMARY: "discharge note|discharge report|discharge summarization",
    NoteType.TRANSFER_SUMMARY: "transfer note",
    NoteType.HISTORY_AND_PHYSICAL: "h&p|h & p|history & physical|history physical|admission note",
    NoteType.OPERATIVE_REPORT: "operative note|operation note|operation report|report of operation"
    "|surgical operation note|op note",
    NoteType.PROCEDURE_NOTE: "procedure report",
    NoteType.CONSULTATION: "consult|consult note|consultation note|consultation report",
    NoteType.PROGRESS_NOTE: "progress notes|soap note",
    NoteType.EMERGENCY_NOTE: "emergency department report|emergency room report|emergency note"
    "|emergency room note|ed note|er note|ed report",
    NoteType.RADIOLOGY_REPORT: "radiology|radiology study|radiology studies|diagnostic imaging"
    "|diagnostic imaging study|imaging report|x-ray report",
    NoteType.PATHOLOGY_REPORT: "pathology|surgical pathology|pathology study|cytopathology",
    NoteType.ECHOCARDIOGRAM: "echo|echocardiography|echocardiogram report",
    NoteType.ELECTROCARDIOGRAM: "ecg|ekg|ecg report|ekg report",
    NoteType.ANESTHESIA_RECORD: "anesthesia note|anesthesia report|anaesthesia record",
    NoteType.NURSING_NOTE: "nursing|nurse note|nursing progress note|nursing/other",
    NoteType.OFFICE_VISIT: "clinic note|clinic visit|office note|outpatient note",
    NoteType.DELIVERY_NOTE: "labor and delivery summary|delivery summary",
    NoteType.AUTOPSY_REPORT: "autopsy",
}
_PHRASES = {
    phrase: kind
    for kind, words in NOTE_TYPE_WORDS.items()
    for phrase in (words, *_ALSO.get(kind, "").split("|"))
    if phrase
}
_LONGEST_FIRST = "|".join(sorted(map(re.escape, _PHRASES), key=len, reverse=True))
_OCCURS = re.compile(rf"(?<![a-z0-9])(?:{_LONGEST_FIRST})(?![a-z0-9])")
_LONGEST = 200  # characters that are looked at; a title has 120

_BY_CODE: Mapping[str, NoteType] = {
    # HL7 table 0270 (TXA-2), and the sections of table 0074 (OBR-24) that mean one type.
    "AR": NoteType.AUTOPSY_REPORT,
    "CN": NoteType.CONSULTATION,
    "DI": NoteType.RADIOLOGY_REPORT,
    "DS": NoteType.DISCHARGE_SUMMARY,
    "ED": NoteType.EMERGENCY_NOTE,
    "HP": NoteType.HISTORY_AND_PHYSICAL,
    "OP": NoteType.OPERATIVE_REPORT,
    "PC": NoteType.CONSULTATION,
    "PH": NoteType.HISTORY_AND_PHYSICAL,
    "PN": NoteType.PROCEDURE_NOTE,
    "PR": NoteType.PROGRESS_NOTE,
    "SP": NoteType.PATHOLOGY_REPORT,
    "TS": NoteType.TRANSFER_SUMMARY,
    **dict.fromkeys(("RAD", "CT", "NMR", "NMS", "VUS", "XRC"), NoteType.RADIOLOGY_REPORT),
    **dict.fromkeys(("CP", "PAT"), NoteType.PATHOLOGY_REPORT),
    "CUS": NoteType.ECHOCARDIOGRAM,
    "EC": NoteType.ELECTROCARDIOGRAM,
    # LOINC, as C-CDA and FHIR use it for whole documents.
    "18842-5": NoteType.DISCHARGE_SUMMARY,
    "11490-0": NoteType.DISCHARGE_SUMMARY,
    "28655-9": NoteType.DISCHARGE_SUMMARY,
    "34105-7": NoteType.DISCHARGE_SUMMARY,
    "18761-7": NoteType.TRANSFER_SUMMARY,
    "34117-2": NoteType.HISTORY_AND_PHYSICAL,
    "47039-3": NoteType.HISTORY_AND_PHYSICAL,
    "11504-8": NoteType.OPERATIVE_REPORT,
    "28570-0": NoteType.PROCEDURE_NOTE,
    "11488-4": NoteType.CONSULTATION,
    "11506-3": NoteType.PROGRESS_NOTE,
    "34111-5": NoteType.EMERGENCY_NOTE,
    "34878-9": NoteType.EMERGENCY_NOTE,
    "18748-4": NoteType.RADIOLOGY_REPORT,
    "18726-0": NoteType.RADIOLOGY_REPORT,
    "11526-1": NoteType.PATHOLOGY_REPORT,
    "42148-7": NoteType.ECHOCARDIOGRAM,
    "11524-6": NoteType.ELECTROCARDIOGRAM,
    "34746-8": NoteType.NURSING_NOTE,
    "18743-5": NoteType.AUTOPSY_REPORT,
}


def note_type(codes: Iterable[str] = (), words: Iterable[str] = ()) -> NoteType | None:
    """By the first code that is known, else by the first words that name one type and no other.

    >>> note_type(["18842-5"]), note_type(words=["Cardiology consult"])
    (<NoteType.DISCHARGE_SUMMARY: 'discharge_summary'>, <NoteType.CONSULTATION: 'consultation'>)
    >>> note_type(words=["Progress note after the discharge summary"]) is None
    True
    """
    told = (_BY_CODE.get(code.strip().upper()) for code in codes)
    by_code = next((each for each in told if each), None)
    return by_code or next((each for each in map(_by_words, words) if each), None)


def type_of_text(text: str, title: str) -> NoteType | None:
    """The type of a note of which its source says none: by its title, else by its first lines."""
    first = document_title(text)
    return note_type(words=[title, *([first] if first != UNTITLED else [])])


def _by_words(words: str) -> NoteType | None:
    line = " ".join(words[:_LONGEST].replace("_", " ").casefold().split())
    told = {_PHRASES[found] for found in _OCCURS.findall(line)}
    return told.pop() if len(told) == 1 else None
