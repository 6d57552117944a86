"""Second coders: when they are asked for, where agreement is too low, and what was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import pandas as pd
import streamlit as st

from icd9_review.quality.agreement.codings import Coding
from icd9_review.quality.gold.gold_words import describe_waiting
from icd9_review.quality.second.groups import GroupAgreement, group_agreements
from icd9_review.quality.second.planning import (
    NO_PAIR,
    NOBODY_ELSE,
    NOTHING_LOW,
    low_agreements,
)
from icd9_review.quality.second.second_words import (
    GROUP_WORDS,
    describe_second_rule,
    describe_seconding,
)
from icd9_review.store.database.engine import Database
from icd9_review.store.oversight.entries import named_encounter
from icd9_review.store.recoding.gold_trials import gold_coders
from icd9_review.store.recoding.seconds import (
    ask_second,
    ask_seconds,
    second_codings,
    second_rule,
    set_second_rule,
)
from icd9_review.store.users import names
from icd9_review.ui.quality.clicks import do_on_click
from icd9_review.ui.words import plain
from icd9_review.values import GroupLevel, SecondCoding, SecondRule, User

_LISTED = 25  # pairs and second codings of a table; by judgement
_ACTIVE, _LEVEL, _LEAST, _FEWEST, _DAY, _WEEK = (
    f"second_{name}" for name in ("active", "level", "least", "fewest", "day", "week")
)
_ENCOUNTER, _CODER = "second_encounter", "second_coder"


def show_seconding(database: Database, user: User, codings: Sequence[Coding]) -> None:
    """The rule in force, what it finds in these codings, and what was asked for."""
    st.header("Second coders", anchor=False)
    st.write(
        "A second coder gets the encounter as one like any other, under a number of its own, and "
        "codes it without knowing what the first one signed. Both are compared above."
    )
    coders = gold_coders(database, actor=user)
    if len(coders) < 2:
        st.write(NOBODY_ELSE)
        return
    rule = second_rule(database, actor=user)
    st.write(plain(describe_second_rule(rule)))
    _show_low(codings, [each.name for each in coders], rule)
    _show_codings(second_codings(database, actor=user), names(database))
    with st.expander("When a second coder is asked for", icon=":material/tune:"):
        _ask_rule(rule)
    with st.expander("Ask for one by hand", icon=":material/person_add:"):
        _ask_by_hand(coders)


def low_table(found: Sequence[GroupAgreement]) -> pd.DataFrame:
    """Pairs and groups, the least agreement first."""
    rows = [
        {
            "Coders": f"{each.first} and {each.second}",
            "Codes": each.group[1],
            "Positive agreement": f"{each.positive:.2f}",
            "Both": f"{each.both:,}",
            "One": f"{each.one:,}",
            "Encounters": f"{each.encounters:,}",
        }
        for each in found
    ]
    return pd.DataFrame(rows)


def second_table(found: Sequence[SecondCoding], people: Mapping[int, str]) -> pd.DataFrame:
    """What was asked for, the newest first, with links to both; all else is plain."""
    rows = [
        {
            "Asked": f"{each.asked:%Y-%m-%d}",
            "Second coder": people[each.coder],
            "For": each.group or "by hand",
            "State": describe_seconding(each),
        }
        for each in found
    ]
    table = pd.DataFrame(rows).map(plain)
    table.insert(1, "Encounter", [_link(each.encounter, each.encounter_id) for each in found])
    table.insert(2, "Second", [_link(each.twin, each.twin_id) for each in found])
    return table


def _link(label: str, encounter_id: str) -> str:
    return f"[{label}](workbench?encounter={quote(encounter_id)})"


def _show_low(codings: Sequence[Coding], coders: Sequence[str], rule: SecondRule) -> None:
    found = group_agreements(codings, coders, rule.level)
    low = low_agreements(found, rule)
    if not low:
        st.write(NOTHING_LOW if found else NO_PAIR)
        return
    st.table(low_table(low[:_LISTED]).map(plain), hide_index=True)
    if len(low) > _LISTED:
        st.caption(plain(f"The first {_LISTED} of {len(low):,}."))


def _show_codings(found: Sequence[SecondCoding], people: Mapping[int, str]) -> None:
    if told := describe_waiting([each.twin for each in found if each.waits and not each.signed]):
        st.info(plain(told))
    if found:
        st.table(second_table(found[:_LISTED], people), hide_index=True)


def _ask_rule(rule: SecondRule) -> None:
    with st.form("second_rule", border=False):
        st.toggle("Ask for second coders", rule.active, key=_ACTIVE)
        least, level, fewest = st.columns(3)
        least.number_input("Below a positive agreement of", 0.0, 1.0, rule.least, 0.05, key=_LEAST)
        level.selectbox(
            "On a",
            list(GroupLevel),
            list(GroupLevel).index(rule.level),
            format_func=lambda each: GROUP_WORDS[each],
            key=_LEVEL,
        )
        fewest.number_input("In this many encounters or more", 1, 1000, rule.fewest, key=_FEWEST)
        day, week, _ = st.columns(3)
        day.number_input("At most in 24 hours", 0, 1000, rule.per_day, key=_DAY)
        week.number_input("At most in seven days", 0, 1000, rule.per_week, key=_WEEK)
        st.form_submit_button("Set", key="second_set", on_click=_set_rule)
    st.button("Ask now", key="second_now", on_click=_ask_now)


def _ask_by_hand(coders: Sequence[User]) -> None:
    people = {each.id: each.name for each in coders}
    with st.form("second_by_hand", border=False, clear_on_submit=True):
        encounter, coder = st.columns(2)
        encounter.text_input(
            "Signed encounter", placeholder="E-00042", key=_ENCOUNTER, max_chars=30
        )
        coder.selectbox("Second coder", list(people), format_func=people.__getitem__, key=_CODER)
        st.form_submit_button("Ask", key="second_ask", on_click=_ask_one)


def _set_rule() -> None:
    asked: dict[Any, Any] = {name: st.session_state[name] for name in _RULE}
    rule = SecondRule(
        active=asked[_ACTIVE],
        level=GroupLevel(asked[_LEVEL]),
        least=round(asked[_LEAST], 4),
        fewest=asked[_FEWEST],
        per_day=asked[_DAY],
        per_week=asked[_WEEK],
    )

    def change(database: Database, actor: User) -> tuple[str, Sequence[str]]:
        return describe_second_rule(set_second_rule(database, rule, actor=actor)), ()

    do_on_click(change)


def _ask_now() -> None:
    def ask(database: Database, actor: User) -> tuple[str, Sequence[str]]:
        found = ask_seconds(database, actor=actor)
        made = f"{found.made:,} asked for." if found.made else ""
        return made, [found.message] if found.message else ()

    do_on_click(ask)


def _ask_one() -> None:
    label, coder = str(st.session_state[_ENCOUNTER]), int(st.session_state[_CODER])

    def ask(database: Database, actor: User) -> tuple[str, Sequence[str]]:
        found = named_encounter(database, label, actor=actor)
        return f"{ask_second(database, found, coder, actor=actor)} is on the worklist.", ()

    do_on_click(ask)


_RULE = (_ACTIVE, _LEVEL, _LEAST, _FEWEST, _DAY, _WEEK)
