"""Which model version is in use by a promotion, and which keep the charts they have read.

Nothing but the events says so: a model is put in use by an entry of the ledger, or by the setting.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.quality.models.standing import MODEL_KINDS, fold_models
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EventRow
from icd9_review.store.scoring.model_versions import newest_version
from icd9_review.values import EventKind, ModelStanding

_PROMOTING = (EventKind.MODEL_PROMOTED, EventKind.MODEL_ROLLED_BACK)


def model_standing(database: Database) -> ModelStanding:
    """Where the models stand now, for whoever works with them."""
    with database.read() as session:
        return read_standing(session)


def read_standing(session: Session) -> ModelStanding:
    """The same inside a transaction."""
    return fold_models(ledger.read_kinds(session, ledger.SYSTEM, MODEL_KINDS))


def version_to_read(session: Session, known: str) -> str:
    """The version that new notes are read by; ``known`` is what whoever takes them in works with.

    Once models are promoted here that one may be in use no more: a process notices a little later.
    """
    return (newest_version(session) or known) if _any_promotion(session) else known


def former_versions(session: Session) -> tuple[str, ...]:
    """The versions that keep their charts at work, the latest first; none before a promotion."""
    if not _any_promotion(session):
        return ()
    return fold_models(ledger.read_kinds(session, ledger.SYSTEM, _PROMOTING)).former


def _any_promotion(session: Session) -> bool:
    some = select(EventRow.key).where(EventRow.kind == EventKind.MODEL_PROMOTED.value).limit(1)
    return session.scalar(some) is not None
