"""Agreement: how far people and the model give the same encounters the same codes."""

import streamlit as st

from icd9_review.store.oversight.codings import encounter_codings
from icd9_review.store.people.permissions import Act
from icd9_review.ui.quality.agreement.asking import MEMBERS_KEY, ask_comparison, ask_members
from icd9_review.ui.quality.agreement.seconding import show_seconding
from icd9_review.ui.quality.agreement.showing import show_agreement
from icd9_review.ui.quality.clicks import show_click_outcome
from icd9_review.ui.quality.looking import begin_looking, tell_looked
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user

user = require_user(Act.AUDIT)

st.title("Agreement")
show_click_outcome()
begin_looking(MEMBERS_KEY)
choices = ask_comparison()
tell_looked(user, "agreement", choices.as_asked())
read = encounter_codings(services().database, *choices.bounds, actor=user)
show_agreement(read, ask_members(read.codings), choices)
show_seconding(services().seen_by(user).database, user, read.codings)
