"""What may be missing from a chart, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from icd9_review.review.remaining import CONFIDENT, Remaining, Unstated
from icd9_review.ui.encounter.codes import NO_TITLE, code_name
from icd9_review.ui.words import format_percent
from icd9_review.ui.workbench.finishing.view import LookedView, MissingView
from icd9_review.values import CodeKey, Suggestion

_MOST_MISSING = 5  # suggestions named, the likeliest; by judgement
_RESTS = {
    Unstated.AGE: "The age is not known: edits of age were not asked",
    Unstated.SEX: "The sex is not known: edits of sex were not asked",
    Unstated.ADMITTED: "The day of admission is not known: its days were not checked",
    Unstated.DISCHARGED: "The day of discharge is not known: its days were not checked",
    Unstated.ADMITTING: "No admitting diagnosis is set: M sets it",
}


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


def present_unstated(lacking: Iterable[Unstated]) -> tuple[MissingView, ...]:
    """The facts that a chart lacks, and what was not checked without them."""
    return tuple(MissingView("", _RESTS[fact]) for fact in lacking)


def present_looked(
    lines: int, unread: float, unchecked: int, *, model: bool, lists: str, veiled: bool = False
) -> LookedView:
    """What was looked at, and what was not.

    ``lines`` counts the chart lines, ``unread`` is the share of text that no model has read,
    ``unchecked`` counts the edits that lack a list; ``model`` is whether there is one at all,
    ``veiled`` whether this chart is coded without its suggestions.
    """
    rows = f"{lines} lines" if lines != 1 else "1 line"
    at = [lists.removesuffix("."), "facts of the encounter", "words of the notes for each code"]
    past = ["conditions that the notes tell outside their diagnosis and procedure sections"]
    if lines:
        at.insert(0, f"{rows} of the diagnosis and procedure sections")
    else:
        past = ["lines of diagnoses or procedures: no section of the notes lists any"]
    if veiled:
        past.append("suggestions: this chart is coded without them until it is signed")
    elif model:
        at.append(f"suggestions from {format_percent(CONFIDENT)} on")
    else:
        past.append("suggestions: no model reads the notes")
    if model and unread > 0:
        past.append(f"{format_percent(unread)} of the text, which the model did not read")
    if unchecked:
        past.append(f"{unchecked} edits that need official lists, wholly or in part")
    return LookedView(tuple(at), tuple(past))
