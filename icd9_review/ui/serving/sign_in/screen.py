"""Who is at the screen, and whether they may be on this page."""

from __future__ import annotations

from html import escape
from typing import NoReturn
from urllib.parse import quote, urlencode

import streamlit as st

from icd9_review.settings import Settings
from icd9_review.store.people.permissions import PERMISSIONS, Act, may
from icd9_review.store.users import users
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.identity import present_person
from icd9_review.ui.serving.sign_in.page import ACCOUNT, SIGN_IN, SIGN_OUT, people_form
from icd9_review.ui.words import plain
from icd9_review.values import Role, User

_LOUD = "No sign-in: whoever is at this machine acts under this name."


def current_user() -> User:
    """The person at the screen; asks who it is, and stops the page, while nobody has said."""
    return present_person() or ask_who("")


def require_user(act: Act) -> User:
    """The person at the screen; stops the page with a message unless they may do this."""
    user = current_user()
    return user if may(user, act) else refuse(user, act)


def refuse(user: User, act: Act) -> NoReturn:
    """Say for whom this page is, and stop."""
    roles = (role for role in PERMISSIONS[act].roles if role is not Role.SYSTEM)
    allowed = " or ".join(role.value for role in roles)
    st.error(f"This page is for the role {allowed}; {plain(user.name)} has the role {user.role}.")
    st.stop()


def ask_who(path: str) -> NoReturn:
    """Lead to where one signs in, in place of anything else, and stop."""
    st.title("You are signed out")
    st.write("Sign in again to go on where you were. What was saved is safe.")
    way = f"{SIGN_IN}?place={quote(_place(path))}"
    st.html(f'<a class="sign-in" href="{escape(way)}" target="_self">Sign in</a>')
    st.stop()


def show_user(user: User, path: str) -> None:
    """Keep the person in sight, with what they may do about who they are."""
    settings = Settings()
    with st.container(key="person"):
        if settings.sign_in == "single" and not settings.choose_user:
            st.text(f"{user.name} · {user.role} · no sign-in", help=_LOUD)
            return
        with st.popover(f"{plain(user.name)} · {user.role}", icon=":material/person:"):
            if settings.chooses:
                others = (each for each in users(services().database) if each.id != user.id)
                st.html(people_form(others, _place(path), ""))
            else:
                st.html(_own_form())


def _own_form() -> str:
    """What people do about their own sign-in."""
    return (
        f'<form class="people" method="post" action="{SIGN_OUT}">'
        f'<a href="{ACCOUNT}" target="_self">Your account</a>'
        "<button>Sign out</button></form>"
    )


def _place(path: str) -> str:
    """The address at the screen without its host, to come back to."""
    query = urlencode(st.query_params.to_dict())
    return f"/{path}?{query}" if query else f"/{path}"
