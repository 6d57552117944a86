"""Export: decisions, or everything that happened to encounters, as a file to keep."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO

import pandas as pd
import streamlit as st

from icd9_review.errors import InputError, PermissionDenied
from icd9_review.export.code_filter import read_code_filter
from icd9_review.export.days import day_bounds
from icd9_review.export.dictionary import dictionary, write_dictionary
from icd9_review.export.export_table import RowFilter
from icd9_review.export.first_rows import first_rows
from icd9_review.export.formats import Value
from icd9_review.export.tables import TABLES
from icd9_review.export.writing import (
    ExportRequest,
    column_names,
    write_export,
)
from icd9_review.review.status_words import STATUS_WORDS
from icd9_review.store.auditing.blindness import count_blind
from icd9_review.store.people.permissions import Act, may
from icd9_review.store.users import names
from icd9_review.ui.people.glass import show_broken_glass
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.identity import person_at_click
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.words import plain
from icd9_review.values import CareSetting, ExportFilter, Role, User

PREVIEW = 25
TABLE, VISIT, MEASURED = "export_table", "export_visit", "export_measured"
WIDTHS = {RowFilter.SETTINGS: 2, RowFilter.STATUSES: 3.6, RowFilter.CODES: 3.6}
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T|\Z)")
user = require_user(Act.EXPORT)
who_clicks = person_at_click()
people = names(services().database)


def ask_rows(table: str) -> bool:
    """Whether only decisions are wanted; each table is asked about for itself."""
    choice = TABLES[table].choice
    words = {True: choice.fewer, False: choice.all}
    decided = st.segmented_control(
        "Rows",
        list(words),
        default=True,
        required=True,
        format_func=words.__getitem__,
        key=f"rows_{table}",
    )
    return bool(decided)


def ask_bounds() -> tuple[ExportFilter, bool]:
    """Days and people, and whether to include words; stops the page where days are swapped."""
    filters = TABLES[table].filters
    first, last, who, words = st.columns([1.6, 1.6, 3, 3], vertical_alignment="bottom")
    zone = "A day is one in the time zone of the server; times in the file are UTC."
    since = first.date_input("From", value=None, format="YYYY-MM-DD", help=zone)
    until = last.date_input("To", value=None, format="YYYY-MM-DD", help="This day included.")
    chosen_people = []
    if RowFilter.PEOPLE in filters:
        chosen_people = who.multiselect(
            "By",
            sorted(people, key=lambda each: people[each].casefold()),
            format_func=people.__getitem__,
            placeholder="Anyone",
        )
    try:
        begin, end = day_bounds(since, until)
    except InputError as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.stop()
    if not any(column.words for column in TABLES[table].columns):
        return ExportFilter(begin, end, tuple(chosen_people)), False
    with_words = words.toggle(
        "Words of notes and people",
        help="Adds the words of notes that were shown as evidence, and what people wrote "
        "themselves. Without them the file holds no text of notes.",
    )
    return ExportFilter(begin, end, tuple(chosen_people)), with_words


def ask_encounters() -> ExportFilter:
    """Settings, statuses and codes; stops the page where a code is not written as one."""
    filters = [each for each in WIDTHS if each in TABLES[table].filters]
    rest = [width for each, width in WIDTHS.items() if each not in filters]
    row = st.columns([*map(WIDTHS.__getitem__, filters), *rest])
    places = dict(zip(filters, row, strict=False))
    settings, statuses, given = [], [], ""
    if RowFilter.SETTINGS in filters:
        settings = places[RowFilter.SETTINGS].multiselect(
            "Setting", list(CareSetting), format_func=str.capitalize, placeholder="Any"
        )
    if RowFilter.STATUSES in filters:
        statuses = places[RowFilter.STATUSES].multiselect(
            "Status", list(STATUS_WORDS), format_func=STATUS_WORDS.__getitem__, placeholder="Any"
        )
    if RowFilter.CODES in filters:
        given = places[RowFilter.CODES].text_input(
            "Codes",
            placeholder="Any: 250.00, or 250 for all below it",
            help="Codes with their dots, or headers, which take what is below them; commas "
            "between.",
        )
    try:
        return ExportFilter(
            settings=tuple(settings), statuses=tuple(statuses), codes=read_code_filter(given)
        )
    except InputError as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.stop()


def make_file() -> bytes:
    """Run on the click, by the person who clicks: checked again and written to the ledger."""
    actor = who_clicks()
    if actor is None or not may(actor, Act.EXPORT) or not may(actor, TABLES[table].act):
        raise PermissionDenied("Whoever clicked may not export, or has left.")
    file = BytesIO()
    write_export(services().database, request, file, actor=actor)
    return file.getvalue()


def make_dictionary() -> bytes:
    """What the columns mean, without a row of anybody's."""
    file = BytesIO()
    write_dictionary(TABLES[table], file, words=with_words)
    return file.getvalue()


