"""What stands beside an event: numbers, roles, settings and sums."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from icd9_review.review.telling.event_facts import KIND_WORDS, event_facts
from icd9_review.values import Event, EventKind

AT = datetime(2014, 3, 17, 14, 2, tzinfo=UTC)
NAMES = {2: "Ana Ruiz"}
LOOKED = {"people": [2], "encounter": None, "kinds": ["accepted"], "since": None, "before": None}
EVERYTHING = LOOKED | {"people": [], "kinds": []}
IMPORT = {"files": 1, "stored": 1200, "changed": 0, "already_here": 3, "refused": 1}
EXPORT = {"table": "ledger", "format": "csv", "words": False, "rows": 1, "sha256": "ab"}


def facts(what: EventKind, /, **payload: object) -> str:
    return event_facts(Event("e1", 1, what, 1, payload, 1, AT, "k", "", ""), NAMES)


@pytest.mark.parametrize(
    ("told", "kind", "payload"),
    [
        ("negated or ruled out", EventKind.REJECTED, {"reason": "negated"}),
        ("one of 5 at once", EventKind.ACCEPTED, {"reason": None, "together": 5}),
        (
            "negated or ruled out, one of 3 at once",
            EventKind.REJECTED,
            {"reason": "negated", "together": 3},
        ),
        ("to Ana Ruiz (2)", EventKind.ASSIGNED, {"from": None, "to": 2}),
        ("2 uncoded lines", EventKind.FINALISED, {"uncoded": [[], []]}),
        ("", EventKind.FINALISED, {"uncoded": []}),
        ("to nobody", EventKind.ASSIGNED, {"from": 2, "to": None}),
        ("from somebody (9)", EventKind.CLAIMED, {"from": 9}),
        (
            "Ana Ruiz (2): auditor, out of service",
            EventKind.PERSON_CHANGED,
            {"user": 2, "role": "auditor", "active": False},
        ),
        ("a name that nobody has", EventKind.SIGN_IN_FAILED, {"user": None}),
        ("Ana Ruiz (2)", EventKind.LOCKED_OUT, {"user": 2}),
        (
            "read from a note: age, sex",
            EventKind.ENCOUNTER_CREATED,
            {"number": 1, "read": ["age", "sex"]},
        ),
        ("", EventKind.ENCOUNTER_CREATED, {"number": 1}),
        ("by password", EventKind.SIGNED_IN, {"proof": "password"}),
        (
            "by provider, from 10.0.0.7",
            EventKind.SIGNED_IN,
            {"proof": "provider", "address": "10.0.0.7"},
        ),
        (
            "no group with a role here, from ::1",
            EventKind.SIGN_IN_FAILED,
            {"user": None, "why": "role", "address": "::1"},
        ),
        (
            "every name from one address, from 10.0.0.7",
            EventKind.LOCKED_OUT,
            {"all_names": True, "address": "10.0.0.7"},
        ),
        (
            "by page, 1 file: 1,200 stored, 0 changed, 3 already here, 1 refused; it broke off",
            EventKind.IMPORTED,
            {"way": "page", "complete": False, **IMPORT},
        ),
        (
            "decisions, 3 rows of E-00001, E-00042",
            EventKind.ROWS_SHOWN,
            {"table": "decisions", "rows": 3, "encounters": [1, 42]},
        ),
        (
            "outcomes, 3 rows",
            EventKind.ROWS_SHOWN,
            {"table": "outcomes", "rows": 3, "encounters": []},
        ),
        (
            "audit 0123abcd, cause coder, coder right in 1, a guideline to be settled",
            EventKind.AUDIT_ADJUDICATED,
            {"audit": "0123abcdef", "cause": "coder", "overturned": ["x"], "guideline": True},
        ),
        (
            "audit 0123abcd, rebutted",
            EventKind.AUDIT_ANSWERED,
            {"audit": "0123abcdef", "agreed": False, "words": "ab"},
        ),
        (
            "audit 0123abcd, 2 codes",
            EventKind.AUDIT_CODED,
            {"audit": "0123abcdef", "codes": [[], []]},
        ),
        (
            "audit 0123abcd, chart to be reopened",
            EventKind.AUDIT_CLOSED,
            {"audit": "0123abcdef", "reopen": True},
        ),
        (
            "audit 0123abcd, added/diagnosis//486, cause documentation",
            EventKind.AUDIT_REMARKED,
            {
                "audit": "0123abcdef",
                "difference": "added/diagnosis//486",
                "cause": "documentation",
            },
        ),
        (
            "sample 3, 20 of 1,000 encounters, seed 7, SHA-256 ab",
            EventKind.SAMPLE_DRAWN,
            {"number": 3, "drawn": 20, "candidates": 1000, "seed": 7, "sha256": "ab"},
        ),
        (
            "G-00003 of E-00042, 2 codes, audit, of the onboarding set",
            EventKind.GOLD_KEPT,
            {
                "number": 3,
                "encounter": "E-00042",
                "codes": [["diagnosis", "486", None]] * 2,
                "origin": "audit",
                "onboarding": True,
            },
        ),
        (
            "G-00003, not of the onboarding set, retired",
            EventKind.GOLD_CHANGED,
            {"number": 3, "onboarding": False, "retired": True},
        ),
        (
            "gold, E-00058 of E-00042, Ana Ruiz (2)",
            EventKind.TWIN_MADE,
            {"purpose": "gold", "encounter": "E-00058", "of": "E-00042", "to": 2},
        ),
        (
            "below 0.60 of 10 encounters, at most 2 a day and 5 a week",
            EventKind.SECOND_RULE_SET,
            {"active": True, "least": 0.6, "fewest": 10, "per_day": 2, "per_week": 5},
        ),
        ("nobody is asked", EventKind.SECOND_RULE_SET, {"active": False}),
        (
            "on admission, 1 indicator cited",
            EventKind.PHYSICIAN_ASKED,
            {"reason": "on_admission", "evidence": [["n", 0, 4]], "words": "ab"},
        ),
        (
            "query 7, answer 1",
            EventKind.PHYSICIAN_ANSWERED,
            {"query": 7, "option": 0, "words": "ab"},
        ),
        ("query 7", EventKind.PHYSICIAN_QUERY_WITHDRAWN, {"query": 7}),
        ("ledger as csv, 1 row, SHA-256 ab", EventKind.EXPORTED, {"complete": True, **EXPORT}),
        ("1 code, SHA-256 ab", EventKind.EXPORTED, {**EXPORT, "table": "coding_summary"}),
        (
            "from aaaaaaaaaaaa to bbbbbbbbbbbb",
            EventKind.MODEL_CHANGED,
            {"from": "a" * 64, "to": "b" * 64},
        ),
        (
            "bbbbbbbbbbbb, tiny, in models/tiny",
            EventKind.MODEL_REGISTERED,
            {"to": "b" * 64, "name": "tiny", "folder": "models/tiny", "replaces": None},
        ),
        (
            "bbbbbbbbbbbb, tiny, in models/tiny, instead of aaaaaaaaaaaa",
            EventKind.MODEL_REGISTERED,
            {"to": "b" * 64, "name": "tiny", "folder": "models/tiny", "replaces": "a" * 64},
        ),
        (
            "from aaaaaaaaaaaa to bbbbbbbbbbbb",
            EventKind.MODEL_PROMOTED,
            {"from": "a" * 64, "to": "b" * 64, "words": "ab"},
        ),
        ("bbbbbbbbbbbb", EventKind.MODEL_RETIRED, {"to": "b" * 64, "words": "ab"}),
        (
            "by bbbbbbbbbbbb, SHA-256 ab",
            EventKind.SHADOW_READ,
            {"note": "n", "model_version": "b" * 64, "sha256": "ab"},
        ),
        (
            "HOSTS=a,b; METRICS=",
            EventKind.SETTINGS_CHANGED,
            {"settings": {"HOSTS": "a,b", "X": "1"}, "changed": ["HOSTS", "METRICS"]},
        ),
        (
            "part coders, signer Ana Ruiz (2)",
            EventKind.FIGURES_READ,
            {"page": "outcomes", "asked": {"part": "coders", "signer": "2"}},
        ),
        ("Ana Ruiz (2), accepted a code", EventKind.LEDGER_READ, LOOKED),
        ("all of it, run by eva", EventKind.LEDGER_READ, {**EVERYTHING, "run_by": "eva"}),
        ("run by eva", EventKind.NOTE_ADDED, {"note": "n1", "run_by": "eva"}),
        ("all of it", EventKind.LEDGER_READ, EVERYTHING),
        ("1 place did not verify", EventKind.LEDGER_VERIFIED, {"findings": 1, "seconds": 2}),
        ("every stream verified", EventKind.LEDGER_VERIFIED, {"findings": 0, "seconds": 2}),
        ("2 words", EventKind.SEARCHED, {"terms": 2}),
        ("Ana Ruiz (2)", EventKind.FACTOR_FAILED, {"user": 2}),
        ("Ana Ruiz (2)", EventKind.FACTOR_REMOVED, {"user": 2}),
        ("Ana Ruiz (2): teams 1, 4", EventKind.TEAMS_SET, {"user": 2, "teams": [1, 4]}),
        (
            "Ana Ruiz (2), token 0123456789ab, until 2027-01-02",
            EventKind.TOKEN_ADDED,
            {"user": 2, "token": "0123456789ab", "until": "2027-01-02T03:04:05+00:00"},
        ),
        (
            "Ana Ruiz (2), token 0123456789ab",
            EventKind.TOKEN_REVOKED,
            {"user": 2, "token": "0123456789ab"},
        ),
        (
            "Ana Ruiz (2), webhook 01234567, to hooks.example.org",
            EventKind.WEBHOOK_ADDED,
            {"user": 2, "webhook": "0123456789ab", "host": "hooks.example.org"},
        ),
        (
            "Ana Ruiz (2), webhook 01234567",
            EventKind.WEBHOOK_REMOVED,
            {"user": 2, "webhook": "0123456789ab"},
        ),
        ("Ana Ruiz (2): no team", EventKind.TEAMS_SET, {"user": 2, "teams": []}),
        ("from everybody to team 4", EventKind.MOVED, {"from": None, "to": 4}),
        (
            "The care of the patient needs it, until 2014-03-17T18:02:00",
            EventKind.GLASS_BROKEN,
            {"reason": "care", "until": "2014-03-17T18:02:00.000000Z"},
        ),
        (
            "its retention period is over",
            EventKind.PURGED,
            {"reason": "retention_period", "notes": [], "purged_words": []},
        ),
        ("2 texts", EventKind.PURGED, {"notes": [], "purged_words": ["a", "b"]}),
    ],
)
def test_they_are_told_in_a_line(told: str, kind: EventKind, payload: dict[str, object]) -> None:
    assert facts(kind, **payload) == told


@pytest.mark.parametrize("kind", EventKind)
def test_what_an_event_lacks_or_holds_otherwise_stops_nobody(kind: EventKind) -> None:
    assert isinstance(facts(kind), str)
    odd = {"user": "x", "codes": 3, "sha256": 7, "to": [], "from": {}, "rows": "many"}
    assert isinstance(facts(kind, **odd), str)


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_is_called_something_without_an_event(kind: EventKind) -> None:
    assert KIND_WORDS[kind]
    assert not set("{}") & set(KIND_WORDS[kind])
