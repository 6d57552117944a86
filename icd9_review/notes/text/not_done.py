"""Whether a sentence says that something was done to the patient, in this stay and in this place.

What is planned, advised, refused or called off was not done, and what was done before or elsewhere
is none of this encounter's. Both are told by words that stand anywhere in the sentence: which of
its operations they speak of is not asked. All words by judgement.
"""

from __future__ import annotations

import re

_PLANNED = re.compile(
    r"\b(?:will|would|should|might|may(?=\s+(?:be|have|need|require|undergo)\b)|if|whether|not|never|"
    r"unable|to\s+(?:undergo|consider|be\s+(?:performed|done|scheduled|arranged))|scheduled|"
    r"plan(?:s|ned|ning)?|recommend\w*|advis\w*|propos\w*|considering|being\s+considered|candidate|"
    r"offered|arranged?|referr(?:ed|al)|await\w*|waiting\s+list|pending|book(?:ed|ing)|"
    r"refus\w*|declin\w*|turn(?:ed|s)\s+down|cancel\w*|call(?:ed)?\s+off|postpon\w*|put\s+off|"
    r"defer(?:s|red|ring)?)\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\bstatus[\s-]+post\b|\bs/p\b|\b(?:history|h/o)\b|\b(?:previous(?:ly)?|prior|earlier|past|"
    r"old|remote(?:ly)?|former(?:ly)?)\b|\b(?:years?|months?|decades?|yrs?)\s+(?:ago|before|back)\b|"
    r"\b(?:in|since)\s+(?:early\s+|late\s+)?(?:19|20)\d\d\b|"
    r"\b(?:outside|other|another|referring|transferring|local)\s+(?:hospital|facility|institution|"
    r"clinic)\b|\belsewhere\b|\bbefore\s+(?:this\s+)?admission\b|\blast\s+(?:year|month|week)\b",
    re.IGNORECASE,
)


def is_planned(sentence: str) -> bool:
    """Whether it plans, advises, refuses or calls off what it speaks of.

    >>> is_planned("He is booked for a colonoscopy."), is_planned("A colonoscopy was done.")
    (True, False)
    """
    return _PLANNED.search(sentence) is not None


def is_elsewhere(sentence: str) -> bool:
    """Whether it puts what it speaks of into the past or another place.

    >>> is_elsewhere("Status post appendectomy."), is_elsewhere("An appendectomy was done.")
    (True, False)
    """
    return _ELSEWHERE.search(sentence) is not None
