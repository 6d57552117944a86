"""What others did is told in sentences, one a person."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from icd9_review.review.fold import DECISIONS
from icd9_review.ui.workbench.news import describe_changes, note_news
from icd9_review.values import Event, EventKind, Note

NAMES = {1: "Ana Ortiz", 2: "Ben Okafor"}
NOW = datetime(2014, 3, 17, 14, 2, tzinfo=UTC)


def event(sequence: int, kind: EventKind, actor: int = 1, **payload: object) -> Event:
    parts = {"kind": "diagnosis", **payload}
    return Event("e1", sequence, kind, 1, parts, actor, NOW, f"k{sequence}", "", "")


def test_each_person_has_a_sentence_in_the_order_they_came() -> None:
    events = [
        event(1, EventKind.ACCEPTED, code="428.0"),
        event(2, EventKind.HELD, actor=2),
        event(3, EventKind.REPLACED, code="401.9", by="401.1"),
    ]
    first, second = describe_changes(events, NAMES)
    assert first.startswith(
        "Since you last looked, Ana Ortiz accepted 428.0 and replaced 401.9 by 401.1 ("
    )
    assert second.startswith("Since you last looked, Ben Okafor put the encounter on hold (")


def test_much_is_shortened_to_its_end() -> None:
    events = [event(n, EventKind.ACCEPTED, code=f"42{n}.0") for n in range(7)]
    (told,) = describe_changes(events, NAMES)
    assert "did 3 more things, accepted 423.0, accepted 424.0, accepted 425.0" in told


@pytest.mark.parametrize("kind", [*DECISIONS, EventKind.NOTE_ADDED, EventKind.COMMENTED])
def test_whatever_can_be_done_can_be_told(kind: EventKind) -> None:
    (told,) = describe_changes([event(1, kind, code="428.0", by="428.1")], NAMES)
    assert "Ana Ortiz" in told


def test_nothing_done_is_nothing_told() -> None:
    assert describe_changes([], NAMES) == ()


def test_a_new_note_and_a_new_version_are_told_apart() -> None:
    notes = [
        Note("n1", "e1", "Old", "", 1, ""),
        Note("n2", "e1", "Late", "", 1, ""),
        Note("n3", "e1", "Corrected", "", 2, "", supersedes="n0"),
    ]
    events = [event(n, EventKind.NOTE_ADDED, note=f"n{n}") for n in (2, 3)]
    news = note_news(events, notes)
    assert set(news) == {"n2", "n3"}
    assert "new version" in news["n3"]
    assert "new version" not in news["n2"]
