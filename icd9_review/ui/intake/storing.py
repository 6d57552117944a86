"""Storing what the form of intake asked for: a new encounter, or later notes of one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from icd9_review.errors import EncounterError, NoteError, TextPurged
from icd9_review.notes import read_note
from icd9_review.notes.intake.documents import FoundEncounter, FoundNote
from icd9_review.notes.intake.identifiers import UNNAMED
from icd9_review.notes.intake.titles import document_title
from icd9_review.store.intake.encounters import add_note, create_encounter
from icd9_review.store.intake.imports import (
    Imported,
    Result,
    find_import,
    import_encounter,
    import_notes,
)
from icd9_review.ui.intake.files import FilesRead, forget_files
from icd9_review.ui.intake.more import AskedNote
from icd9_review.ui.intake.pasted import forget_pasted
from icd9_review.ui.intake.stated import forget_stated
from icd9_review.ui.services import services
from icd9_review.ui.words import plain
from icd9_review.values import Encounter, NewEncounter, Note, User

_KEY = "new_encounter_key"
_NOTICES = "intake_notices"
HERE = "intake_already_here"
"""Where a tab keeps what was found to be stored already."""


@dataclass(frozen=True, slots=True)
class Here:
    """Something that looks like what is to be stored is stored already."""

    message: str
    encounter_id: str | None = None


def show_notices() -> None:
    """Tell once what intake had to change in the notes it just let in."""
    for notice in st.session_state.pop(_NOTICES, ()):
        st.toast(plain(notice), icon=":material/info:", duration="long")


Pasted = tuple[str, AskedNote]
"""The text of one field, and what was entered of it besides."""


def _notes(pasted: Sequence[Pasted], reading: FilesRead) -> list[FoundNote]:
    """Everything that is to be stored; nothing is where a part of it cannot be."""
    if reading.refused:
        raise NoteError(f"{reading.refused[0]} Take the file out of the list to go on without it.")
    notes = [
        FoundNote(told.tell(read_note(text, document_title(text))))
        for text, told in pasted
        if text.strip()
    ]
    notes += [note for encounter in reading.single for note in encounter.notes]
    if not notes:
        raise NoteError("There is no note yet: paste its text or choose a file.")
    return notes


def _gather(pasted: Sequence[Pasted], reading: FilesRead) -> FoundEncounter:
    """Pasted notes and files as one encounter."""
    notes = tuple(_notes(pasted, reading))
    named = {(each.source, each.external_id) for each in reading.single if each.external_id}
    sure = {each for each in named if not each[1].within}  # bare numbers of files contradict nobody
    if len(sure) > 1:
        raise NoteError("These files belong to different encounters; take them in one by one.")
    one = sure or (named if len(reading.single) == 1 else set())
    source, external_id = next(iter(one), ("", UNNAMED))
    files = " ".join(each.file for each in reading.single)
    return FoundEncounter(notes, external_id=external_id, source=source, file=files)


def store_encounter(
    pasted: Sequence[Pasted], reading: FilesRead, new: NewEncounter, user: User, *, again: bool
) -> str | None:
    found = _gather(pasted, reading)
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
        _say_here(Here(str(error)))
        return None
    if done.result is Result.PURGED:
        _say_here(Here(f"{done.label}: {done.remark}", done.encounter_id))
        return None
    if done.result is Result.ALREADY_HERE:
        _say_here(Here(f"Already here: {done.label}.", done.encounter_id))
        return None
    if done.result is Result.CHANGED:
        st.session_state[_NOTICES] = [_changes(done)]
    elif done.remark:
        st.session_state[_NOTICES] = [done.remark]
    return done.encounter_id


def _say_here(here: Here) -> None:
    st.session_state[HERE] = here
    st.rerun()


def show_here(here: Here) -> None:
    st.warning(plain(here.message), icon=":material/info:")
    if here.encounter_id is not None and st.button("Open it"):
        st.switch_page("pages/coding/workbench.py", query_params={"encounter": here.encounter_id})


def store_later(
    pasted: Pasted, reading: FilesRead, encounter: Encounter, former: Note | None, user: User
) -> None:
    notes = _notes([pasted], reading)
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
    forget_stated()
    services().wake_worker()
