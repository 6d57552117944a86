"""Audits, queries and agreement as exports give them, a row at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from icd9_review.values.codes import CodeKey, Kind
from icd9_review.values.encounters import CareSetting, EncounterStatus, Purge
from icd9_review.values.quality.auditing import Audit, Difference
from icd9_review.values.quality.querying import PhysicianQuery

Ends = tuple[float, float, float]
"""A figure and the ends of its 95 % interval; NaN where it is not defined."""


@dataclass(frozen=True, slots=True)
class AuditCodeRow:
    """One code of an audit that both sides have, or one difference.

    ``code`` is the auditor's, or the coder's where the auditor has none. ``coder`` is the name of
    who signed, None for whoever may not know yet, as ``audit.signer``. ``adjudicator`` is None
    where nothing was settled. ``sample`` is the number of the sample that the audit is of.
    """

    encounter: str
    encounter_id: str
    setting: CareSetting
    status: EncounterStatus
    audit: Audit
    kind: Kind
    code: str
    auditor: str
    difference: Difference | None = None
    coder: str | None = None
    adjudicator: str | None = None
    sample: int | None = None
    purged: Purge | None = None


@dataclass(frozen=True, slots=True)
class PhysicianQueryRow:
    """One query of an encounter; ``settled`` is when it was answered or withdrawn, and by whom."""

    encounter: str
    encounter_id: str
    setting: CareSetting
    status: EncounterStatus
    query: PhysicianQuery
    actor_id: int
    settled: datetime | None = None
    settled_by: str | None = None
    settled_by_id: int | None = None
    purged: Purge | None = None


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """Figures of agreement at one level of the codes: of all, of a pair, of a code, of two codes.

    ``about`` is all, pair, code or confused. ``first`` and ``second`` are members of a pair;
    ``key`` is a code, ``other`` the one that it is taken for. ``encounters`` are those that were
    compared, ``signed`` those that were signed in the days asked for, ``cases`` those in which two
    codes were confused. ``both``, ``one`` and ``neither``
    count pairs of codings. None is what the row is not about.
    """

    level: str
    about: str
    encounters: int | None = None
    signed: int | None = None
    first: str | None = None
    second: str | None = None
    key: CodeKey | None = None
    other: CodeKey | None = None
    cases: int | None = None
    alpha: Ends | None = None
    jaccard: Ends | None = None
    credit: Ends | None = None
    both: int | None = None
    one: int | None = None
    neither: int | None = None
    positive: Ends | None = None
    kappa: Ends | None = None
    ac1: float | None = None
    negative: float | None = None
