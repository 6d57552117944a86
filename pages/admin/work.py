"""Background work: what waits for the model, who works on it, what failed three times."""

import pandas as pd
import streamlit as st

from icd9_review.store.explaining.explanation_queue import (
    failed_explanations,
    pending_explanations,
    retry_explanations,
)
from icd9_review.store.people.permissions import Act
from icd9_review.store.scoring.heartbeats import workers_alive
from icd9_review.store.scoring.scoring_queue import failed_notes, pending_notes, retry_failed
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.words import plain
from icd9_review.values import Pending

SHOWN = 200

user = require_user(Act.ADMINISTER)
database = services().database.seen_by(user)


def show_counts(what: str, found: Pending) -> None:
    """A sort of job in three numbers."""
    columns = st.columns(3)
    columns[0].metric(f"{what} waiting", f"{found.queued:,}")
    columns[1].metric("Being worked on", f"{found.running:,}")
    columns[2].metric("Failed", f"{found.failed:,}")


def describe_workers(version: str) -> str:
    """Who does the work, in a sentence."""
    alive = workers_alive(database, version)
    if not alive:
        return "The app works on this by itself. More hands: python -m icd9_review worker"
    processes = "process is" if alive == 1 else "processes are"
    return f"{alive} worker {processes} at work; the app's own rests meanwhile."


def failures() -> list[dict[str, str]]:
    """What was tried three times; codes and classes of errors, never words of a note."""
    notes = [
        {"Encounter": each.encounter, "What": "Reading a note", "Error": each.error}
        for each in failed_notes(database, actor=user)
    ]
    explanations = [
        {
            "Encounter": each.encounter,
            "What": f"Explaining {each.key.code or 'a code'}, model {each.key.model_version[:12]}",
            "Error": each.error,
        }
        for each in failed_explanations(database, actor=user)
    ]
    return notes + explanations


def try_again() -> None:
    """Queue everything that failed again."""
    by = require_user(Act.ADMINISTER)
    retry_explanations(database, actor=by)
    if version := services().model_version:
        retry_failed(database, version, actor=by)
    services().wake_worker()


@st.fragment(run_every=5)
def show_work() -> None:
    """The numbers and the failures, as they are now."""
    if version := services().model_version:
        st.caption(describe_workers(version))
        show_counts("Notes", pending_notes(database, version))
        show_counts("Explanations", pending_explanations(database, version))
    found = failures()
    st.header("Failed three times")
    if not found:
        st.write("Nothing has failed.")
        return
    st.table(pd.DataFrame(found[:SHOWN]).map(plain), hide_index=True)
    if len(found) > SHOWN:
        st.caption(f"The first {SHOWN} of {len(found):,}.")
    st.button("Try all of them again", on_click=try_again, icon=":material/refresh:")


st.title("Background work")
if services().problem:
    st.warning(f"There is no model, so everything waits. {plain(services().problem)}")
show_work()
