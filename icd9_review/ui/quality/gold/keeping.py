"""The forms that keep gold: from a final audit, or by typed codes."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Final

import streamlit as st

from icd9_review.quality.gold.gold_codes import read_typed_codes
from icd9_review.store.auditing.audits import audits
from icd9_review.store.database.engine import Database
from icd9_review.store.oversight.entries import named_encounter
from icd9_review.store.recoding.gold_encounters import keep_audited, keep_gold
from icd9_review.ui.quality.clicks import do_on_click
from icd9_review.values import AuditStatus, GoldEncounter, User

ENCOUNTER_KEY: Final = "gold_encounter"
"""The key of a widget that is there whenever the page is."""
_AUDIT, _CODES = "gold_audit", "gold_codes"
_AUDIT_SET, _CODES_SET = "gold_audit_set", "gold_codes_set"
_SET = "Take it into the onboarding set"


def ask_keeping(database: Database, user: User, golds: Collection[GoldEncounter]) -> None:
    """Both forms, side by side."""
    of_audit, typed = st.columns(2, gap="large")
    with of_audit:
        st.subheader("From a final audit", anchor=False)
        _ask_audit(database, user, {each.encounter_id for each in golds if not each.retired})
    with typed:
        st.subheader("By its codes", anchor=False)
        _ask_codes()


def _ask_audit(database: Database, user: User, taken: Collection[str]) -> None:
    final = audits(database, (AuditStatus.FINAL,), actor=user)
    free = {each.id: f"{each.label} of {each.encounter}" for each in final}
    free = {each.id: free[each.id] for each in final if each.encounter_id not in taken}
    if not free:
        st.info("There is no final audit of an encounter that is not gold already.")
        return
    with st.form("gold_of_audit", border=False):
        st.selectbox("Audit", list(free), format_func=free.__getitem__, key=_AUDIT)
        st.caption(
            "The auditor's codes, but the coder's where the adjudication found the coder right."
        )
        st.toggle(_SET, key=_AUDIT_SET)
        st.form_submit_button("Keep", key="keep_audited", on_click=_keep_audited)


def _ask_codes() -> None:
    with st.form("gold_of_codes", border=False):
        st.text_input("Encounter", placeholder="E-00042", key=ENCOUNTER_KEY, max_chars=30)
        st.text_area(
            "Codes, one a line, the principal first",
            placeholder="428.0 Y\n401.9\n37.22",
            help="With their dots; POA behind a space, where it is to be compared.",
            height=150,
            key=_CODES,
            max_chars=4_000,
        )
        st.toggle(_SET, key=_CODES_SET)
        st.form_submit_button("Keep", key="keep_typed", on_click=_keep_typed)


def _keep_audited() -> None:
    asked = {str(name): value for name, value in st.session_state.items()}

    def keep(database: Database, actor: User) -> tuple[str, Sequence[str]]:
        kept = keep_audited(
            database,
            str(asked[_AUDIT]),
            onboarding=bool(asked[_AUDIT_SET]),
            actor=actor,
            key=uuid.uuid4().hex,
        )
        return _kept(kept), ()

    do_on_click(keep)


def _keep_typed() -> None:
    asked = {str(name): value for name, value in st.session_state.items()}

    def keep(database: Database, actor: User) -> tuple[str, Sequence[str]]:
        codes = read_typed_codes(str(asked[_CODES]))
        found = named_encounter(database, str(asked[ENCOUNTER_KEY]), actor=actor)
        kept = keep_gold(
            database,
            found,
            codes,
            onboarding=bool(asked[_CODES_SET]),
            actor=actor,
            key=uuid.uuid4().hex,
        )
        return _kept(kept), ()

    do_on_click(keep)


def _kept(gold: GoldEncounter) -> str:
    codes = "1 code" if len(gold.codes) == 1 else f"{len(gold.codes):,} codes"
    return f"{gold.label} keeps {codes} of {gold.encounter}."
