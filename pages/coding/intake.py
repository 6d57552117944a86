"""Intake: take a new encounter in and open it on the workbench."""

import streamlit as st

from icd9_review.ui.intake import ask_encounter
from icd9_review.ui.session import require_user
from icd9_review.values import Role

user = require_user(Role.CODER, Role.ADMINISTRATOR)
st.page_link("pages/coding/worklist.py", label="Worklist", icon=":material/arrow_back:")
st.title("New encounter")
st.write("Leave out names and numbers of patients: coding needs neither.")
if (encounter := ask_encounter(user)) is not None:
    st.switch_page("pages/coding/workbench.py", query_params={"encounter": encounter.id})
