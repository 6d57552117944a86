"""What-if: strike sentences of a copy of the notes or edit it, and see which suggestions move.

Nothing of it is stored: the copy is in the browser and in the memory of this session. The
ledger says that somebody opened the page.
"""

from typing import NoReturn

import streamlit as st

from icd9_review.errors import NotFound, Restricted
from icd9_review.review.status_words import describe_purge
from icd9_review.store.deciding.veils import read_veil
from icd9_review.store.deciding.views import inspected
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.people.permissions import Act, may
from icd9_review.ui.encounter.codes import known_titles
from icd9_review.ui.encounter.reading import read_scores
from icd9_review.ui.encounter.restricted import ask_reason
from icd9_review.ui.encounter.visit import Visit, close_visit
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.what_if.component import show_what_if
from icd9_review.ui.what_if.copies import read_copy
from icd9_review.ui.what_if.presentation import present_what_if
from icd9_review.ui.what_if.trying import try_out
from icd9_review.ui.words import plain
from icd9_review.values import EventKind

WORKLIST = "pages/coding/worklist.py"
WORKBENCH = "pages/coding/workbench.py"

user = require_user(Act.TRY_OUT)
codes = may(user, Act.CODE)
encounter_id = st.query_params.get("encounter", "")
component = f"what-if-{encounter_id}-{user.id}"
opened = component not in st.session_state  # Streamlit forgets it when the page is left
close_visit(unless=encounter_id)


def stop(message: str) -> NoReturn:
    """End the page with a message and a way back."""
    st.warning(message)
    st.page_link(WORKLIST, label="Back to the worklist", icon=":material/arrow_back:")
    st.stop()


def sent(name: str) -> object:
    """What the browser has sent last under a name of the component's contract."""
    return st.session_state.get(component, {}).get(name)


if sent("back") == encounter_id and codes:
    st.switch_page(WORKBENCH, query_params={"encounter": encounter_id})
if sent("back") == encounter_id:
    st.switch_page(WORKLIST)
database = services().database.seen_by(user)
try:
    found = encounter(database, encounter_id)
except Restricted as restricted:
    ask_reason(restricted, encounter_id, user)
except NotFound:
    stop("This address names no encounter that is stored here.")
if found.purged is not None:
    stop(f"{describe_purge(found.purged)} There is no copy to try out.")
if not (veil := read_veil(database, found.id)).explanations:
    stop(f"{veil.notice} Until then no copy of it is tried out.")
visit = Visit(services(), found, user) if opened else None
if visit:
    visit.record(EventKind.VIEWED, {"page": "what_if"})
model = services().seen_by(user).of(encounter_id).model
if model is None:
    stop(f"There is no model that could read a copy. {plain(services().problem)}")
version = model.predictor.version
reading = read_scores(database, found.notes, version)
if not reading.complete:
    stop(
        "The model has not read all notes of this encounter, so there is nothing to compare a copy "
        "with. Come back when its suggestions are there; a signed encounter is read once reopened."
    )
if visit:
    visit.record(EventKind.INSPECTED, inspected("what_if", version.version))
copy = read_copy(sent("copy"), found.notes)
# A call of Streamlit ends this run as soon as the browser has sent a newer copy.
outcome = try_out(copy, reading.by_note, model.predictor, between=st.empty().empty)
moved = outcome.moves.moved if outcome.moves else ()
show_what_if(
    present_what_if(
        found,
        copy,
        outcome,
        titles=known_titles(move.key for move in moved),
        back="Workbench" if codes else "Worklist",
    ),
    key=component,
)
