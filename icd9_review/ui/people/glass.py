"""Who saw encounters of another team, and why: for auditors and administrators."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from icd9_review.review.reasons import GLASS_WORDS
from icd9_review.store.people.glass import broken_glass
from icd9_review.ui.services import services
from icd9_review.ui.words import describe_moment, plain
from icd9_review.values import BrokenGlass, User

_SHOWN = 200  # as many as one reads through; the export of the history has all


def show_broken_glass(user: User) -> None:
    """A table, the newest first; nothing where it never happened."""
    found = broken_glass(services().database, actor=user, limit=_SHOWN)
    if not found:
        return
    with st.expander("Encounters of another team that were seen", icon=":material/visibility:"):
        st.table(pd.DataFrame(map(_row, found)).map(plain), hide_index=True)
        if len(found) == _SHOWN:
            st.caption(f"The last {_SHOWN}; an export of the history with every event has all.")


def _row(each: BrokenGlass) -> dict[str, str]:
    return {
        "Encounter": each.encounter,
        "Who": each.person.name,
        "When": describe_moment(each.at),
        "Until": describe_moment(each.until),
        "Why": GLASS_WORDS[each.reason],
        "In their words": each.words or "",
    }
