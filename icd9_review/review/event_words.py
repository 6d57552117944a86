"""What an event did, in words: the one table for messages, news and exports.

Each reads on after the name of the person: "Ana Ortiz put the encounter on hold".
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, cast

from icd9_review.values import NEEDLESS, CodeKey, Disposition, Event, EventKind, Fact, Kind

EVENT_WORDS: Final[Mapping[EventKind, str]] = MappingProxyType(
    {
        EventKind.ENCOUNTER_CREATED: "took in the encounter",
        EventKind.NOTE_ADDED: "added a note",
        EventKind.SCORED: "scored a note",
        EventKind.EXPLAINED: "worked out the explanation of {code}",
        EventKind.OPENED: "opened the encounter",
        EventKind.SHOWN: "was shown the suggestions",
        EventKind.INSPECTED: "inspected suggestions",
        EventKind.CLOSED: "closed the encounter",
        EventKind.SEARCHED: "found the encounter by a search",
        EventKind.VIEWED: "looked at the encounter",
        EventKind.ACCEPTED: "accepted {code}",
        EventKind.REJECTED: "rejected {code}",
        EventKind.REPLACED: "replaced {code} by {by}",
        EventKind.ADDED: "added {code}",
        EventKind.UNDONE: "took back a decision on {code}",
        EventKind.RESEQUENCED: "moved {code}",
        EventKind.POA_SET: "set present on admission of {code}",
        EventKind.PERFORMED_SET: "set the date of {code}",
        EventKind.EVIDENCE_SET: "set the evidence of {code}",
        EventKind.ADMITTING_SET: "set the admitting diagnosis",
        EventKind.FACT_SET: "set {fact}",
        EventKind.LINE_SET: "said that a line of the chart needs no code",
        EventKind.HELD: "put the encounter on hold",
        EventKind.RELEASED: "took the encounter off hold",
        EventKind.SIGNER_CONFIRMED: "showed once more who they are, to sign",
        EventKind.FINALISED: "finalised the encounter",
        EventKind.REOPENED: "reopened the encounter",
        EventKind.COMMENTED: "commented on {code}",
        EventKind.ASSIGNED: "changed who the encounter is assigned to",
        EventKind.CLAIMED: "took the encounter over",
        EventKind.CODES_IMPORTED: "imported code lists",
        EventKind.IMPORTED: "imported files",
        EventKind.EXPORTED: "exported",
        EventKind.ROWS_SHOWN: "was shown the first rows of an export",
        EventKind.MODEL_CHANGED: "changed the model in use",
        EventKind.MODEL_REGISTERED: "registered a model, to read in the shadow",
        EventKind.MODEL_PROMOTED: "promoted a model to the one in use",
        EventKind.MODEL_ROLLED_BACK: "rolled the model back to the one before",
        EventKind.MODEL_RETIRED: "retired a model",
        EventKind.SHADOW_READ: "had a note read in the shadow",
        EventKind.SETTINGS_CHANGED: "started with other settings",
        EventKind.FIGURES_READ: "looked at the figures",
        EventKind.LEDGER_READ: "looked into the ledger",
        EventKind.LEDGER_REVIEWED: "reviewed the ledger",
        EventKind.LEDGER_VERIFIED: "had the ledger verified",
        EventKind.LEDGER_ANCHORED: "had the ledger anchored",
        EventKind.ENCOUNTERS_ARCHIVED: "archived signed encounters",
        EventKind.BACKED_UP: "made a backup",
        EventKind.RESTORED: "restored a backup",
        EventKind.SIGNED_IN: "signed in",
        EventKind.SIGN_IN_FAILED: "let nobody in",
        EventKind.LOCKED_OUT: "locked a name after failed sign-ins",
        EventKind.UNLOCKED: "let a name be tried again",
        EventKind.SIGNED_OUT: "ended a session",
        EventKind.PERSON_ADDED: "added a person",
        EventKind.PERSON_CHANGED: "changed what a person may do",
        EventKind.PASSWORD_SET: "set a password",
        EventKind.FACTOR_SET: "set up a second factor",
        EventKind.FACTOR_FAILED: "let nobody in without the second factor",
        EventKind.FACTOR_REMOVED: "took a second factor away",
        EventKind.RECOVERY_CODES_SET: "made new recovery codes",
        EventKind.RECOVERY_CODE_USED: "used a recovery code",
        EventKind.TOKEN_ADDED: "made a token of a service account",
        EventKind.TOKEN_REVOKED: "revoked a token of a service account",
        EventKind.WEBHOOK_ADDED: "added a webhook of a service account",
        EventKind.WEBHOOK_REMOVED: "removed a webhook of a service account",
        EventKind.ENCOUNTER_REGISTERED: "entered an encounter in the register",
        EventKind.PURGED: "purged text for good",
        EventKind.LEGAL_HOLD_PLACED: "put the encounter on legal hold",
        EventKind.LEGAL_HOLD_LIFTED: "lifted the legal hold",
        EventKind.TEAM_ADDED: "added a team",
        EventKind.TEAMS_SET: "changed the teams of a person",
        EventKind.MOVED: "moved the encounter to another team",
        EventKind.GLASS_BROKEN: "gave a reason to see the encounter of another team",
        EventKind.PHYSICIAN_ASKED: "asked the physician",
        EventKind.PHYSICIAN_ANSWERED: "answered the coder as physician",
        EventKind.PHYSICIAN_QUERY_WITHDRAWN: "withdrew a query to the physician",
        EventKind.SAMPLE_DRAWN: "drew a sample of signed encounters",
        EventKind.GOLD_KEPT: "kept the codes of a gold encounter",
        EventKind.GOLD_CHANGED: "changed what a gold encounter is for",
        EventKind.TWIN_MADE: "had an encounter coded anew under a number of its own",
        EventKind.SECOND_RULE_SET: "set when a second coder is asked for",
        EventKind.AUDIT_OPENED: "opened an audit of the signed codes",
        EventKind.AUDIT_CODED: "set the codes of an audit",
        EventKind.AUDIT_REMARKED: "remarked on a difference in an audit",
        EventKind.AUDIT_RETURNED: "returned an audit to the coder",
        EventKind.AUDIT_ANSWERED: "answered an audit",
        EventKind.AUDIT_ADJUDICATED: "adjudicated an audit",
        EventKind.AUDIT_CLOSED: "closed an audit",
        EventKind.AUDIT_WITHDRAWN: "withdrew an audit",
    }
)

FACT_WORDS: Final[Mapping[Fact, str]] = MappingProxyType(
    {
        Fact.AGE: "age",
        Fact.SEX: "sex",
        Fact.ADMITTED: "day of admission",
        Fact.DISCHARGED: "day of discharge",
        Fact.DISPOSITION: "disposition",
    }
)
"""What the screen calls a fact of an encounter."""

DISPOSITION_WORDS: Final[Mapping[Disposition, str]] = MappingProxyType(
    {
        Disposition.HOME: "home or self care",
        Disposition.SHORT_TERM_HOSPITAL: "another short-term hospital",
        Disposition.SKILLED_NURSING: "skilled nursing facility",
        Disposition.HOME_HEALTH: "home with home health service",
        Disposition.AGAINST_ADVICE: "left against medical advice",
        Disposition.EXPIRED: "expired",
        Disposition.HOSPICE_HOME: "hospice at home",
        Disposition.HOSPICE_FACILITY: "hospice in a facility",
        Disposition.REHABILITATION: "inpatient rehabilitation",
        Disposition.LONG_TERM_HOSPITAL: "long-term care hospital",
        Disposition.PSYCHIATRIC: "psychiatric hospital or unit",
        Disposition.OTHER: "elsewhere",
    }
)
"""What the screen calls where a patient went."""

_PAGE_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "api": " over the interface",
        "explanation": " on the explanation page",
        "what_if": " on the what-if page",
        "ledger": " in the ledger",
        "workbench": " on the workbench",
        "audit": " in an audit",
        "agreement": " of agreement",
        "outcomes": " of outcomes",
        "second_review": " of second review",
        "gold": " of gold encounters",
    }
)
"""Where somebody looked: ``page`` of VIEWED, INSPECTED and FIGURES_READ."""
_FIRST: Final = "put {code} first"
"""What RESEQUENCED says of the first place, whether the code stood there before or not."""
SUMMARY: Final = "coding_summary"
"""What EXPORTED calls a coding summary, which is of one encounter."""
_SUMMARY_TAKEN: Final = "took out the coding summary"
_LINE_AGAIN: Final = "took back that a line of the chart needs no code"
"""What LINE_SET says where it takes back."""


def describe_event(event: Event) -> str:
    """What an event did: ``replaced 401.0 by 401.9``."""
    key = code_of_event(event)
    words = _words_of(event)
    told = words.format(
        code=key[1] if key else "", by=event.payload.get("by") or "", fact=_fact_of(event)
    )
    if event.kind is EventKind.FACT_SET and event.payload.get("evidence"):
        told += " as read from a note"
    return told + _PAGE_WORDS.get(str(event.payload.get("page")), "")


def _words_of(event: Event) -> str:
    if _puts_first(event):
        return _FIRST
    if event.kind is EventKind.EXPORTED and event.payload.get("table") == SUMMARY:
        return _SUMMARY_TAKEN
    if event.kind is EventKind.LINE_SET and event.payload.get("value", NEEDLESS) is None:
        return _LINE_AGAIN
    return EVENT_WORDS[event.kind]


def _fact_of(event: Event) -> str:
    fact = event.payload.get("fact")
    return f"the {FACT_WORDS[Fact(str(fact))]}" if fact else "a fact"


def _puts_first(event: Event) -> bool:
    """Whether it names the first of its kind, which a diagnosis is the principal by."""
    return event.kind is EventKind.RESEQUENCED and event.payload.get("position") == 0


def code_of_event(event: Event) -> CodeKey | None:
    """The code that an event is about, where it is about one."""
    said = cast(dict[str, Any], event.payload)
    if event.kind is EventKind.EXPLAINED:
        said = said["key"]
    return (Kind(said["kind"]), said["code"]) if said.get("code") else None
