"""What the interface works with: the database, the models, the lists of codes, and who asks."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Protocol, Self, cast

from fastapi import Depends, Request

from icd9_review.api.problems import Problem
from icd9_review.codes.lists import Lists
from icd9_review.jobs.loaded_models import Model
from icd9_review.store.callers.tokens import Caller
from icd9_review.store.database.engine import Database
from icd9_review.values import User


class InForce(Protocol):
    """What codes are looked up in."""

    @property
    def lists(self) -> Lists: ...


class ListsInForce(Protocol):
    """Gives the lists in force now."""

    def current(self) -> InForce: ...


class Surroundings(Protocol):
    """What the pages work with, too: it is built once per process, below them."""

    @property
    def database(self) -> Database: ...
    @property
    def model(self) -> Model | None: ...
    @property
    def references(self) -> ListsInForce: ...

    def seen_by(self, person: User) -> Self: ...
    def of(self, encounter_id: str) -> Self: ...
    def wake_worker(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Call:
    """A request: who asks, and the surroundings as they may see it."""

    account: User
    surroundings: Surroundings

    @property
    def database(self) -> Database:
        """As the account may see it."""
        return self.surroundings.database

    @property
    def model(self) -> Model:
        """The model in use. Raises Problem where there is none."""
        if (model := self.surroundings.model) is None:
            raise Problem(503, "There is no model in use now.", retry_after=60)
        return model

    @property
    def version(self) -> str | None:
        """The version of the model in use, where there is one."""
        model = self.surroundings.model
        return None if model is None else model.version

    def of(self, encounter_id: str) -> Call:
        """With the model that an encounter is shown by. Raises NotFound, Restricted."""
        return Call(self.account, self.surroundings.of(encounter_id))

    def view_key(self) -> str:
        """The key of an event that says what was looked at: each request is a look."""
        return f"api-{secrets.token_hex(11)}"


async def call_of(request: Request) -> Call:
    """Who asks, as the admission found out."""
    caller = cast(Caller, request.state.caller)
    ask = cast("Callable[[], Surroundings]", request.app.state.surroundings)
    return Call(caller.account, ask().seen_by(caller.account))


OfCall = Annotated[Call, Depends(call_of)]
