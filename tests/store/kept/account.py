"""What a database says: everything that an upgrade must leave true, as plain JSON.

Read through the functions that pages, commands and workers read by, and written in words
of its own, so that the program may rename what it likes; a kept account never changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any, cast

from icd9_review.codes.lists import ListOrigin, describe_sources
from icd9_review.store import ledger
from icd9_review.store.code_lists import lists_in_force
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.comments import comments
from icd9_review.store.deciding.decisions import review_state
from icd9_review.store.explaining.attributions import attributions
from icd9_review.store.explaining.explanation_queue import failed_explanations
from icd9_review.store.intake.encounters import encounter, note
from icd9_review.store.intake.imports import version_in_use
from icd9_review.store.ledger.free_text import read_text
from icd9_review.store.preferences import preference
from icd9_review.store.projections.code_records import code_records
from icd9_review.store.scoring.scores import scores, suggestions
from icd9_review.store.scoring.scoring_queue import failed_notes, pending_notes
from icd9_review.store.users import system_user, users
from icd9_review.store.worklist.page import worklist
from icd9_review.values import (
    Attribution,
    AttributionKey,
    CodeState,
    Event,
    EventKind,
    Kind,
    ReviewState,
    Suggestion,
    Window,
    WorklistQuery,
    WorklistRow,
)

Json = Any
_PAGES = ("worklist", "workbench")


def account(database: Database, at: datetime) -> dict[str, Json]:
    """All of it by part, an encounter under its label; the claims are those at a time."""
    rows = worklist(database, WorklistQuery(limit=1000), now=at).rows
    people = users(database)
    return {
        "people": [[person.id, person.name, person.role.value] for person in people],
        "lists": [
            [each.name, each.version, each.sha256, each.count]
            for each in describe_sources(lists_in_force(database))
            if each.origin is ListOrigin.OFFICIAL
        ],
        "preferences": [
            [person.name, page, preference(database, person, page)]
            for person in people
            for page in _PAGES
        ],
        "queues": _queues(database),
        "system": _stream(ledger.events(database, ledger.SYSTEM)),
        "records": _records(database, (row.id for row in rows)),
    } | {row.label: _encounter(database, row) for row in reversed(rows)}


def _encounter(database: Database, row: WorklistRow) -> Json:
    found = encounter(database, row.id)
    told = ledger.events(database, row.id)
    state = review_state(database, row.id)
    return {
        "id": found.id,
        "facts": [found.setting.value, found.age, found.sex.value]
        + [day and day.isoformat() for day in (found.admitted, found.discharged)],
        "created": found.created.isoformat(),
        "status": row.status.value,
        "worklist": [list(row.titles), row.open, row.decided, row.confidence],
        "assignee": row.assignee and row.assignee.name,
        "claim": row.claim and [row.claim.user.name, row.claim.until.isoformat()],
        "notes": [_note(database, each, [n.id for n in found.notes]) for each in _notes(told)],
        "events": _stream(told),
        "words": _words(database, told),
        "signatures": [event.payload for event in told if event.kind is EventKind.FINALISED],
        "chart": _chart(state),
        "comments": [
            [each.sequence, each.kind.value, each.code, each.words, each.actor]
            for each in comments(database, row.id)
        ],
        "suggestions": _suggestions(database, row.id, told),
        "explanations": _explanations(database, told),
    }


def _stream(told: Iterable[Event]) -> Json:
    """The hash of an event covers every one of its fields."""
    return [[event.sequence, event.kind.value, event.actor, event.hash] for event in told]


def _notes(told: Iterable[Event]) -> list[str]:
    return [str(event.payload["note"]) for event in told if event.kind is EventKind.NOTE_ADDED]


def _note(database: Database, note_id: str, current: list[str]) -> Json:
    found = note(database, note_id)
    digest = sha256(found.text.encode()).hexdigest()
    return [found.id, found.title, found.version, found.supersedes, digest, note_id in current]


def _words(database: Database, told: Iterable[Event]) -> Json:
    """A person's own words by the number of the event that refers to them."""
    return {
        str(event.sequence): read_text(database, event.stream, str(event.payload["words"]))
        for event in told
        if "words" in event.payload
    }


