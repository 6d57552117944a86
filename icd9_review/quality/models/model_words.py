"""What pages and commands call the states of models and what was done to them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from icd9_review.values import EventKind, ModelChange, ModelState

MODEL_STATE_WORDS: Final[Mapping[ModelState, str]] = MappingProxyType(
    {
        ModelState.SHADOW: "shadow: reads, shown to nobody",
        ModelState.IN_USE: "in use",
        ModelState.FORMER: "former: open charts it has read keep it",
        ModelState.RETIRED: "retired",
    }
)

MODEL_CHANGE_WORDS: Final[Mapping[EventKind, str]] = MappingProxyType(
    {
        EventKind.MODEL_REGISTERED: "registered",
        EventKind.MODEL_PROMOTED: "promoted",
        EventKind.MODEL_ROLLED_BACK: "rolled back to",
        EventKind.MODEL_RETIRED: "retired",
        EventKind.MODEL_CHANGED: "came into use by the setting",
    }
)

CHART_RULES: Final = (
    "New encounters are read and shown by the model in use.",
    "An open chart that a promotion finds read keeps the model that has read it, with its "
    "suggestions and explanations, so that nothing changes under a coder's hands. It goes over to "
    "the model in use as a whole when it is reopened, when another note comes in, or where the "
    "former model cannot be loaded any more.",
    "A signed chart is never read again unasked (python -m icd9_review worker --signed asks).",
    "Rolling back is for a model that should be seen no more: open charts that it has read are "
    "read anew by the model before. Decisions stay, each with the version it was made on.",
)
"""What happens to charts when another model comes into use, in the order people ask."""


def describe_model_change(change: ModelChange) -> str:
    """What was done: ``promoted aaaaaaaaaaaa instead of bbbbbbbbbbbb``."""
    former = f" instead of {change.former[:12]}" if change.former else ""
    return f"{MODEL_CHANGE_WORDS[change.kind]} {change.version[:12]}{former}"
