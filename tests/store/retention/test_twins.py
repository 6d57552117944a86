"""An encounter and its twins have one text: it is held, and goes, all at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from icd9_review.errors import ConflictError, DecisionError
from icd9_review.review.status_words import with_twins
from icd9_review.store import ledger
from icd9_review.store.auditing.audits import audit as told_audit
from icd9_review.store.database.engine import Database
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.ledger import free_text
from icd9_review.store.ledger.verification import verify
from icd9_review.store.querying.queries import answer_query, ask_physician, physician_queries
from icd9_review.store.recoding.gold_encounters import keep_gold
from icd9_review.store.recoding.gold_trials import give_gold
from icd9_review.store.retention.candidates import named, older_than
from icd9_review.store.retention.legal_holds import legal_hold, legal_holds, lift_hold, place_hold
from icd9_review.store.retention.purging import purge, purge_all
from icd9_review.store.users import users
from icd9_review.values import CountedFrom, Encounter, EventKind, PhysicianQuery, PurgeReason, Role
from tests.encounters import coders
from tests.store.auditing.auditing import rebutted
from tests.store.auditing.signing import add_signed, auditor
from tests.store.querying.asking import query_about
from tests.store.recoding.recoding import CODES, give, keep, newcomer, sign_twin
from tests.store.retention.conftest import administrator

WHY = "Court of Kent, 24-17"
PERIOD = PurgeReason.RETENTION_PERIOD


@pytest.fixture
def pair(database: Database) -> tuple[Encounter, Encounter]:
    """An encounter and its only twin, both signed."""
    gold, coder = keep(database), newcomer(database)
    twin = give(database, gold, coder)
    sign_twin(database, twin, coder)
    return encounter(database, gold.encounter_id), twin


@pytest.mark.parametrize("which", [0, 1])
def test_a_hold_on_one_is_a_hold_on_both(
    database: Database, pair: tuple[Encounter, Encounter], which: int
) -> None:
    by = administrator(database)
    place_hold(database, pair[which].id, WHY, actor=by)
    held = {each: hold.words for each, _, hold in legal_holds(database, actor=by)}
    assert held == {each.id: WHY for each in pair}
    outcome = purge_all(database, [each.id for each in pair], PERIOD, actor=by)
    assert outcome.purged == 0
    assert all("On legal hold" in each for each in outcome.problems)
    lift_hold(database, pair[1 - which].id, "settled", actor=by)
    assert [legal_hold(database, each.id, actor=by) for each in pair] == [None, None]
    assert verify(database) == []


@pytest.mark.parametrize("which", [0, 1])
def test_a_hold_from_before_holds_went_to_twins_keeps_both(
    database: Database, pair: tuple[Encounter, Encounter], which: int
) -> None:
    by, held = administrator(database), pair[which].id
    with database.write() as session:
        payload = {"words": free_text.write_text(session, WHY)}
        ledger.append(session, held, EventKind.LEGAL_HOLD_PLACED, payload, by, "legal-hold/1")
    for each in pair:
        with pytest.raises(ConflictError, match=WHY):
            purge(database, each.id, PERIOD, actor=by)
    found = named(database, [each.id for each in pair], actor=by)
    assert [each.hold and each.hold.words for each in found] == [WHY, WHY]


def test_what_is_held_is_coded_anew_by_nobody(database: Database) -> None:
    gold, other = keep(database), add_signed(database)
    for each in (gold.encounter_id, other.id):
        place_hold(database, each, WHY, actor=administrator(database))
    with pytest.raises(DecisionError, match=f"{other.label} is on legal hold"):
        keep_gold(database, other.id, CODES, actor=auditor(database), key="held")
    given = give_gold(database, [gold.number], [newcomer(database).id], actor=auditor(database))
    assert given.made == 0
    assert "on legal hold" in given.problems[0]


def test_a_twin_goes_with_its_source_and_not_alone(
    database: Database, pair: tuple[Encounter, Encounter]
) -> None:
    (source, twin), by = pair, administrator(database)
    with pytest.raises(ConflictError, match=f"{twin.label} is {source.label} once more"):
        purge(database, twin.id, PERIOD, actor=by)
    (told,) = named(database, [twin.id], actor=by)
    assert (told.goes_with, told.free) == (source.label, False)
    purge(database, source.id, PERIOD, actor=by)
    assert all(encounter(database, each.id).purged for each in pair)
    assert verify(database) == []


def test_the_preview_counts_what_goes_with_twins_and_lists_them_by_no_age_of_their_own(
    database: Database, pair: tuple[Encounter, Encounter]
) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    for since in CountedFrom:
        (found,) = older_than(database, tomorrow, since, actor=administrator(database))
        assert (found.encounter_id, found.notes, found.twins) == (pair[0].id, 2, 1)
        assert with_twins(found) == f"{pair[0].label} with 1 twin"


def test_no_byte_of_what_was_asked_answered_and_audited_stays(sqlite: Database) -> None:
    """Of an encounter and its twin: questions, answers, remarks, rebuttals, titles, names."""
    canary = "Zyxovir"
    audit = rebutted(sqlite, coders(sqlite)[0], words=f"{canary} remark")
    gold = keep_gold(sqlite, audit.encounter_id, CODES, actor=auditor(sqlite), key="gold")
    twin = give(sqlite, gold, newcomer(sqlite))
    ask_and_answer(sqlite, encounter(sqlite, audit.encounter_id), canary)
    ask(sqlite, encounter(sqlite, twin.id), canary)  # which nobody answers
    assert canary.encode() in stored(sqlite)
    purge_all(sqlite, [audit.encounter_id], PERIOD, actor=administrator(sqlite))
    assert canary.encode() not in stored(sqlite)
    assert canary.lower().encode() not in stored(sqlite)
    found = told_audit(sqlite, audit.id, actor=auditor(sqlite))
    assert [each.words for each in found.remarks.values()] == [""] * len(found.remarks)
    assert [each.question for each in physician_queries(sqlite, twin.id)] == [None]
    assert verify(sqlite) == []


def stored(sqlite: Database) -> bytes:
    place = Path(sqlite.engine.url.database or "")
    return b"".join(each.read_bytes() for each in place.parent.iterdir())


def ask(database: Database, found: Encounter, words: str) -> PhysicianQuery:
    """A query with these words in question and answers."""
    draft = replace(
        query_about(found),
        question=f"In your clinical judgement, which kind is it, beside {words}?",
        options=(f"Systolic {words}", "Diastolic"),
    )
    coder = coders(database)[0]
    return ask_physician(database, found.id, draft, actor=coder, key=f"ask-{found.number}")


def ask_and_answer(database: Database, found: Encounter, words: str) -> None:
    """The same, and words of the answer too."""
    asked = ask(database, found, words)
    clinician = next(each for each in users(database) if each.role is Role.CLINICIAN)
    answer_query(
        *(database, found.id, asked.sequence),
        words=f"Neither, {words}.",
        actor=clinician,
        key=f"answer-{found.number}",
    )
