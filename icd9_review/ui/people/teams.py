"""Teams on the page about people: added, filled, and given encounters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pandas as pd
import streamlit as st

from icd9_review.errors import ReviewError
from icd9_review.settings import Settings
from icd9_review.store.people.permissions import Act
from icd9_review.store.people.teams import add_team, set_teams, team_sizes, teams
from icd9_review.store.worklist.moves import move_encounter, read_label
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.words import plain
from icd9_review.values import Account, Team, User, encounter_label

_EVERYBODY: Final = "No team: everybody"
_OFF: Final = (
    "Encounters are not restricted here: everybody who reads encounters sees all, whatever the "
    "team. ICD9_REVIEW_RESTRICT=team restricts them."
)
_ON: Final = (
    "An encounter is seen by its team, by auditors, and for a while by whoever gives a reason. "
    "What belongs to no team everybody sees."
)


def show_teams(tell: Callable[[str], None], by: User) -> None:
    """The teams, and forms to add one and to give an encounter to one.

    ``tell`` says something above the page once it is shown again.
    """
    st.header("Teams")
    st.caption(_ON if Settings().restrict == "team" else _OFF)
    every = teams(services().database, by=by)
    sizes = team_sizes(services().database, by=by)
    if every:
        rows = [{"Team": each.name, "People in it": str(sizes.get(each.id, 0))} for each in every]
        st.table(pd.DataFrame(rows).map(plain), hide_index=True)
    else:
        st.write("No teams yet.")
    adding, moving = st.columns(2)
    with adding.form("team", clear_on_submit=True):
        st.text_input("Name of a new team", key="team_name", max_chars=60)
        st.form_submit_button("Add the team", on_click=_add, args=(tell,))
    if every:
        with moving.form("move", clear_on_submit=True):
            encounter, team = st.columns(2)
            encounter.text_input("Encounter", key="move_encounter", placeholder="E-00042")
            names = [_EVERYBODY, *(each.name for each in every)]
            team.selectbox("Belongs to", names, index=None, key="move_team")
            st.form_submit_button("Move the encounter", on_click=_move, args=(tell,))


def ask_teams(each: Account, tell: Callable[[str], None], by: User) -> None:
    """The teams of one person; nothing where there are none."""
    every = {team.name: team for team in teams(services().database, by=by)}
    if not every:
        return
    mine = [team.name for team in each.teams]
    key = f"teams {each.person.id}"
    chosen = st.multiselect("Teams", list(every), mine, key=key, placeholder="In no team")
    st.button(
        "Change the teams",
        on_click=_set,
        args=(each, every, key, tell),
        disabled=sorted(chosen) == sorted(mine),
    )


def _add(tell: Callable[[str], None]) -> None:
    by = require_user(Act.ADMINISTER)
    try:
        added = add_team(services().database, st.session_state["team_name"].strip(), by=by)
        tell(f"The team {added.name} is here; choose the people who are in it below.")
    except ReviewError as error:
        tell(str(error))


def _set(each: Account, every: dict[str, Team], key: str, tell: Callable[[str], None]) -> None:
    wanted = [every[name] for name in st.session_state[key]]
    try:
        by = require_user(Act.ADMINISTER)
        set_teams(services().database, each.person, wanted, by=by)
    except ReviewError as error:
        tell(str(error))


def _move(tell: Callable[[str], None]) -> None:
    by = require_user(Act.ADMINISTER)
    name = st.session_state["move_team"]
    try:
        number = read_label(st.session_state["move_encounter"])
        if name is None:
            tell(f"Choose the team that gets {encounter_label(number)}.")
            return
        every = {each.name: each for each in teams(services().database, by=by)}
        moved = move_encounter(services().database, number, every.get(name), by=by)
        whose = f"the team {name}" if name in every else "everybody"
        tell(f"{encounter_label(number)} {'belongs' if moved else 'belonged already'} to {whose}.")
    except ReviewError as error:
        tell(str(error))
