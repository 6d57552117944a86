"""One audit on the screen: for whoever reviews, and for the coder who answers."""

from __future__ import annotations

import uuid
from functools import partial

import streamlit as st

from icd9_review.quality.audit_rules import LONGEST_AUDIT_WORDS, STATUS_OF_AUDIT
from icd9_review.quality.audit_words import CAUSE_WORDS, CONFIDENCE_WORDS, describe_blindness
from icd9_review.store.auditing.audits import audit, own_audit, quick_signed
from icd9_review.store.auditing.looking import (
    audited_chart,
    marked_at_signing,
    record_audit_look,
    suggested_at_signing,
)
from icd9_review.store.auditing.steps import answer_audit
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.people.permissions import Act
from icd9_review.store.users import names
from icd9_review.ui.auditing.places import kept_places, show_places
from icd9_review.ui.auditing.settling import ask_remarks, show_ways_on
from icd9_review.ui.auditing.sheet import found_differences, show_codes, show_differences
from icd9_review.ui.auditing.steps import do_step
from icd9_review.ui.services import services
from icd9_review.ui.words import describe_dates, describe_moment, describe_person, plain
from icd9_review.values import Audit, AuditStatus, Encounter, User

_SEEN = "audit_seen"
_NOTE = 300  # pixels that a note takes before it scrolls; by judgement: the codes stay in sight
_SHORT = 1_000  # characters of a note that takes less than that
_WORKBENCH = "pages/coding/workbench.py"
_SHUT = "Until then no other page, list or export shows you anything of this encounter."


def show_audit(user: User, audit_id: str) -> None:
    """An audit as whoever reviews has it. Raises NotFound, Restricted."""
    database = services().seen_by(user).database
    found = audit(database, audit_id, actor=user)
    _record_look(user, found)
    chart = audited_chart(database, audit_id, actor=user)
    own = found.auditor == user.id
    _show_head(found, chart, names(database))
    _show_way(found, own=own)
    changes = own and found.status is AuditStatus.OPEN
    _show_notes(chart)
    suggested = suggested_at_signing(database, audit_id, actor=user)
    quick = quick_signed(database, audit_id, actor=user)
    marked = marked_at_signing(database, audit_id, actor=user)
    show_below = partial(
        show_places, chart=chart, marked=marked, places=kept_places(audit_id, chart)
    )
    show_codes(found, quick, suggested, show_below, changes=changes)
    differences = found_differences(found)
    st.header(f"Differences ({len(differences)})")
    if changes:
        ask_remarks(found, differences)
    else:
        show_differences(found, differences)
    _show_answer(found)
    show_ways_on(found, differences, own=own)


def show_own_audit(user: User, audit_id: str) -> None:
    """An audit as the coder has it who signed. Raises NotFound, Restricted."""
    database = services().seen_by(user).database
    found = own_audit(database, audit_id, actor=user)
    chart = encounter(database, found.encounter_id)
    _show_head(found, chart, names(database))
    _show_notes(chart)
    show_below = partial(show_places, chart=chart, marked={}, places=kept_places(audit_id, chart))
    show_codes(found, (), {}, show_below, changes=False)
    differences = found_differences(found)
    st.header(f"Differences ({len(differences)})")
    show_differences(found, differences)
    _show_answer(found)
    if found.status is AuditStatus.RETURNED:
        key = f"answer {found.id}"
        st.text_area("Why you do not agree", max_chars=LONGEST_AUDIT_WORDS, key=key)
        with st.container(horizontal=True):
            st.button("Agree", type="primary", on_click=_answer, args=(found, True))
            st.button("Rebut", on_click=_answer, args=(found, False))
    if found.reopen and not found.chart_reopened:
        st.info("Reopen the chart on the workbench, correct it and sign it again.")


def _answer(found: Audit, agreed: bool) -> None:
    words = st.session_state[f"answer {found.id}"]
    do_step(Act.CODE, answer_audit, found.id, agreed=agreed, words=words)


def _record_look(user: User, found: Audit) -> None:
    """The ledger hears of it once for each time that somebody comes to an audit."""
    if st.session_state.get(_SEEN) != found.id:
        st.session_state[_SEEN] = found.id
        record_audit_look(services().database, found.id, actor=user, key=uuid.uuid4().hex)


def _show_head(found: Audit, chart: Encounter, people: dict[int, str]) -> None:
    coder = "a coder who is not named" if found.signer is None else people[found.signer]
    signed = describe_moment(found.signed_at)
    st.title(f"Audit {plain(found.label)}")
    told = (
        *(chart.label, STATUS_OF_AUDIT[found.status], f"signed by {coder} {signed}"),
        f"audited by {people[found.auditor]}",
    )
    st.markdown(plain(" · ".join(told)))
    facts = (describe_person(chart.age, chart.sex), chart.setting.value)
    days = describe_dates(chart.admitted, chart.discharged)
    st.caption(plain(" · ".join(filter(None, (*facts, days)))))
    if found.chart_reopened:
        st.info("The chart was reopened since. This audit stays about what was signed before.")


def _show_way(found: Audit, *, own: bool) -> None:
    """The way to the workbench, which is shut for whoever audits blind."""
    blind = describe_blindness(found)
    if own and found.status is AuditStatus.OPEN:
        query = {"audit": found.id}
        st.page_link(
            _WORKBENCH,
            label="Change the codes on the workbench",
            icon=":material/edit_note:",
            query_params=query,
        )
    if blind:
        st.caption(plain(blind), help=_SHUT if own else None)
    if not (own and blind):
        query = {"encounter": found.encounter_id}
        st.page_link(_WORKBENCH, label="Workbench", icon=":material/edit_note:", query_params=query)


def _show_notes(chart: Encounter) -> None:
    """The notes, each by itself; the first is open."""
    for note in chart.notes:
        first = note is chart.notes[0]
        with st.expander(f"Note: {plain(note.title)}", expanded=first):
            if len(note.text) > _SHORT:
                st.container(height=_NOTE, border=False).text(note.text)
            else:
                st.text(note.text)


def _show_answer(found: Audit) -> None:
    if found.answer is not None:
        said = "The coder agrees." if found.answer.agreed else "The coder does not agree:"
        st.markdown(f"**{said}**")
        if found.answer.words:
            st.text(found.answer.words)
    if (settled := found.adjudication) is not None:
        told = [CONFIDENCE_WORDS[settled.confidence], CAUSE_WORDS[settled.cause]]
        told += [f"coder right in {len(settled.overturned)}"] if settled.overturned else []
        told += ["a guideline is to be settled"] if settled.guideline else []
        st.markdown(f"**Adjudicated:** {plain(', '.join(told))}")
        if settled.words:
            st.text(settled.words)
