"""The workbench: one encounter, its suggestions, its notes and the codes a coder accepts."""

import uuid

import streamlit as st

from icd9_review.errors import NotFound
from icd9_review.store.encounters import encounter
from icd9_review.store.worklist import next_encounter
from icd9_review.ui.intake import show_notices
from icd9_review.ui.services import services
from icd9_review.ui.session import require_user
from icd9_review.ui.workbench.component import show_workbench
from icd9_review.ui.workbench.session import Session
from icd9_review.values import EventKind, Role

WORKLIST = "pages/coding/worklist.py"

user = require_user(Role.CODER, Role.ADMINISTRATOR)
encounter_id = st.query_params.get("encounter", "")
component = f"workbench-{encounter_id}"
visit = f"visit-{encounter_id}-{user.id}"

try:
    if visit not in st.session_state:
        found = encounter(services().database, encounter_id)
        st.session_state[visit] = Session(services(), found, user, visit=uuid.uuid4().hex)
        st.session_state[visit].record_view(EventKind.OPENED)
except NotFound:
    st.warning("This address names no encounter that is stored here.")
    st.page_link(WORKLIST, label="Back to the worklist", icon=":material/arrow_back:")
    st.stop()

session: Session = st.session_state[visit]
show_notices()


def leave() -> None:
    """The encounter is put away; opening it again is another visit."""
    session.record_view(EventKind.CLOSED)
    del st.session_state[visit]


def store() -> None:
    """Store what the browser has sent, even if this run is then interrupted."""
    session.store(sent().get("outbox"))


def sent() -> dict[str, object]:
    """What the browser has sent last."""
    return dict(st.session_state.get(component, {}))


@st.fragment
def bench() -> None:
    """Store what the browser sent, then show what is stored; a decision reruns only this."""
    focus = sent().get("focus")
    view = session.view(
        focus=focus if isinstance(focus, str) else None,
        receipt=session.store(sent().get("outbox")),
    )
    wishes = show_workbench(view, key=component, on_outbox=store)
    if wishes.next:
        following = next_encounter(services().database, encounter_id)
        leave()
        if following is None:
            st.switch_page(WORKLIST)
        st.switch_page("pages/coding/workbench.py", query_params={"encounter": following})
    if wishes.leave:
        leave()
        st.switch_page(WORKLIST)


bench()
