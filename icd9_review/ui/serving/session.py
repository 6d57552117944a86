"""Who is at the screen, and whether they may be on this page.

How a person proves who they are comes later; until then the app runs as the
development coder, and ``ICD9_REVIEW_CHOOSE_USER`` lets people try the other users.
"""

from __future__ import annotations

import streamlit as st

from icd9_review.settings import Settings
from icd9_review.store.users import users
from icd9_review.ui.services import services
from icd9_review.ui.words import plain
from icd9_review.values import Role, User

_CHOSEN = "user_id"


def current_user() -> User:
    """The person this session acts for."""
    everyone = users(services().database)
    chosen = st.session_state.get(_CHOSEN)
    return next((user for user in everyone if user.id == chosen), everyone[0])


def require_user(*roles: Role) -> User:
    """The person at the screen; stops the page with a message unless they hold one of the roles."""
    user = current_user()
    if user.role not in roles:
        allowed = " or ".join(role.value for role in roles)
        st.error(
            f"This page is for the role {allowed}; {plain(user.name)} has the role {user.role}."
        )
        st.stop()
    return user


def show_user(user: User) -> None:
    """Let people change who they are, where the settings allow it."""
    if not Settings().choose_user:
        return
    everyone = {person.id: person for person in users(services().database)}
    with st.sidebar:
        st.selectbox(
            "User",
            options=list(everyone),
            index=list(everyone).index(user.id),
            format_func=lambda number: f"{everyone[number].name} · {everyone[number].role}",
            key=_CHOSEN,
        )
