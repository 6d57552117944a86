"""The tables. These classes stay inside the store; what leaves it are frozen values."""

from icd9_review.store.database.tables.auditing import AuditRow, DrawRow, SampleRow
from icd9_review.store.database.tables.callers import (
    DeliveryRow,
    PaceRow,
    ReplyRow,
    TokenRow,
    WebhookRow,
)
from icd9_review.store.database.tables.code_lists import ReleaseRow
from icd9_review.store.database.tables.columns import Base, UtcTime
from icd9_review.store.database.tables.encounters import ClaimRow, EncounterRow, NoteRow, SecretRow
from icd9_review.store.database.tables.jobs import (
    ExplanationJobRow,
    HeartbeatRow,
    JobRow,
    JobState,
    Leased,
)
from icd9_review.store.database.tables.ledger import EventRow, FreeTextRow, HeadRow
from icd9_review.store.database.tables.model import (
    ATTRIBUTION_KEY,
    AttributionRow,
    ModelVersionRow,
    ScoresEncoding,
    ScoresRow,
    ShadowReadingRow,
)
from icd9_review.store.database.tables.people import (
    AttemptRow,
    OwnCodeRow,
    PasswordRow,
    PreferenceRow,
    RecoveryCodeRow,
    SecondFactorRow,
    SessionRow,
    UserRow,
)
from icd9_review.store.database.tables.projections import (
    IN_WORK,
    ArmCaseRow,
    CodeRecordRow,
    OutcomeCaseRow,
    OutcomeCountRow,
    OutcomeScoreRow,
    OutcomeTallyRow,
    OutcomeTimeRow,
    SummaryRow,
)
from icd9_review.store.database.tables.recoding import GoldRow, TwinRow
from icd9_review.store.database.tables.teams import GlassRow, MembershipRow, TeamRow

__all__ = [
    "ATTRIBUTION_KEY",
    "IN_WORK",
    "ArmCaseRow",
    "AttemptRow",
    "AttributionRow",
    "AuditRow",
    "Base",
    "ClaimRow",
    "CodeRecordRow",
    "DeliveryRow",
    "DrawRow",
    "EncounterRow",
    "EventRow",
    "ExplanationJobRow",
    "FreeTextRow",
    "GlassRow",
    "GoldRow",
    "HeadRow",
    "HeartbeatRow",
    "JobRow",
    "JobState",
    "Leased",
    "MembershipRow",
    "ModelVersionRow",
    "NoteRow",
    "OutcomeCaseRow",
    "OutcomeCountRow",
    "OutcomeScoreRow",
    "OutcomeTallyRow",
    "OutcomeTimeRow",
    "OwnCodeRow",
    "PaceRow",
    "PasswordRow",
    "PreferenceRow",
    "RecoveryCodeRow",
    "ReleaseRow",
    "ReplyRow",
    "SampleRow",
    "ScoresEncoding",
    "ScoresRow",
    "SecondFactorRow",
    "SecretRow",
    "SessionRow",
    "ShadowReadingRow",
    "SummaryRow",
    "TeamRow",
    "TokenRow",
    "TwinRow",
    "UserRow",
    "UtcTime",
    "WebhookRow",
]
