"""Whoever signs a chart shows once more who they are, where the operator asks for it.

A session begins with all that a signature takes; each signature within it takes one of these anew,
which the person alone can give (21 CFR 11.200(a)(1)). That they gave it is an event of the
encounter: for one person in one session, and by its key for one decision, so that it counts once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from icd9_review.errors import DecisionError
from icd9_review.settings import Settings
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.intake.encounters import check_encounter_id
from icd9_review.store.people.access import check_may_on
from icd9_review.store.people.permissions import Act
from icd9_review.store.people.sessions import session_name
from icd9_review.values import Confirmation, Event, EventKind, Proof, User

COUNTS = timedelta(minutes=2)
"""How long a signature may follow: by judgement, longer than a slow way back from a provider, and
too short to leave the chart and come back."""

_MISSING = "Nothing was signed, because who signs was not shown once more. Press F to sign."
_LATE = (
    f"Nothing was signed, because more than {COUNTS.seconds // 60} minutes went by since you "
    "showed who you are. Press F to sign."
)


def is_asked() -> bool:
    """Whether a signer has to show once more who they are."""
    return Settings().reauthenticate == "finalise"


def confirm_signer(
    database: Database,
    encounter_id: str,
    key: str,
    actor: User,
    confirmation: Confirmation,
    *,
    token: str,
) -> Event:
    """Store that a person has shown who they are, to sign an encounter by the decision ``key``.

    ``token`` is that of the session in which they did; the caller has seen the proof. Said twice
    for one decision, the first counts. Raises PermissionDenied, NotFound, InputError.
    """
    check_encounter_id(encounter_id)
    ledger.check_token("idempotency key", key)
    said = {
        "session": session_name(token),
        "proof": confirmation.proof.value,
        "at": confirmation.at.isoformat(),
    }
    with database.write() as session:
        check_may_on(session, actor, Act.CODE, [encounter_id])
        kind = EventKind.SIGNER_CONFIRMED
        return ledger.append(session, encounter_id, kind, said, actor, _key(key))


def find_confirmation(
    session: Session, encounter_id: str, key: str, actor: User, *, token: str
) -> Confirmation:
    """How the signer of a decision showed who they are, in the same session, just now.

    Raises DecisionError where they did not: for this decision, this encounter, this person, in
    this session, within two minutes.
    """
    event = ledger.find(session, _key(key))
    if event is None or (event.stream, event.actor) != (encounter_id, actor.id):
        raise DecisionError(_MISSING)
    if event.payload["session"] != session_name(token):
        raise DecisionError(_MISSING)
    if abs(ledger.now() - event.at) > COUNTS:  # whichever way a clock was set
        raise DecisionError(_LATE)
    return Confirmation(
        Proof(str(event.payload["proof"])), datetime.fromisoformat(str(event.payload["at"]))
    )


def _key(key: str) -> str:
    """A key from outside has no slash in it."""
    return f"{EventKind.SIGNER_CONFIRMED}/{key}"