def _chart(state: ReviewState) -> Json:
    """The fold of the events."""
    hold, signed = state.hold, state.signed
    return {
        "sequence": state.sequence,
        "codes": [_code(code) for code in state.codes],
        "accepted": [[code.kind.value, code.code] for code in state.accepted],
        "admitting": state.admitting,
        "hold": hold and [hold.reason.value, hold.digest, hold.actor, hold.at.isoformat()],
        "signed": signed and [signed.actor, signed.at.isoformat(), signed.codes_sha256],
    }


def _code(code: CodeState) -> Json:
    return {
        "code": [code.kind.value, code.code],
        "verdict": code.verdict.value,
        "reason": code.reason and code.reason.value,
        "decided": [code.actor, code.at.isoformat(), code.sequence],
        "by": code.by,
        "origin": code.origin and code.origin.value,
        "evidence": [[span.note_id, span.start, span.end] for span in code.evidence],
        "poa": code.poa and code.poa.value,
        "performed": code.performed and code.performed.isoformat(),
    }


def _suggestions(database: Database, encounter_id: str, told: Iterable[Event]) -> Json:
    """What each model that read the encounter suggests, and how much of it that one read."""
    scored = [event.payload for event in told if event.kind is EventKind.SCORED]
    versions = dict.fromkeys(str(payload["model_version"]) for payload in scored)
    return {
        version: [
            _suggestion(each)
            for each in suggestions(database, encounter_id, version)
            if each.suggested
        ]
        for version in versions
    } | {"read": [_read(database, payload) for payload in scored]}


def _suggestion(each: Suggestion) -> Json:
    window = [each.window.index, each.window.start, each.window.end]
    numbers = [each.probability, each.calibrated, each.threshold]
    return [each.kind.value, each.code, *numbers, each.note_id, window]


def _read(database: Database, payload: dict[str, object]) -> Json:
    note = str(payload["note"])
    found = scores(database, [note], str(payload["model_version"]))[note]
    return [payload["note"], payload["model_version"], found.read, found.length, len(found.spans)]


def _explanations(database: Database, told: Iterable[Event]) -> Json:
    """Every explanation that the ledger knows of, by the key under which it was stored."""
    keys = [_key(event) for event in told if event.kind is EventKind.EXPLAINED]
    found = attributions(database, keys)
    return [[_described(key), _explanation(found[key])] for key in keys]


def _key(event: Event) -> AttributionKey:
    columns = cast(dict[str, Any], event.payload["key"])
    return AttributionKey(
        note_id=columns["note_id"],
        window=Window(0, columns["window_start"], columns["window_end"]),
        kind=Kind(columns["kind"]),
        code=columns["code"],
        model_version=columns["version"],
        method=columns["method"],
        baseline=columns["baseline"],
        settings=columns["settings"],
    )


def _described(key: AttributionKey) -> Json:
    window = [key.window.start, key.window.end]
    technique = [key.model_version, key.method, key.baseline, key.settings]
    return [key.note_id, window, key.kind.value, key.code, *technique]


def _explanation(found: Attribution) -> Json:
    checked = found.deletion
    return {
        "words": [[word.start, word.end, word.weight] for word in found.words],
        "quality": [found.steps, found.delta, found.holds],
        "deletion": checked and [checked.words, checked.before, checked.without, checked.random],
    }


def _records(database: Database, encounter_ids: Iterable[str]) -> Json:
    """How often each code that was decided on anywhere was decided on, and accepted."""
    states = (review_state(database, encounter_id) for encounter_id in encounter_ids)
    keys = {(code.kind, code.code) for state in states for code in state.codes}
    found = code_records(database, keys)
    return [[*key, found[key].decided, found[key].accepted] for key in sorted(keys)]


def _queues(database: Database) -> Json:
    """What was given up, and what still waits for the model in use."""
    version = version_in_use(database)
    assert version is not None
    waiting = pending_notes(database, version)
    return {
        "model": version,
        "notes": [waiting.queued, waiting.running, waiting.failed],
        "failed notes": [
            [each.encounter, each.error]
            for each in failed_notes(database, actor=system_user(database))
        ],
        "failed explanations": [
            [each.encounter, each.key.code, each.error]
            for each in failed_explanations(database, actor=system_user(database))
        ],
    }
