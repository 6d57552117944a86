"""What the screen calls the places where an encounter can stand."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from icd9_review.values import EncounterStatus

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
