"""The models that are known here, the one in use before all, and the history of what was done."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import streamlit as st

from icd9_review.quality.models.model_words import (
    CHART_RULES,
    MODEL_STATE_WORDS,
    describe_model_change,
    describe_promotion_audit,
)
from icd9_review.settings import ROOT
from icd9_review.store.auditing.promotion_audits import PromotionAudit
from icd9_review.ui.services import Services
from icd9_review.ui.words import describe_moment, plain
from icd9_review.values import KnownModel, ModelChange, ModelStanding

_SHOWN = 100  # entries of the history; by judgement: years of it


def show_in_use(
    shared: Services,
    standing: ModelStanding,
    in_use: str | None,
    names: Mapping[str, str],
    people: Mapping[int, str],
) -> None:
    """Which model suggests now, who says so, and whether this server works with it."""
    if in_use is None:
        st.info("No model was in use here yet.")
    else:
        st.markdown(f"**In use:** {plain(names[in_use])} {plain(in_use[:12])}")
        st.caption(plain(_who_says(standing, people)))
    for problem in (shared.problem, shared.models.trouble if shared.models else ""):
        if problem:
            st.error(
                f"This server cannot load the model in use: {plain(problem)} New notes wait until "
                "the folder is back or the model is rolled back; nothing is lost.",
                icon=":material/error:",
            )
            return
    if shared.model_version not in (None, in_use):
        st.info("This server is still loading the model in use; it takes some seconds.")


def show_promotion_audit(found: PromotionAudit | None, size: int) -> None:
    """How far the audit is that the promotion of the model in use starts by itself."""
    with st.container():  # there or not, what stands below keeps its place
        if found is not None:
            told = describe_promotion_audit(found.signed, found.pool, size, found.number)
            st.caption(plain(told))


def show_known(standing: ModelStanding, people: Mapping[int, str]) -> None:
    """Every model that was registered, the last one first."""
    if not standing.known:
        st.info(
            "No model is registered. The setting ICD9_REVIEW_MODEL names the one in use, until "
            "another is registered here and promoted."
        )
        return
    rows = [_describe_known(each, people) for each in reversed(standing.known)]
    st.table(pd.DataFrame(rows).map(plain), hide_index=True)
    for each in standing.known:
        if not is_folder_there(each):
            st.warning(
                f"The folder of {plain(each.name)} {plain(each.version[:12])} is not at "
                f"{plain(each.folder)} any more. What it has read stays; put it back before it is "
                "promoted or rolled back to.",
                icon=":material/folder_off:",
            )


def is_folder_there(model: KnownModel) -> bool:
    """Whether the folder lies where it was; whether it is whole is looked at when it matters."""
    return (Path(ROOT / model.folder) / "config.json").is_file()


def show_chart_rules() -> None:
    """What happens to charts when another model comes into use."""
    with st.expander("What happens to charts", icon=":material/rule:"):
        for rule in CHART_RULES:
            st.markdown(plain(rule))


def show_model_history(
    changes: tuple[ModelChange, ...], names: Mapping[str, str], people: Mapping[int, str]
) -> None:
    """What was done to models, the newest first, with its reason; ``names`` by version."""
    if not changes:
        st.info("Nothing was done yet.")
        return
    rows = [
        {
            "When": describe_moment(each.at),
            "By": people[each.by],
            "Model": names.get(each.version, ""),
            "What": describe_model_change(each),
            "Why": each.words or "",
        }
        for each in reversed(changes[-_SHOWN:])
    ]
    st.table(pd.DataFrame(rows).map(plain), hide_index=True)


def _who_says(standing: ModelStanding, people: Mapping[int, str]) -> str:
    if standing.chosen is None:
        return "Named by the setting ICD9_REVIEW_MODEL; no promotion stands."
    last = next(
        each for each in reversed(standing.changes) if each.version == standing.chosen.version
    )
    why = f": {last.words.rstrip('.')}" if last.words else ""
    return (
        f"Since {describe_moment(last.at)} by {people[last.by]}{why}. While a promotion stands, "
        "the setting ICD9_REVIEW_MODEL is not looked at."
    )


def _describe_known(model: KnownModel, people: Mapping[int, str]) -> dict[str, str]:
    return {
        "Model": model.name,
        "Version": model.version[:12],
        "State": MODEL_STATE_WORDS[model.state],
        "Since": describe_moment(model.since),
        "Folder": model.folder if is_folder_there(model) else f"{model.folder} (missing)",
        "Registered": f"{describe_moment(model.at)} by {people[model.by]}",
    }
