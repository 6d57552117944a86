"""The sections of a C-CDA document, with what its own titles and codes say they hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from icd9_review.notes.intake.documents import Notice
from icd9_review.notes.intake.formats.structured.narrative import Narrative, narrative
from icd9_review.outline.headings import write_heading
from icd9_review.outline.section_titles import SectionKind, section_kind

HL7 = {"h": "urn:hl7-org:v3"}
LOINC = "2.16.840.1.113883.6.1"

# LOINC codes of the sections of C-CDA 2.1 and CDA's diagnostic imaging report, and the usual
# title of what each holds, in the words of ``section_titles``. Sections that tell of nothing coding
# asks about (immunisations, functional status, payers …) are known by their title alone.
_MEANINGS = {
    "10154-3": "Chief Complaint",
    "46239-0": "Chief Complaint",
    "29299-5": "Reason for Visit",
    "42349-1": "Reason for Referral",
    "10164-2": "History of Present Illness",
    "61150-9": "Subjective",
    "11348-0": "Past Medical History",
    "11329-0": "Medical History",
    "10167-5": "Past Surgical History",
    "10157-6": "Family History",
    "29762-2": "Social History",
    "48765-2": "Allergies",
    "10160-0": "Medications",
    "29549-3": "Medications",
    "42346-7": "Admission Medications",
    "10183-2": "Discharge Medications",
    "75311-1": "Discharge Medications",
    "10187-3": "Review of Systems",
    "61149-1": "Objective",
    "29545-1": "Physical Examination",
    "10184-0": "Physical Examination",
    "10210-3": "General Appearance",
    "10190-7": "Mental Status",
    "8716-3": "Vital Signs",
    "30954-2": "Results",
    "11493-4": "Diagnostic Studies",
    "18782-3": "Findings",
    "59776-5": "Findings",
    "18834-2": "Comparison",
    "19005-8": "Impression",
    "18785-6": "Reason for Exam",
    "47519-4": "Procedures",
    "29554-3": "Description of Procedure",
    "8724-7": "Procedure",
    "59768-2": "Indications for Procedure",
    "10213-7": "Anesthesia",
    "55109-3": "Complications",
    "59770-8": "Estimated Blood Loss",
    "59773-2": "Specimens",
    "11537-8": "Drains",
    "10219-4": "Preoperative Diagnosis",
    "10218-6": "Postoperative Diagnosis",
    "59769-0": "Postprocedure Diagnosis",
    "46241-6": "Admission Diagnosis",
    "11450-4": "Problem List",
    "11535-2": "Discharge Diagnosis",
    "8648-8": "Hospital Course",
    "51848-0": "Assessment",
    "51847-2": "Assessment and Plan",
    "18776-5": "Plan",
    "59775-7": "Disposition",
    "8653-8": "Discharge Instructions",
    "69730-0": "Instructions",
}
# Codes of whole notes in a section (C-CDA companion guide, Notes Section): inside them headings
# are written as text, and are looked for.
_NOTES = (
    "11488-4 18842-5 34117-2 11506-3 28570-0 34111-5 34109-9 11504-8 18748-4 11502-2 11526-1 "
    "34746-8 34133-9 18761-7 34120-6 34748-4 34895-3 57133-1 28568-4 34878-9 11505-5"
)
_NOTE_CODES = frozenset(_NOTES.split())


@dataclass(slots=True)
class Sections:
    """The text of sections in their order, and what was left out of them."""

    parts: list[str] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    words: bool = False  # whether any section has more than a title

    @property
    def text(self) -> str:
        """All of them; empty where there are only titles."""
        return "\n\n".join(self.parts) if self.words else ""

    def add(self, title: str, codes: Collection[str], told: Narrative, parent: str = "") -> str:
        """A section with its heading, and what sections inside it hold if nothing says more.

        ``codes`` are LOINC codes, ``parent`` is what the section around it holds. A section
        whose code is that of a whole note, or that has neither title nor code, may have
        headings in its text; every other one is closed.
        """
        meaning = next((_MEANINGS[code] for code in sorted(codes) if code in _MEANINGS), "")
        if not meaning and section_kind(title) is SectionKind.OTHER:
            meaning = parent  # a part of the family history is family history, whatever its title
        whole = not _NOTE_CODES.isdisjoint(codes) or not (title or codes)
        self.words |= bool(told.text)
        self._write(title or meaning, meaning, told.text, closed=not whole)
        self.notices += [Notice(words, place_of(title)) for words in told.notices]
        return meaning or (title if section_kind(title) is not SectionKind.OTHER else "")

    def _write(self, heading: str, meaning: str, words: str, *, closed: bool) -> None:
        if not heading and not words:
            return
        if not heading and not self.parts:
            self.parts.append(words)  # a document that is one text: nothing comes before it
            return
        line = write_heading(f"{(heading or 'Section').rstrip(': ')}:", meaning, closed=closed)
        self.parts.append("\n".join(filter(None, (line, words))))


def place_of(title: str) -> str:
    """Where in a document, for a notice."""
    return f"section {title[:60]!r}" if title else "a section without a title"


def meaning_of(code: str) -> str:
    """The usual title of what a LOINC code says a section holds; empty for the others."""
    return _MEANINGS.get(code, "")


def read_sections(elements: list[Any]) -> Sections:
    """The narratives of section elements and of the sections inside them."""
    found = Sections()
    for element in elements:
        _read(element, "", found)
    return found


def _read(section: Any, parent: str, found: Sections) -> None:
    title, text = _title(section), section.find("h:text", HL7)
    told = narrative(text) if text is not None else Narrative("")
    holds = found.add(title, set(_codes(section)), told, parent)
    if not told.text and section.find("h:entry", HL7) is not None:
        words = "entries for machines without a text are left out"
        found.notices.append(Notice(words, place_of(title)))
    for inner in section.findall("h:component/h:section", HL7):
        _read(inner, holds, found)


def _title(section: Any) -> str:
    """Its title, else what its code is called."""
    element = section.find("h:title", HL7)
    title = "" if element is None else " ".join("".join(element.itertext()).split())
    code = section.find("h:code", HL7)
    return title or ("" if code is None else " ".join(str(code.get("displayName") or "").split()))


def _codes(section: Any) -> Iterator[str]:
    """LOINC codes of a section, those of translations among them."""
    for path in ("h:code", "h:code/h:translation"):
        for code in section.findall(path, HL7):
            if code.get("codeSystem") in (None, "", LOINC) and code.get("code"):
                yield str(code.get("code")).strip()
