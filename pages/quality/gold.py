"""Gold: encounters with known codes, mixed into worklists unseen, and how right coders are."""

import streamlit as st

from icd9_review.quality.gold.gold_words import describe_waiting
from icd9_review.quality.gold.scoring import gold_report
from icd9_review.store.people.permissions import Act
from icd9_review.store.recoding.gold_encounters import gold_encounters
from icd9_review.store.recoding.gold_trials import gold_coders, gold_trials
from icd9_review.store.users import names
from icd9_review.ui.quality.clicks import show_click_outcome
from icd9_review.ui.quality.gold.keeping import ENCOUNTER_KEY, ask_keeping
from icd9_review.ui.quality.gold.listing import ask_giving, show_golds
from icd9_review.ui.quality.gold.results import show_results
from icd9_review.ui.quality.looking import begin_looking, tell_looked
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.words import plain

TABS = ("Figures", "Gold encounters", "Keep")

user = require_user(Act.KEEP_GOLD)
database = services().seen_by(user).database

st.title("Gold")
st.write(
    "Encounters whose codes are known. A coder meets one as an encounter like any other, under a "
    "number of its own; what they sign is compared with the known codes. It is in no outcome "
    "and in no export of charts."
)
show_click_outcome()
begin_looking(ENCOUNTER_KEY)
tell_looked(user, "gold", {})
golds = gold_encounters(database, actor=user)
figures, kept, keeping = st.tabs(TABS)
with figures:
    trials = gold_trials(database, actor=user)
    if told := describe_waiting([e.encounter for e in trials if e.waits and not e.signed_at]):
        st.info(plain(told))
    show_results(gold_report(trials, golds), names(database))
with kept:
    show_golds(golds)
    ask_giving(golds, gold_coders(database, actor=user))
with keeping:
    ask_keeping(database, user, golds)
