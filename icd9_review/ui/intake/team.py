"""Which team a new encounter is for."""

from __future__ import annotations

from typing import Final

import streamlit as st

from icd9_review.store.people.teams import teams, teams_of
from icd9_review.ui.services import services
from icd9_review.values import User

_EVERYBODY: Final = "No team: everybody sees it"


def ask_team(user: User, *, key: str) -> str | None:
    """The name of the team that a person chooses, theirs at first; nothing is asked without teams.

    Who is in a team cannot leave an encounter to everybody by an oversight.
    """
    database = services().database
    every = [each.name for each in teams(database, by=user)]
    if not every:
        return None
    mine = [each.name for each in teams_of(database, user, by=user)]
    names = every if mine else [_EVERYBODY, *every]
    first = names.index(mine[0]) if mine else 0
    chosen = st.selectbox(
        "Team",
        names,
        index=first,
        key=key,
        help="Where encounters are restricted to teams, this one alone sees it.",
    )
    return None if chosen == _EVERYBODY else chosen
