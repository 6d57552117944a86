"""The shadow model beside the model in use on the page: figures, intervals, and code by code."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from icd9_review.quality.models.comparing import (
    FEWEST_BLIND,
    ComparedChart,
    ModelComparison,
    compare_models,
)
from icd9_review.quality.models.model_words import (
    COMPARISON_CAUTION,
    comparison_rows,
    describe_gain,
    describe_reading,
)
from icd9_review.ui.encounter.codes import code_title
from icd9_review.ui.words import plain
from icd9_review.values import KnownModel

_CODES = 30  # codes of the table, those with the largest difference; by judgement


def show_comparison(
    shadow: KnownModel | None, read: tuple[int, int], charts: Sequence[ComparedChart]
) -> None:
    """How the model in the shadow would have done on charts that coders have signed."""
    if shadow is None:
        st.info("No model reads in the shadow, so there is nothing to compare.")
        return
    st.markdown(plain(describe_reading(shadow, *read)))
    if not charts:
        st.info(
            "No signed chart was shown by the model in use and read by both. It reads while "
            "nothing else waits: new encounters, and some that came before it."
        )
        return
    st.caption(plain(COMPARISON_CAUTION))
    _show_figures("All charts", compare_models(charts))
    blind = [each for each in charts if each.blind]
    if len(blind) >= FEWEST_BLIND:
        _show_figures("Charts that were coded without suggestions", compare_models(blind))
    else:
        st.caption(
            f"{len(blind):d} of them were coded without suggestions; figures of their own, which "
            f"favour neither model, come with {FEWEST_BLIND:d}."
        )
    _show_codes(compare_models(charts))


def _show_figures(title: str, found: ModelComparison) -> None:
    st.header(plain(f"{title}: {found.charts:,}"), anchor=False)
    st.markdown(plain(describe_gain(found)))
    rows = [
        {"": name, "Model in use": before, "Shadow model": after}
        for name, before, after in comparison_rows(found)
    ]
    st.table(pd.DataFrame(rows).map(plain), hide_index=True)


def _show_codes(found: ModelComparison) -> None:
    st.header("What differs, code by code", anchor=False)
    if not found.codes:
        st.info("Both propose the same codes.")
        return
    rows = [
        {
            "Code": each.key[1],
            "Title": code_title(*each.key),
            "Signed in": f"{each.signed:,}",
            "Found": f"{each.found[0]:,} → {each.found[1]:,}",
            "Wrong": f"{each.wrong[0]:,} → {each.wrong[1]:,}",
        }
        for each in found.codes[:_CODES]
    ]
    st.table(pd.DataFrame(rows).map(plain), hide_index=True)
    if len(found.codes) > _CODES:
        st.caption(f"The {_CODES} with the largest difference of {len(found.codes):,}.")
