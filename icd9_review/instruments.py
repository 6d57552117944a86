"""Instruments: what a process counts of its own running, for whoever watches it.

Numbers alone. A label takes words of a closed set in the code (an action, the class of an
error): never a name, an identifier, or anything that came from outside.
"""

from __future__ import annotations

from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

from icd9_review.values import Action

_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 60.0)
"""Bounds of the buckets: from an explanation of one window to what somebody complains of."""

# Another line for every number, which nobody here asks for.
disable_created_metrics()  # type: ignore[no-untyped-call]

REGISTRY: Final = CollectorRegistry()
ProcessCollector(registry=REGISTRY)  # memory, open files and processor time of this process

DECISIONS_STORED: Final = Counter(
    "icd9_review_decisions_stored",
    "Decisions of people that were acknowledged as stored, by action.",
    ["action"],
    registry=REGISTRY,
)
DECISIONS_REFUSED: Final = Counter(
    "icd9_review_decisions_refused",
    "Decisions of people that were refused for good, by the class of the refusal.",
    ["reason"],
    registry=REGISTRY,
)
PAGES_FAILED: Final = Counter(
    "icd9_review_pages_failed",
    "Pages that stopped with an error nobody foresaw.",
    registry=REGISTRY,
)
REQUESTS_FAILED: Final = Counter(
    "icd9_review_requests_failed",
    "HTTP requests that ended with an error nobody foresaw.",
    registry=REGISTRY,
)
NOTES_SCORED: Final = Counter(
    "icd9_review_notes_scored",
    "Notes that this process has read with the model.",
    registry=REGISTRY,
)
EXPLANATION_SECONDS: Final = Histogram(
    "icd9_review_explanation_seconds",
    "Seconds to work out the explanations of a window that were asked for together.",
    registry=REGISTRY,
    buckets=_SECONDS,
)

for _action in Action:  # a series begins with nought, or the first decision would be no increase
    DECISIONS_STORED.labels(_action.value)
