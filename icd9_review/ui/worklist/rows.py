"""A row of the worklist in words, and the sentences about claims and the day."""

from __future__ import annotations

from datetime import timedelta

from icd9_review.review.status_words import PURGE_WORDS, STATUS_WORDS
from icd9_review.store.explaining.plan import ExplanationProgress
from icd9_review.ui.words import (
    describe_dates,
    describe_hour,
    describe_moment,
    describe_person,
    format_percent,
)
from icd9_review.ui.worklist.explained import describe_explained
from icd9_review.values import Claim, EncounterStatus, Progress, Purge, User, WorklistRow


def describe_row(
    row: WorklistRow, user: User, progress: ExplanationProgress | None = None
) -> dict[str, str]:
    """A row of the table as this person reads it: every cell as text.

    ``progress`` is that of the explanations of its suggestions.
    """
    done = row.status in (EncounterStatus.SCORING, EncounterStatus.FINALISED)
    undecided = not done and not row.veiled
    claim = _working(row)
    # Not out of open and decided: codes that people added were never to be decided.
    still_open = f"{row.open} of {progress.suggested}" if progress else str(row.open)
    return {
        "id": row.id,
        "label": row.label,
        "person": describe_person(row.age, row.sex),
        "setting": row.setting.value.capitalize(),
        "dates": describe_dates(row.admitted, row.discharged),
        "notes": _purged(row.purged) if row.purged else " · ".join(row.titles),
        "billed": " · ".join(filter(None, (row.service, row.payer))),
        "status": row.status.value,
        "status_text": STATUS_WORDS[row.status],
        "errors": _count_errors(row.errors or 0),
        "asked": _asked(row),
        "explained": describe_explained(progress) if undecided else "",
        "open": still_open if undecided else "",
        "likeliest": _likeliest(row.confidence) if undecided else "",
        "assignee": "" if row.assignee is None else _name(row.assignee, user),
        "claim": "" if claim is None else _name(claim.user, user),
        "until": "" if claim is None else f"until {describe_hour(claim.until)}",
        "last": f"{describe_moment(row.at)} · {row.actor}",
    }


def describe_progress(done: Progress) -> str:
    """What a person got done today, in a line for that person; empty where nothing was."""
    if not done.finalised and not done.decided:
        return ""
    parts = [f"{done.finalised} finalised", f"{done.decided} {_codes(done.decided)} decided"]
    if done.median is not None:
        parts.append(f"{_duration(done.median)} per encounter (median)")
    return f"Your day: {', '.join(parts)}. Only you see this."


def describe_behind(count: int) -> str:
    """That so many encounters still stand here as an earlier model left them."""
    what = "1 encounter is" if count == 1 else f"{count:,} encounters are"
    return (
        f"A new model is in use: {what} still counted by the one before. They are taken on in "
        "the background, the newest first, and whatever is opened at once."
    )


def _working(row: WorklistRow) -> Claim | None:
    """Who works on it: a claim goes on while a signed chart is still on the screen."""
    return None if row.status is EncounterStatus.FINALISED else row.claim


def _asked(row: WorklistRow) -> str:
    """What waits for the physician, else that an answer is there until the chart is signed."""
    if row.queries.open:
        return "query open" if row.queries.open == 1 else f"{row.queries.open} queries open"
    done = row.status is EncounterStatus.FINALISED or not row.queries.answered
    return "" if done else "query answered"


def _purged(purge: Purge) -> str:
    """What stands in place of the titles, short enough for a cell."""
    return f"Text purged {purge.at:%Y-%m-%d}: {PURGE_WORDS[purge.reason]}"


def _likeliest(confidence: float | None) -> str:
    return "" if confidence is None else format_percent(confidence)


def _name(person: User, user: User) -> str:
    return "You" if person.id == user.id else person.name


def _count_errors(errors: int) -> str:
    return f"{errors} error{'s' if errors > 1 else ''}" if errors else ""


def _codes(number: int) -> str:
    return "code" if number == 1 else "codes"


def _duration(length: timedelta) -> str:
    minutes = round(length / timedelta(minutes=1))
    if minutes < 1:
        return "less than a minute"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
