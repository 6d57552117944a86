"""What a note is called that came without a title: the kind of document it says it is.

From a closed list, so that no name of a patient becomes a title.
"""

from __future__ import annotations

import re

UNTITLED = "Pasted note"
"""What a note is called that does not say what it is."""

_KINDS = (
    "Discharge summary",
    "Transfer summary",
    "Death summary",
    "History and physical",
    "Operative report",
    "Operative note",
    "Procedure note",
    "Consultation",
    "Progress note",
    "Emergency department note",
    "Radiology report",
    "Pathology report",
    "Echocardiogram",
    "Anesthesia record",
    "Nursing note",
    "Office visit",
    "Clinic note",
    "Delivery note",
    "Autopsy report",
    "SOAP note",
)
_OTHERWISE = {
    "h&p": "History and physical",
    "history & physical": "History and physical",
    "history and physical examination": "History and physical",
    "consultation report": "Consultation",
    "consult note": "Consultation",
    "emergency room report": "Emergency department note",
    "emergency department report": "Emergency department note",
    "ed note": "Emergency department note",
    "operation report": "Operative report",
    "report of operation": "Operative report",
}
_TITLES = {kind.casefold(): kind for kind in _KINDS} | _OTHERWISE
_LINES = 5  # with words that are looked at; by judgement: a letterhead
_MARKS = re.compile(r"[\s*#_=:.\u2063-]+")


def document_title(text: str) -> str:
    """The kind of document that one of the first lines names by itself.

    >>> document_title("GENERAL HOSPITAL\\n** DISCHARGE SUMMARY **\\nName: X")
    'Discharge summary'
    >>> document_title("Seen today for a cough.")
    'Pasted note'
    """
    lines = (_MARKS.sub(" ", line).strip().casefold() for line in text[:1000].splitlines())
    first = [line for line in lines if line][:_LINES]
    return next((_TITLES[line] for line in first if line in _TITLES), UNTITLED)
