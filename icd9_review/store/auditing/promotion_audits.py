"""The audit of a promoted model, which starts by itself.

Once enough encounters were signed while the new version showed them, a month after its promotion,
or once it was rolled back or another one promoted, a sample of these is drawn for second review:
half of the first ones, by lot.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from icd9_review.store import ledger
from icd9_review.store.auditing.samples import keep_sample
from icd9_review.store.auditing.signed_encounters import first_signed
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import SampleRow
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.scoring.chosen import read_standing
from icd9_review.values import EventKind, ModelChange, Sample, SampleQuery, User

POOL: Final = 2
"""Of how many times the sample the pool is; by judgement: soon, and still by lot."""
LONGEST_WAIT: Final = timedelta(days=30)
"""After which it is drawn from what there is; by judgement: a small department."""


@dataclass(frozen=True, slots=True)
class PromotionAudit:
    """Where the audit of the promoted model stands: signed of the pool, or the sample's number."""

    signed: int
    pool: int
    number: int | None


def draw_promoted(database: Database, size: int, *, actor: User) -> Sample | None:
    """Draw the sample of a promotion whose time it is, the earliest first; None where of none.

    Of one promotion once, whoever asks. Raises PermissionDenied.
    """
    check_may(actor, Act.SAMPLE)
    if size < 1:
        return None
    with database.read() as session:
        standing = _standing_promotion(session)
        promotions = _promotions(session)
        due = (each for each in promotions if _is_due(session, each, size, each == standing))
        if (promotion := next(due, None)) is None:
            return None
    return keep_sample(database, _query(promotion, size), actor=actor, key=_key(promotion))


def promotion_audit(database: Database, size: int, *, actor: User) -> PromotionAudit | None:
    """Where that audit stands; None where nothing is promoted or no sample is wanted.

    Raises PermissionDenied.
    """
    check_may(actor, Act.COMPARE)
    with database.read() as session:
        promotion = _standing_promotion(session)
        if promotion is None or size < 1:
            return None
        drawn = ledger.find(session, _key(promotion))
        row = session.get(SampleRow, drawn.payload["sample"]) if drawn else None
        query = _query(promotion, size)
        return PromotionAudit(_count(session, query), query.first, row.number if row else None)


def _is_due(session: Session, promotion: ModelChange, size: int, stands: bool) -> bool:
    """Whether its sample is to be drawn now: what stands no more shows no new encounters."""
    if ledger.find(session, _key(promotion)) is not None:
        return False
    query = _query(promotion, size)
    signed = _count(session, query)
    waited = not stands or ledger.now() - promotion.at >= LONGEST_WAIT
    return signed >= query.first or (signed > 0 and waited)


def _promotions(session: Session) -> list[ModelChange]:
    changes = read_standing(session).changes
    return [each for each in changes if each.kind is EventKind.MODEL_PROMOTED]


def _standing_promotion(session: Session) -> ModelChange | None:
    """The promotion by which the model in use came to be so, unless it was rolled back to."""
    standing = read_standing(session)
    last = next((each for each in reversed(standing.changes) if _puts_in_use(each)), None)
    stands = last is not None and last.kind is EventKind.MODEL_PROMOTED
    return last if stands else None


def _puts_in_use(change: ModelChange) -> bool:
    return change.kind in (EventKind.MODEL_PROMOTED, EventKind.MODEL_ROLLED_BACK)


def _query(promotion: ModelChange, size: int) -> SampleQuery:
    day = promotion.at.astimezone(UTC).date()
    return SampleQuery(size, since=day, version=promotion.version, first=POOL * size)


def _count(session: Session, query: SampleQuery) -> int:
    return session.scalar(select(func.count()).select_from(first_signed(query).subquery())) or 0


def _key(promotion: ModelChange) -> str:
    """One for each promotion, whoever draws."""
    moment: datetime = promotion.at.astimezone(UTC)
    return f"promotion-{promotion.version[:12]}-{moment:%Y%m%d%H%M%S%f}"
