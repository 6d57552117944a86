"""What a coder signs when an encounter is finalised, and whether that still holds.

A signature says who, when and what it means (21 CFR 11.50); who and when are those of
the event. The digest is over the codes alone, so that it can be compared with what an
encounter holds or an export gives.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, cast

from icd9_review.codes.lists import Lists
from icd9_review.review.fold import fold
from icd9_review.values import (
    CodeState,
    Confirmation,
    Edit,
    Event,
    EventKind,
    ReviewState,
    Severity,
    Span,
)

_LONGEST = 200  # what a payload takes

MEANING = "coded"
"""What the signature of a coder means."""

SESSION_ALONE = "session"
"""How a signer showed who they are where they are not asked once more."""


def signed_codes(state: ReviewState) -> list[list[str | None]]:
    """The accepted codes in their order: kind, code, origin, present on admission, date."""
    return [_signed_code(code) for code in state.accepted]


def codes_sha256(codes: Sequence[Sequence[str | None]], admitting: str | None) -> str:
    """SHA-256 of codes and admitting diagnosis as JSON: sorted keys, no spaces, UTF-8."""
    given = {"admitting": admitting, "codes": [list(code) for code in codes]}
    text = json.dumps(given, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def sign(
    state: ReviewState,
    edits: Sequence[Edit],
    lists: Mapping[str, object],
    confirmation: Confirmation | None = None,
    uncoded: Sequence[Span] | None = None,
) -> dict[str, object]:
    """The payload of FINALISED.

    ``lists`` says which code lists the edits consulted (``named_lists``). ``edits`` are
    counted by number, errors not: none stands when an encounter is finalised. Without a
    ``confirmation`` the session alone says who signs. ``uncoded`` are the places of the chart lines
    that were left without a code, None where nobody looked.
    """
    codes = signed_codes(state)
    left = [[each.note_id, each.start, each.end] for each in uncoded or ()]
    return {
        "meaning": MEANING,
        "codes": codes,
        "admitting": state.admitting,
        "codes_sha256": codes_sha256(codes, state.admitting),
        "lists": dict(lists),
        "warnings": _count(edits, Severity.WARNING),
        "hints": _count(edits, Severity.HINT),
        "signer": _proved(confirmation),
        **({} if uncoded is None else {"uncoded": left}),
    }


def signer_proof(event: Event) -> tuple[str, datetime | None]:
    """How the signer of FINALISED showed who they are, and when, where that was once more.

    ``session`` where nothing but their session said so, as in every signature of versions that
    asked for nothing else.
    """
    said = cast(dict[str, Any], event.payload).get("signer", {})
    at = said.get("at")
    return said.get("proof", SESSION_ALONE), datetime.fromisoformat(at) if at else None


def _proved(confirmation: Confirmation | None) -> dict[str, object]:
    if confirmation is None:
        return {"proof": SESSION_ALONE}
    return {"proof": confirmation.proof.value, "at": confirmation.at.isoformat()}


def named_lists(lists: Lists) -> dict[str, object]:
    """The names of what the edits consult by the digest of the file they were read from."""
    named = {name.value: each.provenance for name, each in lists.lists.items()} | dict(
        lists.sources
    )
    found: dict[str, Any] = {}
    for name, source in sorted(named.items()):
        version = source.version[:_LONGEST]
        facts: dict[str, Any] = {"origin": source.origin.value, "version": version, "lists": []}
        found.setdefault(source.sha256, facts)["lists"].append(name)
    return found


def broken_signatures(events: Sequence[Event]) -> tuple[Event, ...]:
    """The FINALISED among an encounter's events that do not hold.

    One holds when its digest is that of its codes, and its codes are those that the
    decisions before it leave.
    """
    return tuple(
        event
        for index, event in enumerate(events)
        if event.kind is EventKind.FINALISED and not _holds(event, fold(events[:index]))
    )


def _holds(event: Event, state: ReviewState) -> bool:
    payload = cast(dict[str, Any], event.payload)
    codes, admitting = payload["codes"], payload["admitting"]
    return bool(
        payload["codes_sha256"] == codes_sha256(codes, admitting)
        and codes == signed_codes(state)
        and admitting == state.admitting
    )


def _signed_code(code: CodeState) -> list[str | None]:
    return [
        code.kind.value,
        code.code,
        code.origin.value if code.origin else None,
        code.poa.value if code.poa else None,
        code.performed.isoformat() if code.performed else None,
    ]


def _count(edits: Sequence[Edit], severity: Severity) -> dict[str, int]:
    return dict(Counter(str(edit.number) for edit in edits if edit.severity is severity))
