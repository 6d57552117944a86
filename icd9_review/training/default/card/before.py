"""The model before beside the one that is described, figure by figure on the same notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from icd9_review.evaluation.report.layout import markdown_table
from icd9_review.evaluation.report.numerals import UNDEFINED, number, share
from icd9_review.evaluation.report.tables import points

_Evaluation = Mapping[str, Any]
_Rows = Mapping[str, Callable[[_Evaluation], str]]


def before_table(
    sets: Mapping[str, str],
    before: Mapping[str, _Evaluation],
    now: Mapping[str, _Evaluation],
) -> str:
    """A table of the sets of notes that both were measured on, with two columns for each.

    ``sets`` names them for people. What one of the two was not measured for has a dash.
    """
    both = [name for name in sets if name in before and name in now]
    head = [
        f"{sets[name]}: {when}".removeprefix("the ") for name in both for when in ("before", "now")
    ]
    rows = [
        (what, *(_told(of, held[name]) for name in both for held in (before, now)))
        for what, of in _ROWS.items()
    ]
    return (
        "### Beside the model before\n\nIt knew 1,383 diagnoses, no procedure and no judge, and "
        "read overlapping windows. Of all codes that the notes need, on the same notes by the same "
        f"rule.\n\n{markdown_table(('', *head), [row for row in rows if _has_figures(row)])}"
    )


def _told(of: Callable[[_Evaluation], str], evaluation: _Evaluation) -> str:
    try:
        return of(evaluation)
    except (KeyError, TypeError):  # not measured, or by an older program
        return UNDEFINED


def _has_figures(row: tuple[str, ...]) -> bool:
    return any(cell != UNDEFINED for cell in row[1:])


def _whole(key: str) -> Callable[[_Evaluation], str]:
    return lambda evaluation: number(evaluation["all_codes"]["all"][key]["value"])


def _first(count: int) -> Callable[[_Evaluation], str]:
    key = f"recall_at_{count}"
    return lambda evaluation: number(evaluation["all_codes"]["all"]["recall_at"][key]["value"])


def _mean_first(count: int) -> Callable[[_Evaluation], str]:
    key = f"recall_at_{count}"
    return lambda evaluation: number(evaluation["all_codes"]["recall_by_note"][key]["value"])


def _part(name: str) -> Callable[[_Evaluation], str]:
    def found(evaluation: _Evaluation) -> str:
        part = evaluation["all_codes"]["parts"][name]
        return share(part["found"], part["core"]) if part["core"] else UNDEFINED

    return found


def _certain(key: str) -> Callable[[_Evaluation], str]:
    return lambda evaluation: number(evaluation["certainty"]["all"][key])


def _found(evaluation: _Evaluation) -> str:
    whole = evaluation["all_codes"]["all"]
    return share(whole["found"], whole["core"])


def _steady(evaluation: _Evaluation) -> str:
    held = evaluation["steadiness"]
    return f"{number(held['all']['share']['value'])} ({held['notes']} notes)"


def _moves(evaluation: _Evaluation) -> str:
    held = evaluation["steadiness"]["all"]
    return f"{points(held['median_move'])}, {points(held['high_move'])}"


def _struck(evaluation: _Evaluation) -> str:
    held = evaluation["steadiness"]["strikes"]
    return share(held["moved"], held["codes"])


def _pairs(evaluation: _Evaluation) -> str:
    rows = (evaluation["pairs"] or {}).values()
    if not rows:
        return UNDEFINED
    known, unknown = sum(row["pairs"] for row in rows), sum(row["unknown"] for row in rows)
    return share(sum(row["right"] for row in rows), known + unknown)


_ROWS: _Rows = {
    "Micro-F1": _whole("f1"),
    "Precision": _whole("precision"),
    "Core labels found": _found,
    "Diagnoses found": _part("diagnoses"),
    "Procedures found": _part("procedures"),
    "V codes found": _part("V codes"),
    "E codes found": _part("E codes"),
    "False positives a note": _whole("false_positives"),
    "Coverage": _whole("coverage"),
    "R@5": _first(5),
    "R@10": _first(10),
    "R@15": _first(15),
    "R@10, mean over notes": _mean_first(10),
    "Calibration error, suggested codes": _certain("ece_suggested"),
    "Mean risk": _certain("risk_area"),
    "Codes in both lists after neutral changes": _steady,
    "Median move and 95th percentile, points": _moves,
    "Codes that a sentence struck elsewhere moved": _struck,
    "Minimal pairs right, of all": _pairs,
}
