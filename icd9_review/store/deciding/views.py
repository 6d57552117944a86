"""What people looked at of an encounter, and what they were shown: events that decide nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.withholding import suggested_codes
from icd9_review.store.intake.encounters import check_encounter_id
from icd9_review.store.people.access import check_sees
from icd9_review.store.projections import outcomes
from icd9_review.values import Arm, Event, EventKind, Suggestion, User

_VIEWS = (
    EventKind.SEARCHED,
    EventKind.OPENED,
    EventKind.VIEWED,
    EventKind.SHOWN,
    EventKind.INSPECTED,
    EventKind.CLOSED,
)


def record_view(
    database: Database,
    encounter_id: str,
    kind: EventKind,
    actor: User,
    key: str,
    payload: Mapping[str, object],
) -> Event:
    """Store that somebody found, opened, looked at, was shown, inspected or closed an encounter.

    ``shown`` and ``inspected`` make payloads.
    """
    if kind not in _VIEWS:
        raise ValueError(f"{kind} is not a view")
    check_encounter_id(encounter_id)
    ledger.check_token("idempotency key", key)
    with database.write() as session:
        check_sees(session, [encounter_id], actor)
        event = ledger.append(session, encounter_id, kind, payload, actor, key)
        if kind is EventKind.SHOWN:
            outcomes.refresh_outcomes(session, [encounter_id])
        return event


def shown(
    model_version: str,
    suggestions: Sequence[Suggestion],
    *,
    explanations: bool,
    arm: Arm | None = None,
) -> dict[str, object]:
    """The payload of SHOWN: [kind, code, probability] for each suggestion on the screen.

    ``explanations`` is whether the person had them switched on, ``arm`` the one by which they
    were shown no more than this.
    """
    said: dict[str, object] = {
        "model_version": model_version,
        "codes": suggested_codes(suggestions),
        "explanations": explanations,
    }
    return said if arm is None else said | {"arm": arm.value}


def inspected(
    page: str,
    model_version: str,
    suggestions: Sequence[Suggestion] = (),
    *,
    explanations: bool = False,
) -> dict[str, object]:
    """The payload of INSPECTED: that of SHOWN, and on which page besides the workbench."""
    return {"page": page, **shown(model_version, suggestions, explanations=explanations)}
