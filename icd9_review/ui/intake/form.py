"""The form that takes notes in: pasted text, files and the facts of the encounter.

Everything is checked before anything is stored; what was typed stays in the form
when something is wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypedDict

import streamlit as st

from icd9_review.errors import ReviewError
from icd9_review.notes import check_encounter
from icd9_review.notes.intake.facts import EARLIEST, LATEST, OLDEST
from icd9_review.review.event_words import DISPOSITION_WORDS
from icd9_review.ui.intake.files import FilesRead, list_notices
from icd9_review.ui.intake.more import ask_more, ask_more_of_note
from icd9_review.ui.intake.pasted import ask_text, ask_texts
from icd9_review.ui.intake.stated import ask_stated
from icd9_review.ui.intake.storing import HERE, Here, show_here, store_encounter, store_later
from icd9_review.ui.intake.team import ask_team
from icd9_review.ui.words import plain
from icd9_review.values import CareSetting, Disposition, Encounter, Fact, Sex, User

_PREFILLED = "intake_prefilled"
_DEFAULTS: dict[str, Any] = {
    "setting": CareSetting.INPATIENT,
    "age": None,
    "sex": Sex.UNKNOWN,
    "admitted": None,
    "discharged": None,
    "disposition": None,
    "account": "",
    "service": "",
    "payer": "",
}


def ask_encounter(user: User, reading: FilesRead) -> str | None:
    """Ask for notes and facts of a new encounter; its id once it is stored."""
    _prefill(reading)
    here: Here | None = st.session_state.get(HERE)
    list_notices(reading.unsaid)
    texts = ask_texts()
    told = {name: getattr(reading.facts, name) for name in _DEFAULTS}
    with st.form("new_encounter", border=False):
        with st.container():  # the fields keep their place on the page, and what is typed in them
            stated = ask_stated(texts, told)
        facts = _ask_facts()
        billing, of_notes = ask_more(len(texts), _field(""))
        team = ask_team(user, key=_field("team"))
        again = here is not None and st.checkbox("Store it as another encounter all the same")
        submitted = st.form_submit_button("Create and open", type="primary", shortcut="Ctrl+Enter")
    if submitted:
        st.session_state.pop(HERE, None)
        try:
            filled, read = _filled(facts, stated)
            new = replace(check_encounter(**filled, **billing, team=team), read=read)
            pasted = [*zip(texts, of_notes, strict=True)]
            return store_encounter(pasted, reading, new, user, again=bool(again))
        except ReviewError as error:
            st.error(plain(str(error)), icon=":material/error:")
            return None
    if here is not None:
        show_here(here)
    return None


def ask_note(user: User, reading: FilesRead, encounter: Encounter) -> bool:
    """Ask for later notes of an encounter; True once they are stored."""
    with st.form("later_note", border=False):
        text = ask_text("Note", height=320, key="intake_later_text")
        former = st.selectbox(
            "Takes the place of",
            [None, *encounter.notes],
            format_func=lambda note: f"{note.title}, version {note.version}" if note else "no note",
            help="A corrected note becomes the new version of the one it takes the place of.",
            key="intake_former",
        )
        told = ask_more_of_note("intake_later_")
        submitted = st.form_submit_button("Add and open", type="primary", shortcut="Ctrl+Enter")
    if not submitted:
        return False
    try:
        store_later((text, told), reading, encounter, former, user)
    except ReviewError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return False
    return True


class _Person(TypedDict):
    setting: CareSetting
    age: int | None
    sex: Sex


class _Stay(TypedDict):
    admitted: date | None
    discharged: date | None
    disposition: Disposition | None


class _Facts(_Person, _Stay):
    pass


def _prefill(reading: FilesRead) -> None:
    """Put what the files tell into the form, once for each set of files.

    What only the files before told goes with them; what no file tells stays as it was entered.
    """
    for name, value in _DEFAULTS.items():
        st.session_state.setdefault(_field(name), value)
    token, before = st.session_state.get(_PREFILLED, ("", {}))
    if token == reading.token:
        return
    st.session_state.pop(HERE, None)
    found = ((name, getattr(reading.facts, name)) for name in _DEFAULTS)
    told = {name: value for name, value in found if value is not None}
    gone = {name: value for name, value in _DEFAULTS.items() if name in before}
    for name, value in (gone | told).items():
        st.session_state[_field(name)] = value
    st.session_state[_PREFILLED] = reading.token, told


def _filled(facts: _Facts, stated: Mapping[str, Any]) -> tuple[dict[str, Any], frozenset[Fact]]:
    """The facts as entered; where a field is empty, as a note states them, and which these are."""
    entered: dict[str, Any] = {**facts}
    read = {name: stated[name] for name in stated if entered[name] == _DEFAULTS[name]}
    return entered | read, frozenset(map(Fact, read))


def _field(name: str) -> str:
    return f"intake_{name}"


def _ask_facts() -> _Facts:
    return {**_ask_person(), **_ask_stay()}


def _ask_person() -> _Person:
    setting, age, sex = st.columns([2, 1, 2])
    return {
        "setting": setting.segmented_control(
            "Setting",
            list(CareSetting),
            required=True,
            format_func=lambda choice: choice.value.capitalize(),
            key=_field("setting"),
        )
        or CareSetting.INPATIENT,
        "age": age.number_input(
            "Age in years",
            min_value=0,
            max_value=OLDEST,
            value=None,
            step=1,
            key=_field("age"),
        ),
        "sex": sex.segmented_control(
            "Sex",
            list(Sex),
            required=True,
            format_func=lambda choice: choice.value.capitalize(),
            key=_field("sex"),
        )
        or Sex.UNKNOWN,
    }


def _ask_stay() -> _Stay:
    admitted, discharged, disposition = st.columns(3)
    return {
        "admitted": admitted.date_input(
            "Admitted or seen (optional)",
            value=None,
            min_value=EARLIEST,
            max_value=LATEST,
            format="YYYY-MM-DD",
            key=_field("admitted"),
        ),
        "discharged": discharged.date_input(
            "Discharged (optional)",
            value=None,
            min_value=EARLIEST,
            max_value=LATEST,
            format="YYYY-MM-DD",
            key=_field("discharged"),
        ),
        "disposition": disposition.selectbox(
            "Disposition (optional)",
            list(Disposition),
            index=None,
            format_func=DISPOSITION_WORDS.__getitem__,
            placeholder="not known",
            key=_field("disposition"),
        ),
    }
