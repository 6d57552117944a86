"""Which rows of a list longer than a page are shown."""

from __future__ import annotations

import streamlit as st

_OFFSET = "worklist_offset"


def first_row() -> int:
    """The offset of the first row to show."""
    return int(st.session_state.get(_OFFSET, 0))


def reset_pager() -> None:
    """Go back to the first page."""
    st.session_state[_OFFSET] = 0


def show_pager(total: int, offset: int, rows: int) -> None:
    """Say where in the list the page is, and let the person turn it."""
    back, where, forward = st.columns([1, 6, 1], vertical_alignment="center")
    back.button("Previous", disabled=offset == 0, on_click=_turn, args=(-rows,))
    last = min(offset + rows, total)
    where.markdown(f"{offset + 1:,}–{last:,} of {total:,}", text_alignment="center")
    forward.button("Next", disabled=last == total, on_click=_turn, args=(rows,))


def _turn(by: int) -> None:
    st.session_state[_OFFSET] = max(0, first_row() + by)
