"""The reasons people give: the key that picks each on the workbench, and its words.

One table for the page, for what an export says and for whoever adds a reason. The values of
the enumerations are what the ledger holds; keys and words may change, values may not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from icd9_review.values import Action, GlassReason, HoldReason, RejectReason, ReopenReason


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason to give. ``key`` is one character, as the browser names it: lower case."""

    value: StrEnum
    key: str
    words: str


REASONS: Final[Mapping[Action, tuple[Reason, ...]]] = MappingProxyType(
    {
        Action.REJECT: (
            Reason(RejectReason.NOT_DOCUMENTED, "1", "not documented"),
            Reason(RejectReason.NEGATED, "2", "negated or ruled out"),
            Reason(RejectReason.HISTORY, "3", "past or family history"),
            Reason(RejectReason.UNCERTAIN, "4", "uncertain diagnosis"),
            Reason(RejectReason.SPECIFICITY, "5", "wrong specificity → replace"),
            Reason(RejectReason.INTEGRAL, "6", "integral to another code"),
            Reason(RejectReason.DUPLICATE, "7", "duplicate or combination"),
            Reason(RejectReason.WRONG_SENSE, "8", "wrong sense of a word"),
            Reason(RejectReason.OTHER, "9", "other"),
        ),
        Action.HOLD: (
            Reason(HoldReason.QUERY, "1", "waits for a physician's answer"),
            Reason(HoldReason.DOCUMENT, "2", "a document is missing"),
            Reason(HoldReason.OPINION, "3", "waits for a second opinion"),
            Reason(HoldReason.OTHER, "4", "other"),
        ),
        Action.REOPEN: (
            Reason(ReopenReason.DOCUMENT, "1", "a document came in"),
            Reason(ReopenReason.ANSWER, "2", "a physician answered"),
            Reason(ReopenReason.CORRECTION, "3", "a code has to be corrected"),
            Reason(ReopenReason.OTHER, "4", "other"),
        ),
    }
)
"""The reasons of each action that asks for one, in the order of the screen."""

GLASS_WORDS: Final[Mapping[GlassReason, str]] = MappingProxyType(
    {
        GlassReason.CARE: "The care of the patient needs it",
        GlassReason.COVERING: "Covering for a colleague of that team",
        GlassReason.DEADLINE: "It has to be billed and nobody of that team is there",
        GlassReason.QUERY: "A question of the patient, a payer or a court",
        GlassReason.WRONG_TEAM: "It seems to have come to the wrong team",
        GlassReason.OTHER: "Another reason",
    }
)
"""Why somebody sees an encounter of another team, in the order of the page."""

# By action first: "other" is a reason of each, and members of different enumerations that
# have the same text are equal.
_WORDS = {
    action: {str(each.value): each.words for each in reasons} for action, reasons in REASONS.items()
}


def reason_words(action: Action, reason: str) -> str:
    """What the screen calls a reason for an action; ``reason`` is a member or its value."""
    return _WORDS[action][str(reason)]
