"""The columns of each export: name, meaning and value, in one place.

What a closed set calls something stands under its plain name, for programs; where the screen
says it in other words, those stand beside it under the same name with ``_words``.
"""

from icd9_review.export.columns.audits import AUDIT_COLUMNS
from icd9_review.export.columns.codes import CODE_COLUMNS
from icd9_review.export.columns.column import Column, chosen
from icd9_review.export.columns.decisions import DECISION_COLUMNS
from icd9_review.export.columns.figures import AGREEMENT_COLUMNS, OUTCOME_COLUMNS
from icd9_review.export.columns.history import HISTORY_COLUMNS
from icd9_review.export.columns.physician_queries import QUERY_COLUMNS

__all__ = [
    "AGREEMENT_COLUMNS",
    "AUDIT_COLUMNS",
    "CODE_COLUMNS",
    "DECISION_COLUMNS",
    "HISTORY_COLUMNS",
    "OUTCOME_COLUMNS",
    "QUERY_COLUMNS",
    "Column",
    "chosen",
]
