"""The choosers of the page: one code, and another beside it; both are kept in the address."""

from __future__ import annotations

import streamlit as st

from icd9_review.ui.encounter.codes import code_title
from icd9_review.ui.encounter.explaining import IMPROBABLE
from icd9_review.ui.encounter.reading import Reading
from icd9_review.ui.words import format_percent, plain
from icd9_review.values import Kind, ModelVersion, Suggestion

_CODE = "explanation_code"
_CHOOSERS = {"code": ("Code", _CODE), "beside": ("Beside it", "explanation_beside")}
"""The label and the key of each chooser, by its name in the address."""

_LONGEST = 20  # characters of a code that nobody knows


def choose_codes(reading: Reading, model: ModelVersion) -> list[str]:
    """One code, or two to compare; every code of the model that is kept can be chosen."""
    left, right = st.columns(2, gap="large")
    with left:
        code = _choose(reading, model, "code", next(iter(reading.by_code), None))
    with right:
        beside = _choose(reading, model, "beside", None)
    return list(dict.fromkeys(each for each in (code, beside) if each))


def _choose(reading: Reading, model: ModelVersion, name: str, first: str | None) -> str | None:
    """A code by its chooser, which begins with the one in the address, else with ``first``."""
    label, key = _CHOOSERS[name]
    asked = st.query_params.get(name, first)
    if key not in st.session_state:
        st.session_state[key] = asked if asked in reading.by_code else None
    chosen: str | None = st.selectbox(
        label,
        list(reading.by_code),
        index=None,
        key=key,
        format_func=lambda code: name_choice(reading.by_code[code]),
        placeholder="Choose a code",
    )
    if chosen is not None:
        st.query_params[name] = chosen
    elif asked and asked not in reading.by_code:
        st.warning(_describe_missing(asked, model))
    else:
        st.query_params.pop(name, None)
    return chosen


def _describe_missing(code: str, model: ModelVersion) -> str:
    """Why a code that was asked for cannot be chosen."""
    if any((kind, code) in model.places for kind in Kind):
        return f"{plain(code)}: {IMPROBABLE}"
    return f"The model in use does not know the code {plain(code[:_LONGEST])}."


def name_choice(suggestion: Suggestion) -> str:
    """A code in the chooser."""
    title = code_title(suggestion.kind, suggestion.code)
    words = f"{suggestion.code} · {title} · {format_percent(suggestion.shown)}"
    if suggestion.suggested:
        return f"{words} · suggested"
    return f"{words} · demoted" if suggestion.reached else words
