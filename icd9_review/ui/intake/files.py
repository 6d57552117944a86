"""The files a person dropped on the intake page: read once, shown before anything is stored.

What was read stays in the session of the tab, as the upload itself does, and nowhere
else. Names and texts of files are hostile: they are shown as plain text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import (
    Document,
    Facts,
    FoundEncounter,
    merge_facts,
)
from icd9_review.notes.intake.facts import EARLIEST, LATEST
from icd9_review.notes.intake.formats.tables.table import Table
from icd9_review.notes.intake.limits import PAGE
from icd9_review.notes.intake.reading import format_names, read_file
from icd9_review.notes.intake.unsaid import SILENT, silent_files, unsaid_settings
from icd9_review.ui.serving.uploads import let_go
from icd9_review.ui.words import describe_dates, describe_person, plain
from icd9_review.values import CareSetting, Sex

_READ = "intake_read"
_BEGINNING = 400  # characters of a note that tell which it is; by judgement
_NOTICES = 10  # shown of one file, the report of an import has them all; by judgement
_HELD = 2 * PAGE.characters
"""Characters of all files together that a tab holds until they are stored: two of the largest."""


@dataclass(frozen=True, slots=True)
class FilesRead:
    """What the dropped files hold; ``refused`` says why some of them hold nothing."""

    token: str
    documents: tuple[Document, ...]
    tables: tuple[Table, ...]
    refused: tuple[str, ...]

    @property
    def single(self) -> tuple[FoundEncounter, ...]:
        """The encounters of files with one each, which together make one."""
        return tuple(each for document in self.documents for each in document.encounters)

    @property
    def batch(self) -> Table | Document | None:
        """The first file with many encounters."""
        many = [document for document in self.documents if len(document.encounters) > 1]
        every: list[Table | Document] = [*self.tables, *many]
        return next(iter(every), None)

    @property
    def facts(self) -> Facts:
        """Of each fact the first that a file tells; days the form cannot show are left out."""
        found = merge_facts(each.facts for each in self.single)
        return replace(
            found, admitted=_in_range(found.admitted), discharged=_in_range(found.discharged)
        )

    @property
    def unsaid(self) -> tuple[str, ...]:
        """That no file says the setting, where those chosen are of formats that cannot."""
        told = any(each.facts.setting for each in self.single)
        silent = [each.title for each in self.documents if each.format in SILENT]
        return () if told else silent_files(silent, len(silent), "check the setting below")


def ask_files() -> FilesRead:
    """The drop area, and what is in it read."""
    notes, tables = format_names()
    files = st.file_uploader(
        f"Files · {notes}; tables as {tables}",
        accept_multiple_files=True,
        max_upload_size=PAGE.size // 1024**2,
        key="intake_files",
    )
    known: Mapping[str, Document | Table | str] = st.session_state.get(_READ, {})
    read = {file.file_id: known[file.file_id] for file in files or () if file.file_id in known}
    st.session_state[_READ] = read
    let_go(known.keys() - read.keys())  # left behind when the page was left
    for number, file in enumerate(files or (), start=1):
        if file.file_id not in read:
            with st.spinner(f"Reading file {number} of {len(files)}"):
                # A run that is broken off by the next one leaves to that what is read by then.
                read[file.file_id] = _bounded(_read(file.getvalue(), file.name), read.values())
    found = [read[file.file_id] for file in files or ()]
    return FilesRead(
        token=" ".join(file.file_id for file in files or ()),
        documents=tuple(each for each in found if isinstance(each, Document)),
        tables=tuple(each for each in found if isinstance(each, Table)),
        refused=tuple(each for each in found if isinstance(each, str)),
    )


def forget_files() -> None:
    """Let go of what was read and of the files themselves, once they are stored."""
    let_go(st.session_state.pop(_READ, {}))


def show_reading(reading: FilesRead) -> None:
    """What was recognised, file by file."""
    for reason in reading.refused:
        st.error(plain(reason), icon=":material/error:")
    for document in reading.documents:
        if len(document.encounters) == 1:
            _show_document(document)


def describe_facts(facts: Facts) -> str:
    """Everything that is known, in a few words."""
    known = (
        facts.setting.value if facts.setting else "",
        describe_person(facts.age, facts.sex or Sex.UNKNOWN),
        describe_dates(facts.admitted, facts.discharged),
        facts.service or "",
        facts.payer or "",
    )
    return " · ".join(filter(None, known))


def _read(data: bytes, name: str) -> Document | Table | str:
    try:
        return read_file(data, name, tick=_still_wanted)
    except NoteError as error:
        return str(error)


def _still_wanted() -> None:
    """End this run where its tab is closed, or something else was asked for meanwhile.

    Streamlit looks at what it was asked for whenever a script touches the session.
    """
    st.session_state.get(_READ)


def _bounded(
    found: Document | Table | str, others: Iterable[Document | Table | str]
) -> Document | Table | str:
    """What was found, or why the tab cannot hold it as well."""
    if isinstance(found, str) or _characters(found) + sum(map(_characters, others)) <= _HELD:
        return found
    return (
        f'"{found.title}" is not read: the files chosen hold more than {_HELD:,} characters '
        "together; take them in one by one."
    )


def _characters(found: Document | Table | str) -> int:
    if isinstance(found, str):
        return 0
    if isinstance(found, Table):
        return sum(len(cell) for row in found.rows for cell in row.cells)
    notes = (note for encounter in found.encounters for note in encounter.notes)
    return sum(len(note.intake.note.text) for note in notes)


def _show_document(document: Document) -> None:
    (encounter,) = document.encounters
    notes = [note.intake.note for note in encounter.notes]
    lines = [f"{note.title} · {len(note.text):,} characters" for note in notes]
    if told := describe_facts(encounter.facts):
        lines.append(f"Found: {told}")
    if encounter.codes:
        lines.append(f"Names the codes {', '.join(encounter.codes[:20])}")
    with st.container(border=True):
        st.markdown(f"**{plain(document.title)}** · {plain(document.format.value)}")
        st.text("\n".join(lines))
        with st.expander("Beginning"):
            st.text("\n\n".join(_beginning(note.text) for note in notes))
        unsaid = unsaid_settings(document, document.encounters, CareSetting.INPATIENT)
        list_notices((*document.all_notices, *unsaid))


def list_notices(notices: Sequence[str]) -> None:
    """What was left out or assumed; the first ones, where they are many."""
    for notice in notices[:_NOTICES]:
        st.warning(plain(notice), icon=":material/info:")
    if len(notices) > _NOTICES:
        st.caption(f"{len(notices) - _NOTICES:,} more remarks of this kind")


def _beginning(text: str) -> str:
    return text[:_BEGINNING] + ("…" if len(text) > _BEGINNING else "")


def _in_range(day: date | None) -> date | None:
    return day if day is not None and EARLIEST <= day <= LATEST else None
