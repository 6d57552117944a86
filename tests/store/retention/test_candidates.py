"""What is old enough, counted from the signature or the intake; what is held is named."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from icd9_review.store.database.engine import Database
from icd9_review.store.intake.encounters import add_note
from icd9_review.store.ledger.verification import verify
from icd9_review.store.retention.candidates import named, older_than
from icd9_review.store.retention.legal_holds import place_hold
from icd9_review.store.retention.purging import purge, purge_all
from icd9_review.store.users import system_user
from icd9_review.values import CountedFrom, Encounter, NewNote, PurgeReason
from tests.encounters import add_encounter, coders
from tests.store.retention.conftest import administrator

TOMORROW = datetime.now(UTC).date() + timedelta(days=1)


def _labels(database: Database, day: date, counted_from: CountedFrom) -> list[str]:
    return [
        each.label
        for each in older_than(database, day, counted_from, actor=system_user(database))
        if each.free
    ]


def test_the_age_counts_from_the_signature_or_from_the_intake(
    database: Database, signed: Encounter
) -> None:
    unsigned = add_encounter(database)
    today = TOMORROW - timedelta(days=2)  # midnight may pass meanwhile
    assert _labels(database, TOMORROW, CountedFrom.SIGNATURE) == [signed.label]
    assert _labels(database, TOMORROW, CountedFrom.INTAKE) == [signed.label, unsigned.label]
    for counted in CountedFrom:
        assert _labels(database, today, counted) == []


def test_a_chart_with_a_late_note_is_not_old_by_its_signature(
    database: Database, signed: Encounter
) -> None:
    late, actor = NewNote("Came late.", "Late"), coders(database)[0]
    add_note(database, signed.id, late, actor=actor, key="late", model_version=None)
    assert _labels(database, TOMORROW, CountedFrom.SIGNATURE) == []
    assert _labels(database, TOMORROW, CountedFrom.INTAKE) == [signed.label]


def test_it_says_how_much_would_go_and_what_is_held_or_gone(
    database: Database, signed: Encounter
) -> None:
    held, gone, by = add_encounter(database), add_encounter(database), administrator(database)
    place_hold(database, held.id, "Court of Kent, 24-17", actor=by)
    purge(database, gone.id, PurgeReason.MISTAKE, actor=by)
    one, two, three = named(database, [held.id, gone.id, signed.id], actor=system_user(database))
    assert (one.label, one.notes, one.words, one.free) == (signed.label, 1, 2, True)
    assert two.hold is not None
    assert (two.hold.words, two.free) == ("Court of Kent, 24-17", False)
    assert three.purged is not None
    assert (three.purged.reason, three.free) == (PurgeReason.MISTAKE, False)
    aged = older_than(database, TOMORROW, CountedFrom.INTAKE, actor=system_user(database))
    assert [each.label for each in aged] == [signed.label, held.label]
    assert all(each.counted is not None for each in aged)


def test_a_purge_by_age_leaves_what_is_held(database: Database, signed: Encounter) -> None:
    held, by = add_encounter(database), administrator(database)
    place_hold(database, held.id, "Court of Kent, 24-17", actor=by)
    old = [
        each.encounter_id
        for each in older_than(database, TOMORROW, CountedFrom.INTAKE, actor=system_user(database))
    ]
    outcome = purge_all(database, old, PurgeReason.RETENTION_PERIOD, actor=by)
    assert outcome.purged == 1
    (problem,) = outcome.problems
    assert problem.startswith(f"{held.label} is not purged. On legal hold since")
    assert verify(database) == []
