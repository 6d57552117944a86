"""The choosers of the page: one code, and another beside it; both are kept in the address."""

from __future__ import annotations

import streamlit as st

from icd9_review.ui.encounter.reading import Case, name_choice
from icd9_review.ui.words import plain

_CODE, _BESIDE = "explanation_code", "explanation_beside"
_LONGEST = 20  # characters of a code that nobody knows


def just_opened() -> bool:
    """Whether the page is opened now: Streamlit forgets its choosers when it is left."""
    return _CODE not in st.session_state


def choose_codes(case: Case) -> list[str]:
    """One code, or two to compare; every code the model knows can be chosen."""
    left, right = st.columns(2, gap="large")
    with left:
        code = _choose(case, "Code", "code", _CODE, next(iter(case.suggestions), None))
    with right:
        beside = _choose(case, "Beside it", "beside", _BESIDE, None)
    return list(dict.fromkeys(each for each in (code, beside) if each))


def _choose(case: Case, label: str, name: str, key: str, first: str | None) -> str | None:
    """A code by its chooser, which begins with the one in the address, else with ``first``."""
    asked = st.query_params.get(name, first)
    if key not in st.session_state:
        st.session_state[key] = asked if asked in case.suggestions else None
    chosen: str | None = st.selectbox(
        label,
        list(case.suggestions),
        index=None,
        key=key,
        format_func=lambda code: name_choice(case.suggestions[code]),
        placeholder="Choose a code",
    )
    if chosen is not None:
        st.query_params[name] = chosen
    elif asked and asked not in case.suggestions:
        st.warning(f"The model in use does not know the code {plain(asked[:_LONGEST])}.")
    else:
        st.query_params.pop(name, None)
    return chosen
