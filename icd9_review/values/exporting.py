"""What leaves the program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from icd9_review.values.codes import Kind
from icd9_review.values.decisions import Origin, Poa, RejectReason, Verdict
from icd9_review.values.encounters import CareSetting, EncounterStatus, Sex
from icd9_review.values.text import Span


class Format(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One code of one encounter as exports give it.

    Probabilities, threshold, model version and note are those of the decision, or
    of the present suggestion where nobody has decided; a code outside the model has
    none. ``actor`` and ``at`` belong to the last decision; a code with a verdict of OPEN
    has them after an undo, or as the admitting diagnosis, only.

    An accepted code has an ``origin``, the ``evidence`` it was added with and a
    ``position`` within its kind, 1 being the principal (or first-listed) diagnosis. ``by``
    is the code that took its place. ``status`` is HELD or FINALISED where the encounter
    is, with who did that and when.
    """

    encounter: str
    encounter_id: str
    setting: CareSetting
    age: int | None
    sex: Sex
    code: str
    kind: Kind
    verdict: Verdict = Verdict.OPEN
    reason: RejectReason | None = None
    actor: str | None = None
    at: datetime | None = None
    probability: float | None = None
    calibrated: float | None = None
    threshold: float | None = None
    model_version: str | None = None
    note_id: str | None = None
    by: str | None = None
    origin: Origin | None = None
    position: int | None = None
    poa: Poa | None = None
    performed: date | None = None
    admitting: bool = False
    evidence: tuple[Span, ...] = ()
    status: EncounterStatus | None = None
    signer: str | None = None
    signed_at: datetime | None = None
