"""The worklist: find an encounter and open it, or take a new one in."""

import streamlit as st

from icd9_review.store.worklist import worklist
from icd9_review.ui.services import services
from icd9_review.ui.session import require_user
from icd9_review.ui.words import plain
from icd9_review.ui.worklist import STATUS_WORDS, remember_query, show_table
from icd9_review.values import CareSetting, EncounterStatus, Role, WorklistQuery, WorklistSort

ROWS = 50
SORTS = {
    WorklistSort.NEWEST: "Newest first",
    WorklistSort.OLDEST: "Oldest first",
    WorklistSort.MOST_OPEN: "Most open first",
    WorklistSort.LAST_CHANGED: "Last touched first",
}

user = require_user(Role.CODER, Role.AUDITOR, Role.CLINICIAN, Role.ADMINISTRATOR)
codes = user.role in (Role.CODER, Role.ADMINISTRATOR)

title, button = st.columns([4, 1], vertical_alignment="bottom")
title.title("Worklist")
if codes and button.button("New encounter", type="primary", icon=":material/add:", width="stretch"):
    st.switch_page("pages/coding/intake.py")
if services().problem:
    st.warning(f"There is no model, so new notes wait. {plain(services().problem)}")


def ask_query() -> WorklistQuery:
    """What the person looks for, from the widgets above the table."""
    search, setting, order = st.columns([3, 1, 1])
    words = search.text_input(
        "Search", type="search", live="200ms", placeholder="Encounter, note title or person"
    )
    care = setting.selectbox(
        "Setting", [None, *CareSetting], format_func=lambda c: c.value.capitalize() if c else "All"
    )
    sort = order.selectbox("Order", list(SORTS), format_func=SORTS.__getitem__)
    status = st.session_state.get("worklist_status")
    return WorklistQuery(
        search=words or "",
        statuses=(status,) if status else (),
        setting=care,
        sort=sort,
        limit=ROWS,
        offset=st.session_state.get("worklist_offset", 0),
    )


def turn_page(by: int) -> None:
    """Move the window of rows."""
    st.session_state["worklist_offset"] = max(
        0, st.session_state.get("worklist_offset", 0) + by * ROWS
    )


def show_pager(total: int, offset: int) -> None:
    """Where the person is in a list longer than a page."""
    back, where, forward = st.columns([1, 6, 1], vertical_alignment="center")
    back.button("Previous", disabled=offset == 0, on_click=turn_page, args=(-1,))
    last = min(offset + ROWS, total)
    where.markdown(f"{offset + 1}–{last} of {total:,}", text_alignment="center")
    forward.button("Next", disabled=offset + ROWS >= total, on_click=turn_page, args=(1,))


def listing() -> None:
    """Search, filters and table; alone in its fragment so that typing stays quick."""
    query = ask_query()
    remember_query(query)
    page = worklist(services().database, query)
    if query.offset >= page.total > 0:
        st.session_state["worklist_offset"] = 0
        st.rerun(scope="fragment")
    st.pills(
        "Status",
        [status for status in EncounterStatus if page.counts[status] or status in query.statuses],
        format_func=lambda status: f"{STATUS_WORDS[status]} {page.counts[status]}",
        key="worklist_status",
        label_visibility="collapsed",
    )
    if not page.rows:
        found = query.search or query.statuses or query.setting
        st.info("No encounter matches." if found else "No encounters yet. Take a new one in.")
        return
    if (opened := show_table(page.rows, openable=codes, key="worklist_table")) is not None:
        st.switch_page("pages/coding/workbench.py", query_params={"encounter": opened})
    if page.total > ROWS:
        show_pager(page.total, query.offset)
    waiting = page.counts[EncounterStatus.SCORING] > 0 and services().model is not None
    if waiting != st.session_state.get("worklist_waiting", False):
        st.session_state["worklist_waiting"] = waiting
        st.rerun()


st.fragment(listing, run_every=2 if st.session_state.get("worklist_waiting") else None)()
