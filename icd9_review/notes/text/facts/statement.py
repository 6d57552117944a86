"""A fact as a note states it, and where the words may stand that head one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from icd9_review.values import Fact

_BEFORE = 24  # characters looked back for what a label may follow; by judgement: "Patient's "
_LABEL_FOLLOWS = re.compile(
    r"(?:\A|[\n|;,.*\t]|[ ]{2}|\d[)\]*]{0,3})[ ,]?(?:patient(?:[’']?s)?[ ])?\Z", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class StatedFact:
    """A fact that ``text[start:end]`` states; ``value`` is written as `Fact` says."""

    fact: Fact
    value: str
    start: int
    end: int


def heads(text: str, start: int) -> bool:
    """Whether a label may begin here: at a line, or parted from what stands before it.

    "Age:" is one in "Sex: F  Age: 68", and none in "gestational age: 38".
    """
    return _LABEL_FOLLOWS.search(text, max(0, start - _BEFORE), start) is not None
