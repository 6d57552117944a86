"""How an audit is begun: to what it is blind, and the way to it."""

from __future__ import annotations

from enum import StrEnum

import streamlit as st

from icd9_review.store.auditing.opening import open_audit
from icd9_review.store.database.engine import Database
from icd9_review.ui.auditing.steps import go_to_audit
from icd9_review.values import User


class Blind(StrEnum):
    """What an auditor is not to know before the audit is closed."""

    CODER = "The coder"
    MODEL = "The model"


Blindness = tuple[Blind, ...]
_HELP = (
    "Who signed, or what the model suggested, is not shown until the audit is closed. Until then "
    "the encounter is shut to you on every other page, in lists and in exports."
)


def choose_blindness(name: str) -> Blindness:
    """To what an audit is to be blind; to the coder unless somebody says otherwise."""
    chosen = st.pills(
        "Blind to",
        list(Blind),
        selection_mode="multi",
        default=[Blind.CODER],
        help=_HELP,
        key=f"blind {name}",
    )
    return tuple(chosen)


def open_and_go(
    database: Database,
    encounter_id: str,
    blind: Blindness,
    *,
    actor: User,
    key: str,
    sample: int | None = None,
) -> None:
    """Open an audit and put it into the address. Raises as ``open_audit``."""
    found = open_audit(
        database,
        encounter_id,
        actor=actor,
        key=key,
        sample=sample,
        blind=Blind.CODER in blind,
        blind_model=Blind.MODEL in blind,
    )
    go_to_audit(found.id)
