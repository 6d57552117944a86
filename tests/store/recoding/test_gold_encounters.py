"""What is kept as gold: of signed encounters, with codes that are valid, once at a time."""

from __future__ import annotations

import pytest

from icd9_review.errors import (
    CodeError,
    ConflictError,
    DecisionError,
    InputError,
    NotFound,
    TextPurged,
)
from icd9_review.store import ledger
from icd9_review.store.auditing.steps import answer_audit, close_audit
from icd9_review.store.database.engine import Database
from icd9_review.store.ledger.verification import verify
from icd9_review.store.recoding.gold_encounters import (
    change_gold,
    gold_encounters,
    keep_audited,
    keep_gold,
)
from icd9_review.store.retention.purging import purge
from icd9_review.store.users import system_user
from icd9_review.values import (
    AuditedCode,
    EventKind,
    GoldOrigin,
    Kind,
    Poa,
    PurgeReason,
)
from tests.encounters import add_scored_encounter, coders
from tests.store.auditing.auditing import new_key, returned
from tests.store.auditing.signing import add_signed, auditor
from tests.store.ledger.tampering import findings_after
from tests.store.recoding.recoding import CODES, give, keep, newcomer


def test_gold_is_kept_with_its_codes_in_their_order(database: Database) -> None:
    codes = (AuditedCode("99.61", Kind.PROCEDURE), *CODES)
    kept = keep(database, codes, onboarding=True)
    assert kept.codes == (*CODES, codes[0])
    assert (kept.label, kept.encounter, kept.origin) == ("G-00001", "E-00001", GoldOrigin.GIVEN)
    assert (kept.onboarding, kept.retired, kept.inpatient) == (True, False, True)
    assert gold_encounters(database, actor=auditor(database)) == (kept,)
    event = ledger.events(database, ledger.SYSTEM)[-1]
    assert (event.kind, event.payload["encounter"]) == (EventKind.GOLD_KEPT, "E-00001")
    assert verify(database) == []


def test_what_a_final_audit_came_to_is_kept_as_gold(database: Database) -> None:
    audit, who = returned(database), auditor(database)
    with pytest.raises(DecisionError, match="A-00001 is not final"):
        keep_audited(database, audit.id, actor=who, key="early")
    answer_audit(database, audit.id, agreed=True, actor=coders(database)[0], key=new_key())
    close_audit(database, audit.id, reopen=False, actor=who, key=new_key())
    kept = keep_audited(database, audit.id, actor=who, key="gold")
    assert kept.origin is GoldOrigin.AUDIT
    assert kept.codes == (AuditedCode("428.0", poa=Poa.YES), AuditedCode("486", poa=Poa.YES))


def test_the_same_key_keeps_once_and_means_nothing_else(database: Database) -> None:
    found, who = add_signed(database), auditor(database)
    first = keep_gold(database, found.id, CODES, actor=who, key="once")
    assert keep_gold(database, found.id, CODES, actor=who, key="once") == first
    with pytest.raises(ConflictError):
        keep_gold(database, add_signed(database).id, CODES, actor=who, key="once")


def test_an_encounter_is_gold_once_until_that_is_retired(database: Database) -> None:
    kept, who = keep(database), auditor(database)
    with pytest.raises(DecisionError, match="E-00001 is gold already, as G-00001"):
        keep_gold(database, kept.encounter_id, CODES, actor=who, key="again")
    assert change_gold(database, 1, retired=True, actor=who).retired
    assert keep_gold(database, kept.encounter_id, CODES[:1], actor=who, key="anew").number == 2
    assert change_gold(database, 1, retired=False, onboarding=True, actor=who).onboarding
    assert verify(database) == []


def test_what_cannot_be_gold_says_why(database: Database) -> None:
    who, signed = auditor(database), add_signed(database)
    unsigned = add_scored_encounter(database)
    twin = give(database, keep(database), newcomer(database))
    for encounter_id, codes, error, why in (
        (unsigned.id, CODES, DecisionError, "E-00002 is not signed"),
        (twin.id, CODES, DecisionError, "is another encounter once more"),
        (signed.id, (), InputError, "needs one code"),
        (signed.id, [AuditedCode("428")], CodeError, "'428' is no diagnosis code"),
        (signed.id, [CODES[0], CODES[0]], InputError, "twice"),
        ("0" * 22, CODES, NotFound, "No encounter"),
    ):
        with pytest.raises(error, match=why):
            keep_gold(database, encounter_id, codes, actor=who, key=new_key())
    purge(database, signed.id, PurgeReason.REQUEST, actor=system_user(database))
    with pytest.raises(TextPurged):
        keep_gold(database, signed.id, CODES, actor=who, key=new_key())
    with pytest.raises(NotFound, match="no gold encounter G-00009"):
        change_gold(database, 9, retired=True, actor=who)


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE gold_encounters SET codes = '[]'", "gold encounter 1 is not as it was kept"),
        ("UPDATE gold_encounters SET onboarding = NOT onboarding", "is not as it was kept"),
        ("DELETE FROM twins", "the mark that E-00002 is E-00001 once more is missing"),
        ("UPDATE twins SET coder = 1", "the mark of E-00002 is not the one that was made"),
    ],
)
def test_gold_and_twins_that_were_changed_are_found(
    database: Database, damage: str, found: str
) -> None:
    give(database, keep(database), newcomer(database))
    assert verify(database) == []
    assert any(found in each.problem for each in findings_after(database, damage))
