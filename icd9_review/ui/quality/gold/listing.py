"""The gold encounters, what each is for, and the forms that give them to coders."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from icd9_review.quality.gold.gold_words import (
    NO_GOLD,
    ORIGIN_WORDS,
    describe_gold_codes,
    describe_gold_use,
)
from icd9_review.store.database.engine import Database
from icd9_review.store.recoding.gold_encounters import change_gold
from icd9_review.store.recoding.gold_trials import GoldGiven, give_gold, give_onboarding
from icd9_review.ui.quality.clicks import do_on_click
from icd9_review.ui.words import plain
from icd9_review.values import GoldEncounter, User

_WIDTHS = (1.3, 1.5, 1.6, 1.4, 3.4, 1.8, 1.2)
_HEADS = ("Gold", "Encounter", "Use", "From", "Codes", "", "")
_GOLDS, _CODERS, _NEW = "gold_given", "gold_coders", "gold_new_coder"


def show_golds(golds: Sequence[GoldEncounter]) -> None:
    """A row for each, the newest first, with what can be changed of it."""
    if not golds:
        st.info(NO_GOLD)
        return
    for column, head in zip(st.columns(_WIDTHS), _HEADS, strict=True):
        column.markdown(f"**{plain(head)}**" if head else "")
    for each in golds:
        _show_row(each)


def ask_giving(golds: Sequence[GoldEncounter], coders: Sequence[User]) -> None:
    """Which gold encounters go to whom; and the onboarding set to somebody new."""
    in_use = {each.number: f"{each.label} of {each.encounter}" for each in golds}
    in_use = {each.number: in_use[each.number] for each in golds if not each.retired}
    people = {each.id: each.name for each in coders}
    if not in_use or not people:
        return
    some, whole = st.columns(2, gap="large")
    with some.form("give_gold", border=False, clear_on_submit=True):
        st.subheader("Mix into worklists", anchor=False)
        st.multiselect("Gold encounters", list(in_use), format_func=in_use.__getitem__, key=_GOLDS)
        st.multiselect("Coders", list(people), format_func=people.__getitem__, key=_CODERS)
        st.form_submit_button("Give", key="give_gold_now", on_click=_give)
    with whole.form("give_onboarding", border=False, clear_on_submit=True):
        st.subheader("Onboarding set", anchor=False)
        count = sum(each.onboarding and not each.retired for each in golds)
        st.write(f"{count:,} in the set. A coder gets those that they do not know yet.")
        st.selectbox("Coder", list(people), format_func=people.__getitem__, key=_NEW)
        st.form_submit_button("Give the set", key="give_set_now", on_click=_give_set)


def _show_row(gold: GoldEncounter) -> None:
    told = (gold.label, gold.encounter, describe_gold_use(gold), ORIGIN_WORDS[gold.origin])
    *places, onboarding, retired = st.columns(_WIDTHS, vertical_alignment="center")
    for place, cell in zip(places, (*told, describe_gold_codes(gold.codes)), strict=True):
        place.markdown(plain(cell))
    if not gold.retired:
        onboarding.button(
            "Out of the set" if gold.onboarding else "Into the set",
            key=f"onboarding {gold.id}",
            type="tertiary",
            on_click=_change,
            args=(gold.number, not gold.onboarding, None),
        )
    retired.button(
        "Take back" if gold.retired else "Retire",
        key=f"retire {gold.id}",
        type="tertiary",
        on_click=_change,
        args=(gold.number, None, not gold.retired),
    )


def _change(number: int, onboarding: bool | None, retired: bool | None) -> None:
    def change(database: Database, actor: User) -> tuple[str, Sequence[str]]:
        found = change_gold(database, number, onboarding=onboarding, retired=retired, actor=actor)
        return f"{found.label} is {describe_gold_use(found)} now.", ()

    do_on_click(change)


def _give() -> None:
    numbers, coders = list(st.session_state[_GOLDS]), list(st.session_state[_CODERS])

    def give(database: Database, actor: User) -> tuple[str, Sequence[str]]:
        if not numbers or not coders:
            return "", ["Choose gold encounters and coders first."]
        given = give_gold(database, numbers, coders, actor=actor)
        return _given(given), given.problems

    do_on_click(give)


def _give_set() -> None:
    coder: int = st.session_state[_NEW]

    def give(database: Database, actor: User) -> tuple[str, Sequence[str]]:
        given = give_onboarding(database, coder, actor=actor)
        if not given.made and not given.problems:
            return "This coder knows all of the set already.", ()
        return _given(given), given.problems

    do_on_click(give)


def _given(given: GoldGiven) -> str:
    if not given.made:
        return ""
    made = "1 encounter is" if given.made == 1 else f"{given.made:,} encounters are"
    return f"{made} on the worklist of the coders chosen. Nothing there says so."
