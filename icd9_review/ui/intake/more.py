"""What may be told of an encounter and its pasted notes besides: folded, because few need it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

import streamlit as st

from icd9_review.notes.intake.facts import EARLIEST, LATEST
from icd9_review.notes.intake.gate import Intake
from icd9_review.notes.intake.particulars.note_types import NOTE_TYPE_WORDS
from icd9_review.notes.intake.particulars.words import ACCOUNT_LIMIT, AUTHOR_LIMIT, WORDS_LIMIT
from icd9_review.values import NoteType


class AskedBilling(TypedDict):
    """As `check_encounter` takes it; empty where nothing was entered."""

    account: str
    service: str
    payer: str


@dataclass(frozen=True, slots=True)
class AskedNote:
    """What somebody entered of one pasted note."""

    type: NoteType | None = None
    author: str = ""
    written: date | None = None

    def tell(self, intake: Intake) -> Intake:
        """The note with it; where nothing was entered, as it says itself."""
        return intake.told(self.type, self.author, self.written)


def ask_more(notes: int, prefix: str) -> tuple[AskedBilling, Sequence[AskedNote]]:
    """The fields of an encounter with so many fields for notes, in one folded part of its form."""
    with st.expander("More about it (optional)", icon=":material/more_horiz:"):
        account, service, payer = st.columns(3)
        billing: AskedBilling = {
            "account": account.text_input(
                "Account number",
                max_chars=ACCOUNT_LIMIT,
                help="The worklist finds the encounter by it. Only a digest of it is stored.",
                key=f"{prefix}account",
            ),
            "service": service.text_input(
                "Service",
                max_chars=WORDS_LIMIT,
                placeholder="such as Cardiology",
                key=f"{prefix}service",
            ),
            "payer": payer.text_input(
                "Payer",
                max_chars=WORDS_LIMIT,
                placeholder="such as Medicare",
                key=f"{prefix}payer",
            ),
        }
        told = [_ask_note(number, f"{prefix}{number}_") for number in range(1, notes + 1)]
    return billing, told


def ask_more_of_note(prefix: str) -> AskedNote:
    """The same of a note that comes later."""
    with st.expander("More about it (optional)", icon=":material/more_horiz:"):
        return _ask_note(1, prefix)


def _ask_note(number: int, prefix: str) -> AskedNote:
    kind, author, written = st.columns(3)
    return AskedNote(
        kind.selectbox(
            f"Type of note{f' {number:d}' if number > 1 else ''}",
            list(NoteType),
            index=None,
            format_func=lambda each: NOTE_TYPE_WORDS[each].capitalize(),
            placeholder="as the note says",
            key=f"{prefix}type",
        ),
        author.text_input(
            f"Author of note{f' {number:d}' if number > 1 else ''}",
            max_chars=AUTHOR_LIMIT,
            key=f"{prefix}author",
        ),
        written.date_input(
            f"Date of note{f' {number:d}' if number > 1 else ''}",
            value=None,
            min_value=EARLIEST,
            max_value=LATEST,
            format="YYYY-MM-DD",
            key=f"{prefix}written",
        ),
    )
