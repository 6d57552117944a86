"""The entries of the ledger: asked for, a page of them, and all of them as a file."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256

import pandas as pd
import streamlit as st

from icd9_review.errors import InputError, NotFound, PermissionDenied
from icd9_review.export.formats import EXPORT_FORMATS
from icd9_review.export.ledger_export import write_ledger
from icd9_review.review.event_words import describe_event
from icd9_review.review.telling.event_facts import KIND_WORDS, event_facts
from icd9_review.store.auditing.blindness import count_blind
from icd9_review.store.database.engine import Database
from icd9_review.store.oversight.entries import (
    COUNTED,
    labels_of,
    ledger_page,
    named_encounter,
    record_ledger_read,
)
from icd9_review.store.people.permissions import Act, may
from icd9_review.ui.ledger.choices import (
    LedgerChoices,
    as_address,
    read_choices,
    read_place,
    write_place,
)
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.identity import person_at_click
from icd9_review.ui.words import plain
from icd9_review.values import EventKind, LedgerEntry, LedgerPage, LedgerQuery, User

ROWS = 50
STORY, POINT = "story", "point"
"""What the address calls an encounter whose story is read, and a point of it."""

_PEOPLE, _ENCOUNTER, _KINDS = "ledger_people", "ledger_encounter", "ledger_kinds"
_FIRST, _LAST = "ledger_first", "ledger_last"
_WIDGETS = (_PEOPLE, _ENCOUNTER, _KINDS, _FIRST, _LAST)
_OPENING, _PROBLEMS = "ledger_opening", "ledger_problems"
_ADDRESS = ("by", "encounter", "kind", "from", "to")
_OLDER = "older"


def show_entries(user: User, people: Mapping[int, str]) -> None:
    """The filters and what they find."""
    database = services().database
    choices = _ask(people)
    for problem in st.session_state.get(_PROBLEMS, ()):
        st.warning(plain(problem))
    try:
        encounter = _named(choices.encounter, user)
        query = choices.query(encounter)
    except (InputError, NotFound) as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    older = read_place(st.query_params.get(_OLDER, ""))
    found = ledger_page(database, query, older, actor=user, limit=ROWS)
    _tell(database, query, user)
    _show_actions(query, found)
    if hidden := count_blind(database, actor=user):
        st.caption(f"Encounters left out until their blind audits are closed: {hidden:,}.")
    if not found.entries:
        _show_nothing(query)
        return
    st.table(_linked(found.entries, people, user), hide_index=True)
    _show_pager(found, paged=older is not None)


def _named(given: str, user: User) -> str:
    return named_encounter(services().database, given, actor=user) if given else ""


def show_moment(at: datetime) -> str:
    """A moment to the second, in the time zone of the server."""
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}"


def _ask(people: Mapping[int, str]) -> LedgerChoices:
    if _PEOPLE not in st.session_state:  # Streamlit forgets it when the page is left
        _begin(people)
    who, encounter, kinds, first, last = st.columns([2.6, 1.6, 3, 1.9, 1.9])
    by = sorted(people, key=lambda each: people[each].casefold())
    who.multiselect("Who", by, format_func=people.__getitem__, placeholder="Anyone", key=_PEOPLE)
    encounter.text_input("Encounter", placeholder="E-00042", max_chars=64, key=_ENCOUNTER)
    kinds.multiselect(
        "What",
        sorted(EventKind, key=KIND_WORDS.__getitem__),
        format_func=KIND_WORDS.__getitem__,
        placeholder="Anything",
        key=_KINDS,
    )
    zone = "A day is one in the time zone of the server."
    first.date_input("From", None, format="YYYY-MM-DD", help=zone, key=_FIRST)
    last.date_input("To", None, format="YYYY-MM-DD", help="This day included.", key=_LAST)
    choices = _chosen()
    _write_address(choices)
    return choices


def _begin(people: Mapping[int, str]) -> None:
    """Put what the address asks for into the widgets, and begin to look anew."""
    choices, problems = read_choices(st.query_params.to_dict(), people)
    held = (list(choices.people), choices.encounter, list(choices.kinds))
    for key, value in zip(_WIDGETS, (*held, choices.first, choices.last), strict=True):
        st.session_state[key] = value
    st.session_state[_PROBLEMS] = problems
    st.session_state[_OPENING] = uuid.uuid4().hex, set()


def _chosen() -> LedgerChoices:
    held = st.session_state
    first, last = (_day(held[key]) for key in (_FIRST, _LAST))
    encounter = held[_ENCOUNTER].strip()
    return LedgerChoices(tuple(held[_PEOPLE]), encounter, tuple(held[_KINDS]), first, last)


def _day(given: object) -> date | None:
    return given if isinstance(given, date) else None


def _write_address(choices: LedgerChoices) -> None:
    """Have the address name the choices; another question begins with its newest entries."""
    asked = as_address(choices)
    before = {name: st.query_params[name] for name in _ADDRESS if name in st.query_params}
    if before == asked:
        return
    for name in (*before.keys() - asked.keys(), _OLDER):
        st.query_params.pop(name, None)
    for name, value in asked.items():
        st.query_params[name] = value


def _tell(database: Database, query: LedgerQuery, user: User) -> None:
    """Have the ledger hear of each question once an opening of the page."""
    opening, told = st.session_state[_OPENING]
    key = f"{opening[:20]}-{sha256(repr(query).encode()).hexdigest()[:20]}"
    if key not in told:
        record_ledger_read(database, query, actor=user, key=key)
        told.add(key)


def _show_actions(query: LedgerQuery, found: LedgerPage) -> None:
    words, actions = st.columns([1, 1], vertical_alignment="center")
    row = actions.container(horizontal=True, horizontal_alignment="right")
    many = f"More than {COUNTED:,} events" if found.total > COUNTED else many_events(found.total)
    shown = ""
    if found.entries:
        newest, oldest = found.entries[0].event.at, found.entries[-1].event.at
        shown = f"; shown are {show_moment(newest)} to {show_moment(oldest)}"
    words.text(f"{many}{shown}")
    story = row.empty()  # a button that moved would make no file of a click from before
    if query.encounter and found.entries:
        name = found.entries[0].encounter or query.encounter
        label = f"Read {name} as a story"
        story.button(plain(label), icon=":material/history:", on_click=open_story, args=(name,))
    if found.entries:
        row.download_button(
            "Download",
            _file(query),
            key="ledger_file",
            file_name=f"ledger-{date.today():%Y-%m-%d}.csv",
            mime=EXPORT_FORMATS["csv"].media_type,
            icon=":material/download:",
            on_click="ignore",
            help="All that is found, as CSV; the ledger keeps that you did, with its SHA-256.",
        )


def many_events(total: int) -> str:
    """So many events, in words."""
    return "1 event" if total == 1 else f"{total:,} events"


def open_story(name: str) -> None:
    """Have the address ask for the story of an encounter, or for none; the filters stay in it."""
    st.query_params.pop(POINT, None)
    if name:
        st.query_params[STORY] = name
    else:
        st.query_params.pop(STORY, None)


def _file(query: LedgerQuery) -> Callable[[], bytes]:
    """Makes the file on the click, by the person who clicks: checked again."""
    who_clicks = person_at_click()

    def make() -> bytes:
        actor = who_clicks()
        if actor is None or not may(actor, Act.AUDIT):
            raise PermissionDenied("Whoever clicked does not look into the ledger, or has left.")
        file = io.BytesIO()
        write_ledger(services().database, query, "csv", file, actor=actor)
        return file.getvalue()

    return make


def _show_nothing(query: LedgerQuery) -> None:
    if query == LedgerQuery():
        st.info("Nothing has happened yet.")
        return
    st.info("No event matches what is asked for above.")
    st.button("Show everything", on_click=_clear)


def _clear() -> None:
    for key in _WIDGETS:
        st.session_state.pop(key, None)
    st.query_params.clear()


def _linked(entries: Sequence[LedgerEntry], people: Mapping[int, str], user: User) -> pd.DataFrame:
    """Names, codes and settings as they stand; an encounter leads to its story.

    Sums are cut, which are longer than a column; the download has them whole.
    """
    labels = labels_of(services().database, map(_asked, entries), actor=user)
    rows = [
        {
            "When": show_moment(entry.event.at),
            "Who": entry.actor,
            "Encounter": "",
            "What": describe_event(entry.event),
            "Facts": _shorten(event_facts(entry.event, people), labels.get(_asked(entry), "")),
        }
        for entry in entries
    ]
    table = pd.DataFrame(rows).map(plain)
    table["Encounter"] = [_link(entry.encounter) for entry in entries]
    return table


def _asked(entry: LedgerEntry) -> str:
    """The id of the encounter that somebody asked the ledger for; empty where of none."""
    return str(entry.event.payload.get("encounter") or "")


def _shorten(facts: str, label: str) -> str:
    named = re.sub(r"\b[0-9a-f]{22}\b", label, facts) if label else facts
    return re.sub(r"\b([0-9a-f]{16})[0-9a-f]{48}\b", r"\1…", named)


def _link(label: str) -> str:
    return f"[{label}](ledger?story={label})" if label else ""


def _show_pager(found: LedgerPage, *, paged: bool) -> None:
    left, right = st.columns([1, 1])
    left.button("Newest", disabled=not paged, on_click=_turn, args=("",))
    place = write_place(found.older) if found.older else ""
    with right.container(horizontal=True, horizontal_alignment="right"):
        st.button("Older", disabled=not place, on_click=_turn, args=(place,))


def _turn(place: str) -> None:
    if place:
        st.query_params[_OLDER] = place
    else:
        st.query_params.pop(_OLDER, None)
