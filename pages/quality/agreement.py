"""Agreement: how far people and the model give the same encounters the same codes."""

import streamlit as st

from icd9_review.store.oversight.codings import encounter_codings
from icd9_review.store.people.permissions import Act
from icd9_review.ui.quality.agreement.asking import ask_comparison, ask_members
from icd9_review.ui.quality.agreement.seconding import show_seconding
from icd9_review.ui.quality.agreement.showing import show_agreement
from icd9_review.ui.quality.clicks import show_click_outcome
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user

user = require_user(Act.AUDIT)

st.title("Agreement")
show_click_outcome()
choices = ask_comparison()
read = encounter_codings(services().database, *choices.bounds, actor=user)
show_agreement(read, ask_members(read.codings), choices)
show_seconding(services().seen_by(user).database, user, read.codings)
