"""Second review: samples of what was signed, audits, and how right each coder is by them."""

import streamlit as st

from icd9_review.errors import NotFound, Restricted
from icd9_review.store.people.permissions import Act
from icd9_review.store.users import names
from icd9_review.ui.auditing.audit_page import show_audit
from icd9_review.ui.auditing.beginning import ask_number
from icd9_review.ui.auditing.figures import asked_figure, show_figures
from icd9_review.ui.auditing.listing import show_audits, show_to_settle
from icd9_review.ui.auditing.sampling import SIZE_KEY, show_samples
from icd9_review.ui.auditing.steps import AUDIT, go_to_audit, show_told
from icd9_review.ui.quality.looking import begin_looking, tell_looked
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.words import plain

TABS = ("Samples", "Audits", "To adjudicate", "Figures")

user = require_user(Act.REVIEW)
given = st.query_params.get(AUDIT, "")

if given:
    st.button("All audits", icon=":material/arrow_back:", on_click=go_to_audit, args=("",))
    show_told()
    try:
        show_audit(user, given)
    except (NotFound, Restricted) as error:
        st.error(plain(str(error)))
else:
    st.title("Second review")
    begin_looking(SIZE_KEY)
    asked = asked_figure()
    tell_looked(user, "second_review", asked)
    show_told()
    database, people = services().seen_by(user).database, names(services().database)
    samples, audits, to_settle, figures = st.tabs(TABS, default=TABS[-1 if asked else 0])
    with samples:
        show_samples(database, user, people)
    with audits:
        ask_number()
        show_audits(database, user, people)
    with to_settle:
        show_to_settle(database, user, people)
    with figures:
        show_figures(database, user, people)
