"""Lists that go on: which part of one is shown, how many more there are, and the way to them."""

from __future__ import annotations

import streamlit as st


def page_begins(name: str, total: int) -> int:
    """Where the shown part of a list begins, from 0; the first where it has become shorter."""
    first: int = st.session_state.get(_key(name), 0)
    return first if first < total else 0


def show_pages(name: str, first: int, total: int, size: int) -> None:
    """What part of a list is shown, with the ways to what comes before and after it."""
    if total <= size:
        return
    last = min(first + size, total)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{first + 1:,}–{last:,} of {total:,} · {total - last:,} more")
        before, after = (_key(name, first - size), _key(name, last))
        st.button("Before", key=before, disabled=not first, on_click=_go, args=(name, first - size))
        st.button("More", key=after, disabled=last >= total, on_click=_go, args=(name, last))


def _key(name: str, *more: int) -> str:
    return f"page of {name} {more}" if more else f"page of {name}"


def _go(name: str, first: int) -> None:
    st.session_state[_key(name)] = max(0, first)
