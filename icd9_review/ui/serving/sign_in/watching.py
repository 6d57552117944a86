"""The part of every page that watches over the session of its browser."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from icd9_review.settings import Settings
from icd9_review.ui.component_files import component_of_files
from icd9_review.ui.scripts import join_scripts, join_styles
from icd9_review.values import User

_FOLDER = Path(__file__).parent / "browser"
_watch = component_of_files(
    "icd9_review.session",
    css=join_styles(_FOLDER / "session.css"),
    js=join_scripts(_FOLDER / "session.js"),
)


def watch_session(user: User) -> None:
    """Ask in the browser whether the session lasts; nothing where there are none.

    The browser asks a plain route (``routes.tell_state``), so that no run of a page stands for the
    person being there.
    """
    settings = Settings()
    if settings.sign_in == "single" and not settings.choose_user:
        return
    with st.container(key="session"):
        _watch(key="watch", data={"person": user.id})
