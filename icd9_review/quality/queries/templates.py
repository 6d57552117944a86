"""The texts that a query to a physician begins with, one for each thing to ask for.

They follow "Guidelines for Achieving a Compliant Query Practice" of AHIMA and ACDIS (2022 update):
a query cites clinical indicators of this record, says nothing of payment, leads to no answer, and
lets the physician say something else or that it cannot be determined. Answers "yes" and "no" are
for what is documented already: whether it was there on admission, what it comes of, and whether a
diagnosis without findings stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from icd9_review.values import PhysicianQueryReason

ALWAYS: Final = ("Other (please say)", "Unable to determine")
"""The answers that every query offers last."""


@dataclass(frozen=True, slots=True)
class QueryTemplate:
    """How a query of a reason begins.

    ``words`` is what screens call the reason. ``options`` are the answers to choose from; where
    they are empty whoever asks names ``fewest`` or more.
    """

    words: str
    question: str
    options: tuple[str, ...] = ()
    fewest: int = 2


TEMPLATES: Final[Mapping[PhysicianQueryReason, QueryTemplate]] = MappingProxyType(
    {
        PhysicianQueryReason.DIAGNOSIS: QueryTemplate(
            "findings without a diagnosis",
            "The record has these findings. In your clinical judgement, which condition, if any, "
            "do they represent?",
        ),
        PhysicianQueryReason.SPECIFICITY: QueryTemplate(
            "type, stage, acuity or site",
            "The record names a condition as quoted. Can it be described further, such as by its "
            "type, acuity, stage or site?",
        ),
        PhysicianQueryReason.CAUSE: QueryTemplate(
            "whether one condition comes of another",
            "The record names these conditions. In your clinical judgement, how are they related?",
            (
                "The one is due to the other (please say which)",
                "They are not related",
            ),
        ),
        PhysicianQueryReason.ON_ADMISSION: QueryTemplate(
            "whether it was there on admission",
            "The record names this condition. Was it present when the order for admission was "
            "given?",
            ("Yes, present on admission", "No, it developed after admission"),
        ),
        PhysicianQueryReason.CONFLICT: QueryTemplate(
            "documents that contradict each other",
            "Documents of this stay say different things, as quoted. In your clinical judgement, "
            "which of them describes the patient?",
        ),
        PhysicianQueryReason.VALIDITY: QueryTemplate(
            "a diagnosis without findings that support it",
            "The record names this diagnosis, as quoted. In your clinical judgement, is it "
            "confirmed, and by which findings?",
            ("Confirmed (please give the findings)", "Ruled out"),
        ),
    }
)
"""The template of each reason, in the order of the screen."""


def offered_answers(options: Sequence[str]) -> tuple[str, ...]:
    """All answers to choose from, in their order.

    >>> offered_answers(["Acute", "Chronic"])
    ('Acute', 'Chronic', 'Other (please say)', 'Unable to determine')
    """
    return (*options, *ALWAYS)
