"""The ledger beside what the coders themselves wrote down: nothing lost, nothing doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from icd9_review.review.fold import DECISIONS
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.decisions import decision_events
from icd9_review.store.ledger.verification import verify
from tests.load.coder import Log, Sent

_Said = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Account:
    """Each a number of decisions, ``damage`` of what ``ledger verify`` finds.

    ``lost`` were acknowledged and are not stored as they were said; ``doubled`` are stored more
    often than anybody said them; ``refused`` were refused and are stored all the same.
    """

    acknowledged: int
    stored: int
    lost: int
    doubled: int
    refused: int
    damage: int

    @property
    def is_right(self) -> bool:
        return not any((self.lost, self.doubled, self.refused, self.damage))


def account(database: Database, logs: Sequence[Log], encounters: Sequence[str]) -> Account:
    """Compare the decisions stored of these encounters with what the coders know of them."""
    found = stored(database, encounters)
    acknowledged = [each for log in logs for each in log.acknowledged]
    said = Counter(map(_said, acknowledged))
    said.update(_said(each) for log in logs for each in log.unanswered)
    return Account(
        acknowledged=len(acknowledged),
        stored=len(found),
        lost=sum(found.get(each.key) != _said(each) for each in acknowledged),
        doubled=sum((Counter(found.values()) - said).values()),
        refused=sum(each.key in found for log in logs for each, _ in log.refused),
        damage=len(verify(database)),
    )


def stored(database: Database, encounters: Sequence[str]) -> dict[str, _Said]:
    """The decisions in the ledger by their keys: encounter, action and code of each."""
    return {
        event.key: (event.stream, DECISIONS[event.kind].value, str(event.payload.get("code", "")))
        for encounter in encounters
        for event in decision_events(database, encounter)
    }


def _said(sent: Sent) -> _Said:
    return sent.encounter, sent.action, sent.code
