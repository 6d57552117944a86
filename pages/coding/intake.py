"""Intake: take a new encounter in, many at once, or later notes of one that is here."""

import streamlit as st

from icd9_review.errors import NotFound, Restricted
from icd9_review.review.status_words import describe_purge
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.people.permissions import Act
from icd9_review.ui.encounter.restricted import ask_reason
from icd9_review.ui.intake.batch import ask_batch
from icd9_review.ui.intake.files import ask_files, show_reading
from icd9_review.ui.intake.form import ask_encounter, ask_note
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.words import plain
from icd9_review.values import Encounter

user = require_user(Act.TAKE_IN)


def find_target() -> Encounter | None:
    """The encounter that the address names, which gets the notes."""
    wanted = st.query_params.get("encounter", "")
    try:
        return encounter(services().database.seen_by(user), wanted) if wanted else None
    except Restricted as restricted:
        ask_reason(restricted, wanted, user)
    except NotFound:
        st.warning("This address names no encounter that is stored here.")
        return None


st.page_link("pages/coding/worklist.py", label="Worklist", icon=":material/arrow_back:")
target = find_target()
st.title(f"Add a note to {target.label}" if target else "New encounter")
st.write("Leave out names and numbers of patients: coding needs neither.")
if target is not None and target.purged is not None:
    st.warning(f"{describe_purge(target.purged)} A later note comes in as another encounter.")
    st.stop()
reading = ask_files()
show_reading(reading)
batch = reading.batch
opened: str | None = None
if batch is not None and target is not None:
    st.error("This file holds several encounters; take it in without naming one.")
elif batch is not None and len(reading.documents) + len(reading.tables) > 1:
    st.error(f'"{plain(batch.title)}" holds many encounters; take it in by itself.')
elif batch is not None:
    ask_batch(batch, reading.token, user)
elif target is not None:
    opened = target.id if ask_note(user, reading, target) else None
else:
    opened = ask_encounter(user, reading)
if opened is not None:
    st.switch_page("pages/coding/workbench.py", query_params={"encounter": opened})
