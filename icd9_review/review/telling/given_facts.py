"""Who gave the facts of an encounter their values, and whether as a note states them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from icd9_review.values import Event, Fact, ReviewState


@dataclass(frozen=True, slots=True)
class GivenFact:
    """Who gave a fact its value and when; ``read`` is whether as a note states it."""

    actor: int
    at: datetime
    read: bool
    at_intake: bool = False


def given_facts(intake: Event | None, state: ReviewState) -> dict[Fact, GivenFact]:
    """Of each fact that somebody typed or took from a note; what was done last holds.

    ``intake`` is the event with which the encounter came in. It names what was taken from a note
    meanwhile; what else came in with the encounter is of no person.
    """
    given: dict[Fact, GivenFact] = {}
    if intake is not None:
        first = GivenFact(intake.actor, intake.at, read=True, at_intake=True)
        given |= {Fact(fact): first for fact in cast(list[str], intake.payload.get("read", []))}
    return given | {
        each.fact: GivenFact(each.actor, each.at, each.read is not None) for each in state.facts
    }
