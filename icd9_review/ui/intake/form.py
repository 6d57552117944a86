"""The form that takes notes in: pasted text, files and the facts of the encounter.

Everything is checked before anything is stored; what was typed stays in the form
when something is wrong with it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

import streamlit as st

from icd9_review.errors import EncounterError, NoteError, ReviewError, TextPurged
from icd9_review.notes import NOTE_LIMIT, check_encounter, read_note
from icd9_review.notes.intake.documents import FoundEncounter, FoundNote
from icd9_review.notes.intake.facts import EARLIEST, LATEST, OLDEST
from icd9_review.notes.intake.identifiers import UNNAMED
from icd9_review.notes.intake.titles import document_title
from icd9_review.review.event_words import DISPOSITION_WORDS
from icd9_review.store.intake.encounters import add_note, create_encounter
from icd9_review.store.intake.imports import (
    Imported,
    Result,
    find_import,
    import_encounter,
    import_notes,
)
from icd9_review.ui.intake.files import FilesRead, forget_files, list_notices
from icd9_review.ui.intake.pasted import ask_texts, forget_pasted, offer_stated
from icd9_review.ui.intake.team import ask_team
from icd9_review.ui.services import services
from icd9_review.ui.words import plain
from icd9_review.values import CareSetting, Disposition, Encounter, NewEncounter, Note, Sex, User

_KEY = "new_encounter_key"
_NOTICES = "intake_notices"
_HERE = "intake_already_here"
_PREFILLED = "intake_prefilled"
_SUBMIT = "intake_submit"
_DEFAULTS: dict[str, Any] = {
    "setting": CareSetting.INPATIENT,
    "age": None,
    "sex": Sex.UNKNOWN,
    "admitted": None,
    "discharged": None,
    "disposition": None,
}


@dataclass(frozen=True, slots=True)
class _Here:
    """Something that looks like what is to be stored is stored already."""

    message: str
    encounter_id: str | None = None


def ask_encounter(user: User, reading: FilesRead) -> str | None:
    """Ask for notes and facts of a new encounter; its id once it is stored."""
    _prefill(reading)
    here: _Here | None = st.session_state.get(_HERE)
    list_notices(reading.unsaid)
    texts = ask_texts()
    told = {name: getattr(reading.facts, name) for name in _DEFAULTS}
    offer_stated(texts, told, submitted=bool(st.session_state.get(_SUBMIT)))
    with st.form("new_encounter", border=False):
        facts = _ask_facts()
        team = ask_team(user, key=_field("team"))
        again = here is not None and st.checkbox("Store it as another encounter all the same")
        submitted = st.form_submit_button(
            "Create and open", type="primary", shortcut="Ctrl+Enter", key=_SUBMIT
        )
    if submitted:
        st.session_state.pop(_HERE, None)
        try:
            new = check_encounter(**facts, team=team)
            return _store(texts, reading, new, user, again=bool(again))
        except ReviewError as error:
            st.error(plain(str(error)), icon=":material/error:")
            return None
    if here is not None:
        _show_here(here)
    return None


def ask_note(user: User, reading: FilesRead, encounter: Encounter) -> bool:
    """Ask for later notes of an encounter; True once they are stored."""
    with st.form("later_note", border=False):
        text = _ask_text()
        former = st.selectbox(
            "Takes the place of",
            [None, *encounter.notes],
            format_func=lambda note: f"{note.title}, version {note.version}" if note else "no note",
            help="A corrected note becomes the new version of the one it takes the place of.",
            key="intake_former",
        )
        submitted = st.form_submit_button("Add and open", type="primary", shortcut="Ctrl+Enter")
    if not submitted:
        return False
    try:
        _add(text, reading, encounter, former, user)
    except ReviewError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return False
    return True


def show_notices() -> None:
    """Tell once what intake had to change in the notes it just let in."""
    for notice in st.session_state.pop(_NOTICES, ()):
        st.toast(plain(notice), icon=":material/info:", duration="long")


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
    st.session_state.pop(_HERE, None)
    found = ((name, getattr(reading.facts, name)) for name in _DEFAULTS)
    told = {name: value for name, value in found if value is not None}
    gone = {name: value for name, value in _DEFAULTS.items() if name in before}
    for name, value in (gone | told).items():
        st.session_state[_field(name)] = value
    st.session_state[_PREFILLED] = reading.token, told


def _field(name: str) -> str:
    return f"intake_{name}"


def _ask_text() -> str:
    return st.text_area(
        "Note",
        height=320,
        placeholder="Paste the text of a note",
        help=f"Up to {NOTE_LIMIT:,} characters a note.",
    )


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


def _notes(texts: Sequence[str], reading: FilesRead) -> list[FoundNote]:
    """Everything that is to be stored; nothing is where a part of it cannot be."""
    if reading.refused:
        raise NoteError(f"{reading.refused[0]} Take the file out of the list to go on without it.")
    notes = [FoundNote(read_note(text, document_title(text))) for text in texts if text.strip()]
    notes += [note for encounter in reading.single for note in encounter.notes]
    if not notes:
        raise NoteError("There is no note yet: paste its text or choose a file.")
    return notes


def _gather(texts: Sequence[str], reading: FilesRead) -> FoundEncounter:
    """Pasted notes and files as one encounter."""
    notes = tuple(_notes(texts, reading))
    named = {(each.source, each.external_id) for each in reading.single if each.external_id}
    sure = {each for each in named if not each[1].within}  # bare numbers of files contradict nobody
    if len(sure) > 1:
        raise NoteError("These files belong to different encounters; take them in one by one.")
    one = sure or (named if len(reading.single) == 1 else set())
    source, external_id = next(iter(one), ("", UNNAMED))
    files = " ".join(each.file for each in reading.single)
    return FoundEncounter(notes, external_id=external_id, source=source, file=files)


def _store(
    texts: Sequence[str], reading: FilesRead, new: NewEncounter, user: User, *, again: bool
) -> str | None:
    found = _gather(texts, reading)
    if reading.single and not again:
        encounter_id = _import(found, new, user)
    else:
        encounter_id = _create(found, new, user)
    if encounter_id is not None:
        _finish(found.notes)
    return encounter_id


def _create(found: FoundEncounter, new: NewEncounter, user: User) -> str:
    key = st.session_state.setdefault(_KEY, uuid.uuid4().hex)
    encounter = create_encounter(
        services().database,
        new,
        [note.intake.note for note in found.notes],
        actor=user,
        key=key,
        model_version=services().model_version,
    )
    del st.session_state[_KEY]
    return encounter.id


def _import(found: FoundEncounter, new: NewEncounter, user: User) -> str | None:
    """Store what came from files; None where it is here already or contradicts what is."""
    try:
        done = import_encounter(
            services().database, found, new, actor=user, model_version=services().model_version
        )
    except EncounterError as error:
        _say_here(_Here(str(error)))
        return None
    if done.result is Result.PURGED:
        _say_here(_Here(f"{done.label}: {done.remark}", done.encounter_id))
        return None
    if done.result is Result.ALREADY_HERE:
        _say_here(_Here(f"Already here: {done.label}.", done.encounter_id))
        return None
    if done.result is Result.CHANGED:
        st.session_state[_NOTICES] = [_changes(done)]
    elif done.remark:
        st.session_state[_NOTICES] = [done.remark]
    return done.encounter_id


def _say_here(here: _Here) -> None:
    st.session_state[_HERE] = here
    st.rerun()


def _show_here(here: _Here) -> None:
    st.warning(plain(here.message), icon=":material/info:")
    if here.encounter_id is not None and st.button("Open it"):
        st.switch_page("pages/coding/workbench.py", query_params={"encounter": here.encounter_id})


def _add(
    text: str, reading: FilesRead, encounter: Encounter, former: Note | None, user: User
) -> None:
    notes = _notes([text], reading)
    _refuse_strangers(reading, encounter, user)
    database, version = services().database, services().model_version
    if former is None:
        done = import_notes(database, encounter.id, notes, actor=user, model_version=version)
        if done.result is Result.PURGED:
            raise TextPurged(done.remark)
        _finish(notes, _changes(done))
        return
    if len(notes) > 1:
        raise NoteError(
            "Only one note can take the place of another; add the others by themselves."
        )
    key = st.session_state.setdefault(_KEY, uuid.uuid4().hex)
    add_note(
        database,
        encounter.id,
        notes[0].intake.note,
        actor=user,
        key=key,
        model_version=version,
        supersedes=former.id,
    )
    del st.session_state[_KEY]
    _finish(notes)


def _refuse_strangers(reading: FilesRead, encounter: Encounter, user: User) -> None:
    """A file that says which encounter it belongs to must not go to another."""
    for found in reading.single:
        database = services().database.seen_by(user)
        here = find_import(database, found) if found.external_id else None
        if here is not None and here.id != encounter.id:
            raise NoteError(f"This file belongs to {here.label}; add it there.")


def _changes(done: Imported) -> str:
    if not done.added and not done.changed:
        return f"{done.label} had these notes already; nothing was changed."
    return f"{done.label} was here: {done.added} notes added, {done.changed} new versions."


def _finish(notes: list[FoundNote] | tuple[FoundNote, ...], told: str = "") -> None:
    """Keep the notices for the page that opens, let go of the files, wake the worker."""
    notices = [notice for note in notes for notice in note.intake.notices]
    before = st.session_state.get(_NOTICES, [])
    st.session_state[_NOTICES] = [*before, *filter(None, (told,)), *notices]
    forget_files()
    forget_pasted()
    services().wake_worker()
