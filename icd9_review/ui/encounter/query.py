"""What this tab last looked for on the worklist: the order in which its encounters come."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from icd9_review.values import WorklistQuery

_QUERY = "worklist_query"


def last_query() -> WorklistQuery:
    """What the person last looked for: the order in which encounters come next."""
    query: WorklistQuery = st.session_state.get(_QUERY, WorklistQuery())
    return query


def remember_query(query: WorklistQuery) -> None:
    """Keep what the person looks for while this tab is open."""
    st.session_state[_QUERY] = replace(query, offset=0)
