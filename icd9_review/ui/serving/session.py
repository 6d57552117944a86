"""Who is at the screen, and whether they may be on this page.

How a person proves who they are comes later; until then the app runs as the development
coder, and ``ICD9_REVIEW_CHOOSE_USER`` lets people say which development user they are.
"""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import urlencode

import streamlit as st

from icd9_review.settings import Settings
from icd9_review.store.users import users
from icd9_review.ui.services import services
from icd9_review.ui.serving.choosing import choice_form
from icd9_review.ui.serving.identity import present_person
from icd9_review.ui.words import plain
from icd9_review.values import Role, User


def current_user() -> User:
    """The person at the screen; asks who it is, and stops the page, while nobody has said."""
    return present_person() or ask_who("")


def require_user(*roles: Role) -> User:
    """The person at the screen; stops the page with a message unless they hold one of the roles."""
    user = current_user()
    return user if user.role in roles else refuse(user, roles)


def refuse(user: User, roles: tuple[Role, ...]) -> NoReturn:
    """Say for whom this page is, and stop."""
    allowed = " or ".join(role.value for role in roles)
    st.error(f"This page is for the role {allowed}; {plain(user.name)} has the role {user.role}.")
    st.stop()


def ask_who(path: str) -> NoReturn:
    """Ask who is at the screen, before anything is shown, and stop."""
    st.title("Who are you?")
    st.write("What you see and decide here is kept under this name.")
    st.html(choice_form(users(services().database), _place(path)))
    st.stop()


def show_user(user: User, path: str) -> None:
    """Keep the person in sight; where the settings allow it, they can become another one."""
    with st.container(key="person"):
        if not Settings().choose_user:
            st.text(f"{user.name} · {user.role}")
            return
        others = (each for each in users(services().database) if each.id != user.id)
        with st.popover(f"{plain(user.name)} · {user.role}", icon=":material/person:"):
            st.html(choice_form(others, _place(path)))


def _place(path: str) -> str:
    """The address at the screen without its host, to come back to."""
    query = urlencode(st.query_params.to_dict())
    return f"/{path}?{query}" if query else f"/{path}"
