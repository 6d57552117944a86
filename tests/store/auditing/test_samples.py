"""Samples are kept as they were drawn, and drawn again from what is signed now."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from icd9_review.errors import ConflictError, InputError, NotFound, PermissionDenied, Restricted
from icd9_review.store import ledger
from icd9_review.store.auditing.samples import keep_sample, redraw, sample, samples
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EncounterRow, FreeTextRow, SampleRow
from icd9_review.store.intake.encounters import add_note
from icd9_review.store.ledger.samples import PURGED_SERVICE
from icd9_review.store.ledger.verification import verify
from icd9_review.store.people.accounts import add_account
from icd9_review.store.people.teams import add_team
from icd9_review.store.retention.purging import purge
from icd9_review.store.users import system_user
from icd9_review.store.worklist.moves import move_encounter
from icd9_review.values import (
    Action,
    CareSetting,
    Encounter,
    EventKind,
    NewNote,
    PurgeReason,
    Role,
    Sample,
    SampleQuery,
    Stratifier,
    StratumCount,
    Trait,
)
from tests.encounters import add_scored_encounter, coders
from tests.store.auditing.signing import act, add_signed, auditor, reopen
from tests.store.ledger.tampering import findings_after

FIVE = SampleQuery(5, strata=(Stratifier.CODER,))


def drawn_ids(found: Sample) -> set[str]:
    return {each.encounter_id for each in found.drawn}


def draw(database: Database, query: SampleQuery = FIVE, key: str = "draw") -> Sample:
    return keep_sample(database, query, actor=auditor(database), key=key, seed=7)


def test_a_sample_is_kept_with_its_seed_question_and_strata(database: Database) -> None:
    first, second = coders(database)
    mine = [add_signed(database, coder=first) for _ in range(3)]
    (other,) = [add_signed(database, coder=second)]
    add_scored_encounter(database)
    found = draw(database)
    assert drawn_ids(found) == {each.id for each in (*mine, other)}
    assert found.strata == (
        StratumCount((str(first.id),), 3, 3),
        StratumCount((str(second.id),), 1, 1),
    )
    assert (found.number, found.seed, found.query, found.candidates) == (1, 7, FIVE, 4)
    assert found.actor == "Development auditor"
    assert sample(database, 1, actor=auditor(database)) == found
    assert samples(database, actor=auditor(database)) == (found,)
    event = ledger.events(database, ledger.SYSTEM)[-1]
    assert (event.kind, event.payload["seed"]) == (EventKind.SAMPLE_DRAWN, 7)
    assert (event.payload["drawn"], event.payload["candidates"]) == (4, 4)
    assert verify(database) == []


def test_drawn_again_it_is_the_same_until_something_changes(database: Database) -> None:
    signed = [add_signed(database) for _ in range(3)]
    found = draw(database, SampleQuery(2))
    who = auditor(database)
    assert redraw(database, 1, actor=who).is_equal
    gone = found.drawn[0].encounter_id
    reopen(database, next(each for each in signed if each.id == gone))
    again = redraw(database, 1, actor=who)
    (left,) = {each.id for each in signed} - drawn_ids(found)
    assert (again.gone, again.new) == ((gone,), (left,))
    assert (again.same, again.displaced) == ((found.drawn[1].encounter_id,), ())
    assert sample(database, 1, actor=who) == found


def test_only_what_is_signed_whole_and_there_is_drawn_from(database: Database) -> None:
    kept, reopened, added, purged = (add_signed(database) for _ in range(4))
    reopen(database, reopened)
    add_note(
        *(database, added.id, NewNote("More.", "Note")),
        actor=coders(database)[0],
        key="note",
        model_version=None,
    )
    purge(database, purged.id, PurgeReason.REQUEST, actor=system_user(database))
    assert drawn_ids(draw(database)) == {kept.id}


def test_it_counts_who_signed_last(database: Database) -> None:
    first, second = coders(database)
    found = add_signed(database, coder=first)
    reopen(database, found, second)
    act(database, found, second, Action.FINALISE)
    with pytest.raises(InputError, match="nothing to draw"):
        draw(database, replace(FIVE, coders=(first.id,)))
    assert drawn_ids(draw(database, replace(FIVE, coders=(second.id,)))) == {found.id}


@pytest.mark.parametrize(
    ("days", "there"), [((0, 0), True), ((-9, -1), False), ((1, 9), False), ((None, None), True)]
)
def test_the_period_is_that_of_the_signature_in_utc(
    sqlite: Database, days: tuple[int | None, int | None], there: bool
) -> None:
    add_signed(sqlite)
    today = datetime.now(UTC).date()

    def day(offset: int | None) -> date | None:
        return None if offset is None else today + timedelta(days=offset)

    query = replace(FIVE, since=day(days[0]), until=day(days[1]))
    if there:
        assert len(draw(sqlite, query).drawn) == 1
    else:
        with pytest.raises(InputError, match="nothing to draw"):
            draw(sqlite, query)


def test_filters_of_setting_and_service_take_what_has_them(sqlite: Database) -> None:
    add_signed(sqlite)
    for query in (
        replace(FIVE, settings=(CareSetting.OUTPATIENT,)),
        replace(FIVE, services=("Cardiology",)),
    ):
        with pytest.raises(InputError, match="nothing to draw"):
            draw(sqlite, query)
    assert len(draw(sqlite, replace(FIVE, settings=(CareSetting.INPATIENT,))).drawn) == 1


CARDIOLOGY, NEPHROLOGY = "Cardiology", "Nephrology of Dr. Zyxovir"
BY_SERVICE = SampleQuery(5, services=(CARDIOLOGY, NEPHROLOGY), strata=(Stratifier.SERVICE,))


def add_of_service(database: Database, service: str) -> Encounter:
    """A signed encounter of a service."""
    found = add_signed(database)
    with database.write() as session:
        session.get_one(EncounterRow, found.id).service = service
    return found


def test_a_sample_names_the_services_it_was_divided_by_and_of_no_encounter_which(
    database: Database,
) -> None:
    for service in (CARDIOLOGY, CARDIOLOGY, NEPHROLOGY):
        add_of_service(database, service)
    found = draw(database, BY_SERVICE)
    assert found.query == BY_SERVICE
    assert found.strata == (
        StratumCount((CARDIOLOGY,), 2, 2),
        StratumCount((NEPHROLOGY,), 1, 1),
    )
    assert {each.stratum for each in found.drawn} == {("",)}
    assert redraw(database, found.number, actor=auditor(database)).is_equal
    with database.read() as session:
        stored = session.scalars(select(SampleRow)).one()
        assert CARDIOLOGY not in f"{stored.query}{stored.strata}"
    assert verify(database) == []


def test_with_the_last_encounter_of_a_service_its_name_goes_out_of_samples(
    database: Database,
) -> None:
    first, second, other = (
        add_of_service(database, each) for each in (CARDIOLOGY, CARDIOLOGY, NEPHROLOGY)
    )
    draw(database, BY_SERVICE)

    def after_purge_of(found: Encounter) -> tuple[str, ...]:
        purge(database, found.id, PurgeReason.REQUEST, actor=system_user(database))
        assert verify(database) == []
        kept = sample(database, 1, actor=auditor(database))
        assert tuple(each.stratum[0] for each in kept.strata) == kept.query.services
        assert [each.drawn for each in kept.strata] == [2, 1]
        return kept.query.services

    assert after_purge_of(first) == (CARDIOLOGY, NEPHROLOGY)
    assert after_purge_of(other) == (CARDIOLOGY, PURGED_SERVICE)
    assert after_purge_of(second) == (PURGED_SERVICE, PURGED_SERVICE)
    with database.read() as session:
        texts = session.scalars(select(FreeTextRow.text)).all()
        assert not {CARDIOLOGY, NEPHROLOGY} & {*texts}


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("UPDATE free_text SET text = 'Oncology' WHERE text = :name", "not the one that was wr"),
        ("UPDATE free_text SET text = NULL, salt = :none WHERE text = :name", "no event purged"),
        ("DELETE FROM free_text WHERE text = :name", "a service of sample 1 is missing"),
        ("UPDATE free_text SET text = 'Nephrology' WHERE text IS NULL", "was purged and is here"),
    ],
)
def test_a_service_of_a_sample_that_was_changed_around_the_program_is_found(
    sqlite: Database, damage: str, problem: str
) -> None:
    add_of_service(sqlite, CARDIOLOGY)
    gone = add_of_service(sqlite, NEPHROLOGY)
    draw(sqlite, BY_SERVICE)
    purge(sqlite, gone.id, PurgeReason.REQUEST, actor=system_user(sqlite))
    found = findings_after(sqlite, damage, name=CARDIOLOGY, none=b"")
    assert [problem in each.problem for each in found] == [True]


def test_a_targeted_sample_goes_by_what_the_events_say(database: Database) -> None:
    """Signed within seconds by people who never signed before; 486 is held improbable."""
    plain, doubtful = add_signed(database), add_signed(database, ("428.0", "427.31", "486"))
    query = SampleQuery(5, traits=(Trait.NEW_CODER,), strata=(Stratifier.RISK,))
    assert drawn_ids(draw(database, query)) == {plain.id, doubtful.id}
    rare = draw(database, replace(query, traits=(Trait.RARE_CODE,)), key="rare")
    assert doubtful.id in drawn_ids(rare)
    assert redraw(database, rare.number, actor=auditor(database)).is_equal


def test_the_same_key_draws_once_and_no_other_time(database: Database) -> None:
    add_signed(database)
    assert draw(database) == draw(database)
    with pytest.raises(ConflictError, match="used for something else"):
        keep_sample(database, FIVE, actor=system_user(database), key="draw")
    assert len(samples(database, actor=auditor(database))) == 1


def test_several_at_once_have_numbers_of_their_own(database: Database) -> None:
    add_signed(database)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: draw(database, key=f"draw-{n}"), range(4)))
    assert sorted(each.number for each in found) == [1, 2, 3, 4]
    assert verify(database) == []


def test_of_nothing_signed_there_is_no_sample(database: Database) -> None:
    add_scored_encounter(database)
    with pytest.raises(InputError, match="No signed encounter fits"):
        draw(database)
    assert samples(database, actor=auditor(database)) == ()
    with pytest.raises(NotFound, match="no sample 1"):
        sample(database, 1, actor=auditor(database))


def test_who_does_not_see_an_encounter_does_not_see_it_in_a_sample(database: Database) -> None:
    hidden: Encounter = add_signed(database)
    shown = add_signed(database)
    by = system_user(database)
    move_encounter(database, hidden.number, add_team(database, "Cardiology", by=by), by=by)
    somebody = add_account(database, "Eva Lind", Role.ADMINISTRATOR, by=by)
    restricted = replace(database, restricted=True)
    found = draw(restricted)
    assert drawn_ids(found) == {hidden.id, shown.id}
    assert drawn_ids(sample(restricted, 1, actor=somebody)) == {shown.id}
    assert drawn_ids(keep_sample(restricted, FIVE, actor=somebody, key="own")) == {shown.id}
    with pytest.raises(PermissionDenied, match="ask an auditor") as refused:
        redraw(restricted, 1, actor=somebody)
    assert not isinstance(refused.value, Restricted)


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("UPDATE samples SET seed = 8", "sample 1 is not the one that was drawn"),
        ("UPDATE draws SET position = 9 WHERE position = 0", "sample 1 is not the one that was"),
        ("DELETE FROM draws WHERE position = 0", "sample 1 is not the one that was drawn"),
        ("UPDATE samples SET id = '1'", "sample 1 is missing"),
    ],
)
def test_a_sample_that_was_changed_around_the_program_is_found(
    sqlite: Database, damage: str, problem: str
) -> None:
    for _ in range(2):
        add_signed(sqlite)
    draw(sqlite)
    statements = ("PRAGMA defer_foreign_keys = ON", damage)
    assert findings_after(sqlite, *statements)[0].problem.startswith(problem)
