"""Who saw encounters of another team, and why: for auditors and administrators."""

from __future__ import annotations

import uuid

import pandas as pd
import streamlit as st

from icd9_review.review.reasons import GLASS_WORDS
from icd9_review.store.oversight.entries import record_ledger_read
from icd9_review.store.people.glass import broken_glass
from icd9_review.ui.services import services
from icd9_review.ui.words import describe_moment, plain
from icd9_review.values import BrokenGlass, EventKind, LedgerQuery, User

_PART, _TOLD = "glass", "glass_told"
_SHOWN = 200  # as many as one reads through; the export of the history has all


def show_broken_glass(user: User) -> None:
    """A table, the newest first; nothing where it never happened.

    Reasons may speak of patients: they are read once it is unfolded, which the ledger hears of.
    """
    if not broken_glass(services().database, actor=user, limit=1):
        return
    part = st.expander(
        "Encounters of another team that were seen",
        icon=":material/visibility:",
        key=_PART,
        on_change="rerun",
    )
    if not part.open:
        st.session_state.pop(_TOLD, None)
        return
    _tell(user)
    found = broken_glass(services().database, actor=user, limit=_SHOWN)
    with part:
        st.table(pd.DataFrame(map(_row, found)).map(plain), hide_index=True)
        if len(found) == _SHOWN:
            st.caption(f"The last {_SHOWN}; an export of the history with every event has all.")


def _tell(user: User) -> None:
    """Have the ledger hear of each unfolding, and of no rerun."""
    if _TOLD not in st.session_state:
        st.session_state[_TOLD] = key = f"glass-{uuid.uuid4().hex}"
        query = LedgerQuery(kinds=(EventKind.GLASS_BROKEN,))
        record_ledger_read(services().database, query, actor=user, key=key)


def _row(each: BrokenGlass) -> dict[str, str]:
    return {
        "Encounter": each.encounter,
        "Who": each.person.name,
        "When": describe_moment(each.at),
        "Until": describe_moment(each.until),
        "Why": GLASS_WORDS[each.reason],
        "In their words": each.words or "",
    }
