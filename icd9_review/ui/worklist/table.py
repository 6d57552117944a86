"""The component that shows the rows, opens one, and assigns those that were selected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from icd9_review.store.explaining.plan import ExplanationProgress
from icd9_review.store.worklist.assignments import LARGEST
from icd9_review.ui.component_files import component_of_files
from icd9_review.ui.scripts import join_scripts, join_styles
from icd9_review.ui.worklist.rows import describe_row
from icd9_review.values import Role, User, WorklistRow

_FOLDER = Path(__file__).parent / "browser"
_table = component_of_files(
    "icd9_review.worklist",
    css=join_styles(_FOLDER / "worklist.css"),
    js=join_scripts(_FOLDER / "worklist.js"),
)


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a person asked for: these encounters to that person, None for nobody."""

    encounter_ids: tuple[str, ...]
    user_id: int | None


def show_table(
    rows: Sequence[WorklistRow],
    explained: Mapping[str, ExplanationProgress],
    *,
    user: User,
    people: Sequence[User],
    key: str,
    on_assign: Callable[[], None],
) -> None:
    """Show the rows, to choose one and to assign some.

    Who is not among ``people``, those who code, can assign nothing. ``explained``
    is how far the explanations of an encounter are, by its id. What was chosen
    ``take_chosen`` gives in the next run. ``on_assign`` runs before the script when
    the person has asked for an assignment, which ``asked_assignment`` then gives.
    """
    _table(
        key=key,
        data={
            "rows": [describe_row(row, user, explained.get(row.id)) for row in rows],
            "codes": user in people,
            "user": user.id,
            "people": _others(people, user),
        },
        on_opened_change=lambda: _keep_chosen(key),
        on_assign_change=on_assign,
    )


def take_chosen(key: str) -> str | None:
    """The id of the encounter that a person chose to open, once; None without one.

    It outlives a run that was interrupted before it came here.
    """
    chosen = st.session_state.pop(_chosen(key), None)
    return chosen if isinstance(chosen, str) else None


def _keep_chosen(key: str) -> None:
    """Keep what the browser sent: what a component triggers is gone after one run."""
    st.session_state[_chosen(key)] = st.session_state.get(key, {}).get("opened")


def _chosen(key: str) -> str:
    return f"{key}_chosen"


def asked_assignment(key: str) -> Assignment | None:
    """What the browser asked for under this key; None for what is not an assignment."""
    asked = st.session_state.get(key, {}).get("assign")
    if not isinstance(asked, dict):
        return None
    ids, to = asked.get("ids"), asked.get("to")
    if not isinstance(ids, list) or not 0 < len(ids) <= LARGEST:
        return None
    if not all(isinstance(each, str) for each in ids) or not (to is None or type(to) is int):
        return None
    return Assignment(tuple(ids), to)


def _others(people: Sequence[User], user: User) -> list[dict[str, object]]:
    """Whom this person may assign encounters to besides themselves."""
    if user.role is not Role.ADMINISTRATOR:
        return []
    return [{"id": each.id, "name": each.name} for each in people if each.id != user.id]
