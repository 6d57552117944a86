"""Septic shock is severe sepsis: the code that is missing goes beside, not in place."""

from __future__ import annotations

from icd9_review.codes.edits import check_chart
from icd9_review.values import OfferUse
from tests.codes.edits.charts import chart, lists


def test_severe_sepsis_is_offered_beside_septic_shock() -> None:
    (edit,) = [
        edit
        for edit in check_chart(chart("038.9 785.52"), lists())
        if edit.number == 24 and edit.code == "785.52"
    ]
    assert edit.offers == ("995.92",)
    assert edit.use is OfferUse.ADD
