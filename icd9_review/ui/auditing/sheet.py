"""An audit: what the coder signed beside the auditor's codes, which change with each click."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import streamlit as st

from icd9_review.codes import is_valid
from icd9_review.codes.search import search
from icd9_review.quality.audit import compare_codes
from icd9_review.quality.audit_words import CAUSE_WORDS, describe_difference
from icd9_review.store.auditing.steps import set_audited_codes
from icd9_review.store.people.permissions import Act
from icd9_review.ui.auditing.steps import do_step
from icd9_review.ui.encounter.codes import code_title
from icd9_review.ui.services import services
from icd9_review.ui.words import format_percent, plain
from icd9_review.values import Audit, AuditedCode, CodeKey, Difference, DifferenceRemark, Kind, Poa

_HITS = 8  # codes that a search offers; by judgement: what is read at a glance
_RETIRED = (
    "not in version 32, retired since or never in it. What was signed may stay as it is; it cannot "
    "come in as a new code."
)
_MOST_LEFT = 10  # suggestions that were not signed; by judgement: the likeliest
_WIDTHS = (5, 1.4, 0.7, 0.7)


def show_codes(
    audit: Audit,
    quick: Collection[CodeKey],
    suggested: Mapping[CodeKey, float],
    show_below: Callable[[CodeKey], None],
    *,
    changes: bool,
) -> None:
    """Both lists side by side; with ``changes`` the auditor's can be changed.

    ``quick`` are signed codes that were decided on fast, ``suggested`` is what the model had
    suggested. ``show_below`` shows where the notes speak of a code, once for each.
    """
    signed = {(each.kind, each.code) for each in audit.coded}
    if retired := [each.code for each in audit.coded if not is_valid(each.kind, each.code)]:
        st.info(f"{plain(', '.join(retired))}: {_RETIRED}")
    left, right = st.columns(2, gap="large")
    with left:
        st.header("Signed")
        for number, each in enumerate(audit.coded):
            key = each.kind, each.code
            fast = "fast" if key in quick else ""
            likely = f"suggested {format_percent(suggested[key])}" if key in suggested else ""
            _show_code(each, _place(audit.coded, number), likely, fast)
            show_below(key)
        _show_left_out(audit, suggested)
    with right:
        st.header("Audited")
        for number, each in enumerate(audit.audited):
            if changes:
                _show_changeable(audit, number, each)
            else:
                _show_code(each, _place(audit.audited, number))
            if (each.kind, each.code) not in signed:
                show_below((each.kind, each.code))
        if changes:
            _show_search(audit)


def _show_left_out(audit: Audit, suggested: Mapping[CodeKey, float]) -> None:
    """What the model had suggested and was not signed."""
    signed = {(each.kind, each.code) for each in audit.coded}
    left = [(key, shown) for key, shown in suggested.items() if key not in signed]
    if left:
        st.caption("Suggested and not signed")
    for (kind, code), shown in left[:_MOST_LEFT]:
        words = f"{code} {code_title(kind, code)} · {format_percent(shown)}"
        st.caption(plain(words))
    if (more := len(left) - _MOST_LEFT) > 0:
        st.caption(f"{more:d} more")


def show_differences(audit: Audit, differences: Sequence[Difference]) -> None:
    """What the auditor has otherwise, with causes and words as far as they are said."""
    for each in differences:
        remark = audit.remarks.get(each.key, DifferenceRemark())
        cause = f" · {CAUSE_WORDS[remark.cause]}" if remark.cause else ""
        st.markdown(plain(describe_difference(each) + cause))
        if remark.words:
            st.text(remark.words)


def found_differences(audit: Audit) -> tuple[Difference, ...]:
    """In what the two lists differ now."""
    return compare_codes(audit.coded, audit.audited).differences


def _place(codes: Sequence[AuditedCode], number: int) -> str:
    code = codes[number]
    if number == 0 and code.kind is Kind.DIAGNOSIS:
        return "principal"
    return "procedure" if code.kind is Kind.PROCEDURE else ""


def _show_code(code: AuditedCode, *beside: str) -> None:
    title = code_title(code.kind, code.code)
    poa = f"POA {code.poa}" if code.poa else ""
    more = "".join(f" · {each}" for each in (poa, *beside) if each)
    st.markdown(f"**{plain(code.code)}** {plain(title + more)}")


def _show_changeable(audit: Audit, number: int, code: AuditedCode) -> None:
    words, poa, first, away = st.columns(_WIDTHS, vertical_alignment="center")
    title, place = code_title(code.kind, code.code), _place(audit.audited, number)
    beside = f" · {place}" if place else ""
    words.markdown(f"**{plain(code.code)}** {plain(title + beside)}")
    key = f"{audit.id} {audit.sequence} {code.kind} {code.code}"
    if code.kind is Kind.DIAGNOSIS:
        poa.selectbox(
            f"POA of {plain(code.code)}",
            [None, *Poa],
            index=[None, *Poa].index(code.poa),
            format_func=lambda each: each.value if each else "–",
            label_visibility="collapsed",
            key=f"poa {key}",
            on_change=_set_poa,
            args=(audit, number, f"poa {key}"),
        )
    if number and audit.audited[number - 1].kind is code.kind:
        first.button(
            "",
            key=f"up {key}",
            icon=":material/arrow_upward:",
            help=f"Put {plain(code.code)} a place higher",
            on_click=_keep,
            args=(audit, _moved_up(audit.audited, number)),
        )
    left = [each for each in audit.audited if each is not code]
    away.button(
        "",
        key=f"away {key}",
        icon=":material/close:",
        help=f"Take {plain(code.code)} away",
        on_click=_keep,
        args=(audit, left),
    )


def _show_search(audit: Audit) -> None:
    """Codes by number or words, as the workbench finds them by its index."""
    query = st.text_input("Add a code", placeholder="Number or words", key=f"find {audit.id}")
    there = {(each.kind, each.code) for each in audit.audited}
    hits = search(services().references.current().index, query, limit=_HITS)
    found = [hit for hit in hits if not hit.header and (hit.kind, hit.code) not in there]
    if query and not found:
        st.caption("No code is found by this that is not in the list.")
    for hit in found:
        st.button(
            f"{plain(hit.code)} {plain(hit.title)}",
            key=f"add {audit.id} {audit.sequence} {hit.kind} {hit.code}",
            icon=":material/add:",
            type="tertiary",
            on_click=_keep,
            args=(audit, [*audit.audited, AuditedCode(hit.code, hit.kind)]),
        )


def _moved_up(codes: Sequence[AuditedCode], number: int) -> list[AuditedCode]:
    moved = list(codes)
    moved[number - 1], moved[number] = moved[number], moved[number - 1]
    return moved


def _set_poa(audit: Audit, number: int, key: str) -> None:
    codes = list(audit.audited)
    codes[number] = replace(codes[number], poa=st.session_state[key])
    _keep(audit, codes)


def _keep(audit: Audit, codes: Sequence[AuditedCode]) -> None:
    do_step(Act.REVIEW, set_audited_codes, audit.id, codes, seen=audit.sequence)
