"""The days of admission (or visit) and discharge that a note states under a label of their own.

In sentences ("was discharged on 3/4/2010") notes tell of earlier stays as often as of this one;
they state nothing. Offsets are code points: ``text[start:end]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from icd9_review.notes.text.facts.statement import StatedFact, heads
from icd9_review.notes.text.written_days import DAY, written_day
from icd9_review.values import Fact

_LABEL = re.compile(
    r"""(?<!\w)(?:
      (?P<admitted>dates?\ of\ admission|admission\ date|admit(?:ted)?\ date|date\ (?:of\ )?admitted
        |admitted(?:\ on)?|adm\.?\ date|date\ of\ (?:the\ )?visit|visit\ date)
    | (?:dates?\ of\ discharge|discharged?\ date|date\ (?:of\ )?discharged|discharged(?:\ on)?
        |(?:d/c|disch?\.?)\ date)
    )[ ]{0,3}[:=][\s,]{0,9}(?:\[\*\*)?""",
    re.VERBOSE | re.IGNORECASE,
)


def stated_stay(text: str) -> Iterator[StatedFact]:
    """The days in the order of the text.

    >>> [(each.fact.value, each.value) for each in stated_stay("DATE OF ADMISSION: 03/04/2010")]
    [('admitted', '2010-03-04')]
    """
    for label in _LABEL.finditer(text):
        written = DAY.match(text, label.end())
        day = written_day(written) if written else None
        if written and day and heads(text, label.start()):
            fact = Fact.ADMITTED if label["admitted"] else Fact.DISCHARGED
            yield StatedFact(fact, day.isoformat(), label.start(), written.end())
