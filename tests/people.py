"""People who decide at random, each with a memory of their own, to hold the store against.

A person behaves like a browser: what was not answered is sent again, with the same key, until the
answer is there. What they remember of the encounter that nobody else works on is a model of the
rules that shares nothing with the program's.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from icd9_review.errors import ConflictError, DecisionError, StoreError
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decide, decision_events, review_state
from icd9_review.store.ledger.verification import verify
from icd9_review.values import (
    Action,
    Decision,
    Event,
    HoldReason,
    RejectReason,
    User,
    Verdict,
)
from tests.encounters import CODES, add_scored_encounter, coders

Store = Callable[[str, Decision, User], int]
"""Stores a decision on an encounter; the number of its event. Raises what ``decide`` does."""

_REASONS = (RejectReason.NEGATED, RejectReason.OTHER)


@dataclass
class Chart:
    """What was decided on an encounter that one person works on alone, oldest first."""

    standing: list[Decision] = field(default_factory=list)
    held: bool = False

    def verdicts(self) -> dict[str, Verdict]:
        found = {}
        for decision in self.standing:
            if decision.action is Action.REJECT:
                found[decision.code] = Verdict.REJECTED
            elif decision.action is Action.REPLACE:
                found[decision.code] = Verdict.REPLACED
                found[str(decision.by)] = Verdict.ACCEPTED
            else:
                found[decision.code] = Verdict.ACCEPTED
        return found

    def allows(self, decision: Decision) -> bool:
        """Whether a decision adds something to what stands."""
        if decision.action in (Action.HOLD, Action.RELEASE):
            return self.held is (decision.action is Action.RELEASE)
        top, verdicts = self._top(decision.code), self.verdicts()
        verdict = verdicts.get(decision.code)
        if decision.action is Action.UNDO:
            return top is not None and all(self._top(code) is top for code in _codes(top))
        if decision.action is Action.REPLACE:
            free = verdict is not Verdict.REPLACED and decision.by != decision.code
            return free and verdicts.get(str(decision.by)) is not Verdict.ACCEPTED
        if decision.action is Action.REJECT and verdict is Verdict.REJECTED:
            return top is not None and top.reason is not decision.reason
        return decision.action is Action.REJECT or verdict is not Verdict.ACCEPTED

    def take(self, decision: Decision) -> None:
        if decision.action in (Action.HOLD, Action.RELEASE):
            self.held = decision.action is Action.HOLD
        elif decision.action is Action.UNDO:
            top = self._top(decision.code)
            self.standing = [each for each in self.standing if each is not top]
        else:
            self.standing.append(decision)

    def _top(self, code: str) -> Decision | None:
        of_code = (each for each in reversed(self.standing) if code in _codes(each))
        return next(of_code, None)


def _codes(decision: Decision) -> tuple[str, ...]:
    return (decision.code, decision.by) if decision.by else (decision.code,)


class Person:
    """Somebody at one tab, who works on an encounter of their own and on one that all share.

    ``acknowledged`` are the keys that were said to be stored, with the numbers of their events;
    ``refused`` those that were refused for good, ``unanswered`` those that nothing was known of;
    ``read`` is what the person read then.
    """

    def __init__(self, user: User, client: str, own: str, shared: str, seed: int) -> None:
        self.user, self.client = user, client
        self.own, self.shared = own, shared
        self.chart = Chart()
        self.acknowledged: dict[str, int] = {}
        self.refused: dict[str, Exception] = {}
        self.unanswered: list[str] = []
        self.read: list[str] = []
        self._chance = random.Random(seed)  # noqa: S311 - histories are no secret
        self._seen = {own: 0, shared: 0}
        self._number = 0
        self._waiting: tuple[str, Decision] | None = None

    @property
    def is_done(self) -> bool:
        """Whether everything that was sent has its answer."""
        return self._waiting is None

    def turn(self, store: Store) -> bool:
        """Send what waits, or else something new; whether there was an answer."""
        encounter, decision = self._waiting = self._waiting or self._choose()
        try:
            self.acknowledged[decision.key] = store(encounter, decision, self.user)
        except (StoreError, OSError, EOFError) as error:
            self.unanswered.append(decision.key)
            self.read.append(str(error))
            return False
        except (ConflictError, DecisionError) as error:
            if encounter == self.own:  # where nobody else is
                raise
            self.refused[decision.key] = error
        else:
            self._seen[encounter] = self.acknowledged[decision.key]
            if encounter == self.own:
                self.chart.take(decision)
        self._waiting = None
        return True

    def look(self, database: Database) -> None:
        """Load the shared encounter anew."""
        self._seen[self.shared] = review_state(database, self.shared).sequence

    def _choose(self) -> tuple[str, Decision]:
        encounter = self.shared if self._chance.random() < 0.3 else self.own
        while True:
            self._number += 1
            decision = self._draw(self._seen[encounter])
            if encounter == self.shared or self.chart.allows(decision):
                return encounter, decision

    def _draw(self, seen: int) -> Decision:
        draw, key = self._chance, f"{self.client}-{self._number}"
        verdicts = (Action.ACCEPT, Action.REJECT, Action.REPLACE, Action.ADD, Action.UNDO)
        action = draw.choice((*verdicts, *verdicts, Action.HOLD, Action.RELEASE))
        if action in (Action.HOLD, Action.RELEASE):
            reason = HoldReason.QUERY if action is Action.HOLD else None
            return Decision(key, action, "", self.client, seen, reason=reason)
        return Decision(
            key,
            action,
            draw.choice(CODES),
            self.client,
            seen,
            reason=draw.choice(_REASONS) if action is Action.REJECT else None,
            by=draw.choice(CODES) if action is Action.REPLACE else None,
        )


def people_at(database: Database, seed: int, number: int = 4) -> list[Person]:
    """Each has a scored encounter of their own, and all have one together."""
    shared, users = add_scored_encounter(database).id, coders(database)
    return [
        Person(
            users[each % 2],
            f"{seed}-tab{each}",  # keys are each browser's own, also of those who come later
            add_scored_encounter(database).id,
            shared,
            seed + each,
        )
        for each in range(number)
    ]


def store_in(database: Database) -> Store:
    """Decisions go to the database without a browser between."""
    return lambda encounter, decision, user: decide(database, encounter, decision, user).sequence


def count_lost(database: Database, people: Sequence[Person]) -> int:
    """How many decisions were acknowledged and are not stored as they were acknowledged."""
    stored = _stored(database, people)
    return sum(
        key not in stored or stored[key].sequence != number
        for person in people
        for key, number in person.acknowledged.items()
    )


def assert_as_remembered(database: Database, people: Sequence[Person]) -> None:
    """Nothing that was acknowledged is lost, nothing else is there, and every chart is right."""
    assert count_lost(database, people) == 0
    known = {key for person in people for key in person.acknowledged}
    refused = {key for person in people for key in person.refused}
    waiting = {key for person in people if not person.is_done for key in person.unanswered[-1:]}
    stored = set(_stored(database, people))
    assert stored - known <= waiting
    assert stored.isdisjoint(refused)
    for person in people:
        if person.is_done:
            state = review_state(database, person.own)
            assert {code.code: code.verdict for code in state.codes} == person.chart.verdicts()
            assert (state.hold is not None) is person.chart.held
    for encounter in {person.shared for person in people}:
        _assert_nothing_overwritten(decision_events(database, encounter))
    assert verify(database) == []


def _stored(database: Database, people: Iterable[Person]) -> dict[str, Event]:
    encounters = {each for person in people for each in (person.own, person.shared)}
    events = (event for each in encounters for event in decision_events(database, each))
    return {event.key: event for event in events}


def _assert_nothing_overwritten(events: Sequence[Event]) -> None:
    """No verdict stands that had not seen what another tab said of the same code before."""
    for place, event in enumerate(events):
        for before in events[:place]:
            unseen = before.sequence > int(str(event.payload["seen"]))
            theirs = before.payload["client"] != event.payload["client"]
            assert not (unseen and theirs and _meet(before, event)), (before, event)


def _meet(one: Event, other: Event) -> bool:
    """Whether two decisions are about the same code, or both about the encounter."""

    def about(event: Event) -> set[object]:
        return {event.payload.get("code", ""), event.payload.get("by")} - {None}

    return not about(one).isdisjoint(about(other))
