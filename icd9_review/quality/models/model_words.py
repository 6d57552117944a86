"""What pages and commands call the states of models and what was done to them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from icd9_review.quality.models.comparing import ModelComparison
from icd9_review.statistics.intervals import Interval
from icd9_review.values import EventKind, KnownModel, ModelChange, ModelState

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


COMPARISON_CAUTION: Final = (
    "What coders signed is taken for right. They saw the suggestions of the model in use and not "
    "those of the other, which favours the model in use; charts that were coded without "
    "suggestions favour neither."
)


def describe_reading(shadow: KnownModel, read: int, failed: int) -> str:
    """How far a model in the shadow has come."""
    failing = f"; {failed:,} could not be read" if failed else ""
    return (
        f"{shadow.name} {shadow.version[:12]} has read {read:,} note{'' if read == 1 else 's'} in "
        f"the shadow{failing}. "
        "Nobody is shown what it proposes."
    )


def comparison_rows(found: ModelComparison) -> tuple[tuple[str, str, str], ...]:
    """Each figure with its name, for the model in use and the one in the shadow."""
    return tuple(
        (name, describe_interval(before), describe_interval(after))
        for name, before, after in (
            ("Precision", found.in_use.precision, found.shadow.precision),
            ("Recall", found.in_use.recall, found.shadow.recall),
            ("Micro-F1", found.in_use.f1, found.shadow.f1),
        )
    )


def describe_interval(found: Interval) -> str:
    """A share with its interval: ``.612 (.560 to .661)``; a dash for none.

    >>> describe_interval(Interval(0.5, 0.4, 0.6)), describe_interval(Interval(math.nan, 0, 0))
    ('.500 (.400 to .600)', '–')
    """
    if math.isnan(found.value):
        return "–"
    if math.isnan(found.low):
        return _figure(found.value)
    return f"{_figure(found.value)} ({_figure(found.low)} to {_figure(found.high)})"


def describe_gain(found: ModelComparison) -> str:
    """What the difference of F1 says, in a sentence."""
    gain = found.gain
    if math.isnan(gain.value):
        return "Neither model proposes a code, and none was signed."
    how = f"{abs(gain.value):.3f}".removeprefix("0")
    way = "higher" if gain.value > 0 else "lower"
    first = f"The F1 of the shadow model is {how} {way}" if gain.value else "Both have the same F1"
    if math.isnan(gain.low):
        return f"{first}; too few charts, or too much alike, for an interval."
    interval = f"({gain.low:+.3f} to {gain.high:+.3f})"
    if gain.low <= 0 <= gain.high:
        return f"{first} {interval}: these charts do not tell the two apart."
    return f"{first} {interval}: more than chance explains."


def describe_promotion_audit(signed: int, pool: int, size: int, number: int | None) -> str:
    """How far the audit is that a promotion starts by itself.

    >>> describe_promotion_audit(3, 40, 20, None)[:44]
    'The audit of this model starts by itself: 20'
    """
    if number is not None:
        return (
            f"The audit of this model has begun: sample {number:,} on the page Second review, of "
            f"the first {pool:,} encounters that were signed under it."
        )
    return (
        f"The audit of this model starts by itself: {size:,} of the first {pool:,} encounters that "
        f"are signed under it are drawn for second review, {signed:,} are signed so far. After "
        "thirty days they are drawn from what there is."
    )


def _figure(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")
