"""The component itself: mounts the view and hands back what the person wants."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import streamlit as st

from icd9_review.ui.component_files import component_of_files
from icd9_review.ui.encounter.codes import read_key
from icd9_review.ui.scripts import SHARED, join_scripts, join_styles
from icd9_review.ui.workbench.arranging import ARRANGEMENTS, Arrangement
from icd9_review.ui.workbench.summary.view import read_summary_request
from icd9_review.ui.workbench.view import WorkbenchView
from icd9_review.values import CodeKey

_FOLDER: Final = Path(__file__).parent / "browser"
_STYLE: Final = _FOLDER / "style"
_SWITCH: Final = {"on": True, "off": False}
_HELD = ("notes", "explanations", "cited", "mentions", "lines")
"""What is as large as the notes: with a decision it hardly changes."""

_NAMED = 20  # characters of a SHA-256: no two contents have the same

# Marks come after the rows that they stand in: both say what is behind a word.
_component = component_of_files(
    "icd9_review.workbench",
    css=join_styles(
        SHARED / "frame.css",
        _STYLE / "suggestions.css",
        SHARED / "marks.css",
        _STYLE / "workbench.css",
        _STYLE / "codes.css",
        _STYLE / "tally.css",
        _STYLE / "principal.css",
        _STYLE / "panels.css",
        _STYLE / "note.css",
        _STYLE / "facts.css",
        _STYLE / "lines.css",
        _STYLE / "book.css",
        _STYLE / "summary.css",
        _STYLE / "trail.css",
        _STYLE / "audit.css",
        _STYLE / "physician.css",
        _STYLE / "room.css",
    ),
    js=join_scripts(_FOLDER / "workbench.js"),
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person wants besides deciding: to go elsewhere, or to take over.

    ``next`` is the next encounter, ``leave`` the worklist, ``note`` adding a note,
    ``what_if`` trying out a copy of the notes, ``inspect`` a code whose explanation is to be
    inspected.

    A wish is asked again until the page changes; it is true only while the encounter
    it was made on is the one shown. ``explain`` is whether to explain from now on, ``follow``
    whether the note is to follow the focus, ``order`` how the suggestions are to stand,
    ``open_only`` whether only those without a verdict, ``summary`` the name of a coding summary
    that is wanted; None where nothing was said.
    """

    next: bool
    leave: bool
    note: bool
    what_if: bool
    inspect: CodeKey | None
    take_over: bool
    explain: bool | None
    follow: bool | None
    order: Arrangement | None
    open_only: bool | None
    summary: str | None = None


def asked_wishes(key: str, encounter_id: str) -> Wishes:
    """What the person has asked for on this encounter.

    To be read before the workbench is shown: a page that is about to change must not send the
    browser anything that it would answer, because the answer belongs to a page that is gone.
    """
    return read_wishes(st.session_state.get(key, {}), encounter_id)


def read_wishes(sent: Mapping[str, object], encounter_id: str) -> Wishes:
    """What a browser sent, as wishes on this encounter; what cannot be one is none."""
    return Wishes(
        next=sent.get("next") == encounter_id,
        leave=sent.get("leave") == encounter_id,
        note=sent.get("note") == encounter_id,
        what_if=sent.get("what_if") == encounter_id,
        inspect=_of_encounter(sent.get("inspect"), encounter_id),
        take_over=sent.get("take_over") == encounter_id,
        explain=_SWITCH.get(str(sent.get("explain"))),
        follow=_SWITCH.get(str(sent.get("follow"))),
        summary=read_summary_request(sent.get("summary"), encounter_id),
        order=next((each for each in ARRANGEMENTS if each == sent.get("order")), None),
        open_only=_SWITCH.get(str(sent.get("open_only"))),
    )


def _of_encounter(sent: object, encounter_id: str) -> CodeKey | None:
    """A code that was sent with this encounter."""
    encounter, _, key = sent.partition(" ") if isinstance(sent, str) else ("", "", "")
    return read_key(key) if encounter == encounter_id else None


def show_workbench(view: WorkbenchView, *, key: str, on_outbox: Callable[[], None]) -> None:
    """Mount the workbench over the whole page; without what its browser holds already.

    ``on_outbox`` runs before the script whenever the outbox changed; the outbox is then
    ``st.session_state[key]["outbox"]``. An outbox that is sent again unchanged causes a
    run and no call.
    """
    sent: Mapping[str, object] = st.session_state.get(key, {})
    _component(
        key=key,
        data=as_data(view, read_held(sent.get("outbox"), sent.get("poll"))),
        on_outbox_change=on_outbox,
        on_focus_change=_nothing,
        on_query_change=_nothing,
        on_book_change=_nothing,
        on_mark_change=_nothing,
        on_ask_change=_nothing,
        on_poll_change=_nothing,
        on_room_change=_nothing,
        on_next_change=_nothing,
        on_leave_change=_nothing,
        on_note_change=_nothing,
        on_what_if_change=_nothing,
        on_inspect_change=_nothing,
        on_take_over_change=_nothing,
        on_explain_change=_nothing,
        on_follow_change=_nothing,
        on_order_change=_nothing,
        on_summary_change=_nothing,
        on_open_only_change=_nothing,
    )


def as_data(view: WorkbenchView, held: Collection[str] = ()) -> dict[str, object]:
    """The view as plain values, for JSON, without the parts that the browser ``held``."""
    parts = asdict(view).values()
    data = {name: value for part in parts for name, value in part.items()}
    data["names"] = {part: _name(data[part]) for part in _HELD}
    return {name: value for name, value in data.items() if data["names"].get(name) not in held}


def _name(part: object) -> str:
    """The name of a content: another one has another."""
    return hashlib.sha256(json.dumps(part).encode()).hexdigest()[:_NAMED]


def read_held(outbox: object, poll: object) -> frozenset[str]:
    """The names that a browser says it holds what goes by, newest word first."""
    last = outbox[-1] if isinstance(outbox, list) and outbox else None
    for said in (poll, last):
        names = said.get("held") if isinstance(said, Mapping) else None
        if isinstance(names, list):
            return frozenset(each for each in names if isinstance(each, str))
    return frozenset()


def _nothing() -> None:
    """Streamlit knows a name only where there is a callback for it."""
