"""What is done to an audit besides its codes: causes, return, adjudication, and its end."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

import streamlit as st

from icd9_review.quality.audit_rules import LONGEST_AUDIT_WORDS
from icd9_review.quality.audit_words import CAUSE_WORDS, CONFIDENCE_WORDS, describe_difference
from icd9_review.store.auditing.audits import audit as read_audit
from icd9_review.store.auditing.steps import (
    adjudicate,
    close_audit,
    remark_on,
    return_to_coder,
    withdraw_audit,
)
from icd9_review.store.database.engine import Database
from icd9_review.store.people.permissions import Act
from icd9_review.ui.auditing.steps import do_step
from icd9_review.ui.words import plain
from icd9_review.values import (
    Audit,
    AuditStatus,
    Confidence,
    Difference,
    DifferenceCause,
    DifferenceRemark,
    User,
)

_CAUSES = [None, *DifferenceCause]


def ask_remarks(audit: Audit, differences: Sequence[Difference]) -> None:
    """For each difference where it comes from, and why: kept with one click, or with the return."""
    if not differences:
        return
    with st.form(f"remarks {audit.id} {audit.sequence}", border=False):
        for each in differences:
            said = audit.remarks.get(each.key, DifferenceRemark())
            told, cause, words = st.columns([3, 3, 4], vertical_alignment="center")
            told.markdown(plain(describe_difference(each)))
            cause.selectbox(
                f"Cause: {plain(describe_difference(each))}",
                _CAUSES,
                index=_CAUSES.index(said.cause),
                format_func=lambda given: CAUSE_WORDS[given] if given else "Cause …",
                label_visibility="collapsed",
                key=_cause(audit, each),
            )
            words.text_input(
                f"Why: {plain(describe_difference(each))}",
                said.words,
                max_chars=LONGEST_AUDIT_WORDS,
                placeholder="Why",
                label_visibility="collapsed",
                key=_why(audit, each),
            )
        with st.container(horizontal=True):
            given = audit, differences
            st.form_submit_button("Keep", on_click=_keep_remarks, args=given)
            st.form_submit_button("Return to coder", type="primary", on_click=_return, args=given)
            st.form_submit_button("Withdraw", on_click=_withdraw, args=(audit,))


def show_ways_on(audit: Audit, differences: Sequence[Difference], *, own: bool) -> None:
    """The steps that may come next for whoever reviews; ``own`` for its auditor.

    Those of an audit that differs and is still its auditor's stand beside the causes.
    """
    if audit.status is AuditStatus.OPEN and not (own and differences):
        with st.container(horizontal=True):
            if own:
                _show_close(audit, "No difference: close")
            st.button("Withdraw", on_click=_withdraw, args=(audit,))
    elif audit.status in (AuditStatus.AGREED, AuditStatus.ADJUDICATED):
        st.toggle("The chart is to be reopened and corrected", key=f"reopen {audit.id}")
        _show_close(audit, "Close")
    elif audit.status in (AuditStatus.REBUTTED, AuditStatus.RETURNED):
        with st.expander(
            "Adjudicate",
            icon=":material/balance:",
            expanded=audit.status is AuditStatus.REBUTTED,
        ):
            _ask_adjudication(audit, differences)


def _show_close(audit: Audit, words: str) -> None:
    st.button(plain(words), type="primary", on_click=_close, args=(audit,))


def _ask_adjudication(audit: Audit, differences: Sequence[Difference]) -> None:
    with st.form(f"adjudicate {audit.id}", border=False):
        st.multiselect(
            "The coder was right in",
            [each.key for each in differences],
            format_func={each.key: describe_difference(each) for each in differences}.__getitem__,
            placeholder="Nothing",
            key=f"overturned {audit.id}",
        )
        st.segmented_control(
            "How sure",
            list(Confidence),
            default=Confidence.SURE,
            required=True,
            format_func=lambda each: CONFIDENCE_WORDS[each].capitalize(),
            key=f"confidence {audit.id}",
        )
        st.selectbox(
            "Cause",
            list(DifferenceCause),
            format_func=lambda each: CAUSE_WORDS[each].capitalize(),
            key=f"settled cause {audit.id}",
        )
        st.toggle("A guideline is to be settled", key=f"guideline {audit.id}")
        st.text_area("Note", max_chars=LONGEST_AUDIT_WORDS, key=f"settled words {audit.id}")
        st.form_submit_button("Settle", type="primary", on_click=_settle, args=(audit,))


def _settle(audit: Audit) -> None:
    asked = st.session_state
    do_step(
        *(Act.REVIEW, adjudicate, audit.id, asked[f"confidence {audit.id}"]),
        asked[f"settled cause {audit.id}"],
        overturned=asked[f"overturned {audit.id}"],
        words=asked[f"settled words {audit.id}"],
        guideline=asked[f"guideline {audit.id}"],
    )


def _close(audit: Audit) -> None:
    reopen = bool(st.session_state.get(f"reopen {audit.id}"))
    do_step(Act.REVIEW, close_audit, audit.id, reopen=reopen)


def _withdraw(audit: Audit) -> None:
    do_step(Act.REVIEW, withdraw_audit, audit.id)


def _keep_remarks(audit: Audit, differences: Sequence[Difference]) -> None:
    do_step(Act.REVIEW, _store_remarks, audit.id, _given(audit, differences))


def _return(audit: Audit, differences: Sequence[Difference]) -> None:
    """Give the audit to the coder with the causes that are shown, kept before or not."""
    if do_step(Act.REVIEW, _store_remarks, audit.id, _given(audit, differences)):
        do_step(Act.REVIEW, return_to_coder, audit.id)


def _given(audit: Audit, differences: Sequence[Difference]) -> dict[str, DifferenceRemark]:
    """What the fields say of each difference, by its key."""
    asked = st.session_state
    return {
        each.key: DifferenceRemark(asked[_cause(audit, each)], asked[_why(audit, each)].strip())
        for each in differences
    }


def _store_remarks(
    database: Database,
    audit_id: str,
    given: Mapping[str, DifferenceRemark],
    *,
    actor: User,
    key: str,
) -> None:
    """Store what is not stored yet: of two clicks, one right behind the other, Streamlit may do
    the second first, and the first then has nothing left to do."""
    stored = read_audit(database, audit_id, actor=actor).remarks
    for difference, remark in given.items():
        if remark != stored.get(difference, DifferenceRemark()):
            own = uuid.uuid5(uuid.UUID(key), difference).hex
            said = difference, remark.cause, remark.words
            remark_on(database, audit_id, *said, actor=actor, key=own)


def _cause(audit: Audit, each: Difference) -> str:
    return f"cause {audit.id} {audit.sequence} {each.key}"


def _why(audit: Audit, each: Difference) -> str:
    return f"why {audit.id} {audit.sequence} {each.key}"
