"""Export: every code with its verdict, reason, person and time, as a file to keep."""

from contextlib import closing
from datetime import date
from io import BytesIO
from itertools import islice

import pandas as pd
import streamlit as st

from icd9_review.export.columns import COLUMNS, values
from icd9_review.export.decisions import export_decisions
from icd9_review.store.exporting.decision_rows import decision_rows
from icd9_review.ui.services import services
from icd9_review.ui.serving.session import require_user
from icd9_review.ui.words import plain
from icd9_review.values import Format, Role

ALLOWED = (Role.CODER, Role.AUDITOR, Role.ADMINISTRATOR)
WORDS = {Format.CSV: "CSV, for spreadsheets", Format.JSONL: "JSON lines, for programs"}
TYPES = {Format.CSV: "text/csv", Format.JSONL: "application/jsonl"}
PREVIEW = 25
PREVIEW_COLUMNS = ("encounter", "code", "title", "verdict", "reason", "actor", "time")

require_user(*ALLOWED)
st.title("Export decisions")
st.write(
    "One row per encounter and code. Codes are text with their dots; the text of notes is "
    "never exported. Each export is written to the ledger with its SHA-256."
)

left, right = st.columns(2)
chosen = left.segmented_control(
    "Format", list(WORDS), default=Format.CSV, required=True, format_func=WORDS.__getitem__
)
only_decided = right.segmented_control(
    "Rows",
    [True, False],
    default=True,
    required=True,
    format_func=lambda decided: (
        "Decided codes" if decided else "Decided codes and open suggestions"
    ),
)


def make_file() -> bytes:
    """Run on the click, by the person who clicks: checked again and written to the ledger."""
    actor = require_user(*ALLOWED)
    file = BytesIO()
    export_decisions(services().database, chosen, file, actor=actor, only_decided=only_decided)
    return file.getvalue()


with closing(decision_rows(services().database, only_decided=only_decided)) as rows:
    preview = list(islice(rows, PREVIEW))
st.download_button(
    "Download",
    make_file,
    file_name=f"decisions-{date.today():%Y-%m-%d}.{chosen}",
    mime=TYPES[chosen],
    icon=":material/download:",
    type="primary",
    on_click="ignore",
    disabled=not preview,
)
if preview:
    st.subheader("The first rows")
    # A static table: the toolbar of st.dataframe would offer a download past the ledger.
    shown = [{name: values(row)[name] for name in PREVIEW_COLUMNS} for row in preview]
    st.table(pd.DataFrame(shown).fillna("").map(plain), hide_index=True)
else:
    st.info("No decisions yet. Open an encounter from the worklist and decide on its codes.")
with st.expander("What the columns mean"):
    st.table(
        pd.DataFrame([{"Column": c.name, "Meaning": c.meaning} for c in COLUMNS]), hide_index=True
    )
