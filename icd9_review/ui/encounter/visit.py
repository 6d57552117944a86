"""Which encounter this browser tab has open: at most one, closed when the person goes elsewhere."""

from __future__ import annotations

import uuid

import streamlit as st

from icd9_review.store.intake.encounters import encounter
from icd9_review.ui.services import services
from icd9_review.ui.workbench.session import Session
from icd9_review.ui.worklist import last_query
from icd9_review.values import User

_VISIT = "visit"


def open_visit(encounter_id: str, user: User) -> Session:
    """The session of the encounter, opened now unless it is open already. Raises NotFound."""
    current: Session | None = st.session_state.get(_VISIT)
    if current and (current.encounter.id, current.user) == (encounter_id, user):
        return current
    close_visit()
    found = encounter(services().database, encounter_id)
    session = Session(services(), found, user, uuid.uuid4().hex, last_query())
    session.open()
    st.session_state[_VISIT] = session
    return session


def close_visit(unless: str = "") -> None:
    """Put away what is open, if anything is and it is not the encounter ``unless``."""
    current: Session | None = st.session_state.get(_VISIT)
    if current and current.encounter.id != unless:
        current.close()
        del st.session_state[_VISIT]
