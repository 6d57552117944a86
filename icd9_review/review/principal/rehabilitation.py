"""Whether notes tell that somebody came for rehabilitation, which takes its V code first.

"Care involving use of rehabilitation procedures" (V57) is only principal or first-listed
(guidelines I.B.15 and I.C.18.e): the condition that is treated so stands behind it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from icd9_review.codes.edits.ranges import ranges

SECTION = "I.B.15, I.C.18.e"
CARE = ranges("V57")
_CAME = re.compile(
    r"\b(?:admitted|admission|transferred|referred|brought in)\b[^.;:\n]{0,90}?"
    r"\b(?P<how>rehabilitat\w{2,4}|rehab\b|(?:skilled )?(?:physical|occupational|speech) therapy)",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:will|to|should|may|can|could|would|not|if|be|plan\w{0,4}|recommend\w{0,3}) "
    r"(?:be )?\Z|\bafter \Z",
    re.IGNORECASE,
)
_BEFORE = 24  # characters before that say that it is still to come; by judgement
_BY_WORD = {"physical": "V57.1", "occupational": "V57.21", "speech": "V57.3"}
_ANY = "V57.89"  # other specified: what has several therapies, as a stay for rehabilitation has


@dataclass(frozen=True, slots=True)
class Rehabilitation:
    """That ``text[start:end]`` says that somebody came for it; ``code`` is the V57 of its kind."""

    code: str
    start: int
    end: int


def rehabilitation(text: str) -> Rehabilitation | None:
    """What a note says first of coming for rehabilitation; None where it is only planned.

    >>> rehabilitation("She was admitted to the unit for evaluation and rehabilitation.").code
    'V57.89'
    >>> rehabilitation("She will be transferred to rehab.") is None
    True
    """
    for match in _CAME.finditer(text):
        if not _NOT_YET.search(text[max(0, match.start() - _BEFORE) : match.start()]):
            told = match["how"].lower()
            code = next((code for word, code in _BY_WORD.items() if word in told), _ANY)
            return Rehabilitation(code, match.start(), match.end())
    return None
