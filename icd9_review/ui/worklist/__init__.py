"""The worklist's table: rows as people read them, and the component that shows them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import streamlit as st

from icd9_review.ui.words import describe_dates, describe_moment, describe_person
from icd9_review.values import EncounterStatus, WorklistQuery, WorklistRow

STATUS_WORDS = {
    EncounterStatus.SCORING: "Being read",
    EncounterStatus.FAILED: "Could not be read",
    EncounterStatus.OPEN: "New",
    EncounterStatus.IN_PROGRESS: "In progress",
    EncounterStatus.DECIDED: "Decided",
}

_QUERY = "worklist_query"
_FOLDER = Path(__file__).parent
_table = st.components.v2.component(
    "icd9_review.worklist",
    css=(_FOLDER / "worklist.css").read_text("utf-8"),
    js=(_FOLDER / "worklist.js").read_text("utf-8"),
)


def describe_row(row: WorklistRow) -> dict[str, str]:
    """A row of the table: every cell as text."""
    return {
        "id": row.id,
        "label": row.label,
        "person": describe_person(row.age, row.sex),
        "setting": row.setting.value,
        "dates": describe_dates(row.admitted, row.discharged),
        "notes": " · ".join(row.titles),
        "status": row.status.value,
        "status_text": STATUS_WORDS[row.status],
        "open": "" if row.status is EncounterStatus.SCORING else str(row.open),
        "decided": str(row.decided),
        "last": f"{describe_moment(row.at)} · {row.actor}",
    }


def last_query() -> WorklistQuery:
    """What the person last looked for: the order in which encounters come next."""
    query: WorklistQuery = st.session_state.get(_QUERY, WorklistQuery())
    return query


def remember_query(query: WorklistQuery) -> None:
    """Keep what the person looks for while this tab is open."""
    st.session_state[_QUERY] = replace(query, offset=0)


def show_table(rows: tuple[WorklistRow, ...], *, openable: bool, key: str) -> str | None:
    """Show the rows; the id of the encounter a person just opened, else None."""
    result = _table(
        key=key,
        data={"rows": [describe_row(row) for row in rows], "openable": openable},
        on_opened_change=lambda: None,
    )
    opened = result.get("opened")
    return opened if isinstance(opened, str) and openable else None
