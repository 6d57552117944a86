"""What stands in a cell of an export: values as programs read them, never as a screen says them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from icd9_review.codes.table import title
from icd9_review.review.reasons import GLASS_WORDS, reason_words
from icd9_review.review.status_words import PURGE_WORDS
from icd9_review.values import Action, CodeKey, DecisionRow, GlassReason, PurgeReason, Span


def value_of_reason(given: tuple[Action, str] | PurgeReason | GlassReason | None) -> str | None:
    if given is None:
        return None
    return str(given[1]) if isinstance(given, tuple) else given.value


def words_of_reason(given: tuple[Action, str] | PurgeReason | GlassReason | None) -> str | None:
    if given is None or isinstance(given, tuple):
        return reason_words(*given) if given else None
    return PURGE_WORDS[given] if isinstance(given, PurgeReason) else GLASS_WORDS[given]


def shown_probability(calibrated: float | None, raw: float | None) -> float | None:
    return raw if calibrated is None else calibrated


def at_moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def places(spans: Sequence[Span]) -> str | None:
    return " ".join(f"{span.note_id}:{span.start}-{span.end}" for span in spans) or None


def title_of(key: CodeKey | None) -> str | None:
    return None if key is None else title(*key)


def was_suggested(row: DecisionRow) -> str:
    reaches = (
        row.probability is not None
        and row.threshold is not None
        and row.probability >= row.threshold
    )
    return "yes" if reaches and row.demoted is None else "no"


def yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
