"""Second coders as they are asked for: by rule, within its limits, or by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from icd9_review.errors import DecisionError, InputError, NotFound
from icd9_review.quality.agreement.measuring import measure
from icd9_review.quality.second.planning import NO_ROOM, NOBODY_ELSE, NOT_ACTIVE
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import TwinRow
from icd9_review.store.ledger import now
from icd9_review.store.ledger.verification import verify
from icd9_review.store.oversight.codings import encounter_codings
from icd9_review.store.people.accounts import change_account
from icd9_review.store.recoding.seconds import (
    ask_second,
    ask_seconds,
    second_codings,
    second_plan,
    second_rule,
    set_second_rule,
)
from icd9_review.store.users import system_user
from icd9_review.values import SecondRule
from tests.encounters import add_scored_encounter, coders
from tests.store.auditing.signing import add_signed, auditor
from tests.store.recoding.recoding import disagree, give, keep, newcomer, sign_twin

RULE = SecondRule(active=True, least=0.9, fewest=1, per_day=2, per_week=3)


def test_a_second_coding_is_compared_with_the_first(database: Database) -> None:
    coder = newcomer(database)
    disagree(database, coder)
    found = measure(encounter_codings(database, actor=auditor(database)).codings)
    assert found is not None
    pairs = {(each.first, each.second): each for each in found.pairs}
    assert pairs["Ana Ruiz", "Development coder"].jaccard.value == pytest.approx(1 / 3)
    (asked,) = second_codings(database, actor=auditor(database))
    assert (asked.encounter, asked.twin, asked.group, asked.signed) == (
        *("E-00001", "E-00002", ""),
        True,
    )


def test_the_rule_in_force_is_the_last_that_was_set(database: Database) -> None:
    by = auditor(database)
    assert second_rule(database, actor=by) == SecondRule()
    set_second_rule(database, RULE, actor=by)
    later = replace(RULE, least=0.5)
    set_second_rule(database, later, actor=by)
    assert second_rule(database, actor=by) == later
    with pytest.raises(InputError, match="is no share"):
        set_second_rule(database, replace(RULE, least=2), actor=by)
    assert verify(database) == []


def test_where_two_agree_too_little_further_encounters_get_a_second_coder(
    database: Database,
) -> None:
    coder, by = newcomer(database), system_user(database)
    disagree(database, coder)
    further = [add_signed(database) for _ in range(4)]
    add_scored_encounter(database)
    assert ask_seconds(database, actor=by).message == NOT_ACTIVE
    set_second_rule(database, RULE, actor=by)
    done = ask_seconds(database, actor=by)
    assert (done.made, done.message) == (2, NO_ROOM)
    asked = second_codings(database, actor=by)[:2]
    assert {each.encounter_id for each in asked} == {further[3].id, further[2].id}
    assert {each.coder for each in asked} == {coder.id}
    assert {each.group for each in asked} == {"427"}
    assert ask_seconds(database, actor=by).made == 0
    assert verify(database) == []


def test_a_day_later_the_week_still_counts(database: Database) -> None:
    coder, by = newcomer(database), system_user(database)
    disagree(database, coder)
    for _ in range(6):
        add_signed(database)
    set_second_rule(database, RULE, actor=by)
    assert ask_seconds(database, actor=by).made == 2
    with database.write() as session:
        session.execute(update(TwinRow).values(at=now() - timedelta(days=2)))
    assert ask_seconds(database, actor=by).made == 1
    assert ask_seconds(database, actor=by).message == NO_ROOM


def test_with_one_coder_only_it_says_so(database: Database) -> None:
    by = system_user(database)
    for each in coders(database)[1:]:
        change_account(database, each, by=by, active=False)
    add_signed(database)
    set_second_rule(database, RULE, actor=by)
    done = ask_seconds(database, actor=by)
    assert (done.made, done.low, done.message) == (0, (), NOBODY_ELSE)
    assert second_plan(database, RULE, actor=by).message == NOBODY_ELSE


def test_two_coders_of_one_gold_encounter_are_a_pair(database: Database) -> None:
    gold, ana, ben = keep(database), newcomer(database), newcomer(database, "Ben Ode")
    sign_twin(database, give(database, gold, ana), ana, ["428.0"])
    sign_twin(database, give(database, gold, ben), ben, ["427.31"])
    low = second_plan(database, RULE, actor=auditor(database)).low
    assert ("Ana Ruiz", "Ben Ode") in {(each.first, each.second) for each in low}


def test_what_cannot_be_asked_for_says_why(database: Database) -> None:
    by, first = auditor(database), coders(database)[0]
    signed, unsigned, coder = (
        add_signed(database),
        add_scored_encounter(database),
        newcomer(database),
    )
    with pytest.raises(InputError, match="knows E-00001 already"):
        ask_second(database, signed.id, first.id, actor=by)
    with pytest.raises(DecisionError, match="E-00002 is not signed"):
        ask_second(database, unsigned.id, coder.id, actor=by)
    with pytest.raises(InputError, match="no person 999"):
        ask_second(database, signed.id, 999, actor=by)
    with pytest.raises(NotFound):
        ask_second(database, "0" * 22, coder.id, actor=by)
