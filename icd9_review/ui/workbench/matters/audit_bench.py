"""The workbench before an auditor: the codes of one open audit, worked on as a chart is."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Mapping
from typing import Final, NoReturn

import streamlit as st

from icd9_review.errors import DecisionError, NotFound, Restricted
from icd9_review.quality.audit_rules import check_auditor
from icd9_review.review.status_words import describe_purge
from icd9_review.store.auditing.audits import audit
from icd9_review.store.auditing.looking import audited_chart, record_audit_look
from icd9_review.ui.encounter.visit import close_visit, keep_open, opened_page
from icd9_review.ui.services import services
from icd9_review.ui.words import plain
from icd9_review.ui.workbench.component import asked_wishes, show_workbench
from icd9_review.ui.workbench.matters.audited import AuditedCodes
from icd9_review.ui.workbench.matters.heeding import heed
from icd9_review.ui.workbench.matters.storing import audit_name
from icd9_review.ui.workbench.session import Session
from icd9_review.values import Encounter, EventKind, User

AUDITS: Final = "pages/quality/audits.py"
_REFUSALS: Final = (NotFound, Restricted, DecisionError)


class AuditVisit:
    """An auditor before an audit: the ledger hears of the look, as on its page, and of nothing
    else; nobody claims the chart."""

    since = sys.maxsize  # nobody else changes an auditor's codes

    def __init__(self, audit_id: str, encounter: Encounter, user: User) -> None:
        self.encounter = encounter
        self.user = user
        self.name = audit_name(audit_id)
        self._audit = audit_id

    def open(self) -> None:
        """Store that somebody looked at the audit."""
        key, database = uuid.uuid4().hex, services().database
        record_audit_look(database, self._audit, actor=self.user, key=key)

    def close(self) -> None:
        """Nothing is given back."""

    def claim(self) -> None:
        """An audit has one auditor."""

    def take_over(self) -> None:
        """An audit has one auditor."""

    def record(
        self, _kind: EventKind, _payload: Mapping[str, object] | None = None, _part: str = "", /
    ) -> None:
        """What is shown here leads to no decision on the chart."""


def show_audit_bench(user: User, audit_id: str) -> None:
    """The workbench over an audit; in its place one sentence and the way out where it is none of
    theirs, not open, or its text was purged."""
    try:
        session = _begun(user, audit_id)
    except _REFUSALS as refused:
        _refuse(str(refused), audit_id)
    _bench(session, user, audit_id)


def _begun(user: User, audit_id: str) -> Session:
    shared = services().seen_by(user)
    check_auditor(audit(shared.database, audit_id, actor=user), user.id)
    chart = audited_chart(shared.database, audit_id, actor=user)
    if chart.purged is not None:
        raise DecisionError(f"{describe_purge(chart.purged)} Its codes are not changed any more.")
    opened: Session | None = opened_page(audit_name(audit_id), user)
    if opened is not None:
        return opened
    close_visit()
    codes = AuditedCodes(shared, audit_id, user)
    visit = AuditVisit(audit_id, chart, user)
    return keep_open(visit, Session(codes.served(shared), visit, codes))


def _refuse(why: str, audit_id: str) -> NoReturn:
    close_visit()
    st.warning(plain(why))
    query = {"audit": audit_id}
    st.page_link(AUDITS, label="To the audit", icon=":material/arrow_back:", query_params=query)
    st.stop()


@st.fragment
def _bench(session: Session, user: User, audit_id: str) -> None:
    """Store what the browser sent, then show what is stored, as for a chart."""
    name = audit_name(audit_id)
    component = f"workbench-{audit_id}-{user.id}"

    def sent(part: str) -> object:
        return st.session_state.get(component, {}).get(part)

    def store() -> None:
        session.store(sent("outbox"))

    receipt = session.store(sent("outbox"))
    wishes = asked_wishes(component, name)
    if wishes.leave:
        close_visit()
        st.switch_page(AUDITS, query_params={"audit": audit_id})
    heed(session, wishes)
    session.furnish(sent("room"))
    session.mark(sent("mark"))
    focus = sent("focus")
    try:
        view = session.view(
            focus=focus if isinstance(focus, str) else None,
            query=sent("query"),
            receipt=receipt,
            book=sent("book"),
        )
    except _REFUSALS:
        st.rerun()  # the page says why
    show_workbench(view, key=component, on_outbox=store)
