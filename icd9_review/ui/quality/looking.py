"""What the ledger hears of figures that somebody looks at: each question once an opening."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

import streamlit as st

from icd9_review.store.oversight.figure_looks import FiguresPage, record_figures_read
from icd9_review.ui.services import services
from icd9_review.values import User

_OPENING: Final = "figures_opening"


def begin_looking(widget: str) -> None:
    """Begin a new opening where the page was left: Streamlit forgot its ``widget`` then.

    Called before that widget is shown.
    """
    if widget not in st.session_state or _OPENING not in st.session_state:
        st.session_state[_OPENING] = uuid.uuid4().hex, set()


def tell_looked(user: User, page: FiguresPage, asked: Mapping[str, str]) -> None:
    """Have the ledger hear of a question once an opening; a page is drawn again at each click."""
    opening, told = st.session_state[_OPENING]
    question = sha256(repr((page, sorted(asked.items()))).encode()).hexdigest()
    key = f"{opening[:20]}-{question[:20]}"
    if key not in told:
        record_figures_read(services().database, page, asked, actor=user, key=key)
        told.add(key)
