"""What is done on a click of these pages: by whoever clicks, and told afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from icd9_review.errors import ReviewError
from icd9_review.store.database.engine import Database
from icd9_review.store.people.permissions import Act
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.words import plain
from icd9_review.values import User

_DONE, _REFUSED = "quality_done", "quality_refused"

Step = Callable[[Database, User], tuple[str, Sequence[str]]]
"""Does something and says what was done, and in a sentence each what was not."""


def do_on_click(step: Step) -> None:
    """Call functions of the store as the person at the screen; what is said is shown once."""
    actor = require_user(Act.KEEP_GOLD)
    try:
        st.session_state[_DONE], st.session_state[_REFUSED] = step(services().database, actor)
    except ReviewError as error:
        st.session_state[_REFUSED] = [str(error)]


def show_click_outcome() -> None:
    """What came of the last click; what stands below it keeps its place, and so its tab."""
    with st.container():
        if done := st.session_state.pop(_DONE, ""):
            st.success(plain(done), icon=":material/check:")
        for refused in st.session_state.pop(_REFUSED, []):
            st.error(plain(refused), icon=":material/error:")
