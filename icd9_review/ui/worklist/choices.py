"""How a person has set up their worklist: filters and order, kept across visits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from icd9_review.values import (
    Asked,
    CareSetting,
    EncounterStatus,
    Likelihood,
    User,
    WorklistQuery,
    WorklistSort,
)

AGES = (3, 7, 30, 90)
"""The ages of a chart, in days, that can be asked for; by judgement."""


class Whose(StrEnum):
    """Whose encounters are asked for, when not those of one named person."""

    ANYONE = "anyone"
    MINE = "mine"
    NOBODY = "nobody"
    MINE_OR_NOBODY = "mine_or_nobody"


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices on the worklist; ``whose`` may be a user's id, ``older`` is in days."""

    status: EncounterStatus | None = None
    setting: CareSetting | None = None
    whose: Whose | int = Whose.ANYONE
    older: int | None = None
    with_errors: bool = False
    likelihood: Likelihood | None = None
    sort: WorklistSort = WorklistQuery().sort
    asked: Asked | None = None
    archived: bool = False

    @property
    def hidden(self) -> int:
        """How many filters are set that stand behind the button."""
        return sum(
            (
                self.setting is not None,
                self.older is not None,
                self.with_errors,
                self.likelihood is not None,
                self.asked is not None,
                self.archived,
            )
        )

    def query(self, user: User, today: date, *, search: str = "") -> WorklistQuery:
        """What these choices mean for this person on this day."""
        return WorklistQuery(
            search=search,
            statuses=() if self.status is None else (self.status,),
            setting=self.setting,
            assignees=_assignees(self.whose, user),
            dated_before=None if self.older is None else today - timedelta(days=self.older),
            with_errors=self.with_errors,
            likelihood=self.likelihood,
            asked=self.asked,
            archived=self.archived,
            sort=self.sort,
        )


def as_preference(choices: Choices) -> dict[str, Any]:
    """The choices as they are stored."""
    return asdict(choices)


def read_preference(stored: Mapping[str, object], people: frozenset[int]) -> Choices:
    """The choices that were stored; what no longer exists is left at its beginning.

    ``people`` are the ids of the users that can be chosen.
    """
    known: dict[str, Any] = {}
    for name, read in _readers(people).items():
        try:
            known[name] = read(stored[name])
        except (KeyError, ValueError, TypeError):
            continue
    return Choices(**known)


def _readers(people: frozenset[int]) -> dict[str, Callable[[Any], object]]:
    """How each choice is read; they raise for what is not one."""
    return {
        "status": EncounterStatus,
        "setting": CareSetting,
        "whose": lambda value: value if type(value) is int and value in people else Whose(value),
        "older": lambda value: AGES[AGES.index(value)],
        "with_errors": lambda value: value is True,
        "likelihood": Likelihood,
        "asked": Asked,
        "archived": lambda value: value is True,
        "sort": WorklistSort,
    }


def _assignees(whose: Whose | int, user: User) -> tuple[int | None, ...]:
    if not isinstance(whose, Whose):
        return (whose,)
    return {
        Whose.ANYONE: (),
        Whose.MINE: (user.id,),
        Whose.NOBODY: (None,),
        Whose.MINE_OR_NOBODY: (user.id, None),
    }[whose]
