"""An invented row of OMOP's ``note_nlp``, from which the dictionary takes its examples."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from icd9_review.export.columns.examples import DECISION_EXAMPLES
from icd9_review.export.columns.omop import NlpRow
from icd9_review.values import Assertion, ShownSpan, Span

_NOTE: Final = "0f3a91c27be45d680913ac"
_SPAN: Final = ShownSpan(
    Span(_NOTE, 120, 133), 1.0, Assertion.PRESENT, "hospital course", "heart failure"
)
_DECIDED: Final = datetime(2026, 3, 2, 9, 41, 7, tzinfo=UTC)

NLP_EXAMPLES: Final = (NlpRow(replace(DECISION_EXAMPLES[0], shown=(_SPAN,)), _SPAN, 0, _DECIDED),)
