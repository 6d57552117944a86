"""Whose word the codes of a signed chart are, by the audits of it."""

from __future__ import annotations

from icd9_review.store.auditing.steps import answer_audit, close_audit
from icd9_review.store.database.engine import Database
from icd9_review.store.exporting.provenance import code_provenances
from icd9_review.values import CodeProvenance
from tests.encounters import coders
from tests.store.auditing.auditing import begin, new_key, returned
from tests.store.auditing.signing import add_signed, auditor

UNANIMOUS, UNRESOLVED = CodeProvenance.UNANIMOUS, CodeProvenance.UNRESOLVED


def said(database: Database, encounter_id: str) -> dict[str, CodeProvenance]:
    with database.read() as session:
        found = code_provenances(session, [encounter_id])
    return {code: provenance for (_, (_, code)), provenance in found.items()}


def test_what_nobody_audited_is_one_coders_word(database: Database) -> None:
    assert said(database, add_signed(database).id) == {}


def test_what_an_audit_left_as_it_is_is_unanimous(database: Database) -> None:
    audit = begin(database)
    assert said(database, audit.encounter_id) == {}
    close_audit(database, audit.id, reopen=False, actor=auditor(database), key=new_key())
    assert said(database, audit.encounter_id) == {"428.0": UNANIMOUS, "427.31": UNANIMOUS}


def test_what_the_audit_disputes_is_unresolved_until_the_chart_is_signed_anew(
    database: Database,
) -> None:
    audit, coder = returned(database), coders(database)[0]
    assert said(database, audit.encounter_id) == {"427.31": UNRESOLVED, "486": UNRESOLVED}
    answer_audit(database, audit.id, agreed=True, actor=coder, key=new_key())
    closed = close_audit(database, audit.id, reopen=True, actor=auditor(database), key=new_key())
    chart = closed.encounter_id
    assert said(database, chart)["427.31"] is UNRESOLVED
    assert said(database, chart)["428.0"] is UNANIMOUS
