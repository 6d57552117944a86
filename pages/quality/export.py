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
from icd9_review.export.columns import chosen
from icd9_review.export.days import day_bounds
from icd9_review.export.first_rows import first_rows
from icd9_review.export.formats import EXPORT_FORMATS, Value
from icd9_review.export.tables import TABLES
from icd9_review.export.writing import (
    ExportRequest,
    column_names,
    write_export,
)
from icd9_review.store.people.permissions import Act, may
from icd9_review.store.users import names
from icd9_review.ui.people.glass import show_broken_glass
from icd9_review.ui.services import services
from icd9_review.ui.serving.sign_in.identity import person_at_click
from icd9_review.ui.serving.sign_in.screen import require_user
from icd9_review.ui.words import plain
from icd9_review.values import ExportFilter, Role

PREVIEW = 25
TABLE, VISIT = "export_table", "export_visit"
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T|\Z)")
TABLE_WORDS = {"decisions": "Decisions", "history": "History"}
ABOUT = {
    "decisions": "One row per encounter and code as it stands now, with the decision it rests on.",
    "history": "One row per event of an encounter: who did what when, and what it changed.",
}
ROW_WORDS = {
    "decisions": {True: "Decided codes", False: "With open suggestions"},
    "history": {True: "Decisions", False: "Every event"},
}
UNDECIDED = "No decisions yet. Open an encounter from the worklist and decide on its codes."
EMPTY = {
    ("decisions", True): UNDECIDED,
    ("decisions", False): "No decisions and no suggestions yet. Take in an encounter on the "
    "worklist.",
    ("history", True): UNDECIDED,
    ("history", False): "No encounters yet. Take one in on the worklist.",
}

user = require_user(Act.EXPORT)
who_clicks = person_at_click()
people = names(services().database)


def ask_rows(table: str) -> bool:
    """Whether only decisions are wanted; each table is asked about for itself."""
    words = ROW_WORDS[table]
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
    first, last, who, words = st.columns([1.6, 1.6, 3, 3], vertical_alignment="bottom")
    zone = "A day is one in the time zone of the server; times in the file are UTC."
    since = first.date_input("From", value=None, format="YYYY-MM-DD", help=zone)
    until = last.date_input("To", value=None, format="YYYY-MM-DD", help="This day included.")
    chosen_people = who.multiselect(
        "By",
        sorted(people, key=lambda each: people[each].casefold()),
        format_func=people.__getitem__,
        placeholder="Anyone",
    )
    with_words = words.toggle(
        "Words of notes and people",
        help="Adds the words of notes that were shown as evidence, and what people wrote "
        "themselves. Without them the file holds no text of notes.",
    )
    try:
        begin, end = day_bounds(since, until)
    except InputError as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.stop()
    return ExportFilter(begin, end, tuple(chosen_people)), with_words


def make_file() -> bytes:
    """Run on the click, by the person who clicks: checked again and written to the ledger."""
    actor = who_clicks()
    if actor is None or not may(actor, Act.EXPORT):
        raise PermissionDenied("Whoever clicked may not export, or has left.")
    file = BytesIO()
    write_export(services().database, request, file, actor=actor)
    return file.getvalue()


def in_one_piece(text: str) -> str:
    """A moment in a narrow column is not broken at its hyphens (U+2011); other text is as it is."""
    return text.replace("-", "\u2011") if MOMENT.match(text) else text


def show_preview(rows: Sequence[tuple[Value, ...]]) -> None:
    """A static table: the toolbar of st.dataframe would offer a download past the ledger."""
    st.header("The first rows")
    whole = pd.DataFrame(rows, columns=list(column_names(request)), dtype=object)
    outline = whole[list(TABLES[request.table].outline)]
    st.table(outline.fillna("").astype(str).map(in_one_piece).map(plain), hide_index=True)


st.title("Export")
about = st.empty()
if TABLE not in st.session_state:  # Streamlit forgets it when the page is left
    st.session_state[VISIT] = uuid.uuid4().hex
left, middle, right = st.columns([1.9, 3.3, 3.9], vertical_alignment="bottom")
table = left.segmented_control(
    "What",
    list(TABLES),
    default="decisions",
    required=True,
    format_func=TABLE_WORDS.__getitem__,
    key=TABLE,
)
with middle:
    only_decided = ask_rows(table)
form = right.segmented_control(
    "Format",
    list(EXPORT_FORMATS),
    default="csv",
    required=True,
    format_func=lambda each: EXPORT_FORMATS[each].words,
)
about.write(
    f"{ABOUT[table]} Codes are text with their dots. The ledger keeps who exported what and when, "
    "with the SHA-256 of the file."
)
bounds, with_words = ask_bounds()
wanted = replace(bounds, only_decided=only_decided)
request = ExportRequest(table, form, wanted, with_words)

preview = first_rows(
    services().database, request, PREVIEW, actor=user, visit=st.session_state[VISIT]
)
if preview:
    st.download_button(
        "Download",
        make_file,
        file_name=f"{table}-{date.today():%Y-%m-%d}.{form}",
        mime=EXPORT_FORMATS[form].media_type,
        icon=":material/download:",
        type="primary",
        on_click="ignore",
    )
    show_preview(preview)
elif bounds == ExportFilter():
    st.info(EMPTY[table, only_decided])
else:
    st.info("No rows on these days by these people. Choose others, or none.")
if user.role in (Role.AUDITOR, Role.ADMINISTRATOR):
    show_broken_glass(user)
with st.expander("What the columns mean"):
    meanings = pd.DataFrame(
        [
            {"Column": each.name, "Meaning": each.meaning}
            for each in chosen(TABLES[table].columns, words=with_words)
        ]
    )
    st.table(meanings.map(plain), hide_index=True)
