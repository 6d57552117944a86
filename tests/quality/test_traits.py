"""What makes a signed encounter worth a second look."""

from __future__ import annotations

from datetime import timedelta

import pytest

from icd9_review.quality.traits import NEW, TRAIT_WORDS, Practice, quick_codes, traits_of
from icd9_review.values import EventKind, Kind, Trait
from tests.quality.events import ANA, BEGIN, Told

LONG_AGO = {ANA.id: BEGIN - timedelta(days=400)}
USUAL = Practice(LONG_AGO, frozenset())
ACCEPTED, REJECTED = EventKind.ACCEPTED, EventKind.REJECTED
HEART = (Kind.DIAGNOSIS, "428.0")


@pytest.fixture
def told() -> Told:
    found = Told()
    found.add(EventKind.OPENED)
    return found


def traits(told: Told, practice: Practice = USUAL) -> set[Trait]:
    return set(traits_of(told.events, practice))


def test_every_trait_has_words() -> None:
    assert set(TRAIT_WORDS) == set(Trait)


def test_an_ordinary_chart_has_none(told: Told) -> None:
    told.code(ACCEPTED, "428.0", probability=0.7, calibrated=None)
    told.code(REJECTED, "486", probability=0.4, calibrated=None)
    told.sign("428.0")
    assert traits(told) == set()


def test_what_was_never_signed_has_none(told: Told) -> None:
    told.code(ACCEPTED, "428.0", 0.1, probability=0.01)
    assert traits(told) == set()


def test_a_warning_that_stood_at_the_signature_was_overridden(told: Told) -> None:
    told.sign("428.0", warnings={"5": 1})
    assert traits(told) == {Trait.OVERRIDDEN}


@pytest.mark.parametrize(
    ("kind", "raw", "calibrated", "found"),
    [
        (ACCEPTED, 0.29, None, {Trait.LOW_ACCEPTED}),
        (ACCEPTED, 0.3, None, set()),
        (ACCEPTED, 0.7, 0.2, {Trait.LOW_ACCEPTED}),
        (ACCEPTED, 0.1, 0.6, set()),
        (ACCEPTED, None, None, set()),
        (REJECTED, 0.9, None, {Trait.HIGH_REJECTED}),
        (REJECTED, 0.95, 0.8, set()),
        (REJECTED, 0.1, None, set()),
    ],
)
def test_what_counts_is_the_probability_that_was_shown(
    told: Told, kind: EventKind, raw: float | None, calibrated: float | None, found: set[Trait]
) -> None:
    told.code(kind, "428.0", probability=raw, calibrated=calibrated)
    told.sign("428.0")
    assert traits(told) == found


def test_what_was_taken_back_or_decided_anew_counts_no_more(told: Told) -> None:
    told.code(ACCEPTED, "486", probability=0.05)
    told.code(EventKind.UNDONE, "486")
    told.code(REJECTED, "428.0", probability=0.95)
    told.code(ACCEPTED, "428.0", probability=0.95)
    told.sign("428.0")
    assert traits(told) == set()


@pytest.mark.parametrize(
    ("seconds", "fast"), [((1, 1, 1), True), ((1, 1), False), ((1, 1, 1, 9, 9, 9, 9), False)]
)
def test_fast_is_half_of_the_decisions_and_three_or_more(
    told: Told, seconds: tuple[float, ...], fast: bool
) -> None:
    for number, after in enumerate(seconds):
        told.code(ACCEPTED, f"40{number}.9", after, probability=0.8)
    told.sign("401.9")
    assert traits(told) == ({Trait.FAST} if fast else set())


def test_who_signed_first_less_than_a_month_ago_is_new(told: Told) -> None:
    signed = told.sign("428.0")
    for first, found in ((signed.at, True), (signed.at - NEW, False)):
        assert traits(told, Practice({ANA.id: first}, ())) == (
            {Trait.NEW_CODER} if found else set()
        )


def test_a_code_that_few_encounters_have_is_rare(told: Told) -> None:
    told.sign("428.0")
    assert traits(told, Practice(LONG_AGO, {HEART})) == {Trait.RARE_CODE}


def test_a_code_is_quick_by_its_standing_decision_and_its_own_person(told: Told) -> None:
    told.code(ACCEPTED, "428.0", 1)
    told.add(ACCEPTED, 1, actor=3, kind="diagnosis", code="486")
    told.code(ACCEPTED, "401.9", 2)
    told.code(REJECTED, "427.31", 0.5)
    told.code(ACCEPTED, "427.31", 30)
    assert quick_codes(told.events) == {HEART}


def test_both_codes_of_a_quick_replacement_are_quick(told: Told) -> None:
    told.code(EventKind.REPLACED, "428.0", 1, by="428.20")
    assert quick_codes(told.events) == {HEART, (Kind.DIAGNOSIS, "428.20")}
