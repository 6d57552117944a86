"""What somebody wants to compare: days, kind, level, members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import streamlit as st

from icd9_review.errors import InputError
from icd9_review.export.days import day_bounds
from icd9_review.quality.agreement.codings import Coding
from icd9_review.quality.agreement.levels import CodeLevel
from icd9_review.quality.agreement.words import KINDS_WORDS, LEVEL_WORDS
from icd9_review.ui.words import plain
from icd9_review.values import Kind

MEMBERS_KEY: Final = "agreement_members"
"""The key of a widget that is there whenever the page is."""
_DAY = 150  # pixels of a day and its calendar


@dataclass(frozen=True, slots=True)
class AgreementChoices:
    """As the widgets say it; the bounds are moments, the last excluded."""

    bounds: tuple[datetime | None, datetime | None]
    kind: Kind | None
    level: CodeLevel

    def as_asked(self) -> dict[str, str]:
        """What is asked, as the ledger keeps it; no names of members."""
        since, before = self.bounds
        asked = {
            "from": f"{since:%Y-%m-%d}" if since else "",
            "before": f"{before:%Y-%m-%d}" if before else "",
            "kind": self.kind.value if self.kind else "",
            "level": self.level.value,
        }
        return {name: value for name, value in asked.items() if value}


def ask_comparison() -> AgreementChoices:
    """Days, kind and level; stops the page where the days are swapped."""
    zone = "Of the signature, in the time zone of the server."
    every = {words: kind for kind, words in KINDS_WORDS.items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        since = st.date_input("Signed from", None, format="YYYY-MM-DD", help=zone, width=_DAY)
        until = st.date_input(
            "To", None, format="YYYY-MM-DD", help="This day included.", width=_DAY
        )
        codes = st.segmented_control(
            "Codes", list(every), default=KINDS_WORDS[None], required=True, width="content"
        )
        level = st.segmented_control(
            "Compared by",
            list(CodeLevel),
            default=CodeLevel.FULL,
            required=True,
            format_func=LEVEL_WORDS.__getitem__,
            help="428.21 is 428.2 by four characters and 428 by three. Of a procedure the "
            "category has two digits.",
            width="content",
        )
    try:
        return AgreementChoices(day_bounds(since, until), every[codes], CodeLevel(level))
    except InputError as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.stop()


def ask_members(codings: Sequence[Coding]) -> list[Coding]:
    """The codings of the members that are chosen; of all where none is."""
    members = sorted({each.member for each in codings}, key=str.casefold)
    chosen = st.multiselect(
        "Members",
        members,
        placeholder="Everybody, and every model version",
        key=MEMBERS_KEY,
    )
    return [each for each in codings if not chosen or each.member in chosen]