def find_first_rows() -> list[tuple[Value, ...]] | None:
    """Of a table that takes long those that were asked for; None before they were."""
    if not TABLES[table].measured:
        return read_first_rows(request, user)
    asked, rows = st.session_state.get(MEASURED, (None, None))
    return rows if asked == request else None


def ask_first_rows(asked: ExportRequest) -> None:
    """On a click, by whoever clicks, and kept until another question."""
    if (actor := who_clicks()) is not None:
        st.session_state[MEASURED] = asked, read_first_rows(asked, actor)


def read_first_rows(asked: ExportRequest, actor: User) -> list[tuple[Value, ...]]:
    """The first rows, as the ledger hears of them once a visit."""
    database, visit = services().database, st.session_state[VISIT]
    return first_rows(database, asked, PREVIEW, actor=actor, visit=visit)


def in_short(value: Value) -> str:
    """A value of the preview; a fraction with three places, which the file has in full."""
    if value is None:
        return ""
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def in_one_piece(text: str) -> str:
    """A moment in a narrow column is not broken at its hyphens (U+2011); other text is as it is."""
    return text.replace("-", "\u2011") if MOMENT.match(text) else text


def show_preview(rows: Sequence[tuple[Value, ...]]) -> None:
    """A static table: the toolbar of st.dataframe would offer a download past the ledger."""
    st.header("The first rows")
    whole = pd.DataFrame(rows, columns=list(column_names(request)), dtype=object)
    outline = whole[list(TABLES[request.table].outline)]
    st.table(outline.map(in_short).map(in_one_piece).map(plain), hide_index=True)


st.title("Export")
about = st.empty()
if TABLE not in st.session_state:  # Streamlit forgets it when the page is left
    st.session_state[VISIT] = uuid.uuid4().hex
    st.session_state.pop(MEASURED, None)
table = st.segmented_control(
    "What",
    [name for name, each in TABLES.items() if may(user, each.act)],
    default="decisions",
    required=True,
    format_func=lambda each: TABLES[each].title,
    key=TABLE,
)
only_decided = ask_rows(table)
formats = TABLES[table].formats
form = st.segmented_control(
    "Format",
    list(formats),
    default="csv",
    required=True,
    format_func=lambda each: formats[each].words,
    key=f"format_{table}",
)
st.caption(f"{formats[form].words}: {formats[form].about}.")
about.write(
    f"{TABLES[table].about} Codes are text with their dots. The ledger keeps who exported what "
    "and when, with the SHA-256 of the file."
)
bounds, with_words = ask_bounds()
bounds = replace(ask_encounters(), since=bounds.since, before=bounds.before, people=bounds.people)
wanted = replace(bounds, only_decided=only_decided)
request = ExportRequest(table, form, wanted, with_words)

preview = find_first_rows()
hidden = count_blind(services().database, actor=user)
if hidden and TABLES[table].leaves_blind_out:
    st.caption(f"Encounters left out until their blind audits are closed: {hidden:,}.")
if preview or preview is None:
    st.download_button(
        "Download",
        make_file,
        key="export_file",
        file_name=f"{table}-{date.today():%Y-%m-%d}.{formats[form].ending}",
        mime=formats[form].media_type,
        icon=":material/download:",
        type="primary",
        on_click="ignore",
    )
    if preview:
        show_preview(preview)
    else:
        st.button("Show the first rows", on_click=ask_first_rows, args=(request,))
elif bounds == ExportFilter():
    choice = TABLES[table].choice
    st.info(choice.empty if only_decided else choice.all_empty)
else:
    st.info("No rows of these days, people, encounters and codes. Choose others, or none.")
if user.role in (Role.AUDITOR, Role.ADMINISTRATOR):
    show_broken_glass(user)
with st.expander("What the columns mean"):
    entries = dictionary(TABLES[table], words=with_words)
    meanings = pd.DataFrame(
        [
            (each.name, each.type, each.meaning, "" if each.example is None else str(each.example))
            for each in entries
        ],
        columns=["Column", "Type", "Meaning", "Example"],
    )
    st.download_button(
        "Download as CSV",
        make_dictionary,
        key="export_dictionary",
        file_name=f"{table}.columns.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
    st.table(meanings.map(plain), hide_index=True)
