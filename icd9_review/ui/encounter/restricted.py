"""What stands in the place of an encounter of another team: whose it is not, and how to see it."""

from __future__ import annotations

import uuid
from typing import NoReturn

import streamlit as st

from icd9_review.errors import AuditedBlind, Restricted, ReviewError
from icd9_review.review.reasons import GLASS_WORDS
from icd9_review.store.people.access import GLASS_LASTS
from icd9_review.store.people.glass import LONGEST_REASON, break_glass
from icd9_review.ui.services import services
from icd9_review.ui.words import plain
from icd9_review.values import GlassReason, User

_WORKLIST = "pages/coding/worklist.py"
_AUDITS = "pages/quality/audits.py"
_WIDTH = 640  # pixels: a form of one column
_HOURS = int(GLASS_LASTS.total_seconds()) // 3600


def ask_reason(restricted: Restricted, encounter_id: str, user: User) -> NoReturn:
    """Say that an encounter is another team's, offer to give a reason, and stop the page.

    Nothing of the encounter is shown but its number.
    """
    st.page_link(_WORKLIST, label="Worklist", icon=":material/arrow_back:")
    if isinstance(restricted, AuditedBlind):
        _say_blind(restricted)
    st.title(f"{restricted.label} belongs to another team")
    st.write(
        f"You can see it for {_HOURS:d} hours if you need to. Your reason goes into the ledger "
        "with your name, and auditors look through these."
    )
    place = f"glass-{encounter_id}"
    draft = st.session_state.setdefault(place, uuid.uuid4().hex)
    with st.form(f"{place}-form", width=_WIDTH):
        reason = st.radio("Why do you need it?", list(GLASS_WORDS), None, GLASS_WORDS.__getitem__)
        words = st.text_area(
            "In your words, without names of patients",
            max_chars=LONGEST_REASON,
            height=80,
            placeholder="Optional, unless you chose another reason",
        )
        given = st.form_submit_button("See the encounter", type="primary")
    if given:
        _give(encounter_id, reason, words, user, draft)
        del st.session_state[place]
        st.rerun()
    st.stop()


def _say_blind(restricted: AuditedBlind) -> NoReturn:
    shut = "is shut while you audit it" if restricted.own else "is shut while it is audited"
    st.title(plain(f"{restricted.label} {shut}"))
    st.write(plain(str(restricted)))
    st.page_link(_AUDITS, label="Second review", icon=":material/fact_check:")
    st.stop()


def _give(encounter_id: str, reason: GlassReason | None, words: str, user: User, key: str) -> None:
    """Store the reason; what is wrong with it is said, and the page stops."""
    if reason is None:
        st.error("Choose a reason first.", icon=":material/error:", width=_WIDTH)
        st.stop()
    try:
        break_glass(services().database, encounter_id, reason, words, actor=user, key=key)
    except ReviewError as error:
        st.error(plain(str(error)), icon=":material/error:", width=_WIDTH)
        st.stop()
