"""Audits: what a coder signed beside what an auditor would have, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from icd9_review.values.codes import CodeKey, Kind
from icd9_review.values.decisions import Poa


@dataclass(frozen=True, slots=True)
class AuditedCode:
    """One code of a signed chart, or of what an auditor would have signed.

    ``instead_of`` is the coder's code that it takes the place of, where the auditor said so.
    """

    code: str
    kind: Kind = Kind.DIAGNOSIS
    poa: Poa | None = None
    instead_of: str | None = None


class DifferenceKind(StrEnum):
    """What an auditor has otherwise than the coder."""

    ADDED = "added"
    DELETED = "deleted"
    REVISED = "revised"
    PRINCIPAL = "principal"
    RESEQUENCED = "resequenced"
    POA = "poa"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the auditor has otherwise: ``coded`` by the coder, ``audited`` by the auditor.

    None on a side that has no code. Of RESEQUENCED and POA both are the same code, and ``before``
    and ``after`` its place (from 1, among its kind) or its POA, empty where there is none.
    """

    what: DifferenceKind
    kind: Kind
    coded: str | None
    audited: str | None
    before: str = ""
    after: str = ""

    @property
    def key(self) -> str:
        """What a remark refers to it by: the same as long as the same codes differ so."""
        return "/".join((self.what, self.kind, self.coded or "", self.audited or ""))


class DifferenceCause(StrEnum):
    """Where a difference comes from; words: ``quality.audit_words``."""

    DOCUMENTATION = "documentation"
    GUIDELINE = "guideline"
    CODER = "coder"
    EDGE = "edge"


class Confidence(StrEnum):
    """How sure whoever adjudicated is."""

    SURE = "sure"
    LIKELY = "likely"
    UNSURE = "unsure"


class AuditStatus(StrEnum):
    """Where an audit stands."""

    OPEN = "open"
    RETURNED = "returned"
    AGREED = "agreed"
    REBUTTED = "rebutted"
    ADJUDICATED = "adjudicated"
    FINAL = "final"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class DifferenceRemark:
    """What the auditor says of one difference: where it comes from, and why, in words."""

    cause: DifferenceCause | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class AuditAnswer:
    """What the coder says to an audit; words are needed to rebut."""

    agreed: bool
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Adjudication:
    """What was settled: in which differences the coder was right (``overturned``, by their keys).

    ``guideline`` is whether a guideline has yet to settle it; then ``words`` say what.
    """

    actor: int
    at: datetime
    confidence: Confidence
    cause: DifferenceCause
    overturned: tuple[str, ...] = ()
    words: str = ""
    guideline: bool = False


@dataclass(frozen=True, slots=True)
class Audit:
    """A second review of one signature, as its events leave it.

    ``blind`` is whether nobody is to know who signed until it is closed, ``blind_model`` whether
    nobody is to see there what the model said. ``signature`` is the number of the event that was
    signed by, ``signer`` who signed: None for whoever may not know yet. ``coded`` are the codes
    that were signed, frozen; ``audited`` those of the auditor, which begin as the same. ``since``
    is for each code that one side alone has the number of the event that made it so.
    ``remarks`` are by the key of a difference. ``reopen`` is whether the chart is to be reopened,
    None before it is final; ``chart_reopened`` whether somebody reopened it since it was signed
    so. ``sequence`` is the number of the last event of the audit, ``changed`` its time. Words are
    digests where they have not been looked up, and empty where purged.
    """

    id: str
    number: int
    encounter_id: str
    signature: int
    signed_at: datetime
    signer: int | None
    auditor: int
    opened: datetime
    changed: datetime
    sequence: int
    status: AuditStatus
    coded: tuple[AuditedCode, ...]
    audited: tuple[AuditedCode, ...]
    sample: str | None = None
    blind: bool = False
    blind_model: bool = False
    since: Mapping[CodeKey, int] = field(default_factory=dict)
    remarks: Mapping[str, DifferenceRemark] = field(default_factory=dict)
    answer: AuditAnswer | None = None
    adjudication: Adjudication | None = None
    reopen: bool | None = None
    chart_reopened: bool = False

    @property
    def is_closed(self) -> bool:
        """Whether nothing more is done with it."""
        return self.status in (AuditStatus.FINAL, AuditStatus.WITHDRAWN)

    @property
    def label(self) -> str:
        """What people call it: ``A-00012``."""
        return f"A-{self.number:05d}"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An audit as a list has it; ``differences`` are counted as the auditor has them now.

    ``disagreement`` counts them, too, a changed principal twice. ``encounter`` is the short name of
    the encounter, ``signer`` None for whoever may not know yet, ``sample`` the number of the sample
    that it is of.
    """

    id: str
    label: str
    encounter_id: str
    encounter: str
    sample: int | None
    signer: int | None
    auditor: int
    status: AuditStatus
    blind: bool
    blind_model: bool
    differences: int
    disagreement: int
    opened: datetime
    at: datetime
