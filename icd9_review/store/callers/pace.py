"""How often a service account may ask, kept where every replica sees it.

One moment for each account says up to when it has used up its requests, were they spread evenly
(the generic cell rate algorithm of ITU-T I.371): no window begins anew, and a minute's requests
may come at once. Tokens that nobody has are counted by the address they came from.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import update

from icd9_review.store.callers.tokens import Caller
from icd9_review.store.database.engine import Database, lock
from icd9_review.store.database.tables import PaceRow, TokenRow
from icd9_review.store.people.attempts import PAUSE, count_try, of_token_from

MINUTE: Final = timedelta(minutes=1)
MOST_COST: Final = 10
"""For how many requests one counts at most."""

_NOTED_AT_MOST_EVERY = timedelta(minutes=1)


def take_turn(
    database: Database, caller: Caller, rate: int, cost: int = 1, *, now: datetime | None = None
) -> timedelta | None:
    """Count a request of an account that may have ``rate`` a minute; one may count for several.

    None lets it through; else how long to wait until it would be let through, and nothing is
    counted. That the token was used is noted, to the minute.
    """
    moment = now or datetime.now(UTC)
    share = MINUTE / rate
    with database.write() as session:
        lock(session, f"pace {caller.account.id}")
        row = session.get(PaceRow, caller.account.id)
        # Twice as far off as the dearest request can put it, it was written before a clock went
        # back; the clocks of replicas, and requests that wait for each other, differ by less.
        furthest = moment + 2 * max(MINUTE, MOST_COST * share)
        used_up = moment if row is None or row.until > furthest else row.until
        until = max(used_up, moment) + cost * share
        if (wait := until - moment - max(MINUTE, cost * share)) > timedelta(0):
            return wait
        if row is None:
            session.add(PaceRow(user_id=caller.account.id, until=until))
        else:
            row.until = until
        long_ago = TokenRow.used.is_(None) | (TokenRow.used <= moment - _NOTED_AT_MOST_EVERY)
        mine = TokenRow.id.startswith(caller.token), TokenRow.user_id == caller.account.id
        session.execute(update(TokenRow).where(*mine, long_ago).values(used=moment))
        return None


def count_guess(
    database: Database, address: str, *, now: datetime | None = None
) -> timedelta | None:
    """Count a token that nobody has; how long to wait where too many came from an address."""
    with database.write() as session:
        counted = count_try(session, of_token_from(address), now or datetime.now(UTC))
    return None if counted else PAUSE
