"""Audits in lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from icd9_review.quality.audit_rules import STATUS_OF_AUDIT
from icd9_review.store.auditing.audits import audits, count_audits
from icd9_review.store.auditing.samples import signed_services
from icd9_review.store.database.engine import Database
from icd9_review.ui.auditing.paging import page_begins, show_pages
from icd9_review.ui.auditing.steps import go_to_audit
from icd9_review.ui.words import plain
from icd9_review.values import AuditEntry, AuditStatus, User

_People = Mapping[int, str]
_WIDTHS = (1.3, 1.5, 1.7, 2.0, 2.0, 1.6, 1.1)
_HEADS = ("Audit", "Encounter", "State", "Coder", "Auditor", "Differences", "")
_SIZE = 25  # audits of a part of the list; by judgement: what one looks through


def show_to_settle(database: Database, user: User, people: _People) -> None:
    """What coders rebutted, for whoever adjudicates: what disagrees most comes first."""
    total = count_audits(database, (AuditStatus.REBUTTED,), actor=user)
    if not total:
        st.info("Nothing waits to be adjudicated: no coder has rebutted an audit.")
        return
    st.caption("Those with the most differences first; a changed principal diagnosis counts twice.")
    first = page_begins("to settle", total)
    found = audits(
        *(database, (AuditStatus.REBUTTED,)),
        actor=user,
        by_disagreement=True,
        first=first,
        most=_SIZE,
    )
    show_rows(found, people, "settle")
    show_pages("to settle", first, total, _SIZE)


def show_audits(database: Database, user: User, people: _People) -> None:
    """The audits, the newest first, by where they stand and by service."""
    chosen = st.segmented_control(
        "State",
        list(AuditStatus),
        selection_mode="multi",
        format_func=lambda each: STATUS_OF_AUDIT[each].capitalize(),
        key="audit_states",
    )
    statuses, services = tuple(chosen or ()), _ask_services(database, user)
    total = count_audits(database, statuses, services=services, actor=user)
    if not total:
        asked = statuses or services
        st.info("No audit stands so. Open one from a sample." if asked else "No audit yet.")
        return
    first = page_begins("audits", total)
    found = audits(database, statuses, services=services, actor=user, first=first, most=_SIZE)
    show_rows(found, people, "open")
    show_pages("audits", first, total, _SIZE)


def _ask_services(database: Database, user: User) -> tuple[str, ...]:
    """Nothing is asked where no encounter says its service."""
    known = signed_services(database, actor=user)
    if not known:
        return ()
    asked = st.multiselect("Service", known, placeholder="Any", key="audit_services")
    return tuple(asked)


def show_rows(found: Sequence[AuditEntry], people: _People, name: str) -> None:
    """Audits, each with a button that opens it; ``name`` is of the list."""
    for column, head in zip(st.columns(_WIDTHS), _HEADS, strict=True):
        column.markdown(f"**{plain(head)}**" if head else "")
    for each in found:
        _show_row(each, people, name)


def _show_row(each: AuditEntry, people: _People, name: str) -> None:
    coder = "blind" if each.signer is None else people[each.signer]
    principal = " · principal" if each.disagreement > each.differences else ""
    cells = (
        *(each.label, each.encounter, STATUS_OF_AUDIT[each.status], coder),
        *(people[each.auditor], f"{each.differences}{principal}"),
    )
    *places, last = st.columns(_WIDTHS, vertical_alignment="center")
    for place, cell in zip(places, cells, strict=True):
        place.markdown(plain(cell))
    last.button("Open", key=f"{name} {each.id}", on_click=go_to_audit, args=(each.id,))
