"""Whether the note goes to the evidence of the code in focus by itself, for each person."""

from __future__ import annotations

from icd9_review.store.database.engine import Database
from icd9_review.store.preferences import preference, save_preference
from icd9_review.values import User

_PAGE = "workbench"


def note_follows(database: Database, user: User) -> bool:
    """Whether this person's note follows the focus; it does at first."""
    return preference(database, user, _PAGE).get("follow") is not False


def choose_following(database: Database, user: User, on: bool) -> None:
    """Remember for this person whether the note follows."""
    chosen = preference(database, user, _PAGE)
    save_preference(database, user, _PAGE, {**chosen, "follow": on})
