"""How an audit is begun: to what it is blind, and the way to it."""

from __future__ import annotations

from enum import StrEnum

import streamlit as st

from icd9_review.errors import InputError
from icd9_review.store.auditing.opening import open_audit
from icd9_review.store.database.engine import Database
from icd9_review.store.oversight.entries import named_encounter
from icd9_review.store.people.permissions import Act
from icd9_review.ui.auditing.steps import do_step, go_to_audit
from icd9_review.values import User


class Blind(StrEnum):
    """What an auditor is not to know before the audit is closed."""

    CODER = "The coder"
    MODEL = "The model"


Blindness = tuple[Blind, ...]
_NUMBER = "audit_number"
_HELP = (
    "Who signed, or what the model suggested, is not shown until the audit is closed. Until then "
    "the encounter is shut to you on every other page, in lists and in exports."
)


def choose_blindness(name: str) -> str:
    """To what an audit is to be blind; to the coder unless somebody says otherwise.

    The key of the choice: it is read when the audit begins, which may come before the page has
    run for the last choice.
    """
    key = f"blind {name}"
    st.pills(
        "Blind to",
        list(Blind),
        selection_mode="multi",
        default=[Blind.CODER],
        help=_HELP,
        key=key,
    )
    return key


def ask_number() -> None:
    """A field for an encounter of one's choice, by its number, and to what its audit is blind."""
    with st.expander("Audit an encounter of your choice", icon=":material/search:"):
        blind = choose_blindness("by number")
        st.text_input("Number", placeholder="E-00042", max_chars=40, width=220, key=_NUMBER)
        st.button("Audit it", on_click=_begin_named, args=(blind,))


def _begin_named(blind: str) -> None:
    given = str(st.session_state[_NUMBER]).strip()
    do_step(Act.REVIEW, _open_named, given, tuple(st.session_state[blind]))


def _open_named(database: Database, given: str, blind: Blindness, *, actor: User, key: str) -> None:
    """Raises InputError for an empty field, NotFound for a number that nothing has."""
    if not given:
        raise InputError("Type the number of an encounter first, like E-00042.")
    encounter_id = named_encounter(database, given, actor=actor)
    open_and_go(database, encounter_id, blind, actor=actor, key=key)


def begin_audit(encounter_id: str, blind: str, sample: int) -> None:
    """Open an audit of what was drawn in a sample, blind to what is chosen under this key."""
    chosen = tuple(st.session_state[blind])
    do_step(Act.REVIEW, open_and_go, encounter_id, chosen, sample=sample)


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
