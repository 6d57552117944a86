"""The component: the copy on the left, what moved on the right, and the way back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Final

from icd9_review.ui.component_files import component_of_files
from icd9_review.ui.scripts import SHARED, join_scripts, join_styles
from icd9_review.ui.what_if.view import WhatIfView

_FOLDER: Final = Path(__file__).parent / "browser"
_component = component_of_files(
    "icd9_review.what_if",
    css=join_styles(SHARED / "frame.css", _FOLDER / "what_if.css"),
    js=join_scripts(_FOLDER / "what_if.js"),
)


def show_what_if(view: WhatIfView, *, key: str) -> None:
    """Mount the component over the whole page.

    What the browser sends is in ``st.session_state[key]``: the copy under ``copy``, and under
    ``back`` the id of the encounter that the person wants to leave.
    """
    _component(key=key, data=asdict(view), on_copy_change=_nothing, on_back_change=_nothing)


def _nothing() -> None:
    """Streamlit knows a name only where there is a callback for it."""
