"""What may be missing from a chart, in words."""

from __future__ import annotations

from collections.abc import Mapping

from icd9_review.review.remaining import Remaining
from icd9_review.ui.encounter.codes import NO_TITLE, code_name
from icd9_review.ui.words import format_percent
from icd9_review.ui.workbench.finishing.view import MissingView
from icd9_review.values import CodeKey, Suggestion

_MOST_MISSING = 5  # suggestions named, the likeliest; by judgement


def present_missing(left: Remaining, titles: Mapping[CodeKey, str]) -> tuple[MissingView, ...]:
    """What to look at again before finalising, most pressing first."""
    lines = [_missed(suggestion, titles) for suggestion in left.suggestions[:_MOST_MISSING]]
    if (more := len(left.suggestions) - _MOST_MISSING) > 0:
        lines.append(MissingView("", f"{more} more confident suggestions not decided"))
    lines += [
        MissingView(code_name(*key), f"{key[1]} has no words of the note as evidence")
        for key in left.unsupported
    ]
    if left.unread > 0:
        lines.append(
            MissingView("", f"The model did not read {format_percent(left.unread)} of the text")
        )
    return tuple(lines)


def _missed(suggestion: Suggestion, titles: Mapping[CodeKey, str]) -> MissingView:
    key = suggestion.kind, suggestion.code
    percent = format_percent(suggestion.shown)
    text = f"{suggestion.code} {titles.get(key, NO_TITLE)}: {percent}, not decided"
    return MissingView(code_name(*key), text)
