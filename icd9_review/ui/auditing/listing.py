"""Samples, audits and figures in lists, and the form that draws a sample."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd
import streamlit as st

from icd9_review.quality.accuracy import FORMULAS, TARGET
from icd9_review.quality.audit_rules import STATUS_OF_AUDIT
from icd9_review.quality.audit_words import describe_accuracy_share, describe_target
from icd9_review.quality.sample_words import (
    STRATIFIER_WORDS,
    describe_sample_query,
    describe_stratum,
)
from icd9_review.quality.sampling import MOST_DRAWN
from icd9_review.quality.traits import TRAIT_WORDS
from icd9_review.store.auditing.audits import accuracy_by_coder, audits
from icd9_review.store.auditing.samples import keep_sample, samples
from icd9_review.store.database.engine import Database
from icd9_review.store.oversight.entries import labels_of
from icd9_review.store.people.permissions import Act
from icd9_review.ui.auditing.beginning import Blindness, choose_blindness, open_and_go
from icd9_review.ui.auditing.steps import do_step, go_to_audit
from icd9_review.ui.words import describe_moment, plain
from icd9_review.values import (
    AuditEntry,
    AuditStatus,
    CareSetting,
    Sample,
    SampleQuery,
    Stratifier,
    Trait,
    User,
)

_People = Mapping[int, str]
_WIDTHS = (1.2, 1.2, 1.6, 2.2, 2.2, 1.4, 1.2)
_HEADS = ("Audit", "Encounter", "State", "Coder", "Auditor", "Differences", "")
_SIZE = 20  # by judgement: what a department reviews of one month


def show_samples(database: Database, user: User, people: _People) -> None:
    """The form that draws, and what was drawn, the newest first, each with its encounters."""
    with st.expander("Draw a sample", icon=":material/casino:"):
        _ask_sample(people)
    found = samples(database, actor=user)
    if not found:
        st.info("No sample was drawn yet.")
    for each in found:
        drawn = f"{len(each.drawn)} of {each.candidates:,}"
        asked = describe_sample_query(each.query, people)
        with st.expander(f"Sample {each.number:d} · {plain(drawn)} · {plain(asked)}"):
            _show_sample(database, user, people, each)


def show_audits(database: Database, user: User, people: _People) -> None:
    """The audits, the newest first, by where they stand."""
    chosen = st.segmented_control(
        "State",
        list(AuditStatus),
        selection_mode="multi",
        format_func=lambda each: STATUS_OF_AUDIT[each].capitalize(),
        key="audit_states",
    )
    found = audits(database, tuple(chosen or ()), actor=user)
    if not found:
        st.info("No audit stands so. Open one from a sample." if chosen else "No audit yet.")
        return
    for column, head in zip(st.columns(_WIDTHS), _HEADS, strict=True):
        column.markdown(f"**{plain(head)}**" if head else "")
    for each in found:
        _show_row(each, people)


def show_figures(database: Database, user: User, people: _People) -> None:
    """How right each coder is by final audits, beside a target, with the formulas."""
    target = st.number_input(
        "Target in per cent", 0, 100, round(100 * TARGET), key="audit_target", width=180
    )
    found = accuracy_by_coder(database, actor=user)
    if not found:
        st.info("No audit is final yet.")
    rows = [
        {
            "Coder": people[each.coder],
            "Audits": f"{each.figures.audits:,}",
            "Code over code": describe_accuracy_share(each.figures.codes),
            "Target": describe_target(each.figures.codes, target / 100, each.figures.audits),
            "Case over case": describe_accuracy_share(each.figures.cases),
            "Kept": describe_accuracy_share(each.figures.kept),
            "POA": describe_accuracy_share(each.figures.poa),
            "Order": describe_accuracy_share(each.figures.order),
        }
        for each in found
    ]
    if rows:
        st.table(pd.DataFrame(rows).map(plain), hide_index=True)
    with st.expander("How each figure is worked out"):
        for name, formula in FORMULAS.items():
            st.markdown(f"**{plain(name.capitalize())}:** {plain(formula)}")


def _show_row(each: AuditEntry, people: _People) -> None:
    coder = "blind" if each.signer is None else people[each.signer]
    cells = (
        *(each.label, each.encounter, STATUS_OF_AUDIT[each.status], coder),
        *(people[each.auditor], str(each.differences)),
    )
    *places, last = st.columns(_WIDTHS, vertical_alignment="center")
    for place, cell in zip(places, cells, strict=True):
        place.markdown(plain(cell))
    last.button("Open", key=f"open {each.id}", on_click=go_to_audit, args=(each.id,))


def _show_sample(database: Database, user: User, people: _People, each: Sample) -> None:
    st.markdown(
        f"Drawn {plain(describe_moment(each.at))} by {plain(each.actor)}, seed {each.seed:d}."
    )
    if each.query.strata:
        rows = [
            {
                "Of": describe_stratum(part.stratum, each.query.strata, people),
                "Signed": f"{part.candidates:,}",
                "Drawn": f"{part.drawn:,}",
            }
            for part in each.strata
        ]
        st.table(pd.DataFrame(rows).map(plain), hide_index=True)
    blind = choose_blindness(each.id)
    labels = labels_of(database, [draw.encounter_id for draw in each.drawn], actor=user)
    with st.container(horizontal=True):
        for draw in each.drawn:
            st.button(
                f"Audit {plain(labels[draw.encounter_id])}",
                key=f"audit {each.id} {draw.encounter_id}",
                on_click=_begin,
                args=(draw.encounter_id, each.number, blind),
            )


def _begin(encounter_id: str, sample: int, blind: Blindness) -> None:
    do_step(Act.REVIEW, open_and_go, encounter_id, blind, sample=sample)


def _ask_sample(people: _People) -> None:
    with st.form("draw_sample", border=False):
        size, since, until = st.columns(3)
        size.number_input("Encounters", 1, MOST_DRAWN, _SIZE, key="sample_size")
        since.date_input("Signed from", value=None, format="YYYY-MM-DD", key="sample_since")
        until.date_input("Signed until", value=None, format="YYYY-MM-DD", key="sample_until")
        coders, settings = st.columns([2, 1])
        coders.multiselect(
            "Signed by",
            sorted(people, key=lambda each: people[each].casefold()),
            format_func=people.__getitem__,
            placeholder="Anyone",
            key="sample_coders",
        )
        settings.multiselect("Setting", list(CareSetting), placeholder="Any", key="sample_settings")
        st.multiselect(
            "Divided by",
            list(Stratifier),
            format_func=lambda each: STRATIFIER_WORDS[each],
            placeholder="Nothing: all have the same chance",
            key="sample_strata",
        )
        st.multiselect(
            "Only where",
            list(Trait),
            format_func=lambda each: TRAIT_WORDS[each],
            placeholder="Anything",
            key="sample_traits",
        )
        st.form_submit_button("Draw", type="primary", on_click=_draw)


def _draw() -> None:
    asked = st.session_state
    since: date | None = asked["sample_since"]
    query = SampleQuery(
        size=asked["sample_size"],
        since=since,
        until=asked["sample_until"],
        coders=tuple(asked["sample_coders"]),
        settings=tuple(asked["sample_settings"]),
        traits=tuple(asked["sample_traits"]),
        strata=tuple(asked["sample_strata"]),
    )
    do_step(Act.SAMPLE, keep_sample, query)
