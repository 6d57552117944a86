"""The trail: for whoever looks on, told anew once something has happened."""

from __future__ import annotations

from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide, last_sequence
from icd9_review.store.users import users
from icd9_review.ui.reference import References
from icd9_review.ui.services import Services
from icd9_review.ui.workbench.trail.telling import Trail, looks_on
from icd9_review.values import Action, Decision, RejectReason, Role, User
from tests.encounters import add_scored_encounter


def person(database: Database, role: Role) -> User:
    return next(each for each in users(database) if each.role is role)


def test_auditors_look_on_and_nobody_else() -> None:
    assert [role for role in Role if looks_on(User(0, "", role))] == [Role.AUDITOR]


def test_each_step_says_who_did_what_and_why(sqlite: Database) -> None:
    found = add_scored_encounter(sqlite)
    coder, auditor = person(sqlite, Role.CODER), person(sqlite, Role.AUDITOR)
    trail = Trail(Services(sqlite, References(sqlite), None), found.id, auditor)
    before = trail.look(last_sequence(sqlite, found.id))
    assert before is not None
    assert trail.look(last_sequence(sqlite, found.id)) is before
    reason = RejectReason.NEGATED
    decide(sqlite, found.id, Decision("k", Action.REJECT, "428.0", "t", 0, reason=reason), coder)
    after = trail.look(last_sequence(sqlite, found.id))
    assert after is not None
    assert after.story == f"/ledger?story={found.id}"
    step = after.steps[-1]
    assert (step.number, step.who, step.what) == (
        last_sequence(sqlite, found.id),
        coder.name,
        "rejected 428.0",
    )
    assert step.why.startswith("negated or ruled out; the model gave it ")
    assert not [each for each in after.steps if "scored" in each.what]


def test_who_works_on_it_has_none(sqlite: Database) -> None:
    found = add_scored_encounter(sqlite)
    for role in (Role.CODER, Role.ADMINISTRATOR):
        services = Services(sqlite, References(sqlite), None)
        trail = Trail(services, found.id, person(sqlite, role))
        assert trail.look(last_sequence(sqlite, found.id)) is None
