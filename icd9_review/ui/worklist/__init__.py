"""The worklist: what a person asks for, the rows as people read them, the table that shows them."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from icd9_review.ui.worklist.rows import describe_claim
from icd9_review.values import WorklistQuery

__all__ = ["describe_claim", "last_query", "remember_query"]

_QUERY = "worklist_query"


def last_query() -> WorklistQuery:
    """What the person last looked for: the order in which encounters come next."""
    query: WorklistQuery = st.session_state.get(_QUERY, WorklistQuery())
    return query


def remember_query(query: WorklistQuery) -> None:
    """Keep what the person looks for while this tab is open."""
    st.session_state[_QUERY] = replace(query, offset=0)
