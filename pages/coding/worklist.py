"""The worklist: find an encounter and open it, take the next one, or take a new one in."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import streamlit as st

from icd9_review.errors import NotFound, Restricted, ReviewError
from icd9_review.store.people.permissions import Act, may
from icd9_review.store.projections.summaries import count_outdated
from icd9_review.store.users import coding_users
from icd9_review.store.worklist.assignments import assign
from icd9_review.store.worklist.page import take_next, worklist
from icd9_review.store.worklist.progress import progress
from icd9_review.store.worklist.searches import record_search
from icd9_review.ui.encounter.query import last_query, remember_query
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.words import plain
from icd9_review.ui.worklist.explained import explained_so_far
from icd9_review.ui.worklist.filters import ask_choices, ask_status, clear_filters
from icd9_review.ui.worklist.pager import first_row, reset_pager, show_pager
from icd9_review.ui.worklist.rows import describe_behind, describe_progress
from icd9_review.ui.worklist.table import asked_assignment, show_table, take_chosen
from icd9_review.values import EncounterStatus, WorklistQuery

ROWS = 50
WORKBENCH, EXPLANATION = "pages/coding/workbench.py", "pages/clinical/explanation.py"
TABLE, REFUSAL, WAITING = "worklist_table", "worklist_refusal", "worklist_waiting"

user = require_user(Act.READ)
codes = may(user, Act.CODE)
database = services().database.seen_by(user)


def open_next() -> None:
    """Take the next encounter in the order of the list, and open it."""
    found = take_next(database, user, last_query())
    if found is None:
        st.info(
            "There is nothing left to take: no encounter of this list is yours or nobody's, "
            "ready to be coded and free."
        )
    else:
        st.switch_page(WORKBENCH, query_params={"encounter": found})


def show_heading() -> None:
    """The title with what a coder can do next, and what they have done today."""
    title, take, new = st.columns([5, 1.2, 1.6], vertical_alignment="bottom")
    title.title("Worklist")
    if codes and new.button("New encounter", icon=":material/add:", width="stretch"):
        st.switch_page("pages/coding/intake.py")
    if codes and take.button("Take next", type="primary", shortcut="N", width="stretch"):
        open_next()
    if codes and (done := describe_progress(progress(database, user))):
        title.caption(done)


def store_assignment() -> None:
    """Assign what the browser has sent, even if this run is then interrupted."""
    st.session_state[REFUSAL] = ""
    if (asked := asked_assignment(TABLE)) is None:
        return
    try:
        assign(database, asked.encounter_ids, asked.user_id, user)
    except ReviewError as error:
        st.session_state[REFUSAL] = str(error)


def ask_query() -> WorklistQuery:
    """What the person looks for; another question begins on the first page."""
    search, choices = ask_choices(user)
    query = choices.query(user, datetime.now().astimezone().date(), search=search)
    if query != last_query():
        reset_pager()
    remember_query(query)
    return query


def tell_search(chosen: str) -> None:
    """Have the ledger hear that what is opened was searched for; what is unknown the next page
    says."""
    with suppress(NotFound, Restricted):
        record_search(database, chosen, last_query(), user)


def say_what_is_missing(query: WorklistQuery) -> None:
    """An empty list in words, with the way out."""
    if query == WorklistQuery(sort=query.sort):
        st.info("No encounters yet. Take a new one in.")
        return
    st.info("No encounter matches what is asked for above.")
    st.button("Show all encounters", on_click=clear_filters, args=(user,))


def listing() -> None:
    """Search, filters and table; alone in its fragment so that typing stays quick."""
    if (chosen := take_chosen(TABLE)) is not None:
        tell_search(chosen)
        target = WORKBENCH if may(user, Act.OPEN) else EXPLANATION
        st.switch_page(target, query_params={"encounter": chosen})
    query = replace(ask_query(), limit=ROWS, offset=first_row())
    page = worklist(database, query)
    if query.offset >= page.total > 0:
        reset_pager()
        st.rerun(scope="fragment")
    ask_status(user, page.counts)
    if behind := count_outdated(database):
        st.caption(describe_behind(behind))
    if refusal := st.session_state.get(REFUSAL):
        st.error(plain(refusal), icon=":material/error:")
    if not page.rows:
        say_what_is_missing(last_query())
        return
    people, done = coding_users(database), explained_so_far(services().seen_by(user), page.rows)
    show_table(page.rows, done, user=user, people=people, key=TABLE, on_assign=store_assignment)
    if page.total > ROWS:
        show_pager(page.total, query.offset, ROWS)
    reading = page.counts[EncounterStatus.SCORING] > 0 and services().model is not None
    waiting = reading or behind > 0 or any(progress.waiting for progress in done.values())
    if waiting != st.session_state.get(WAITING, False):
        st.session_state[WAITING] = waiting
        st.rerun()


show_heading()
if problem := services().problem:
    st.warning(f"There is no model, so new notes wait. {plain(problem)}")
# What others claim, decide and assign appears by itself.
st.fragment(listing, run_every=2 if st.session_state.get(WAITING) else 30)()
