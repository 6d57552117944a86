"""Samples: the form that draws one, what was drawn, and drawing it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import pandas as pd
import streamlit as st

from icd9_review.errors import ReviewError
from icd9_review.quality.sample_words import (
    STRATIFIER_WORDS,
    describe_sample_query,
    describe_stratum,
)
from icd9_review.quality.sampling import MOST_DRAWN
from icd9_review.quality.traits import TRAIT_WORDS
from icd9_review.store.auditing.samples import (
    count_samples,
    keep_sample,
    redraw,
    samples,
    signed_services,
)
from icd9_review.store.database.engine import Database
from icd9_review.store.oversight.entries import labels_of
from icd9_review.store.people.permissions import Act
from icd9_review.ui.auditing.beginning import begin_audit, choose_blindness
from icd9_review.ui.auditing.paging import page_begins, show_pages
from icd9_review.ui.auditing.steps import do_step
from icd9_review.ui.words import describe_moment, plain
from icd9_review.values import (
    CareSetting,
    Redraw,
    Sample,
    SampleQuery,
    Stratifier,
    Trait,
    User,
)

_People = Mapping[int, str]
_SIZE = 20  # by judgement: what a department reviews of one month
_SHOWN = 10  # samples of a part of the list; by judgement: each may be opened
SIZE_KEY: Final = "sample_size"
"""The key of a widget that is there whenever the list of audits is."""
_AGAIN = "sample_again"


def show_samples(database: Database, user: User, people: _People) -> None:
    """The form that draws, and what was drawn, the newest first, each with its encounters."""
    with st.expander("Draw a sample", icon=":material/casino:"):
        _ask_sample(database, user, people)
    total = count_samples(database, actor=user)
    if not total:
        st.info("No sample was drawn yet.")
        return
    first = page_begins("samples", total)
    for each in samples(database, actor=user, first=first, most=_SHOWN):
        drawn = f"{len(each.drawn)} of {each.candidates:,}"
        asked = describe_sample_query(each.query, people)
        with st.expander(f"Sample {each.number:d} · {plain(drawn)} · {plain(asked)}"):
            _show_sample(database, user, people, each)
    show_pages("samples", first, total, _SHOWN)


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
                on_click=begin_audit,
                args=(draw.encounter_id, blind, each.number),
            )
    st.button("Draw again", key=f"again {each.id}", on_click=_draw_again, args=(each.number,))
    if st.session_state.get(_AGAIN) == each.number:
        _show_again(database, user, each.number)


def _draw_again(number: int) -> None:
    st.session_state[_AGAIN] = number


def _show_again(database: Database, user: User, number: int) -> None:
    """What the same question and seed draw now; nothing of it is stored."""
    try:
        found = redraw(database, number, actor=user)
    except ReviewError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if found.is_equal:
        st.success(f"Drawn again: the same {len(found.same):d}.")
        return
    st.markdown(f"Drawn again: {len(found.same):d} the same.")
    for words, ids in _differing(found):
        labels = labels_of(database, ids, actor=user)
        if ids:
            st.markdown(plain(f"{words}: {', '.join(labels[each] for each in ids)}"))


def _differing(found: Redraw) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (
        ("No longer among those to draw from", found.gone),
        ("Drawn no more, because others came before", found.displaced),
        ("Drawn now", found.new),
    )


def _ask_sample(database: Database, user: User, people: _People) -> None:
    with st.form("draw_sample", border=False):
        size, since, until = st.columns(3)
        size.number_input("Encounters", 1, MOST_DRAWN, _SIZE, key=SIZE_KEY)
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
        if known := signed_services(database, actor=user):
            st.multiselect("Service", known, placeholder="Any", key="sample_services")
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
        size=asked[SIZE_KEY],
        since=since,
        until=asked["sample_until"],
        coders=tuple(asked["sample_coders"]),
        settings=tuple(asked["sample_settings"]),
        services=tuple(asked.get("sample_services", ())),
        traits=tuple(asked["sample_traits"]),
        strata=tuple(asked["sample_strata"]),
    )
    do_step(Act.SAMPLE, keep_sample, query)
