"""Figures as rows for export: outcomes of each code and model version, and agreement.

They come of the functions that the pages Outcomes and Agreement and their commands ask, so that a
file says what those show.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.quality.agreement.levels import CodeLevel
from icd9_review.quality.agreement.measuring import measure
from icd9_review.quality.agreement.rows import lay_out_agreement
from icd9_review.quality.outcomes.rows import OutcomeRow, lay_out_outcomes
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import OutcomeCountRow
from icd9_review.store.oversight.codings import encounter_codings
from icd9_review.store.oversight.outcome_counts import outcomes_within
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.scoring.model_versions import model_names
from icd9_review.values import AgreementRow, ExportFilter, OutcomePart, OutcomeQuery, User

_EVERYTHING: Final = ExportFilter()


def outcome_rows(
    database: Database, wanted: ExportFilter = _EVERYTHING, *, actor: User
) -> Generator[OutcomeRow]:
    """A row for each code of each model version, sums of all encounters, all of one moment.

    Outcomes are counted by months (UTC): those that the bounds touch are taken as a whole.
    ``only_decided`` leaves out codes that the version never suggested. Raises PermissionDenied.
    """
    check_may(actor, Act.EXPORT)
    check_may(actor, Act.AUDIT)
    first = None if wanted.since is None else _month(wanted.since)
    last = None if wanted.before is None else _month(wanted.before - timedelta(microseconds=1))
    with database.read() as session:
        models = model_names(session)
        # More than `counted_versions` has: a version may count a code and have suggested nothing.
        # Sorted here: SQLite would sort every row in memory to tell the few versions in order.
        versions = select(OutcomeCountRow.version).distinct()
        for version in sorted(session.scalars(versions)):
            for row in _of_version(session, version, models.get(version), (first, last)):
                if _is_wanted(row, wanted):
                    yield row


def _of_version(
    session: Session, version: str, model: str | None, months: tuple[int | None, int | None]
) -> Iterator[OutcomeRow]:
    """The rows of one version, of which nothing is held when the next one is read."""
    query = OutcomeQuery(first=months[0], last=months[1], version=version)
    counted = outcomes_within(session, query, (OutcomePart.CODES,))
    yield from lay_out_outcomes(counted, version, model)


def _is_wanted(row: OutcomeRow, wanted: ExportFilter) -> bool:
    if wanted.only_decided and not row.figures.shown:
        return False
    return wanted.takes_code(row.figures.code)


def agreement_rows(
    database: Database, wanted: ExportFilter = _EVERYTHING, *, actor: User
) -> Generator[AgreementRow]:
    """The figures of agreement on whole codes, and at the other levels unless ``only_decided``.

    Of encounters that were signed within the bounds, as many as ``encounter_codings`` reads: these
    are figures over all of them, so that they are held at once. A filter of codes takes rows about
    these alone. Raises PermissionDenied.
    """
    check_may(actor, Act.EXPORT)
    read = encounter_codings(database, wanted.since, wanted.before, actor=actor)
    for level in CodeLevel if not wanted.only_decided else (CodeLevel.FULL,):
        found = measure(read.codings, level=level)
        if found is None:
            return
        for row in lay_out_agreement(found, read.signed):
            if wanted.takes_code(row.key[1] if row.key else None):
                yield row


def _month(at: datetime) -> int:
    """As the day was typed: its month in UTC may be the one before."""
    return at.year * 100 + at.month
