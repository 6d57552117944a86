"""The values that travel between packages: frozen, without behaviour of their own.

They stand by station of a note; everybody takes them from here. Offsets are code points in a
stored note: ``text[start:end]``. Probabilities are in [0, 1]. Times are aware and in UTC.
"""

from icd9_review.values.charts import Chart, ChartCode, Edit, OfferUse, Severity
from icd9_review.values.codes import CodeKey, Kind
from icd9_review.values.decisions import (
    Action,
    CodeState,
    Comment,
    Decision,
    Hold,
    HoldReason,
    Origin,
    Poa,
    RejectReason,
    ReopenReason,
    ReviewState,
    SignOff,
    Verdict,
)
from icd9_review.values.encounters import (
    CareSetting,
    Encounter,
    EncounterStatus,
    NewEncounter,
    NewNote,
    Note,
    Sex,
    encounter_label,
)
from icd9_review.values.explaining import (
    COMPLETENESS_TOLERANCE,
    Attribution,
    AttributionKey,
    Deletion,
    Technique,
    WordWeight,
)
from icd9_review.values.exporting import DecisionRow, ExportFilter, HistoryRow, ShownSpan
from icd9_review.values.ledger import Event, EventKind, Finding
from icd9_review.values.people import Role, User
from icd9_review.values.queues import Job, Pending
from icd9_review.values.scoring import (
    Calibration,
    Examples,
    ExampleUnit,
    ModelVersion,
    Reliability,
    ReliabilityBin,
    Scores,
    Suggestion,
    Window,
)
from icd9_review.values.text import Assertion, Span
from icd9_review.values.worklist import (
    Claim,
    Likelihood,
    Progress,
    WorklistPage,
    WorklistQuery,
    WorklistRow,
    WorklistSort,
)

__all__ = [
    "COMPLETENESS_TOLERANCE",
    "Action",
    "Assertion",
    "Attribution",
    "AttributionKey",
    "Calibration",
    "CareSetting",
    "Chart",
    "ChartCode",
    "Claim",
    "CodeKey",
    "CodeState",
    "Comment",
    "Decision",
    "DecisionRow",
    "Deletion",
    "Edit",
    "Encounter",
    "EncounterStatus",
    "Event",
    "EventKind",
    "ExampleUnit",
    "Examples",
    "ExportFilter",
    "Finding",
    "HistoryRow",
    "Hold",
    "HoldReason",
    "Job",
    "Kind",
    "Likelihood",
    "ModelVersion",
    "NewEncounter",
    "NewNote",
    "Note",
    "OfferUse",
    "Origin",
    "Pending",
    "Poa",
    "Progress",
    "RejectReason",
    "Reliability",
    "ReliabilityBin",
    "ReopenReason",
    "ReviewState",
    "Role",
    "Scores",
    "Severity",
    "Sex",
    "ShownSpan",
    "SignOff",
    "Span",
    "Suggestion",
    "Technique",
    "User",
    "Verdict",
    "Window",
    "WordWeight",
    "WorklistPage",
    "WorklistQuery",
    "WorklistRow",
    "WorklistSort",
    "encounter_label",
]
