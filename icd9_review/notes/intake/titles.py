"""What a note is called that came without a title: the kind of document it says it is, or that its
headings are of.

From a closed list, so that no name of a patient becomes a title.
"""

from __future__ import annotations

import re
from itertools import chain

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
_HEADINGS = {  # what heads no other kind: of 2,263 transcribed notes 1,097 have one, 5 of another
    kind: re.compile(rf"^[ \t*#_\u2063-]{{0,12}}(?:{headings})\b", re.IGNORECASE | re.MULTILINE)
    for kind, headings in {
        "Discharge summary": r"(?:final |principal )?discharge diagnos[ei]s|"
        r"(?:brief |summary of )?hospital course|condition (?:on|at|upon) discharge",
        "Operative report": r"(?:pre|post)-? ?op(?:erative)? (?:diagnos[ei]s|dx)|"
        r"(?:description|details) of (?:the )?(?:operation|procedure)|"
        r"(?:operation|procedure) in detail|operations? performed|estimated blood loss",
        "Consultation": r"reason for (?:the |this )?consult(?:ation)?",
    }.items()
}
_MARKS = re.compile(r"[\s*#_=:.\u2063-]+")


def document_title(text: str) -> str:
    """The kind of document that one of the first lines names by itself, else that headings tell.

    >>> document_title("GENERAL HOSPITAL\\n** DISCHARGE SUMMARY **\\nName: X")
    'Discharge summary'
    >>> document_title("PREOPERATIVE DIAGNOSIS: Cataract.\\nANESTHESIA: Local.")
    'Operative report'
    >>> document_title("Seen today for a cough.")
    'Pasted note'
    """
    lines = (_MARKS.sub(" ", line).strip().casefold() for line in text[:1000].splitlines())
    first = [line for line in lines if line][:_LINES]
    named = (_TITLES[line] for line in first if line in _TITLES)
    headed = (kind for kind, headings in _HEADINGS.items() if headings.search(text))
    return next(chain(named, headed), UNTITLED)
