"""Comments on one code: what was said of it, and a field to say more."""

from __future__ import annotations

import uuid

import streamlit as st

from icd9_review.errors import ReviewError
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.comments import LONGEST_COMMENT, add_comment, comments
from icd9_review.store.people.permissions import Act, may
from icd9_review.ui.words import describe_moment, plain
from icd9_review.values import Comment, Kind, User

PURGED = "The words of this comment were deleted."


def show_comments(database: Database, encounter_id: str, kind: Kind, code: str, user: User) -> None:
    """List the comments on a code and, for a role that comments, take another one.

    May stand several times on a page, once for each code.
    """
    place = f"comment-{encounter_id}-{user.id}-{kind.value}-{code}"
    for comment in comments(database, encounter_id):
        if (comment.kind, comment.code) == (kind, code):
            _show(comment)
    if may(user, Act.COMMENT):
        _ask(database, encounter_id, kind, code, user, place)


def _show(comment: Comment) -> None:
    st.write(plain(f"On {comment.code}: {comment.actor}, {describe_moment(comment.at)}"))
    if comment.words is None:
        st.caption(PURGED)
    else:
        st.text(comment.words)


def _ask(
    database: Database, encounter_id: str, kind: Kind, code: str, user: User, place: str
) -> None:
    """The field; a draft keeps its key until it is stored, so that a second click adds nothing."""
    draft = st.session_state.setdefault(place, uuid.uuid4().hex)
    field = f"{place}-{draft}"

    def send() -> None:
        words = st.session_state[field]
        try:
            add_comment(database, encounter_id, kind, code, words, actor=user, key=draft)
        except ReviewError as error:
            st.session_state[f"{place}-refused"] = str(error)
        else:
            del st.session_state[place]

    st.text_area(
        f"Comment on {plain(code)} for the coder",
        key=field,
        max_chars=LONGEST_COMMENT,
        height=80,
        placeholder="Decides nothing; the coder reads it beside the code.",
    )
    st.button("Add comment", key=f"{field}-add", on_click=send)
    if refused := st.session_state.pop(f"{place}-refused", ""):
        st.error(plain(refused))
