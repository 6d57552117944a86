"""The component: the copy on the left, what moved on the right, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

_FOLDER: Final = Path(__file__).parent / "browser"
_WORKBENCH: Final = _FOLDER.parents[1] / "workbench" / "browser"


def _read(*files: Path) -> str:
    return "\n".join(file.read_text("utf-8") for file in files)


# It looks like the workbench and stands in the same frame.
_component = st.components.v2.component(
    "icd9_review.what_if",
    css=_read(_WORKBENCH / "workbench.css", _FOLDER / "what_if.css"),
    js=_read(
        _FOLDER / "../../browser/dom.js",
        _FOLDER / "../../browser/frame.js",
        *(_FOLDER / name for name in ("copy.js", "sentences.js", "moves.js", "what_if.js")),
    ),
)


def show_what_if(data: dict[str, object], *, key: str) -> None:
    """Mount the component over the whole page.

    What the browser sends is in ``st.session_state[key]``: the copy under ``copy``, and under
    ``back`` the id of the encounter that the person wants to leave.
    """
    _component(key=key, data=data, on_copy_change=_nothing, on_back_change=_nothing)


def _nothing() -> None:
    """Streamlit knows a name only where there is a callback for it."""
