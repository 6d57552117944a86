"""The coding summary of the encounter on the workbench, and what the ledger keeps of it."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from icd9_review.codes.edits import check_chart
from icd9_review.export.coding_summary import SummarySource, write_summary
from icd9_review.review.chart import chart_of
from icd9_review.review.event_words import SUMMARY
from icd9_review.ui.encounter.codes import code_key
from icd9_review.ui.workbench.charting import exempt_codes
from icd9_review.ui.workbench.page import Page


def summarise(page: Page, at: datetime) -> str:
    """The summary of what the page shows."""
    snapshot, findings, lists = page.snapshot, page.findings, page.reference.lists
    chart = chart_of(page.encounter, snapshot.state, findings.assertions, findings.sentences)
    version = page.model.predictor.version if page.model else None
    return write_summary(
        SummarySource(
            encounter=page.encounter,
            state=snapshot.state,
            edits=check_chart(chart, lists),
            events=snapshot.events,
            names=snapshot.names,
            model=(version.name, version.version) if version else None,
            writer=page.user.name,
            at=at,
            exempt=frozenset(code_key(name)[1] for name in exempt_codes(chart, lists)),
        )
    )


def describe_summary(text: str, page: Page) -> dict[str, object]:
    """What the ledger keeps of a summary: how many codes it has, and its SHA-256 as UTF-8."""
    return {
        "table": SUMMARY,
        "format": "text",
        "words": False,
        "rows": len(page.snapshot.state.accepted),
        "sha256": sha256(text.encode()).hexdigest(),
    }
