"""What an event did, in words: every kind has some, and they name the codes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from icd9_review.review.event_words import EVENT_WORDS, SUMMARY, code_of_event, describe_event
from icd9_review.values import Event, EventKind, Kind

AT = datetime(2014, 3, 17, 14, 2, tzinfo=UTC)


def event(what: EventKind, /, **payload: object) -> Event:
    return Event("e1", 1, what, 1, payload, 1, AT, "k", "", "")


def test_every_kind_of_event_has_words() -> None:
    assert set(EVENT_WORDS) == set(EventKind)
    assert all(EVENT_WORDS.values())


@pytest.mark.parametrize("kind", EventKind)
def test_every_event_reads_as_a_sentence_after_a_name(kind: EventKind) -> None:
    code = {"kind": "diagnosis", "code": "401.0", "by": "401.9"}
    told = describe_event(event(kind, key=code, **code))
    assert told[0].islower()
    assert not set("{}") & set(told)


@pytest.mark.parametrize("kind", [EventKind.HELD, EventKind.OPENED, EventKind.EXPORTED])
def test_what_is_about_no_code_can_be_told_without_one(kind: EventKind) -> None:
    assert describe_event(event(kind)) == EVENT_WORDS[kind]
    assert code_of_event(event(kind)) is None


def test_a_replacement_names_both_codes() -> None:
    told = event(EventKind.REPLACED, kind="diagnosis", code="401.0", by="401.9")
    assert describe_event(told) == "replaced 401.0 by 401.9"


@pytest.mark.parametrize(("position", "told"), [(0, "put 401.0 first"), (2, "moved 401.0")])
def test_a_move_to_the_first_place_says_so(position: int, told: str) -> None:
    moved = event(EventKind.RESEQUENCED, kind="diagnosis", code="401.0", position=position)
    assert describe_event(moved) == told


def test_an_explanation_names_the_code_of_its_key() -> None:
    told = event(EventKind.EXPLAINED, key={"kind": "procedure", "code": "38.93"}, steps=12)
    assert code_of_event(told) == (Kind.PROCEDURE, "38.93")
    assert describe_event(told) == "worked out the explanation of 38.93"


def test_no_admitting_diagnosis_is_no_code() -> None:
    assert code_of_event(event(EventKind.ADMITTING_SET, kind="diagnosis", code="")) is None


def test_braces_in_a_code_are_text() -> None:
    told = event(EventKind.ADDED, kind="diagnosis", code="{by.__class__}")
    assert describe_event(told) == "added {by.__class__}"


def test_a_coding_summary_is_no_other_export() -> None:
    assert describe_event(event(EventKind.EXPORTED, table=SUMMARY)) == "took out the coding summary"
