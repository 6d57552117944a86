"""What a service account is told of by webhooks: its addresses, and what became of messages."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import Field

from icd9_review.api.shapes import ToldShape
from icd9_review.api.surroundings import OfCall
from icd9_review.store.callers.deliveries import own_deliveries
from icd9_review.store.callers.webhooks import own_webhooks
from icd9_review.values import DeliveryState

router = APIRouter(tags=["webhooks"])


class ToldMessage(ToldShape):
    """A message, by the name it has in ``webhook-id``."""

    message: str
    encounter: str = Field(description="What people call it: E-00042.")
    state: DeliveryState
    attempts: int
    created: datetime
    outcome: str | None = Field(description="Of the last try: a status, or a class of error.")


class ToldWebhook(ToldShape):
    """An address that is told; an administrator adds and removes them."""

    id: str
    url: str
    created: datetime


class ToldWebhooks(ToldShape):
    """One's own webhooks, with the newest hundred messages."""

    webhooks: list[ToldWebhook]
    messages: list[ToldMessage]


@router.get("/webhooks")
def tell_webhooks(call: OfCall) -> ToldWebhooks:
    """Where signatures are told, and what became of the messages."""
    mine = own_webhooks(call.database, call.account)
    sent = own_deliveries(call.database, call.account)
    return ToldWebhooks(
        webhooks=[ToldWebhook(id=each.id, url=each.url, created=each.created) for each in mine],
        messages=[
            ToldMessage(
                message=each.message,
                encounter=each.encounter,
                state=each.state,
                attempts=each.attempts,
                created=each.created,
                outcome=each.outcome,
            )
            for each in sent
        ],
    )
