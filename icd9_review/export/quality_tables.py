"""The tables of quality: audits, queries to physicians, outcomes and agreement.

Their rows are imported when they are asked for, as those of ``coding_tables``.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Final

from icd9_review.export.columns import (
    AGREEMENT_COLUMNS,
    AUDIT_COLUMNS,
    OUTCOME_COLUMNS,
    QUERY_COLUMNS,
)
from icd9_review.export.columns.quality_examples import (
    AGREEMENT_EXAMPLES,
    AUDIT_EXAMPLES,
    OUTCOME_EXAMPLES,
    QUERY_EXAMPLES,
)
from icd9_review.export.export_table import ExportTable, RowChoice, RowFilter
from icd9_review.store.people.permissions import Act
from icd9_review.values import ExportFilter, User

if TYPE_CHECKING:
    from icd9_review.store.database.engine import Database


def _audits(database: Database, wanted: ExportFilter, *, actor: User) -> Generator[Any]:
    from icd9_review.store.exporting.audit_code_rows import audit_code_rows

    return audit_code_rows(database, wanted, actor=actor)


def _queries(database: Database, wanted: ExportFilter, *, actor: User) -> Generator[Any]:
    from icd9_review.store.exporting.physician_query_rows import physician_query_rows

    return physician_query_rows(database, wanted, actor=actor)


def _outcomes(database: Database, wanted: ExportFilter, *, actor: User) -> Generator[Any]:
    from icd9_review.store.exporting.figure_rows import outcome_rows

    return outcome_rows(database, wanted, actor=actor)


def _agreement(database: Database, wanted: ExportFilter, *, actor: User) -> Generator[Any]:
    from icd9_review.store.exporting.figure_rows import agreement_rows

    return agreement_rows(database, wanted, actor=actor)


_FIGURES: Final = (RowFilter.DAYS, RowFilter.CODES)
_NO_PAIRS: Final = (
    "No signed encounter has two codings yet: the model reads each, auditors some of them."
)

QUALITY_TABLES: Final = (
    ExportTable(
        name="audits",
        title="Audits",
        about="One row per code of an audited chart that coder and auditor both have, and one per "
        "difference, with its cause and how it was settled.",
        choice=RowChoice(
            "--only-differences",
            "Leave out codes that both have.",
            fewer="Differences",
            all="With codes both have",
            empty="No audit differs from its chart yet. Audits begin on the page Second review.",
            all_empty="No audits yet. They begin on the page Second review.",
        ),
        outline=("audit", "encounter", "difference", "coded", "audited", "cause_words", "status"),
        columns=AUDIT_COLUMNS,
        rows=_audits,
        examples=AUDIT_EXAMPLES,
        dated="time",
        act=Act.AUDIT,
        leaves_blind_out=False,
    ),
    ExportTable(
        name="queries",
        title="Queries",
        about="One row per query to a physician, with what came of it.",
        choice=RowChoice(
            "--only-answered",
            "Leave out queries that are open or withdrawn.",
            fewer="Answered queries",
            all="Every query",
            empty="No query is answered yet.",
            all_empty="No queries yet. They are asked on the page Explanation.",
        ),
        outline=("encounter", "time", "actor", "reason_words", "status", "settled_by", "hours"),
        columns=QUERY_COLUMNS,
        rows=_queries,
        examples=QUERY_EXAMPLES,
        dated="time",
        filters=(RowFilter.DAYS, RowFilter.PEOPLE, RowFilter.SETTINGS, RowFilter.STATUSES),
    ),
    ExportTable(
        name="outcomes",
        title="Outcomes",
        about="One row per code and model version: what became of its suggestions, as the page "
        "Outcomes counts it; sums of all encounters, by whole months.",
        choice=RowChoice(
            "--only-suggested",
            "Leave out codes that the version never suggested.",
            fewer="Suggested codes",
            all="Every code",
            empty="Nothing has been suggested yet.",
            all_empty="Nothing has been suggested or decided yet.",
        ),
        outline=("code", "title", "model", "shown", "accepted", "replaced", "rejected"),
        columns=OUTCOME_COLUMNS,
        rows=_outcomes,
        examples=OUTCOME_EXAMPLES,
        act=Act.AUDIT,
        filters=_FIGURES,
        leaves_blind_out=False,
    ),
    ExportTable(
        name="agreement",
        title="Agreement",
        about="One row for all members together, one per pair of them, per code, and per two codes "
        "that are taken for each other, as the page Agreement measures it.",
        choice=RowChoice(
            "--only-whole",
            "Compare whole codes alone, not their first four and three characters.",
            fewer="Whole codes",
            all="At every level",
            empty=_NO_PAIRS,
            all_empty=_NO_PAIRS,
        ),
        outline=("about", "first", "second", "code", "encounters", "alpha", "positive"),
        columns=AGREEMENT_COLUMNS,
        rows=_agreement,
        examples=AGREEMENT_EXAMPLES,
        act=Act.AUDIT,
        filters=_FIGURES,
        measured=True,
    ),
)
