"""What is counted of the arms: the first signature, once, and the same after a recount."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from icd9_review.quality.arms.figures import ArmSums
from icd9_review.statistics.ratio_sums import RatioSums
from icd9_review.store.auditing.steps import answer_audit, close_audit, return_to_coder
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import ArmCaseRow
from icd9_review.store.oversight.outcome_counts import read_outcomes
from icd9_review.store.oversight.outcome_encounters import outcome_encounters
from icd9_review.store.projections.outcomes import recount
from icd9_review.store.users import system_user
from icd9_review.values import (
    Action,
    Arm,
    AuditedCode,
    Encounter,
    Kind,
    OutcomeChoice,
    OutcomeQuery,
    ReopenReason,
)
from tests.encounters import add_encounter, coders
from tests.outcomes import act, outpatients, show
from tests.store.auditing.auditing import begin, new_key, revise
from tests.store.auditing.signing import auditor

Draw = Callable[[Arm | None], None]


@pytest.fixture
def draw(monkeypatch: pytest.MonkeyPatch) -> Draw:
    """Has every encounter that comes in be in this arm."""

    def put(arm: Arm | None) -> None:
        module = "icd9_review.store.intake.encounters"
        monkeypatch.setattr(f"{module}.draw_arm", lambda *_: arm)

    return put


def signed(database: Database, draw: Draw, arm: Arm) -> Encounter:
    """A chart signed with 428.0 and 401.9, of which 428.0 and 427.31 are suggested."""
    draw(arm)
    (found,) = outpatients(database, 1)
    coder = coders(database)[0]
    if arm is not Arm.BLIND:
        show(database, found, coder, "428.0", "427.31")
    act(database, found, coder, Action.ACCEPT if arm is not Arm.BLIND else Action.ADD, "428.0")
    act(database, found, coder, Action.ADD, "401.9")
    act(database, found, coder, Action.FINALISE)
    return found


def counted(database: Database) -> dict[Arm, ArmSums]:
    found = read_outcomes(database, OutcomeQuery(), actor=system_user(database)).arms
    return {each.arm: each for each in found}


def rows(database: Database) -> list[tuple[object, ...]]:
    names = ArmCaseRow.__table__.columns.keys()
    with database.read() as session:
        found = session.scalars(select(ArmCaseRow).order_by(ArmCaseRow.encounter_id))
        return [tuple(getattr(row, name) for name in names) for row in found]


def test_each_arm_is_counted_at_its_first_signature(database: Database, draw: Draw) -> None:
    for arm in Arm:
        signed(database, draw, arm)
    for sums in counted(database).values():
        assert (sums.charts, sums.unread) == (1, 0)
        assert (sums.recall, sums.signed) == (RatioSums(1, 1, 2, 1, 2, 4),) * 2
        assert sums.beside == RatioSums(1, 1, 1, 1, 1, 1)
        assert sums.per_decision.whole == 2
    assert {*counted(database)} == {*Arm}


def test_what_happens_after_it_changes_nothing_and_neither_does_a_recount(
    database: Database, draw: Draw
) -> None:
    found, coder = signed(database, draw, Arm.BLIND), coders(database)[0]
    signed(database, draw, Arm.FULL)
    before = rows(database)
    assert len(before) == 2
    act(database, found, coder, Action.REOPEN, reason=ReopenReason.CORRECTION)
    show(database, found, coder, "428.0", "427.31")
    act(database, found, coder, Action.ACCEPT, "427.31")
    assert rows(database) == before
    recount(database, actor=system_user(database))
    assert rows(database) == before
    act(database, found, coder, Action.FINALISE)
    assert rows(database) == before


def test_a_chart_that_no_model_had_read_counts_apart(database: Database, draw: Draw) -> None:
    signed(database, draw, Arm.FULL)
    draw(Arm.BLIND)
    found = add_encounter(database, setting=outpatients(database, 1)[0].setting)
    act(database, found, coders(database)[0], Action.ADD, "428.0")
    act(database, found, coders(database)[0], Action.FINALISE)
    sums = counted(database)[Arm.BLIND]
    assert (sums.charts, sums.unread, sums.recall) == (1, 1, RatioSums())


def test_what_is_in_no_arm_is_not_counted(database: Database, draw: Draw) -> None:
    draw(None)
    (found,) = outpatients(database, 1)
    act(database, found, coders(database)[0], Action.ACCEPT, "428.0")
    act(database, found, coders(database)[0], Action.FINALISE)
    assert counted(database) == {}


def test_a_final_audit_tells_omission_and_commission(database: Database, draw: Draw) -> None:
    """Right are 401.9, 486 and 250.00: two of three unprompted are omitted, and of two wrong
    suggestions one was signed."""
    found = signed(database, draw, Arm.FULL)
    assert counted(database)[Arm.FULL].omission == RatioSums()
    audit = begin(database, found)
    right = [AuditedCode(code, Kind.DIAGNOSIS) for code in ("401.9", "486", "250.00")]
    audit = revise(database, audit, right)
    return_to_coder(database, audit.id, actor=auditor(database), key=new_key())
    coder = coders(database)[0]
    answer_audit(database, audit.id, agreed=True, words="", actor=coder, key=new_key())
    close_audit(database, audit.id, reopen=False, actor=auditor(database), key=new_key())
    sums = counted(database)[Arm.FULL]
    assert sums.omission == RatioSums.of([(2, 3)])
    assert sums.commission == RatioSums.of([(1, 2)])


def test_an_arm_lists_its_charts(database: Database, draw: Draw) -> None:
    blind, _ = signed(database, draw, Arm.BLIND), signed(database, draw, Arm.FULL)
    program = system_user(database)
    period = read_outcomes(database, OutcomeQuery(), actor=program).period
    assert period is not None
    choice = OutcomeChoice(arm=Arm.BLIND)
    (listed,) = outcome_encounters(database, OutcomeQuery(), period, choice, actor=program, limit=9)
    assert (listed.encounter_id, listed.actor) == (blind.id, coders(database)[0].id)
