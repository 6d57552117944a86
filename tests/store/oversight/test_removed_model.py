"""A model version that was removed: what people did stays, and what it said is known no more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete, update

from icd9_review.export.tables import TABLES
from icd9_review.export.writing import ExportRequest, export_rows
from icd9_review.quality.outcomes.report import outcome_report
from icd9_review.store.auditing.looking import suggested_at_signing
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import (
    AttributionRow,
    ExplanationJobRow,
    JobRow,
    ModelVersionRow,
    ScoresRow,
    SummaryRow,
)
from icd9_review.store.deciding.decisions import last_sequence
from icd9_review.store.oversight.codings import encounter_codings
from icd9_review.store.oversight.outcome_counts import read_outcomes
from icd9_review.store.oversight.stories import encounter_story, past_state
from icd9_review.store.teaching.lessons import lessons
from icd9_review.store.users import system_user
from icd9_review.values import Encounter, Kind, OutcomeQuery
from tests.encounters import coders
from tests.outcomes import show
from tests.store.auditing.auditing import begin
from tests.store.auditing.signing import add_signed, auditor


@pytest.fixture
def removed(database: Database) -> tuple[Database, Encounter]:
    """A database from which the one version was taken, with a chart that was signed by it."""
    chart = add_signed(database)
    show(database, chart, coders(database)[0], "428.0", "427.31")
    with database.write() as session:
        session.execute(update(SummaryRow).values(version=None))
        for table in (AttributionRow, ExplanationJobRow, JobRow, ScoresRow, ModelVersionRow):
            session.execute(delete(table))
    return replace(database, models={}), chart


def test_figures_keep_their_counts_and_agreement_has_no_such_member(
    removed: tuple[Database, Encounter],
) -> None:
    """Not one that suggested nothing: it would agree with nobody."""
    database, _ = removed
    system = system_user(database)
    (coding,) = encounter_codings(database, actor=system).codings
    assert coding.member == coders(database)[0].name
    report = outcome_report(read_outcomes(database, OutcomeQuery(), actor=system))
    assert [(each.code, each.accepted) for each in report.codes] == [("427.31", 1), ("428.0", 1)]


def test_every_export_story_past_and_audit_goes_on(removed: tuple[Database, Encounter]) -> None:
    database, chart = removed
    system = system_user(database)
    for table in TABLES:
        list(export_rows(database, ExportRequest(table, "csv"), actor=system))
    assert encounter_story(database, chart.id, actor=system).steps
    last = last_sequence(database, chart.id)
    past = past_state(database, chart.id, last, actor=system)
    assert (past.open, past.state.codes != ()) == ((), True)
    found = begin(database, chart)
    told = suggested_at_signing(database, found.id, actor=auditor(database))
    assert all(0 < each <= 1 for each in told.values())
    assert {kind for kind, _ in told} <= {Kind.DIAGNOSIS}
    assert list(lessons(database, actor=system)) is not None
