"""Explanation: why the model gives a code its probability; one code, or two side by side."""

import streamlit as st

from icd9_review.errors import NotFound, Restricted
from icd9_review.store.deciding.veils import read_veil
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.people.permissions import Act, may
from icd9_review.store.retention.purging import read_purge
from icd9_review.store.worklist.page import status
from icd9_review.ui.encounter.comments import show_comments
from icd9_review.ui.encounter.explaining import choose_explanations, explains
from icd9_review.ui.encounter.restricted import ask_reason
from icd9_review.ui.encounter.retention import read_legal_hold, show_purged
from icd9_review.ui.explanation.card import read_card
from icd9_review.ui.explanation.choosing import choose_codes
from icd9_review.ui.explanation.component import PAGE_STYLE, show_sheet
from icd9_review.ui.explanation.opening import current_opening, forget_opening
from icd9_review.ui.explanation.queries import show_queries
from icd9_review.ui.explanation.reading import read_sheet
from icd9_review.ui.services import Model, services
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.words import describe_dates, describe_person, plain
from icd9_review.values import EncounterStatus

WORKLIST, WORKBENCH = "pages/coding/worklist.py", "pages/coding/workbench.py"
WAITING = "explanation_waiting"

user = require_user(Act.READ)
database = services().database.seen_by(user)
explains_key = f"explanation_explains_{user.id}"
encounter_id = st.query_params.get("encounter", "")
try:
    found = encounter(database, encounter_id)
except Restricted as restricted:
    ask_reason(restricted, encounter_id, user)
except NotFound:
    st.warning("This address names no encounter that is stored here.")
    st.page_link(WORKLIST, label="Back to the worklist", icon=":material/arrow_back:")
    st.stop()
if found.purged is not None:
    forget_opening()
    show_purged(database, found, found.purged, user)
    st.stop()
# Streamlit forgets the switch when the page is left.
opening = current_opening(services(), found, user, new=explains_key not in st.session_state)


def show_heading() -> None:
    """Whose codes these are, and the ways out."""
    st.html(PAGE_STYLE)
    title, ways = st.columns([5, 2])
    links = ways.container(horizontal=True, horizontal_alignment="right")
    title.title("Explanation", anchor=False)
    person, dates = (
        describe_person(found.age, found.sex),
        describe_dates(found.admitted, found.discharged),
    )
    facts = (found.label, person, found.setting.value, dates)
    title.write(
        f"{plain(' · '.join(filter(None, facts)))}. What the model used, not what is true of the "
        "patient: it assists coding and is not for diagnosis."
    )
    if hold := read_legal_hold(database, found.id, user):
        st.info(plain(hold), icon=":material/gavel:")
    st.session_state.setdefault(explains_key, explains(database, user))
    links.toggle("Explanations", key=explains_key, on_change=remember_choice)
    links.page_link(WORKLIST, label="Worklist", icon=":material/list_alt:")
    if may(user, Act.OPEN):
        query = {"encounter": found.id}
        icon = ":material/edit_note:"
        links.page_link(WORKBENCH, label="Workbench", icon=icon, query_params=query)


def remember_choice() -> None:
    """Keep for this person whether to explain; the workbench keeps to it too."""
    choose_explanations(database, user, st.session_state[explains_key])


def say_what_is_missing() -> bool:
    """Why not all can be explained; True while it is worth looking again."""
    stands = status(database, found.id)
    if stands is EncounterStatus.FAILED:
        st.warning("The model could not read all of this encounter after three tries.")
        return False
    if stands is EncounterStatus.FINALISED:
        st.info(
            "The model in use has not read all of this signed encounter, and does not unasked. "
            "Reopen it to have it read; the command worker --signed has all of them read."
        )
        return False
    st.info("The model has not read all of this encounter yet. This page goes on by itself.")
    return True


def show_sheets(model: Model, chosen: list[str]) -> bool:
    """The codes side by side; True while one of them is worked out."""
    reading = opening.read(database, found, model.predictor.version)
    missing = not reading.complete and say_what_is_missing()
    if not reading.by_code:
        return missing
    explained = st.session_state[explains_key]
    sheets = [
        read_sheet(database, model, opening, reading, reading.by_code[code], explanations=explained)
        for code in chosen
    ]
    with st.container(key="explanation_sheets"):
        columns = st.columns(max(len(sheets), 1), gap="large")
        for place, sheet in enumerate(sheets):
            with columns[place]:
                show_sheet(sheet, key=f"explanation_sheet_{place}")
    return missing or any(sheet.waiting for sheet in sheets)


def explain(model: Model) -> None:
    """The choosers and the sheets, which are shown again until nothing is left to wait for."""
    version = model.predictor.version
    reading = opening.read(database, found, version)
    chosen = choose_codes(reading, version) if reading.by_code else []

    def show() -> None:
        if read_purge(database, found.id) is not None:
            st.rerun()  # what this tab knew of the text is let go of with it
        waiting = show_sheets(model, chosen)
        # The choosers stand outside of this part: they come with the first note that is read.
        come = not reading.by_code and opening.read(database, found, version).by_code
        if come or waiting != st.session_state.get(WAITING, False):
            st.session_state[WAITING] = waiting
            st.rerun()

    st.fragment(show, run_every=1 if st.session_state.get(WAITING) else None)()
    with st.container(key="explanation_comments"):
        for place, code in zip(st.columns(max(len(chosen), 1), gap="large"), chosen, strict=False):
            with place:
                show_comments(database, found.id, reading.by_code[code].kind, code, user)
    with st.expander("Model card"):
        card = read_card(model.folder) if model.folder else ""
        st.code(card or "The model folder has no card (README.md).", language=None, wrap_lines=True)


show_heading()
veil = read_veil(database, found.id)
if not veil.explanations:
    st.info(plain(veil.notice), icon=":material/visibility_off:")
elif (model := services().seen_by(user).of(encounter_id).model) is None:
    st.warning(f"There is no model, so no code can be explained. {plain(services().problem)}")
else:
    explain(model)
with st.container(key="explanation_queries"):
    show_queries(database, found, user)
