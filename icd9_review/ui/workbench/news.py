"""What others did to an encounter since a person last looked, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from icd9_review.review.event_words import describe_event
from icd9_review.ui.words import describe_moment
from icd9_review.values import Event, EventKind, Note

_MOST = 4  # deeds of a person in one sentence, the latest; by judgement


def describe_changes(events: Sequence[Event], names: Mapping[int, str]) -> tuple[str, ...]:
    """One line a person: what they did since, in their order."""
    by_actor: dict[int, list[str]] = {}
    for event in events:
        by_actor.setdefault(event.actor, []).append(describe_event(event))
    return tuple(
        f"Since you last looked, {names[actor]} {_list(done)} ({_last(events, actor)})."
        for actor, done in by_actor.items()
    )


def _list(done: Iterable[str]) -> str:
    once = list(dict.fromkeys(done))
    shown, more = once[-_MOST:], len(once) - _MOST
    head = [f"did {more} more things"] if more > 0 else []
    parts = [*head, *shown]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _last(events: Sequence[Event], actor: int) -> str:
    return describe_moment(max(event.at for event in events if event.actor == actor))


def note_news(events: Iterable[Event], notes: Sequence[Note]) -> dict[str, str]:
    """What became of each note since, by its id."""
    added = {str(event.payload["note"]) for event in events if event.kind is EventKind.NOTE_ADDED}
    return {
        note.id: "changed since you last looked: this is the new version"
        if note.supersedes
        else "new since you last looked"
        for note in notes
        if note.id in added
    }
