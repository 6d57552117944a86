"""Reviews of the ledger: up to which moment somebody read it, and what they found.

A review is an event; what was found in words stands apart from it and can be purged.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.errors import ConflictError, InputError, PermissionDenied
from icd9_review.notes.text.disguised import has_controls
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EventRow
from icd9_review.store.ledger.free_text import find_texts, write_text
from icd9_review.store.oversight.entries import count_events
from icd9_review.store.people.access import in_team
from icd9_review.store.people.entries import write_entry
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.users import user_names
from icd9_review.values import Event, EventKind, LedgerQuery, LedgerReview, ReviewOutcome, User

LONGEST_FINDING: Final = 2_000
"""Characters of what was found; by judgement, as of a comment."""

_SHOWN = 20  # reviews at once: a year of monthly ones, and more; by judgement


def record_ledger_review(
    database: Database,
    up_to: datetime,
    outcome: ReviewOutcome,
    words: str = "",
    *,
    actor: User,
    by: User | None = None,
) -> LedgerReview:
    """Store that somebody has reviewed the ledger up to a moment, this included.

    ``by`` is who did where another one says so: the command line. What the last review says
    already, by a second click, is not stored again. Raises PermissionDenied where either may not
    or who reviewed does not see every encounter, InputError for words that cannot be, a moment to
    come, or nothing said of what is to be followed up; ConflictError where it was reviewed up to a
    later moment.
    """
    reviewer = by or actor
    check_may(actor, Act.AUDIT)
    check_may(reviewer, Act.AUDIT)
    found = _check_words(words, outcome)
    if up_to > ledger.now():
        raise InputError(f"{_write(up_to)} is still to come; name a moment that has passed.")
    with database.write() as session:
        if in_team(session, reviewer):
            raise PermissionDenied(
                "What befell encounters of other teams is not in your ledger, so you cannot review "
                "all of it; ask an auditor to do it."
            )
        ledger.head(session, ledger.SYSTEM, lock=True)
        last = next(iter(_reviews(session, 1)), None)
        if last is not None and last.up_to > up_to:
            raise ConflictError(
                f"{last.actor} reviewed the ledger up to {_write(last.up_to)} already; name a "
                "later moment."
            )
        if last is not None and _says_nothing_new(last, reviewer, up_to, outcome, found):
            return last
        said = {
            "user": reviewer.id,
            "up_to": ledger.write_time(up_to),
            "outcome": outcome.value,
            "events": _count_between(session, last, up_to),
            **({"words": write_text(session, found)} if found else {}),
        }
        write_entry(session, EventKind.LEDGER_REVIEWED, said, actor)
        return _reviews(session, 1)[0]


def ledger_reviews(database: Database, *, actor: User) -> tuple[LedgerReview, ...]:
    """The last reviews, the newest first."""
    check_may(actor, Act.AUDIT)
    with database.read() as session:
        return _reviews(session, _SHOWN)


def events_since(database: Database, review: LedgerReview | None, most: int, *, actor: User) -> int:
    """How many events came after what was reviewed, counted no further than ``most``.

    Raises PermissionDenied.
    """
    check_may(actor, Act.AUDIT)
    with database.read() as session:
        up_to = review.up_to if review else None
        return _count_after(session, up_to, most)


def _says_nothing_new(
    last: LedgerReview, reviewer: User, up_to: datetime, outcome: ReviewOutcome, found: str
) -> bool:
    same = (last.actor, last.up_to, last.outcome) == (reviewer.name, up_to, outcome)
    return same and found in ("", last.words)


def _count_between(session: Session, last: LedgerReview | None, up_to: datetime) -> int:
    return _count_after(session, last.up_to if last else None) - _count_after(session, up_to)


def _count_after(session: Session, moment: datetime | None, most: int | None = None) -> int:
    """Events of a later moment; the reviewed one belongs to the review."""
    after = [EventRow.at > ledger.write_time(moment)] if moment else []
    return count_events(session, LedgerQuery(), most, *after)


def _reviews(session: Session, limit: int) -> tuple[LedgerReview, ...]:
    # By the kind alone, which the system stream has alone: an index has it, and not the stream.
    mine = EventRow.kind == EventKind.LEDGER_REVIEWED.value
    query = select(*EventRow.__table__.columns).where(mine).order_by(EventRow.sequence.desc())
    events = [ledger.decode(row) for row in session.execute(query.limit(limit)).mappings()]
    words = find_texts(session, [str(event.payload.get("words")) for event in events])
    names = user_names(session)
    return tuple(_review(event, names, words) for event in events)


def _review(event: Event, names: dict[int, str], words: dict[str, str | None]) -> LedgerReview:
    said = cast(dict[str, Any], event.payload)
    return LedgerReview(
        sequence=event.sequence,
        actor=names[said["user"]],
        at=event.at,
        up_to=datetime.fromisoformat(said["up_to"]),
        outcome=ReviewOutcome(said["outcome"]),
        events=said["events"],
        words=words.get(said.get("words", "")),
    )


def _check_words(words: str, outcome: ReviewOutcome) -> str:
    """What was found as it is stored. Raises InputError."""
    found = words.replace("\r\n", "\n").strip()
    if outcome is ReviewOutcome.FOLLOW_UP and not found:
        raise InputError("Say what is to be followed up.")
    if len(found) > LONGEST_FINDING:
        raise InputError(
            f"What was found is {len(found):,} characters long; shorten it to {LONGEST_FINDING:,}."
        )
    if has_controls(found, besides="\n\t"):
        raise InputError("What was found contains a control character; write it without.")
    return found


def _write(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"
