"""What befalls a source befalls its twins, and what is asked about a twin reaches no physician."""

from __future__ import annotations

from dataclasses import replace

import pytest

from icd9_review.errors import ConflictError, NotFound
from icd9_review.quality.gold.gold_words import describe_waiting
from icd9_review.store.database.engine import Database
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.ledger.verification import verify
from icd9_review.store.people.teams import add_team, set_teams
from icd9_review.store.querying.queries import (
    answer_query,
    ask_physician,
    physician_queries,
    withdraw_query,
)
from icd9_review.store.recoding.gold_trials import gold_trials
from icd9_review.store.recoding.seconds import ask_second, second_codings
from icd9_review.store.retention.candidates import named
from icd9_review.store.retention.legal_holds import legal_hold, lift_hold, place_hold
from icd9_review.store.retention.purging import purge
from icd9_review.store.users import system_user, users
from icd9_review.store.worklist.moves import move_encounter
from icd9_review.store.worklist.page import worklist
from icd9_review.values import (
    Encounter,
    GoldEncounter,
    PhysicianQueryStatus,
    PurgeReason,
    Role,
    User,
    WorklistQuery,
)
from tests.store.auditing.auditing import new_key
from tests.store.auditing.signing import add_signed, auditor
from tests.store.querying.asking import query_about
from tests.store.recoding.recoding import give, keep, newcomer, sign_twin


def clinician(database: Database) -> User:
    return next(each for each in users(database) if each.role is Role.CLINICIAN)


def given(database: Database) -> tuple[GoldEncounter, Encounter, User]:
    gold, coder = keep(database), newcomer(database)
    return gold, give(database, gold, coder), coder


def test_a_query_about_a_twin_is_asked_as_any_other_and_reaches_no_physician(
    database: Database,
) -> None:
    """Whoever codes it finds nothing else than with a physician who does not answer."""
    gold, twin, coder = given(database)
    asked = ask_physician(database, twin.id, query_about(twin), actor=coder, key=new_key())
    assert asked.status is PhysicianQueryStatus.OPEN
    assert physician_queries(database.seen_by(coder), twin.id) == (asked,)
    who = clinician(database)
    assert physician_queries(database.seen_by(who), twin.id) == ()
    with pytest.raises(NotFound, match="There is no such query"):
        answer_query(database, twin.id, asked.sequence, option=0, actor=who, key=new_key())
    source = encounter(database, gold.encounter_id)
    ask_physician(database, source.id, query_about(source), actor=coder, key=new_key())
    assert len(physician_queries(database.seen_by(who), source.id)) == 1


def test_whoever_keeps_gold_reads_which_twin_waits_in_vain(database: Database) -> None:
    _, twin, coder = given(database)
    asked = ask_physician(database, twin.id, query_about(twin), actor=coder, key=new_key())
    (found,) = gold_trials(database, actor=auditor(database))
    assert (found.encounter, found.waits) == (twin.label, 1)
    assert f"so {twin.label} waits in vain" in describe_waiting([found.encounter])
    withdraw_query(database, twin.id, asked.sequence, actor=auditor(database), key=new_key())
    (found,) = gold_trials(database, actor=auditor(database))
    assert found.waits == 0
    assert describe_waiting([]) == ""


def test_the_twin_of_a_second_coder_that_waits_is_named_too(sqlite: Database) -> None:
    source, coder = add_signed(sqlite), newcomer(sqlite)
    ask_second(sqlite, source.id, coder.id, actor=auditor(sqlite))
    (found,) = second_codings(sqlite, actor=auditor(sqlite))
    twin = encounter(sqlite, found.twin_id)
    ask_physician(sqlite, twin.id, query_about(twin), actor=coder, key=new_key())
    (found,) = second_codings(sqlite, actor=auditor(sqlite))
    assert found.waits == 1


def test_a_twin_follows_its_source_to_another_team(database: Database) -> None:
    database = replace(database, restricted=True)
    gold, twin, coder = given(database)
    system, source = system_user(database), encounter(database, gold.encounter_id)
    ward = add_team(database, "Cardiology", by=system)
    number = int(source.label.removeprefix("E-"))
    assert move_encounter(database, number, ward, by=system)
    seen = [row.id for row in worklist(database.seen_by(coder), WorklistQuery()).rows]
    assert twin.id not in seen
    assert not move_encounter(database, number, ward, by=system)
    set_teams(database, coder, [ward], by=system)
    seen = [row.id for row in worklist(database.seen_by(coder), WorklistQuery()).rows]
    assert twin.id in seen
    assert verify(database) == []


def test_the_legal_hold_of_a_source_keeps_its_twins(database: Database) -> None:
    """The same text: neither goes while it stands, and both go together."""
    gold, twin, coder = given(database)
    sign_twin(database, twin, coder)
    system = system_user(database)
    place_hold(database, gold.encounter_id, "a claim is disputed", actor=system)
    with pytest.raises(ConflictError, match=f"{twin.label} is not purged"):
        purge(database, twin.id, PurgeReason.REQUEST, actor=system)
    with pytest.raises(ConflictError):
        purge(database, gold.encounter_id, PurgeReason.REQUEST, actor=system)
    (found,) = named(database, [twin.id], actor=system)
    assert found.hold == legal_hold(database, twin.id, actor=system) is not None
    lift_hold(database, gold.encounter_id, "settled", actor=system)
    assert legal_hold(database, twin.id, actor=system) is None
    purge(database, gold.encounter_id, PurgeReason.REQUEST, actor=system)
    assert encounter(database, twin.id).purged is not None
    assert verify(database) == []
