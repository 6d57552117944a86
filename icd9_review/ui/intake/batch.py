"""Files with many encounters: what the columns mean, the import and its report."""

from __future__ import annotations

import io
import time
from collections import Counter
from collections.abc import Sequence

import streamlit as st

from icd9_review.errors import InputError
from icd9_review.export.import_report import write_import_report
from icd9_review.notes.intake.column_mapping import (
    PARTICULARS,
    ColumnMapping,
    RowProblem,
    RowReader,
    check_mapping,
    column_meanings,
    guess_mapping,
    unread_rows,
)
from icd9_review.notes.intake.documents import Document, FoundEncounter
from icd9_review.notes.intake.formats.tables.table import Table
from icd9_review.notes.intake.unsaid import unsaid_settings
from icd9_review.store.intake.import_events import ImportWay, recorded_import
from icd9_review.store.intake.imports import ImportLine, Result, import_all
from icd9_review.ui.intake.files import describe_facts, list_notices
from icd9_review.ui.intake.team import ask_team
from icd9_review.ui.services import services
from icd9_review.ui.words import plain
from icd9_review.values import CareSetting, User

_DONE = "intake_batch_done"
_ROWS = "intake_batch_rows"
_PREVIEW = 5  # encounters and refusals shown before an import; by judgement
_NONE = "—"
_LABELS = {
    "note": "Text of the note",
    "encounter": "Encounter (rows of one value belong together)",
    "note_id": "Identifier of the note",
    "title": "Title of the note",
    "setting": "Setting",
    "age": "Age",
    "sex": "Sex",
    "admitted": "Admitted or seen",
    "discharged": "Discharged",
    "team": "Team (as people here call it)",
    "account": "Account number",
    "service": "Service",
    "payer": "Payer",
    "type": "Type of the note",
    "author": "Author of the note",
    "written": "Date of the note",
}
_REFRESH = 0.2  # seconds between steps of the progress bar; by judgement

Rows = tuple[tuple[FoundEncounter, ...], tuple[RowProblem, ...], tuple[str, ...]]
"""What the rows of a table hold, which of them are refused, and what is to be said of others."""


def ask_batch(found: Table | Document, token: str, user: User) -> None:
    """Ask what the columns mean, show what follows, import it, and report."""
    done: tuple[str, str, tuple[ImportLine, ...]] | None = st.session_state.get(_DONE)
    if done is not None and done[0] == token:
        _show_result(done[1], done[2])
        return
    st.header(plain(found.title))
    setting = st.segmented_control(
        "Setting of encounters whose file names none",
        list(CareSetting),
        default=CareSetting.INPATIENT,
        required=True,
        format_func=lambda choice: choice.value.capitalize(),
        key="batch_setting",
    )
    team = ask_team(user, key="batch_team")
    try:
        encounters, problems, said = _rows(found, token, setting)
    except InputError as error:
        st.warning(plain(str(error)), icon=":material/info:")
        return
    notices = (*_left_out(found), *said, *unsaid_settings(found, encounters, setting))
    list_notices(notices)
    _preview(encounters, problems)
    label = f"Import {len(encounters):,} encounters"
    if st.button(label, type="primary", disabled=not encounters):
        lines = (
            *_import(_for_team(encounters, team), setting, user),
            *map(_refusal, problems),
            *(ImportLine("", Result.NOTICE, reason=notice) for notice in notices),
        )
        _finish((token, found.title, lines))


def _for_team(encounters: Sequence[FoundEncounter], team: str | None) -> Sequence[FoundEncounter]:
    """Those that name no team of their own are for this one."""
    return encounters if team is None else [each.for_team(team) for each in encounters]


def _finish(done: tuple[str, str, tuple[ImportLine, ...]]) -> None:
    """Show what became of a file, which is let go of."""
    st.session_state[_DONE] = done
    st.session_state.pop(_ROWS, None)
    st.rerun()


def _left_out(found: Table | Document) -> tuple[str, ...]:
    return found.notices if isinstance(found, Table) else found.all_notices


def _rows(found: Table | Document, token: str, setting: CareSetting) -> Rows:
    """The encounters of a file, of a table by the columns a person chose."""
    if isinstance(found, Document):
        return found.encounters, (), ()
    if problems := unread_rows(found):
        return (), problems, ()
    mapping = _ask_mapping(found)
    check_mapping(found, mapping)
    key = (token, mapping, setting)
    known = st.session_state.get(_ROWS)
    if known is None or known[0] != key:
        with st.spinner("Reading rows"):
            reader = RowReader(found, mapping, setting)
            known = (key, (*reader.read(found), reader.take_notices()))
        st.session_state[_ROWS] = known
    rows: Rows = known[1]
    return rows


