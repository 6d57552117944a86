"""The workbench: one encounter, its suggestions, its notes and the codes a coder accepts.

Auditors look on: they see it with the trail of what was done, and decide nothing; but for the
codes of an audit of theirs, which stand in for the chart (``matters``).
"""

import streamlit as st

from icd9_review.errors import NotFound, Restricted
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.people.permissions import Act
from icd9_review.store.retention.purging import read_purge
from icd9_review.store.worklist.page import next_encounter
from icd9_review.ui.encounter.query import last_query
from icd9_review.ui.encounter.restricted import ask_reason
from icd9_review.ui.encounter.retention import show_purged
from icd9_review.ui.encounter.visit import Visit, close_visit, open_visit
from icd9_review.ui.intake.storing import show_notices
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.confirming.signer import present_signer
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.words import plain
from icd9_review.ui.workbench.component import Wishes, asked_wishes, show_workbench
from icd9_review.ui.workbench.matters.audit_bench import show_audit_bench
from icd9_review.ui.workbench.matters.heeding import heed
from icd9_review.ui.workbench.matters.own_chart import OwnChart
from icd9_review.ui.workbench.session import Receipt, Session
from icd9_review.ui.workbench.trail.telling import looks_on

WORKLIST = "pages/coding/worklist.py"
REFUSED = "workbench_refused_as_purged"

user = require_user(Act.OPEN)
if audited := st.query_params.get("audit", ""):
    show_audit_bench(require_user(Act.REVIEW), audited)
    st.stop()
encounter_id = st.query_params.get("encounter", "")
component = f"workbench-{encounter_id}-{user.id}"


def stop_where_purged() -> None:
    """In place of the workbench, what is left of an encounter whose text was purged."""
    database = services().database.seen_by(user)
    if (gone := read_purge(database, encounter_id)) is None:
        return
    close_visit()
    for message in st.session_state.pop(REFUSED, ()):
        st.warning(plain(message))
    show_purged(database, encounter(database, encounter_id), gone, user)
    st.stop()


def begin(visit: Visit) -> Session:
    """The chart of the encounter, before this person."""
    shared = services().seen_by(user).of(encounter_id)
    return Session(shared, visit, OwnChart(shared, visit, last_query()))


try:
    stop_where_purged()
    session = open_visit(
        encounter_id,
        user,
        begin,
    )
except Restricted as restricted:
    close_visit()
    ask_reason(restricted, encounter_id, user)
except NotFound:
    st.warning("This address names no encounter that is stored here.")
    st.page_link(WORKLIST, label="Back to the worklist", icon=":material/arrow_back:")
    st.stop()
show_notices()


def sent(name: str) -> object:
    """What the browser has sent last under a name of the component's contract."""
    return st.session_state.get(component, {}).get(name)


def store() -> None:
    """Store what the browser has sent, even if this run is then interrupted."""
    session.present(present_signer(encounter_id))
    session.store(sent("outbox"))


def follow(wishes: Wishes) -> None:
    """Go where the person wants to go, if anywhere."""
    if wishes.next:
        database = services().database.seen_by(user)
        following = next_encounter(database, encounter_id, last_query(), user=user)
        close_visit()
        if following is None:
            st.switch_page(WORKLIST)
        st.switch_page("pages/coding/workbench.py", query_params={"encounter": following})
    if wishes.leave:
        close_visit()
        st.switch_page(WORKLIST)
    if wishes.note and not looks_on(user):
        close_visit()
        st.switch_page("pages/coding/intake.py", query_params={"encounter": encounter_id})
    if wishes.what_if:
        st.switch_page("pages/clinical/what_if.py", query_params={"encounter": encounter_id})
    if wishes.inspect:
        close_visit()
        query = {"encounter": encounter_id, "code": wishes.inspect[1]}
        st.switch_page("pages/clinical/explanation.py", query_params=query)


def begin_anew_where_gone(receipt: Receipt) -> None:
    """Begin the page anew where the encounter has become another team's, or was purged, while it
    was open: what this tab knew of the text is let go of with it."""
    try:
        if read_purge(services().database.seen_by(user), encounter_id) is None:
            return
    except Restricted:
        st.rerun()
    st.session_state[REFUSED] = [each.message for each in receipt.refused]
    st.rerun()


@st.fragment
def bench() -> None:
    """Store what the browser sent, then show what is stored; a decision reruns only this."""
    session.present(present_signer(encounter_id))
    receipt = session.store(sent("outbox"))
    begin_anew_where_gone(receipt)
    wishes = asked_wishes(component, encounter_id)
    follow(wishes)
    if wishes.take_over and not looks_on(user):
        session.visit.take_over()
    heed(session, wishes)
    session.furnish(sent("room"))
    session.mark(sent("mark"))
    session.query_physician(sent("ask"))
    focus = sent("focus")
    view = session.view(
        focus=focus if isinstance(focus, str) else None,
        query=sent("query"),
        receipt=receipt,
        book=sent("book"),
        summary=wishes.summary,
    )
    show_workbench(view, key=component, on_outbox=store)


bench()
