"""Whether a code would say what a chart says already, by the same rules that check a chart."""

from __future__ import annotations

from collections.abc import Iterable

from icd9_review.codes.edits.chapters.combination import check_combination_code
from icd9_review.codes.edits.chapters.hypertension import check_agreement
from icd9_review.codes.edits.chapters.symptoms import check_integral
from icd9_review.codes.edits.inclusion import check_included
from icd9_review.codes.edits.subject import Subject
from icd9_review.codes.edits.tabular.conventions import check_excludes
from icd9_review.codes.lists import Lists
from icd9_review.values import CareSetting, Chart, ChartCode, Sex

_RULES = (
    check_included,
    check_excludes,
    check_agreement,
    check_integral,
    check_combination_code,
)


def is_redundant(code: str, beside: Iterable[str], lists: Lists) -> bool:
    """Whether a diagnosis is said by others of a chart, part of them, or excluded by them.

    >>> from icd9_review.codes.built_in import built_in_lists
    >>> lists = built_in_lists()
    >>> [is_redundant("401.9", [other], lists) for other in ("403.90", "585.3", "428.0")]
    [True, False, False]
    """
    diagnoses = tuple(ChartCode(each) for each in dict.fromkeys((*beside, code)))
    subject = Subject(
        Chart(CareSetting.OUTPATIENT, None, Sex.UNKNOWN, None, None, diagnoses), lists
    )
    told = (edit for rule in _RULES for edit in rule(subject))
    return any(code == edit.code or code in edit.others for edit in told)
