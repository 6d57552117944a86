"""The form that takes a new encounter: pasted text, text files and the facts.

Everything is checked before anything is stored; what was typed stays in the form
when something is wrong with it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import TypedDict

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from icd9_review.errors import NoteError, ReviewError
from icd9_review.notes import (
    FILE_LIMIT,
    NOTE_LIMIT,
    Intake,
    check_encounter,
    decode_file,
    read_note,
)
from icd9_review.notes.facts import EARLIEST, LATEST, OLDEST
from icd9_review.store.encounters import create_encounter
from icd9_review.ui.services import services
from icd9_review.ui.words import plain
from icd9_review.values import CareSetting, Encounter, Sex, User

_KEY = "new_encounter_key"
_NOTICES = "intake_notices"


def ask_encounter(user: User) -> Encounter | None:
    """Ask for notes and facts; the encounter once it is stored."""
    with st.form("new_encounter", border=False):
        text = st.text_area(
            "Note",
            height=320,
            placeholder="Paste the text of a note",
            help=f"Up to {NOTE_LIMIT:,} characters a note.",
        )
        files = st.file_uploader(
            f"Text files (.txt, up to {FILE_LIMIT // 1_000_000} MB each)",
            type=["txt"],
            accept_multiple_files=True,
            max_upload_size=FILE_LIMIT // 1_000_000,
        )
        facts = _ask_facts()
        submitted = st.form_submit_button("Create and open", type="primary", shortcut="Ctrl+Enter")
    if not submitted:
        return None
    try:
        return _store(text, files or [], facts, user)
    except ReviewError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None


def show_notices() -> None:
    """Tell once what intake had to change in the notes it just let in."""
    for notice in st.session_state.pop(_NOTICES, ()):
        st.toast(plain(notice), icon=":material/info:", duration="long")


class _Facts(TypedDict):
    setting: CareSetting
    age: int | None
    sex: Sex
    admitted: date | None
    discharged: date | None


def _ask_facts() -> _Facts:
    setting, age, sex = st.columns([2, 1, 2])
    admitted, discharged = st.columns(2)
    return {
        "setting": setting.segmented_control(
            "Setting",
            list(CareSetting),
            default=CareSetting.INPATIENT,
            required=True,
            format_func=lambda choice: choice.value.capitalize(),
        ),
        "age": age.number_input("Age in years", min_value=0, max_value=OLDEST, value=None, step=1),
        "sex": sex.segmented_control(
            "Sex",
            list(Sex),
            default=Sex.UNKNOWN,
            required=True,
            format_func=lambda choice: choice.value.capitalize(),
        ),
        "admitted": admitted.date_input(
            "Admitted or seen (optional)", value=None, min_value=EARLIEST, max_value=LATEST
        ),
        "discharged": discharged.date_input(
            "Discharged (optional)", value=None, min_value=EARLIEST, max_value=LATEST
        ),
    }


def _read(text: str, files: Sequence[UploadedFile]) -> list[Intake]:
    notes = [read_note(text, "Pasted note")] if text.strip() else []
    notes += [decode_file(file.getvalue(), file.name) for file in files]
    if not notes:
        raise NoteError("There is no note yet: paste its text or choose a .txt file.")
    return notes


def _store(text: str, files: Sequence[UploadedFile], facts: _Facts, user: User) -> Encounter:
    new = check_encounter(**facts)
    intakes = _read(text, files)
    key = st.session_state.setdefault(_KEY, uuid.uuid4().hex)
    encounter = create_encounter(
        services().database,
        new,
        [intake.note for intake in intakes],
        actor=user,
        key=key,
        model_version=services().model_version,
    )
    del st.session_state[_KEY]
    st.session_state[_NOTICES] = [notice for intake in intakes for notice in intake.notices]
    services().wake_worker()
    return encounter
