"""Each person's favourites, and their own words for codes."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from icd9_review.codes import is_valid
from icd9_review.errors import CodeError, InputError
from icd9_review.notes.text.disguised import find_disguised, has_controls
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import OwnCodeRow
from icd9_review.values import OwnCode, User

MOST_OWN_CODES: Final = 300
"""Codes of one person; by judgement: many times what anybody has in mind."""
LONGEST_OWN_WORDS: Final = 60
"""Characters of the words for one code; by judgement: a few short phrases."""


def own_codes(database: Database, user: User) -> tuple[OwnCode, ...]:
    """What this person has marked or named, in the order of the book, diagnoses first."""
    rows = select(OwnCodeRow).where(OwnCodeRow.user_id == user.id)
    with database.read() as session:
        found = session.scalars(rows.order_by(OwnCodeRow.kind, OwnCodeRow.code)).all()
        return tuple(OwnCode(row.kind, row.code, row.favourite, row.words) for row in found)


def keep_own_code(database: Database, user: User, own: OwnCode) -> None:
    """Remember what a code is to this person, in place of what it was.

    Words are trimmed, with one space between two; a code that is no favourite and has no words is
    forgotten. Raises CodeError for what is no code of version 32, InputError for words that are too
    long or read otherwise than they look, and for more than 300 codes.
    """
    if not is_valid(own.kind, own.code):
        raise CodeError(f"{own.code[:10]!r} is no code of version 32, so it cannot be kept.")
    words = _check_own_words(own.words)
    key = user.id, own.kind, own.code
    with database.write() as session:
        kept = session.get(OwnCodeRow, key)
        if not own.favourite and not words:
            if kept is not None:
                session.delete(kept)
            return
        if kept is None:
            _refuse_too_many(session, user)
        user_id, kind, code = key
        session.merge(
            OwnCodeRow(user_id=user_id, kind=kind, code=code, favourite=own.favourite, words=words)
        )


def _check_own_words(words: str) -> str:
    """The words as they are stored. Raises InputError."""
    said = " ".join(words.split())
    if len(said) > LONGEST_OWN_WORDS:
        raise InputError(
            f"These words have {len(said):,} characters; shorten them to {LONGEST_OWN_WORDS}."
        )
    if has_controls(said) or find_disguised(said):
        raise InputError(
            "These words have a character that is not seen or turns them; write them without."
        )
    return said


def _refuse_too_many(session: Session, user: User) -> None:
    mine = select(func.count()).select_from(OwnCodeRow).where(OwnCodeRow.user_id == user.id)
    if session.scalars(mine).one() >= MOST_OWN_CODES:
        raise InputError(
            f"You have {MOST_OWN_CODES} favourites and own words; take one away first."
        )
