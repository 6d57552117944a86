"""The parts of the page under what is asked: head, matrix, codes, what is confused."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from icd9_review.quality.agreement.codings import Coding, Codings, FoundCodings
from icd9_review.quality.agreement.measuring import Agreement, measure, prepare
from icd9_review.quality.agreement.pairs import PairAgreement, shared_encounters
from icd9_review.quality.agreement.per_code import LEAST_CODED, CodeAgreement
from icd9_review.quality.agreement.words import (
    agreement_notices,
    describe_agreement,
    describe_none,
    write_figure,
    write_interval,
)
from icd9_review.ui.quality.agreement.asking import AgreementChoices
from icd9_review.ui.quality.agreement.heat_map import CELL, chosen_pair, heat_map
from icd9_review.ui.quality.agreement.tables import (
    code_table,
    confused_table,
    encounter_table,
    pair_table,
)
from icd9_review.ui.words import plain

_PAIR, _MAP, _KEPT = "agreement_pair", "agreement_map", "agreement_measured"
_LISTED = 25  # codes and confused pairs of a table; the command has all
_ENCOUNTERS = 25  # of a pair
_MAPPED = 12  # members that a map has room for; the table has all pairs


def show_agreement(
    read: FoundCodings, codings: Sequence[Coding], choices: AgreementChoices
) -> None:
    """Everything that is measured of these codings, or why there is nothing."""
    found = _measured(tuple(codings), choices)
    for notice in agreement_notices(read, found):
        st.warning(plain(notice), icon=":material/info:")
    if found is None:
        st.info(plain(describe_none(read)))
        return
    compared = prepare(codings, kind=choices.kind, level=choices.level)
    _show_head(found)
    _show_members(found, compared, read)
    _show_codes(found, compared, read)
    _show_confused(found, read)


def _measured(codings: tuple[Coding, ...], choices: AgreementChoices) -> Agreement | None:
    """Measured once: a click on a cell asks for the same figures again."""
    asked = (codings, choices.kind, choices.level)
    kept = st.session_state.get(_KEPT)
    if kept is None or kept[0] != asked:
        kept = asked, measure(codings, kind=choices.kind, level=choices.level)
        st.session_state[_KEPT] = kept
    found: Agreement | None = kept[1]
    return found


def _show_head(found: Agreement) -> None:
    alpha, jaccard, credit, encounters = st.columns(4)
    for place, name, figure in (
        (alpha, "Alpha (MASI)", found.alpha),
        (jaccard, "Jaccard index", found.jaccard),
        (credit, "Hierarchical credit", found.credit),
    ):
        _, _, ends = write_interval(figure).partition(" ")
        place.metric(plain(name), write_figure(figure.value))
        place.caption(plain(f"95 % interval {ends.strip('()')}" if ends else "no interval"))
    encounters.metric("Encounters compared", f"{found.encounters:,}")
    st.write(plain(describe_agreement(found)))


def _show_members(found: Agreement, compared: Codings, read: FoundCodings) -> None:
    st.header("Members", anchor=False)
    st.write(
        "Alpha of every two members and, in brackets, how many encounters both have coded. A "
        "click on a cell lists them below."
    )
    plot, table = st.columns([5, 6], gap="large")
    if len(found.members) <= _MAPPED:
        with plot:
            st.altair_chart(
                heat_map(found.pairs),
                key=_MAP,
                on_select=lambda: _choose(found.pairs),
                selection_mode=CELL,
            )
    table.table(pair_table(found.pairs).map(plain), hide_index=True)
    _show_encounters(found.pairs, compared, read)


def _choose(pairs: Sequence[PairAgreement]) -> None:
    """A cell that was clicked is the pair whose encounters are listed."""
    if (pair := chosen_pair(st.session_state[_MAP].selection, pairs)) is not None:
        st.session_state[_PAIR] = _named(pair)


def _named(pair: tuple[str, str]) -> str:
    return " and ".join(pair)


def _show_encounters(pairs: Sequence[PairAgreement], compared: Codings, read: FoundCodings) -> None:
    options = {_named((each.first, each.second)): (each.first, each.second) for each in pairs}
    if st.session_state.get(_PAIR) not in options:
        st.session_state.pop(_PAIR, None)
    chosen = st.selectbox(
        "Encounters of", list(options), index=None, placeholder="Choose two members", key=_PAIR
    )
    if chosen is None:
        return
    pair = options[chosen]
    shared = shared_encounters(compared, *pair)
    st.table(encounter_table(shared[:_ENCOUNTERS], pair, read.labels), hide_index=True)
    _say_more(len(shared), _ENCOUNTERS, "encounters, those that agree least")


def _show_codes(found: Agreement, compared: Codings, read: FoundCodings) -> None:
    st.header("Codes with the least positive agreement", anchor=False)
    st.write(
        "Positive agreement is how often the other one gave a code, too, where one of two did. "
        "AC1 is near 1 for every rare code, whatever people do; do not read it alone."
    )
    listed = _worth_listing(found.codes)
    if not listed:
        st.info("Nobody gave any of these encounters a code.")
        return
    st.table(code_table(listed[:_LISTED], compared, read.labels), hide_index=True)
    _say_more(len(listed), _LISTED, "codes")
    if rare := len(found.codes) - len(listed):
        st.caption(
            f"{rare:,} codes that fewer than {LEAST_CODED} pairs of codings have are left out: one "
            "encounter more or less moves their figures by a fifth and more."
        )


def _worth_listing(codes: Sequence[CodeAgreement]) -> Sequence[CodeAgreement]:
    """Codes that enough pairs have; all where none is such."""
    return [each for each in codes if each.coded >= LEAST_CODED] or codes


def _show_confused(found: Agreement, read: FoundCodings) -> None:
    st.header("Codes taken for each other", anchor=False)
    if not found.confusions:
        st.write("In no encounter has one the one code of a category and another the other.")
        return
    st.write(
        "In one encounter one member has the first code and not the second, another the second "
        "and not the first. Siblings stand below the same header."
    )
    st.table(confused_table(found.confusions[:_LISTED], read.labels), hide_index=True)
    _say_more(len(found.confusions), _LISTED, "pairs")


def _say_more(count: int, shown: int, what: str) -> None:
    if count > shown:
        st.caption(plain(f"The first {shown} of {count:,} {what}."))
