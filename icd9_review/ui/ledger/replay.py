"""How an encounter stood at a past moment: its chart, and what somebody was shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from icd9_review.review.reasons import reason_words
from icd9_review.review.status_words import STATUS_WORDS
from icd9_review.ui.encounter.codes import code_title
from icd9_review.ui.encounter.demotions import describe_demotion
from icd9_review.ui.words import describe_moment, plain
from icd9_review.values import (
    Action,
    CodeState,
    Kind,
    PastList,
    PastState,
    Suggestion,
    Verdict,
)


def show_past(past: PastState) -> None:
    """Both, side by side."""
    with st.container(border=True):
        chart, shown = st.columns([1, 1], gap="large")
        with chart:
            _show_chart(past)
        with shown:
            _show_list(past.shown)


def _show_chart(past: PastState) -> None:
    st.header(f"After step {past.sequence:,}: {plain(STATUS_WORDS[past.status])}", anchor=False)
    accepted = [*_accepted(past.state.accepted)]
    if accepted:
        _table(accepted)
    else:
        st.write("No code was accepted.")
    if past.state.principal:
        st.write(f"Said to be principal or first-listed: {plain(past.state.principal)}")
    if past.state.admitting:
        st.write(f"Admitting diagnosis: {plain(past.state.admitting)}")
    if others := [
        _other(each) for each in past.state.codes if each.verdict is not Verdict.ACCEPTED
    ]:
        _table(others)
    if past.open is None:
        st.write("What the model suggests is not told until the chart is signed.")
        return
    left = ", ".join(code for _, code in past.open)
    st.write(f"Suggested and not decided on: {plain(left) if left else 'none'}")


def _accepted(codes: Sequence[CodeState]) -> list[dict[str, str]]:
    """In the order of the chart, diagnoses and procedures each counted for themselves."""
    counts: dict[Kind, int] = {}
    rows = []
    for each in codes:
        counts[each.kind] = counts.get(each.kind, 0) + 1
        rows.append(
            {
                "Place": f"{'P' if each.kind is Kind.PROCEDURE else ''}{counts[each.kind]}",
                "Accepted": _name(each.kind, each.code),
                "Came by": each.origin.value if each.origin else "",
                "POA or date": _set_on(each),
            }
        )
    return rows


def _set_on(code: CodeState) -> str:
    if code.kind is Kind.PROCEDURE:
        return code.performed.isoformat() if code.performed else ""
    return code.poa.value if code.poa else ""


def _other(code: CodeState) -> dict[str, str]:
    """A code that was rejected or replaced, and why."""
    why = f"by {code.by}" if code.by else ""
    if code.reason:
        why = reason_words(Action.REJECT, code.reason)
    return {"Not accepted": _name(code.kind, code.code), "Verdict": code.verdict.value, "Why": why}


def _show_list(shown: PastList | None) -> None:
    if shown is None:
        st.header("Nobody had been shown suggestions", anchor=False)
        return
    st.header(f"What {plain(shown.person)} was shown", anchor=False)
    way = "with" if shown.explanations else "without"
    st.text(
        f"Last {describe_moment(shown.at)}, {way} explanations, by {shown.model or 'a model'} "
        f"{shown.model_version[:12]}"
    )
    if not shown.agrees:
        st.error(
            "The scores that are stored are not those that were shown; `ledger verify` says more. "
            "Below stands what the event says.",
            icon=":material/error:",
        )
    if shown.suggestions:
        _table([_suggested(each, shown) for each in shown.suggestions])
    else:
        st.write("No suggestion.")
    if shown.demoted:
        _table([_demoted(each) for each in shown.demoted])


def _suggested(each: Suggestion, shown: PastList) -> dict[str, str]:
    """Numbers as they are stored: a rounded one could be any of several."""
    return {
        "Suggested": _name(each.kind, each.code),
        "Shown": f"{100 * each.shown:.2f}\u00a0%",
        "Raw": f"{each.probability:.6f}",
        "Threshold": f"{each.threshold:g}" if each.threshold else "",
        "Marked": _evidence(each, shown),
    }


def _evidence(each: Suggestion, shown: PastList) -> str:
    """Where in which note, and never the words: ``note 1: 12–40, 88–95 against``."""
    places: dict[str, list[str]] = {}
    for span, weight in shown.evidence.get((each.kind, each.code), ()):
        against = " against" if weight < 0 else ""
        told = f"{span.start}–{span.end}{against}"
        places.setdefault(span.note_id, []).append(told)
    named = {note: f"note {number}" for number, note in enumerate(shown.notes, start=1)}
    return "; ".join(f"{named.get(note, note)}: {', '.join(p)}" for note, p in places.items())


def _demoted(each: Suggestion) -> dict[str, str]:
    why = describe_demotion(each.demotion) if each.demotion else ""
    return {
        "Demoted": _name(each.kind, each.code),
        "Shown": f"{100 * each.shown:.2f}\u00a0%",
        "Because": why,
    }


def _name(kind: Kind, code: str) -> str:
    return f"{code} {code_title(kind, code)}".strip()


def _table(rows: Sequence[Mapping[str, str]]) -> None:
    st.table(pd.DataFrame(rows).map(plain), hide_index=True)
