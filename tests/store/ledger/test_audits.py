"""Audits and queries that were changed around the program are found."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from icd9_review.store.auditing.audit_rows import rebuild_audits
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import AuditRow, FreeTextRow
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.ledger.verification import verify
from icd9_review.store.querying.queries import answer_query
from icd9_review.store.recoding.gold_encounters import gold_encounters
from icd9_review.values import Audit
from tests.encounters import coders
from tests.store.auditing.auditing import rebutted
from tests.store.auditing.signing import auditor
from tests.store.ledger.tampering import findings_after
from tests.store.querying.asking import asked_about
from tests.store.querying.test_queries import clinician
from tests.store.recoding.recoding import keep


@pytest.fixture
def audited(database: Database) -> Audit:
    """An audit with remarks of its auditor that the coder has rebutted."""
    return rebutted(database, coders(database)[0])


@pytest.mark.parametrize(
    "changed",
    [
        "status = 'final'",
        "auditor = signer",
        "signer = auditor",
        "blind = NOT blind",
        "blind_model = NOT blind_model",
        "signature = signature - 1",
        "number = number + 1",
        "added = added + 1",
        "poa_changed = poa_changed + 1",
        "at = opened",
    ],
)
def test_an_audit_that_stands_otherwise_than_its_events_say_is_found(
    database: Database, audited: Audit, changed: str
) -> None:
    (finding,) = findings_after(database, f"UPDATE audits SET {changed}")  # noqa: S608
    assert finding.stream == audited.encounter_id
    assert finding.problem == "audit A-00001 stands otherwise than its events say"


def test_an_audit_that_is_gone_and_one_that_nobody_opened_are_found(
    database: Database, audited: Audit
) -> None:
    (finding,) = findings_after(database, "DELETE FROM audits")
    assert (finding.stream, finding.problem) == (
        audited.encounter_id,
        "audit A-00001 is missing",
    )
    renamed = update(AuditRow).values(id="0" * 22, number=7)
    problems = [each.problem for each in findings_after(database, renamed)]
    assert problems == ["audit A-00001 is missing", "no event tells of audit A-00007"]


def test_rows_that_are_worked_out_again_verify(database: Database, audited: Audit) -> None:
    assert rebuild_audits(database) == 1
    assert verify(database) == []
    assert audited.label == "A-00001"


def test_every_word_of_an_audit_and_a_query_is_held_against_its_sum(
    database: Database, audited: Audit
) -> None:
    """What auditor and coder wrote, question and offered answers, and the physician's answer."""
    chart = encounter(database, audited.encounter_id)
    answer_query(
        *(database, chart.id, asked_about(database, chart)),
        words="Biventricular.",
        actor=clinician(database),
        key="answer",
    )
    with database.read() as session:
        written = session.scalars(select(FreeTextRow.digest)).all()
    assert len(written) >= 5
    for digest in written:
        mine = FreeTextRow.digest == digest
        other = update(FreeTextRow).where(mine).values(text=FreeTextRow.text + " ")
        (finding,) = findings_after(database, other)
        assert finding.stream == audited.encounter_id
        assert finding.problem == "the words are not those that were written"


@pytest.mark.parametrize("changed", ["origin = 'audit'", "actor = 1", "codes = '[]'"])
def test_gold_that_is_not_as_it_was_kept_is_found(database: Database, changed: str) -> None:
    keep(database)
    assert gold_encounters(database, actor=auditor(database))[0].actor != 1
    (finding,) = findings_after(database, f"UPDATE gold_encounters SET {changed}")  # noqa: S608
    assert finding.problem == "gold encounter 1 is not as it was kept"
