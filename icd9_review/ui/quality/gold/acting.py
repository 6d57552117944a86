"""What is done on a click of the page: by whoever clicks, and told afterwards."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from icd9_review.errors import ReviewError
from icd9_review.store.database.engine import Database
from icd9_review.store.people.permissions import Act
from icd9_review.store.recoding.gold_trials import GoldGiven
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.words import plain
from icd9_review.values import User

_DONE, _REFUSED = "gold_done", "gold_refused"


def act_on_gold(step: Callable[[Database, User], str]) -> None:
    """Call a function of the store as the person at the screen; what it says is shown once."""
    actor = require_user(Act.KEEP_GOLD)
    try:
        st.session_state[_DONE] = step(services().database, actor)
    except ReviewError as error:
        st.session_state[_REFUSED] = [str(error)]


def tell_given(given: GoldGiven) -> str:
    """How many twins were made; what could not be is told beside."""
    st.session_state[_REFUSED] = list(given.problems)
    if not given.made:
        return ""
    made = "1 encounter is" if given.made == 1 else f"{given.made:,} encounters are"
    return f"{made} on the worklist of the coders chosen. Nothing there says so."


def show_outcome() -> None:
    """What came of the last click."""
    if done := st.session_state.pop(_DONE, ""):
        st.success(plain(done), icon=":material/check:")
    for refused in st.session_state.pop(_REFUSED, []):
        st.error(plain(refused), icon=":material/error:")
