"""Whatever happens in whatever order, pages, commands and slow recounts have the same numbers."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from icd9_review.errors import ReviewError
from icd9_review.quality.accuracy import AuditCount, accuracy_figures, count_audit
from icd9_review.quality.audit import compare_codes
from icd9_review.quality.audit_fold import fold_audits, frozen_codes
from icd9_review.quality.outcomes.report import outcome_report
from icd9_review.quality.outcomes.written import as_record
from icd9_review.store.auditing.audit_rows import rebuild_audits
from icd9_review.store.auditing.audits import accuracy_by_coder
from icd9_review.store.auditing.opening import open_audit
from icd9_review.store.auditing.steps import (
    adjudicate,
    answer_audit,
    close_audit,
    return_to_coder,
    withdraw_audit,
)
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import (
    ArmCaseRow,
    AuditRow,
    CodeRecordRow,
    EncounterRow,
    OutcomeCaseRow,
    OutcomeCountRow,
    OutcomeScoreRow,
    OutcomeTallyRow,
    OutcomeTimeRow,
)
from icd9_review.store.exporting.figure_rows import outcome_rows
from icd9_review.store.ledger import events
from icd9_review.store.ledger.verification import verify
from icd9_review.store.oversight.outcome_counts import read_outcomes
from icd9_review.store.projections.outcomes import recount
from icd9_review.store.querying.queries import (
    answer_query,
    ask_physician,
    physician_queries,
    withdraw_query,
)
from icd9_review.store.recoding.gold_trials import gold_trials
from icd9_review.store.recoding.seconds import ask_second
from icd9_review.store.users import names, system_user, users
from icd9_review.store.worklist.page import worklist
from icd9_review.values import (
    Action,
    Arm,
    Audit,
    AuditStatus,
    CareSetting,
    Confidence,
    Difference,
    DifferenceCause,
    Encounter,
    EventKind,
    OutcomePart,
    OutcomeQuery,
    PhysicianQueryStatus,
    RejectReason,
    ReopenReason,
    Role,
    WorklistQuery,
)
from tests.encounters import coders
from tests.outcomes import act, outpatients, show
from tests.store.auditing.auditing import diagnoses, revise
from tests.store.auditing.signing import auditor
from tests.store.querying.asking import query_about
from tests.store.recoding.recoding import give, keep, newcomer, sign_twin

COUNTED = (
    *(CodeRecordRow, OutcomeCountRow, OutcomeScoreRow, OutcomeTallyRow, OutcomeCaseRow),
    *(OutcomeTimeRow, ArmCaseRow, AuditRow),
)
_KEYS = itertools.count(1)
_REASONS: dict[Action, Any] = {
    Action.REJECT: RejectReason.HISTORY,
    Action.REOPEN: ReopenReason.CORRECTION,
}
DECIDED = (Action.ACCEPT, Action.REJECT, Action.ADD, Action.UNDO, Action.FINALISE, Action.REOPEN)
AUDITED = ("open", "revise", "return", "agree", "rebut", "adjudicate", "close", "withdraw")
ASKED = ("ask", "answer", "withdraw query")
Step = tuple[int, str, str]
steps = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["show", "second", *DECIDED, Action.FINALISE, *AUDITED, *AUDITED, *ASKED]),
        st.sampled_from(("428.0", "427.31", "401.9")),
    ),
    min_size=10,
    max_size=24,
)


def key() -> str:
    return f"history-{next(_KEYS)}"


def rows(database: Database, table: type[Any]) -> list[dict[str, Any]]:
    with database.read() as session:
        found = [dict(row) for row in session.execute(select(table.__table__)).mappings()]
    return sorted(found, key=repr)


def differing(audit: Audit) -> tuple[Difference, ...]:
    return compare_codes(audit.coded, audit.audited).differences


def take(database: Database, found: Encounter, step: str, code: str) -> None:
    """One step of whoever does it; what is refused where the chart stands changes nothing."""
    coder, judge = coders(database)[0], auditor(database)
    doctor = next(each for each in users(database) if each.role is Role.CLINICIAN)
    audits = list(fold_audits(events(database, found.id)).values())
    audit = audits[-1].id if audits else ""
    asked = physician_queries(database, found.id)
    query = asked[-1].sequence if asked else 0
    told: dict[str, Callable[[], object]] = {
        "show": lambda: show(database, found, coder, "428.0", "427.31"),
        "second": lambda: ask_second(database, found.id, coders(database)[1].id, actor=judge),
        "open": lambda: open_audit(database, found.id, actor=judge, key=key(), blind=True),
        "revise": lambda: revise(database, audits[-1], diagnoses(code, "486")),
        "return": lambda: return_to_coder(database, audit, actor=judge, key=key()),
        "agree": lambda: answer_audit(database, audit, agreed=True, actor=coder, key=key()),
        "rebut": lambda: answer_audit(
            database, audit, agreed=False, words="It is charted.", actor=coder, key=key()
        ),
        "adjudicate": lambda: adjudicate(
            *(database, audit, Confidence.SURE, DifferenceCause.CODER),
            overturned=[each.key for each in differing(audits[-1])[:1]],
            actor=judge,
            key=key(),
        ),
        "close": lambda: close_audit(database, audit, reopen=False, actor=judge, key=key()),
        "withdraw": lambda: withdraw_audit(database, audit, actor=judge, key=key()),
        "ask": lambda: ask_physician(
            database, found.id, query_about(found), actor=coder, key=key()
        ),
        "answer": lambda: answer_query(
            database, found.id, query, option=0, actor=doctor, key=key()
        ),
        "withdraw query": lambda: withdraw_query(database, found.id, query, actor=coder, key=key()),
    }
    with suppress(ReviewError, IndexError):
        if step in told:
            told[step]()
        else:
            action = Action(step)
            whole = action in (Action.FINALISE, Action.REOPEN)
            act(database, found, coder, action, "" if whole else code, reason=_REASONS.get(action))


@settings(
    max_examples=4,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # a history is as telling long as short
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(taken=steps, arms=st.tuples(*[st.sampled_from([None, *Arm])] * 3))
def test_pages_commands_exports_and_recounts_agree_after_any_history(
    database: Database, taken: list[Step], arms: tuple[Arm | None, ...]
) -> None:
    charts = []
    with pytest.MonkeyPatch.context() as patch:
        for arm in arms:
            drawn = lambda *_, arm=arm: arm  # noqa: E731
            patch.setattr("icd9_review.store.intake.encounters.draw_arm", drawn)
            charts += outpatients(database, 1)
    for which, step, code in taken:
        take(database, charts[which], step, code)
    check_recounts(database)
    check_outcomes(database)
    check_audits(database)
    check_queries(database, charts)
    assert verify(database) == []


def check_recounts(database: Database) -> None:
    """What is kept with each event is what the ledger gives when it is read from its beginning."""
    stood = {table: rows(database, table) for table in COUNTED}
    recount(database, actor=system_user(database))
    rebuild_audits(database)
    assert {table: rows(database, table) for table in COUNTED} == stood


def check_outcomes(database: Database) -> None:
    """Each part of the page has what the command prints, and the export sums to it."""
    system, people = system_user(database), names(database)
    query = OutcomeQuery()
    whole = outcome_report(read_outcomes(database, query, actor=system))
    told = json.loads(json.dumps(as_record(whole, people)))
    for part in OutcomePart:
        shown = outcome_report(read_outcomes(database, query, [part], actor=auditor(database)))
        for name in SHOWN_BY[part]:
            assert repr(getattr(shown, name)) == repr(getattr(whole, name)), (part, name)  # NaN
    codes = {(each["kind"], each["code"]): each for each in told.get("codes", ())}
    exported: dict[tuple[str, str], int] = {}
    for row in outcome_rows(database, actor=system):
        where = str(row.figures.kind), row.figures.code
        exported[where] = exported.get(where, 0) + row.figures.accepted
    assert {each: codes[each]["accepted"] for each in codes} == {
        each: exported[each] for each in codes
    }


SHOWN_BY = {
    OutcomePart.CODES: ("codes", "whole"),
    OutcomePart.PROBABILITIES: ("reliability", "risk", "whole"),
    OutcomePart.CODERS: ("coders", "charts", "seconds"),
    OutcomePart.DRIFT: ("drift",),
    OutcomePart.GROUPS: ("groups",),
    OutcomePart.ARMS: ("arms",),
}


def check_audits(database: Database) -> None:
    """Figures of coders are those of the final audits that the ledger tells of."""
    with database.read() as session:
        charts = session.execute(select(EncounterRow.id, EncounterRow.setting)).all()
    told: dict[int, list[AuditCount]] = {}
    for found, setting in charts:
        for audit in fold_audits(events(database, found)).values():
            if audit.status is AuditStatus.FINAL:
                inpatient = setting is CareSetting.INPATIENT
                told.setdefault(audit.signer or 0, []).append(counted(audit, inpatient=inpatient))
    figures = accuracy_by_coder(database, actor=auditor(database))
    assert {each.coder: each.figures.total for each in figures} == {
        coder: accuracy_figures(counts).total for coder, counts in told.items()
    }


def counted(audit: Audit, *, inpatient: bool) -> AuditCount:
    settled = audit.adjudication.overturned if audit.adjudication else ()
    compared = compare_codes(audit.coded, audit.audited)
    return count_audit(compared, inpatient=inpatient, overturned=settled)


def check_queries(database: Database, charts: list[Encounter]) -> None:
    """The worklist counts what the queries of each encounter say one by one."""
    listed = {row.id: row.queries for row in worklist(database, WorklistQuery(limit=500)).rows}
    for each in charts:
        stand = [query.status for query in physician_queries(database, each.id)]
        assert listed[each.id].open == stand.count(PhysicianQueryStatus.OPEN)
        assert listed[each.id].answered == stand.count(PhysicianQueryStatus.ANSWERED)


def test_gold_is_scored_by_the_first_signature_that_the_ledger_has(database: Database) -> None:
    coder = newcomer(database)
    twin = give(database, keep(database), coder)
    sign_twin(database, twin, coder, ["428.0"])
    act(database, twin, coder, Action.REOPEN, reason=ReopenReason.CORRECTION)
    act(database, twin, coder, Action.ADD, "486")
    (trial,) = gold_trials(database, actor=auditor(database))
    signed = next(e for e in events(database, twin.id) if e.kind is EventKind.FINALISED)
    assert trial.coded == frozen_codes(signed)
    check_recounts(database)
