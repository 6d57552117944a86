"""What is left of an encounter whose text was purged, and what a legal hold says of one.

The encounter may be read and no more: its codes as they were decided, and who signed them.
"""

from __future__ import annotations

import uuid

import pandas as pd
import streamlit as st

from icd9_review.review.reasons import reason_words
from icd9_review.review.status_words import describe_legal_hold, describe_purge
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import review_state
from icd9_review.store.deciding.views import record_view
from icd9_review.store.people.permissions import Act, may
from icd9_review.store.retention.legal_holds import legal_hold
from icd9_review.store.users import names
from icd9_review.ui.encounter.codes import code_title
from icd9_review.ui.words import describe_dates, describe_moment, describe_person, plain
from icd9_review.values import Action, CodeState, Encounter, EventKind, Purge, User, Verdict

_WORKLIST = "pages/coding/worklist.py"


def show_purged(database: Database, encounter: Encounter, purge: Purge, user: User) -> None:
    """The sentence that stands in place of the text, and the codes as they were decided."""
    _record(database, encounter, user)
    st.page_link(_WORKLIST, label="Worklist", icon=":material/arrow_back:")
    st.title(encounter.label, anchor=False)
    person = describe_person(encounter.age, encounter.sex)
    dates = describe_dates(encounter.admitted, encounter.discharged)
    st.write(plain(" · ".join(filter(None, (person, encounter.setting.value, dates)))))
    st.info(plain(describe_purge(purge)), icon=":material/delete_history:")
    state, people = review_state(database, encounter.id), names(database)
    if state.codes:
        others = (each for each in state.codes if each.verdict is not Verdict.ACCEPTED)
        rows = [_row(code, people) for code in (*state.accepted, *others)]
        st.table(pd.DataFrame(rows).map(plain), hide_index=True)
    else:
        st.write("Nobody had decided on a code.")
    if state.signed is not None:
        when = describe_moment(state.signed.at)
        st.caption(plain(f"Finalised by {people[state.signed.actor]}, {when}."))


def read_legal_hold(database: Database, encounter_id: str, user: User) -> str:
    """What administrators read of the legal hold that an encounter is on; empty without one."""
    hold = legal_hold(database, encounter_id, actor=user) if may(user, Act.ADMINISTER) else None
    return describe_legal_hold(hold) if hold is not None else ""


def _record(database: Database, encounter: Encounter, user: User) -> None:
    """Tell the ledger that this person looked, once in a tab."""
    key = f"purged-{encounter.id}-{user.id}"
    if key not in st.session_state:
        st.session_state[key] = uuid.uuid4().hex
        record_view(database, encounter.id, EventKind.OPENED, user, st.session_state[key], {})


def _row(code: CodeState, people: dict[int, str]) -> dict[str, str]:
    why = reason_words(Action.REJECT, code.reason) if code.reason else ""
    return {
        "Code": code.code,
        "Title": code_title(code.kind, code.code),
        "Decision": " ".join(filter(None, (code.verdict.value, code.by and f"by {code.by}"))),
        "Reason": why,
        "Present on admission": code.poa.value if code.poa else "",
        "By": f"{people[code.actor]}, {describe_moment(code.at)}",
    }
