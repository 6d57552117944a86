"""Legal holds: placed and lifted with a reason, and found by label or number."""

from __future__ import annotations

import pytest

from icd9_review.errors import ConflictError, InputError, NotFound, PermissionDenied, TextPurged
from icd9_review.notes import read_note
from icd9_review.notes.intake.documents import Facts, FileFormat, FoundEncounter, FoundNote
from icd9_review.notes.intake.identifiers import Identifier
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.intake.imports import import_all
from icd9_review.store.ledger.verification import verify
from icd9_review.store.retention.legal_holds import (
    encounters_of_labels,
    encounters_of_number,
    legal_hold,
    legal_holds,
    lift_hold,
    place_hold,
)
from icd9_review.store.retention.purging import purge
from icd9_review.store.users import system_user
from icd9_review.values import CareSetting, Encounter, EventKind, PurgeReason
from tests.encounters import coders
from tests.store.retention.conftest import administrator

WHY = "Court of Kent, 24-17"


def test_a_hold_is_told_until_it_is_lifted(database: Database, signed: Encounter) -> None:
    by = administrator(database)
    place_hold(database, signed.id, f"  {WHY} ", actor=by)
    held = legal_hold(database, signed.id, actor=system_user(database))
    assert held is not None
    assert (held.words, held.actor) == (WHY, by.name)
    assert legal_holds(database, actor=system_user(database)) == [(signed.id, signed.label, held)]
    lift_hold(database, signed.id, "settled", actor=by)
    assert legal_hold(database, signed.id, actor=system_user(database)) is None
    assert legal_holds(database, actor=system_user(database)) == []
    kinds = [event.kind for event in ledger.events(database, signed.id)][-2:]
    assert kinds == [EventKind.LEGAL_HOLD_PLACED, EventKind.LEGAL_HOLD_LIFTED]
    assert WHY not in repr(ledger.events(database, signed.id))
    assert verify(database) == []


def test_what_stands_already_and_what_stands_not_is_said(
    database: Database, signed: Encounter
) -> None:
    by = administrator(database)
    with pytest.raises(ConflictError, match=f"{signed.label} is on no legal hold"):
        lift_hold(database, signed.id, WHY, actor=by)
    place_hold(database, signed.id, WHY, actor=by)
    with pytest.raises(ConflictError, match="on legal hold already"):
        place_hold(database, signed.id, WHY, actor=by)


def test_only_an_administrator_and_only_in_words(database: Database, signed: Encounter) -> None:
    with pytest.raises(PermissionDenied):
        place_hold(database, signed.id, WHY, actor=coders(database)[0])
    with pytest.raises(InputError, match="say in words why"):
        place_hold(database, signed.id, "  ", actor=administrator(database))
    with pytest.raises(NotFound):
        place_hold(database, "0" * 22, WHY, actor=administrator(database))


def test_what_was_purged_cannot_be_held(database: Database, signed: Encounter) -> None:
    by = administrator(database)
    purge(database, signed.id, PurgeReason.REQUEST, actor=by)
    with pytest.raises(TextPurged, match="nothing left to hold"):
        place_hold(database, signed.id, WHY, actor=by)


def test_encounters_are_found_by_label_number_or_identifier(
    database: Database, signed: Encounter
) -> None:
    names = [signed.label, signed.label.lower(), str(signed.number), signed.id]
    assert encounters_of_labels(database, names, actor=system_user(database)) == [signed.id] * 4
    for unknown in ("E-99999", "E-", "x", "\x00", "99999999999999999999"):
        with pytest.raises(NotFound, match="names no encounter"):
            encounters_of_labels(database, [unknown], actor=system_user(database))


@pytest.mark.parametrize("source", ["table", FileFormat.HL7, FileFormat.FHIR, FileFormat.CCDA])
def test_encounters_are_found_by_the_number_they_came_in_under(
    database: Database, source: str
) -> None:
    note = FoundNote(read_note("A note of somebody.", "Note"))
    name = Identifier("17", within="monday.csv").given_by("Ward 3")
    found = FoundEncounter((note,), Facts(), name, source=source, file="monday.csv")
    setting, actor = CareSetting.INPATIENT, coders(database)[0]
    (line,) = import_all(database, [found], setting, actor=actor, model_version=None)
    assert encounters_of_number(database, "17", "Ward 3", actor=system_user(database)) == [
        line.encounter_id
    ]
    assert encounters_of_number(database, "Ward 3|17", actor=system_user(database)) == [
        line.encounter_id
    ]
    with pytest.raises(NotFound, match="No encounter came in under this number"):
        encounters_of_number(database, "18", "Ward 3", actor=system_user(database))
