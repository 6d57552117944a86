"""Work that waits for the model."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Job:
    """A note to be scored by a model version, taken for the ``attempts``-th time."""

    id: int
    note_id: str
    model_version: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Pending:
    """How many jobs of one sort wait for a model version, are running, have failed."""

    queued: int
    running: int
    failed: int
