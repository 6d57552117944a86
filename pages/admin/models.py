"""Models: which one is in use, which reads in the shadow, and changing it with a reason."""

import streamlit as st

from icd9_review.settings import Settings
from icd9_review.store.auditing.promotion_audits import promotion_audit
from icd9_review.store.models.known_models import known_models, models_in_use
from icd9_review.store.models.shadow_readings import compared_charts, count_in_shadow
from icd9_review.store.people.permissions import Act, may
from icd9_review.store.users import names
from icd9_review.ui.models.changing import (
    ask_folder,
    ask_promotion,
    ask_retirement,
    ask_roll_back,
    show_change_outcome,
)
from icd9_review.ui.models.comparison import show_comparison
from icd9_review.ui.models.listing import (
    show_chart_rules,
    show_in_use,
    show_known,
    show_model_history,
    show_promotion_audit,
)
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user

TABS = ("Models", "Comparison", "History")

user = require_user(Act.COMPARE)
shared = services().seen_by(user)
database, people = shared.database, names(shared.database)

st.title("Models")
show_change_outcome()
standing = known_models(database, actor=user)
in_use, called = models_in_use(database, actor=user)
show_in_use(shared, standing, in_use, called, people)
size = Settings().promotion_sample
show_promotion_audit(promotion_audit(database, size, actor=user), size)
known, compared, history = st.tabs(TABS)
with known:
    show_known(standing, people)
    show_chart_rules()
    if may(user, Act.ADMINISTER):
        left, right = st.columns(2)
        with left:
            ask_folder()
            ask_retirement(standing)
        with right:
            ask_promotion(standing, in_use)
            ask_roll_back(standing, in_use, called)
with compared:
    shadow = standing.shadow
    read = count_in_shadow(database, shadow.version, actor=user) if shadow else (0, 0)
    show_comparison(shadow, read, compared_charts(database, actor=user))
with history:
    called |= {each.version: each.name for each in standing.known}
    show_model_history(standing.changes, called, people)
