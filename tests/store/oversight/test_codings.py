"""Who gave a signed encounter which codes: its signature, and the model at that moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from icd9_review.quality.agreement.codings import Coding, FoundCodings
from icd9_review.store.auditing.steps import answer_audit, close_audit
from icd9_review.store.database.engine import Database
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.oversight.codings import encounter_codings
from icd9_review.store.people.accounts import add_account
from icd9_review.store.people.teams import add_team, set_teams
from icd9_review.store.scoring.scores import register_model, save_scores
from icd9_review.store.users import system_user
from icd9_review.store.worklist.moves import move_encounter
from icd9_review.values import (
    Action,
    CareSetting,
    CodeKey,
    Decision,
    Encounter,
    Kind,
    ReopenReason,
    Role,
)
from tests.encounters import add_encounter, coders, make_both_kinds, make_model, make_scores
from tests.signing import act, add_read_visit, sign_codes
from tests.store.auditing.auditing import new_key, returned
from tests.store.auditing.signing import act as again
from tests.store.auditing.signing import auditor, reopen

MODEL = "Model tiny (aaaaaaaa)"


def found(database: Database, **more: object) -> FoundCodings:
    return encounter_codings(database, actor=system_user(database), **more)  # type: ignore[arg-type]


def diagnoses(*codes: str) -> frozenset[CodeKey]:
    return frozenset((Kind.DIAGNOSIS, code) for code in codes)


def test_a_person_has_what_they_signed_and_the_model_what_it_suggested(database: Database) -> None:
    ana = coders(database)[0]
    visit = add_read_visit(database)
    sign_codes(database, visit, ana, ["428.0", "401.9"])
    read = found(database)
    assert set(read.codings) == {
        Coding(visit.id, ana.name, diagnoses("428.0", "401.9")),
        Coding(visit.id, MODEL, diagnoses("428.0", "427.31")),
    }
    assert (read.labels, read.signed) == ({visit.id: visit.label}, 1)


def test_what_is_not_signed_or_not_any_more_has_no_coding(database: Database) -> None:
    ana, _ = coders(database)
    add_read_visit(database)
    visit = add_read_visit(database)
    sign_codes(database, visit, ana, ["428.0"])
    reopen = Decision("", Action.REOPEN, "", "tab", 0, reason=ReopenReason.DOCUMENT)
    act(database, visit, ana, reopen)
    assert found(database) == FoundCodings((), {}, 0)


def test_the_signature_that_stands_counts(database: Database) -> None:
    ana, ben = coders(database)
    visit = add_read_visit(database)
    sign_codes(database, visit, ana, ["428.0"])
    reopen = Decision("", Action.REOPEN, "", "tab", 0, reason=ReopenReason.DOCUMENT)
    act(database, visit, ben, reopen)
    sign_codes(database, visit, ben, ["401.9"])
    people = [each for each in found(database).codings if each.member != MODEL]
    assert people == [Coding(visit.id, ben.name, diagnoses("428.0", "401.9"))]


def test_the_model_is_taken_as_it_was_when_the_encounter_was_signed(database: Database) -> None:
    ana = coders(database)[0]
    visit = add_read_visit(database)
    sign_codes(database, visit, ana, ["428.0"])
    later = make_model("b" * 64)
    register_model(database, later)
    save_scores(database, visit.notes[0].id, make_scores(later, {"486": 9.0}))
    assert Coding(visit.id, MODEL, diagnoses("428.0", "427.31")) in found(database).codings


def test_a_model_that_had_read_nothing_is_no_member(database: Database) -> None:
    ana = coders(database)[0]
    visit = add_encounter(database, setting=CareSetting.OUTPATIENT)
    sign_codes(database, visit, ana, ["428.0"])
    assert [each.member for each in found(database).codings] == [ana.name]


def test_a_model_that_suggested_nothing_has_an_empty_coding(database: Database) -> None:
    visit = add_read_visit(database, logits={})
    sign_codes(database, visit, coders(database)[0], ["428.0"])
    assert Coding(visit.id, MODEL, frozenset()) in found(database).codings


def test_procedures_that_are_not_offered_to_an_outpatient_are_nobodys_miss(
    database: Database,
) -> None:
    model = make_both_kinds()
    visit = add_read_visit(database, model, {"428.0": 3.0, "99.61": 3.0})
    sign_codes(database, visit, coders(database)[0], ["428.0"])
    assert Coding(visit.id, MODEL, diagnoses("428.0")) in found(database).codings


def three_signed(database: Database) -> list[Encounter]:
    visits = [add_read_visit(database) for _ in range(3)]
    for visit in visits:
        sign_codes(database, visit, coders(database)[0], ["428.0"])
    return visits


def test_of_many_the_newest_are_read_and_all_are_counted(database: Database) -> None:
    _, *newest = three_signed(database)
    read = found(database, most=2)
    assert list(read.labels) == [visit.id for visit in reversed(newest)]
    assert read.signed == 3


def test_days_bound_the_signature(database: Database) -> None:
    three_signed(database)
    now, hour = datetime.now(UTC), timedelta(hours=1)
    assert found(database, since=now - hour, before=now + hour).signed == 3
    assert found(database, since=now + hour).signed == 0
    assert found(database, before=now - hour) == FoundCodings((), {}, 0)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_does_not_see_an_encounter_does_not_count_it(database: Database, role: Role) -> None:
    first, *_ = three_signed(database)
    by = system_user(database)
    person = add_account(database, "Ana Ruiz", role, by=by)
    mine, theirs = (add_team(database, name, by=by) for name in ("Cardiology", "Surgery"))
    set_teams(database, person, [mine], by=by)
    move_encounter(database, first.number, theirs, by=by)
    restricted = replace(database, restricted=True).seen_by(person)
    assert encounter_codings(restricted, actor=person).signed == (3 if role is Role.AUDITOR else 2)


def test_an_auditor_stands_beside_what_was_audited_whatever_was_signed_afterwards(
    database: Database,
) -> None:
    """A chart that was mended by its audit would agree with it."""
    audit, ana = returned(database), coders(database)[0]
    answer_audit(database, audit.id, agreed=True, actor=ana, key=new_key())
    eva = auditor(database)
    assert len({each.member for each in found(database).codings}) == 2  # not before it is final
    close_audit(database, audit.id, reopen=True, actor=eva, key=new_key())
    chart = encounter(database, audit.encounter_id)
    assert set(found(database).codings) == {
        Coding(chart.id, ana.name, diagnoses("428.0", "427.31")),
        Coding(chart.id, f"{eva.name} (auditor)", diagnoses("428.0", "486")),
        Coding(chart.id, MODEL, diagnoses("428.0", "427.31")),
    }
    reopen(database, chart)
    assert found(database).codings == ()
    for action, code in ((Action.UNDO, "427.31"), (Action.FINALISE, "")):
        again(database, chart, ana, action, code)
    assert Coding(chart.id, ana.name, diagnoses("428.0", "427.31")) in found(database).codings
