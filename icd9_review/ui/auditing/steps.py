"""Steps of an audit on a click: done by whoever clicks, and told where they were refused."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import streamlit as st

from icd9_review.errors import ReviewError
from icd9_review.store.people.permissions import Act
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.words import plain

AUDIT = "audit"
"""The part of the address that names an audit."""

_TOLD = "audit_told"


def do_step(act: Act, step: Callable[..., object], *given: object, **more: object) -> bool:
    """Call a function of the store as the person at the screen, under a key of its own.

    Whether it was done: why it was refused, ``show_told`` says.
    """
    actor = require_user(act)
    try:
        step(services().database, *given, actor=actor, key=uuid.uuid4().hex, **more)
    except ReviewError as error:
        st.session_state[_TOLD] = str(error)
        return False
    return True


def show_told() -> None:
    """Why the last step was refused, once; what stands below it keeps its place."""
    with st.container():
        if told := st.session_state.pop(_TOLD, None):
            st.error(plain(told), icon=":material/error:")


def go_to_audit(audit_id: str) -> None:
    """Put an audit into the address; without one, take it out."""
    st.query_params.pop(AUDIT, None)
    if audit_id:
        st.query_params[AUDIT] = audit_id
