"""Pasted notes: one field for each."""

from __future__ import annotations

import streamlit as st

from icd9_review.notes import NOTE_LIMIT

_COUNT = "intake_pasted_notes"
_MOST = 20  # pasted notes of one encounter; by judgement, more come as files


def ask_texts() -> tuple[str, ...]:
    """The fields for pasted notes, with a button for one more; what each holds, in order."""
    count = st.session_state.setdefault(_COUNT, 1)
    texts = [
        ask_text(
            "Note" if number == 1 else f"Note {number}",
            height=320 if number == 1 else 200,
            key=f"intake_text_{number}",
        )
        for number in range(1, count + 1)
    ]
    if count < _MOST and st.button("Paste another note", icon=":material/add:", type="tertiary"):
        st.session_state[_COUNT] = count + 1
        st.rerun()
    return tuple(texts)


def ask_text(label: str, *, height: int, key: str) -> str:
    """The field for the text of one note."""
    return st.text_area(
        label,
        height=height,
        placeholder="Paste the text of a note",
        help=f"Up to {NOTE_LIMIT:,} characters a note.",
        key=key,
    )


def forget_pasted() -> None:
    """Begin with one empty field the next time."""
    st.session_state.pop(_COUNT, None)
