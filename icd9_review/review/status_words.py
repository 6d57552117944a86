"""What the screen calls the places where an encounter can stand, and what became of its text."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from icd9_review.values import EncounterStatus, LegalHold, Purge, Purgeable, PurgeReason

STATUS_WORDS: Final[Mapping[EncounterStatus, str]] = MappingProxyType(
    {
        EncounterStatus.SCORING: "Being read",
        EncounterStatus.FAILED: "Could not be read",
        EncounterStatus.OPEN: "New",
        EncounterStatus.IN_PROGRESS: "In progress",
        EncounterStatus.DECIDED: "To finalise",
        EncounterStatus.HELD: "On hold",
        EncounterStatus.FINALISED: "Finalised",
    }
)

PURGE_WORDS: Final[Mapping[PurgeReason, str]] = MappingProxyType(
    {
        PurgeReason.RETENTION_PERIOD: "its retention period is over",
        PurgeReason.REQUEST: "it was asked for",
        PurgeReason.MISTAKE: "it should not have come in",
        PurgeReason.CONTRACT_ENDED: "the contract has ended",
        PurgeReason.OTHER: "another reason",
    }
)
"""Why text was purged, as it reads after a colon."""


def describe_purge(purge: Purge) -> str:
    """When and why the text of an encounter went, in a sentence that people read instead."""
    why = PURGE_WORDS[purge.reason]
    return (
        f"The text of this encounter was purged on {purge.at:%Y-%m-%d}: {why}. Its codes and "
        "decisions are kept."
    )


def describe_legal_hold(hold: LegalHold) -> str:
    """Since when text may not be purged, by whom, and in which words."""
    words = f": {hold.words}" if hold.words else ""
    return f"On legal hold since {hold.at:%Y-%m-%d} by {hold.actor}{words}"


def describe_twin(source: str) -> str:
    """Why the text of a twin does not go by itself."""
    return f"It is {source} once more and goes with that one"


def with_twins(found: Purgeable) -> str:
    """The label of an encounter, and how many twins go with it."""
    if not found.twins:
        return found.label
    return f"{found.label} with {found.twins} twin{'' if found.twins == 1 else 's'}"