def _ask_mapping(table: Table) -> ColumnMapping:
    st.caption(f"{table.format}, {len(table.rows):,} rows, {len(table.columns)} columns")
    guessed = guess_mapping(table.columns)
    first = [each for each in column_meanings() if each not in PARTICULARS]
    chosen = _ask_columns(table, guessed, first)
    with st.expander("More about it (optional)", icon=":material/more_horiz:"):
        chosen |= _ask_columns(table, guessed, PARTICULARS)
    return ColumnMapping(**chosen)


def _ask_columns(
    table: Table, guessed: ColumnMapping, meanings: Sequence[str]
) -> dict[str, str | None]:
    options = [None, *table.columns]
    columns = st.columns(3)
    return {
        meaning: columns[number % 3].selectbox(
            _LABELS[meaning],
            options,
            index=options.index(getattr(guessed, meaning)),
            format_func=lambda name: name or _NONE,
            key=f"column_{meaning}",
        )
        for number, meaning in enumerate(meanings)
    }


def _preview(encounters: Sequence[FoundEncounter], problems: Sequence[RowProblem]) -> None:
    """The first encounters as they would be stored, and the first refusals."""
    notes = sum(len(encounter.notes) for encounter in encounters)
    st.markdown(f"**{len(encounters):,} encounters, {notes:,} notes, {len(problems):,} refused**")
    st.text("\n".join(_describe(encounter) for encounter in encounters[:_PREVIEW]))
    for problem in problems[:_PREVIEW]:
        st.error(f"Row {problem.number}: {plain(problem.reason)}", icon=":material/error:")
    if len(problems) > _PREVIEW:
        st.caption("The report after the import names every refused row.")


def _describe(encounter: FoundEncounter) -> str:
    note = encounter.notes[0].intake.note
    words = " ".join(note.text[:200].split())
    told = (encounter.place, describe_facts(encounter.facts), note.title, words[:100])
    return " · ".join(filter(None, told))


def _import(
    encounters: Sequence[FoundEncounter], setting: CareSetting, user: User
) -> list[ImportLine]:
    """Store one by one; what is stored stays so when the person leaves in the middle."""
    bar = st.progress(0.0, "Importing")
    shown = time.monotonic()
    lines: list[ImportLine] = []
    database, version = services().database, services().model_version
    with recorded_import(database, ImportWay.PAGE, user) as tally:
        tally.files = 1
        for line in import_all(database, encounters, setting, actor=user, model_version=version):
            lines.append(line)
            tally.add(line.result)
            if time.monotonic() - shown > _REFRESH:
                shown = time.monotonic()
                told = f"{len(lines):,} of {len(encounters):,} encounters"
                bar.progress(len(lines) / len(encounters), told)
    bar.empty()
    services().wake_worker()
    return lines


def _refusal(problem: RowProblem) -> ImportLine:
    return ImportLine(f"row {problem.number}", Result.REFUSED, reason=problem.reason)


def _show_result(title: str, lines: Sequence[ImportLine]) -> None:
    """How many, why some were refused, and all of it as a file."""
    st.header(plain(title))
    counts = Counter(line.result for line in lines)
    hidden = {Result.NOTICE} | ({Result.PURGED} - {*counts})
    results = [result for result in Result if result not in hidden]
    for column, result in zip(st.columns(len(results)), results, strict=True):
        column.metric(result.value.capitalize(), f"{counts[result]:,}")
    for line in [each for each in lines if each.result is Result.REFUSED][:20]:
        st.error(f"{plain(line.place)}: {plain(line.reason)}", icon=":material/error:")
    list_notices([line.reason for line in lines if line.result is Result.NOTICE])
    told = [line for line in lines if line.result in (Result.STORED, Result.PURGED)]
    list_notices([f"{line.label}: {line.reason}" for line in told if line.reason])
    report = io.BytesIO()
    write_import_report(((title, line) for line in lines), report)
    st.download_button(
        "Report (CSV)",
        report.getvalue(),
        file_name="import-report.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
    )
    st.page_link("pages/coding/worklist.py", label="Open the worklist", icon=":material/list:")
