"""The table of codes: a row for each, and what a click on one of its figures asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from icd9_review.quality.outcomes.figures import CodeOutcomes, is_enough
from icd9_review.review.reasons import reason_words
from icd9_review.statistics.proportions import Proportion
from icd9_review.ui.encounter.codes import code_title
from icd9_review.values import Action, OutcomeChoice, OutcomeKind

COLUMNS: Final[Mapping[str, str]] = {
    "Code": "The code with its dot.",
    "Title": "What it stands for.",
    "Suggested": "Encounters in which it was suggested and shown.",
    "Acceptance": "Accepted, of the suggestions with a verdict; from 20 on.",
    "95 %": "The interval of Wilson around the acceptance.",
    "Accepted": "Suggestions that were accepted.",
    "Replaced": "Suggestions in whose place another code was put.",
    "By": "What most often took its place.",
    "Rejected": "Suggestions that were rejected.",
    "Because": "The reason given most often.",
    "Untouched": "Suggestions without a verdict when the chart was signed.",
    "Waiting": "Suggestions without a verdict in charts that are not signed.",
    "Added": "Added by a person without having been suggested, on or off the text.",
    "On text": "Added with words of a note.",
    "Off text": "Added without words of a note.",
    "Direct": "Typed by a person although it was suggested.",
    "Edited": "Put in the place of another code.",
    "Below": "Accepted although its probability did not reach its threshold.",
    "Capture": "Suggested, of the encounters whose chart has the code; from 20 on.",
}
"""Each column and what its heading says."""

_ADDED = (OutcomeKind.ON_TEXT, OutcomeKind.OFF_TEXT)
_ASKS: Final[Mapping[str, tuple[tuple[OutcomeKind, ...], bool | None]]] = {
    "Suggested": ((), True),
    "Acceptance": ((OutcomeKind.ACCEPTED, OutcomeKind.REPLACED, OutcomeKind.REJECTED), True),
    "95 %": ((OutcomeKind.ACCEPTED, OutcomeKind.REPLACED, OutcomeKind.REJECTED), True),
    "Accepted": ((OutcomeKind.ACCEPTED,), True),
    "Replaced": ((OutcomeKind.REPLACED,), True),
    "Rejected": ((OutcomeKind.REJECTED,), True),
    "Untouched": ((OutcomeKind.UNTOUCHED,), True),
    "Waiting": ((OutcomeKind.WAITING,), True),
    "Added": (_ADDED, None),
    "On text": ((OutcomeKind.ON_TEXT,), None),
    "Off text": ((OutcomeKind.OFF_TEXT,), None),
    "Direct": ((OutcomeKind.DIRECT,), True),
    "Edited": ((OutcomeKind.EDITED,), None),
    "Below": ((OutcomeKind.ACCEPTED,), False),
}


def code_frame(figures: Sequence[CodeOutcomes]) -> pd.DataFrame:
    """The rows of the table; a rate of too few is missing."""
    return pd.DataFrame([_row(each) for each in figures], columns=list(COLUMNS))


def chosen_cell(figures: Sequence[CodeOutcomes], row: int, column: str) -> OutcomeChoice | None:
    """What a click on a cell asks for; None beside the table."""
    if not 0 <= row < len(figures) or (kind := figures[row].kind) is None:
        return None
    each, key = figures[row], (kind, figures[row].code)
    if column == "By" and each.replaced_by:
        return OutcomeChoice(key, (OutcomeKind.REPLACED,), detail=each.replaced_by[0][0])
    if column == "Because" and each.reasons:
        return OutcomeChoice(key, (OutcomeKind.REJECTED,), detail=each.reasons[0][0])
    outcomes, suggested = _ASKS.get(column, ((), None))
    return OutcomeChoice(key, outcomes, suggested)


def rejected_because(reason: str) -> str:
    """Why a suggestion was rejected, in words."""
    return reason_words(Action.REJECT, reason) if reason else ""


def _row(each: CodeOutcomes) -> dict[str, object]:
    title = code_title(each.kind, each.code) if each.kind else ""
    return {
        "Code": each.code,
        "Title": title,
        "Suggested": each.shown,
        "Acceptance": _percent(each.acceptance),
        "95 %": _interval(each.acceptance),
        "Accepted": each.accepted,
        "Replaced": each.replaced,
        "By": _first(each.replaced_by),
        "Rejected": each.rejected,
        "Because": _first([(rejected_because(reason), n) for reason, n in each.reasons]),
        "Untouched": each.untouched,
        "Waiting": each.waiting,
        "Added": each.added,
        "On text": each.on_text,
        "Off text": each.off_text,
        "Direct": each.direct,
        "Edited": each.edited,
        "Below": each.below,
        "Capture": _percent(each.capture),
    }


def _percent(share: Proportion) -> float | None:
    return round(100 * share.value, 1) if is_enough(share) else None


def _interval(share: Proportion) -> str:
    return f"{100 * share.low:.0f}–{100 * share.high:.0f}" if is_enough(share) else ""


def _first(details: Sequence[tuple[str, int]]) -> str:
    """The most frequent detail, and how often it was."""
    return f"{details[0][0]} ({details[0][1]:,})" if details and details[0][0] else ""
