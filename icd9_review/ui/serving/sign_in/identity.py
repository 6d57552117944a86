"""Who a browser acts for, asked again at every run of a page and of a part of it.

The cookie is read as it was when the page was opened, so it says which session, never who: that
stands in the database. Where another person was chosen since, or the session has ended, what
this tab still asks for is not done, and what it knew of the former person is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import RerunData

from icd9_review.errors import ReviewError
from icd9_review.settings import Settings
from icd9_review.store.people.sessions import session_person
from icd9_review.store.users import users
from icd9_review.ui.services import services
from icd9_review.ui.serving.late_requests import PunctualRunner
from icd9_review.ui.serving.sign_in.cookie import COOKIE, token_of
from icd9_review.ui.serving.sign_in.factor.required import roles_with_factor
from icd9_review.values import User

_PERSON = "person"
_NOBODY = None


def present_person() -> User | None:
    """The person at the screen; None while nobody has said who they are.

    Where nobody signs in or chooses, it is the first development user.
    """
    return _person_of(present_token())


def present_token() -> str:
    """The token of the browser at the screen, as it was when the page was opened."""
    return token_of(st.context.cookies.get(COOKIE, ""))


def person_at_click() -> Callable[[], User | None]:
    """Asks who this browser acts for once somebody clicks.

    Streamlit makes files for download outside any run of a page, where no cookie can be read.
    """
    token = present_token()
    return lambda: _person_of(token)


def _person_of(token: str) -> User | None:
    database = services().database
    settings = Settings()
    if settings.sign_in == "single" and not settings.choose_user:
        return users(database)[0]
    return session_person(database, token, must_have_factor=roles_with_factor(settings))


class PersonalRunner(PunctualRunner):
    """Runs what a tab asks for on behalf of the person it was shown to, and of nobody else.

    A part of a page keeps the person it was made for: where they have left, it is forgotten, so
    that what the browser still sends to it is passed over (``late_requests``).
    """

    def _run_script(self, rerun_data: RerunData) -> None:
        try:
            same = same_person(st.session_state, present_person())
        except ReviewError:  # the page itself will say that the database does not answer
            same = False
        if not same:
            self._fragment_storage.clear()
        super()._run_script(rerun_data if same else _whole_page(rerun_data))


def same_person(state: MutableMapping[Any, Any], person: User | None) -> bool:
    """Whether this is who was there at the tab's last run, in the same role; its state is emptied
    where it is not."""
    now = (person.id, person.role) if person else _NOBODY
    before = state.get(_PERSON, now)
    if before != now:
        state.clear()
    state[_PERSON] = now
    return bool(before == now)


def _whole_page(asked: RerunData) -> RerunData:
    """The page from its beginning, without any of what was clicked or sent."""
    return replace(
        asked,
        widget_states=None,
        fragment_id=None,
        fragment_id_queue=[],
        is_fragment_scoped_rerun=False,
        is_auto_rerun=False,
        replay_trigger_states=None,
        replay_trigger_values=None,
    )
