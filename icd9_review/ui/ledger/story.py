"""The history of one encounter in sentences, and how it stood at a point of it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from icd9_review.errors import NotFound, Restricted
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.views import record_view
from icd9_review.store.oversight.entries import named_encounter
from icd9_review.store.oversight.stories import encounter_story, past_state
from icd9_review.ui.encounter.restricted import ask_reason
from icd9_review.ui.ledger.listing import POINT, show_moment
from icd9_review.ui.ledger.replay import show_past
from icd9_review.ui.services import services
from icd9_review.ui.words import plain
from icd9_review.values import EventKind, Story, StoryStep, User

_CHOSEN, _OPEN, _PAGE = "ledger_point", "ledger_story", "ledger_story_page"
_OWN = "ledger_own_steps"
_STEPS = 100  # of a story at once; by judgement: a long stay's decisions on one or two pages
_WORKING = (EventKind.SCORED, EventKind.EXPLAINED)
"""What the program does by itself, between what people do."""


def show_story(user: User, given: str) -> None:
    """The story of the encounter that an address names."""
    database = services().database.seen_by(user)
    try:
        encounter_id = named_encounter(database, given, actor=user)
        story = encounter_story(database, encounter_id, actor=user)
    except Restricted as restricted:
        ask_reason(restricted, encounter_id, user)
    except NotFound as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    _tell(database, encounter_id, user)
    st.header(f"The story of {plain(story.label)}", anchor=False)
    st.page_link(
        "pages/coding/workbench.py",
        label="As the coder has it",
        icon=":material/edit_note:",
        query_params={"encounter": encounter_id},
    )
    point = _ask_point(story)
    if point is not None:
        show_past(past_state(database, encounter_id, point, actor=user))
    _show_steps(story, point)


def _tell(database: Database, encounter_id: str, user: User) -> None:
    """Have the ledger hear of each opening: Streamlit forgets the chooser when one leaves."""
    if _CHOSEN in st.session_state and st.session_state.get(_OPEN) == encounter_id:
        return
    key = f"story-{uuid.uuid4().hex}"
    record_view(database, encounter_id, EventKind.VIEWED, user, key, {"page": "ledger"})
    st.session_state[_OPEN] = encounter_id
    st.session_state.pop(_CHOSEN, None)
    st.session_state.pop(_PAGE, None)


def _ask_point(story: Story) -> int | None:
    """After which event one wants to see how it stood; it stands in the address."""
    steps = {step.event.sequence: step for step in story.steps}
    if _CHOSEN not in st.session_state:
        asked = st.query_params.get(POINT, "")
        named = int(asked) if asked.isascii() and asked.isdecimal() else None
        st.session_state[_CHOSEN] = named if named in steps else None
        if asked and named not in steps:
            st.warning(f"The story has no point {plain(asked[:20])}; choose one.")
    chosen: int | None = st.selectbox(
        "How it stood after",
        list(steps),
        index=None,
        format_func=lambda number: _name_step(steps[number]),
        placeholder="Choose a point of the story",
        key=_CHOSEN,
    )
    if chosen is None:
        st.query_params.pop(POINT, None)
    else:
        st.query_params[POINT] = str(chosen)
    return chosen


def _name_step(step: StoryStep) -> str:
    return f"{step.event.sequence} · {show_moment(step.event.at)} · {step.actor} {step.what}"


def _show_steps(story: Story, point: int | None) -> None:
    own = st.toggle("With what the program did by itself", key=_OWN)
    steps = [step for step in story.steps if own or step.event.kind not in _WORKING]
    first = min(st.session_state.get(_PAGE, 0), max(0, len(steps) - 1) // _STEPS * _STEPS)
    shown = steps[first : first + _STEPS]
    st.table(pd.DataFrame([_row(step, point) for step in shown]).map(plain), hide_index=True)
    if len(steps) > _STEPS:
        _show_pager(first, steps)


def _show_pager(first: int, steps: Sequence[StoryStep]) -> None:
    back, where, forward = st.columns([1, 6, 1], vertical_alignment="center")
    last = min(first + _STEPS, len(steps))
    back.button("Earlier", disabled=first == 0, on_click=_turn, args=(first - _STEPS,))
    where.markdown(f"{first + 1:,}–{last:,} of {len(steps):,}", text_alignment="center")
    forward.button("Later", disabled=last == len(steps), on_click=_turn, args=(first + _STEPS,))


def _turn(first: int) -> None:
    st.session_state[_PAGE] = first


def _row(step: StoryStep, point: int | None) -> dict[str, str]:
    here = " ◂" if step.event.sequence == point else ""
    return {
        "Step": f"{step.event.sequence}{here}",
        "When": show_moment(step.event.at),
        "What happened": f"{step.actor} {step.what}.",
        "Why": step.why,
    }
