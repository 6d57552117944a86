"""The ledger: who did what to which encounter and when, without words of notes or people."""

import streamlit as st

from icd9_review.store.people.permissions import Act
from icd9_review.store.users import names
from icd9_review.ui.ledger.listing import STORY, open_story, show_entries
from icd9_review.ui.ledger.reviewing import show_reviews, show_verification
from icd9_review.ui.ledger.story import show_story
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user

user = require_user(Act.AUDIT)
given = st.query_params.get(STORY, "")

title, way = st.columns([5, 1.4], vertical_alignment="bottom")
title.title("Ledger")
if given:
    way.button("All events", icon=":material/arrow_back:", on_click=open_story, args=("",))
    show_story(user, given)
else:
    with st.container(border=True):
        reviews, verification = st.columns([3, 2], gap="large")
        with reviews:
            show_reviews(user)
        with verification:
            show_verification(user)
    show_entries(user, names(services().database))
