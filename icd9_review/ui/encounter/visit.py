"""A person's visit to an encounter: what the ledger hears of it, and what a tab has open.

A tab has at most one encounter open, which is closed when the person goes elsewhere.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol, TypeVar

import streamlit as st

from icd9_review.errors import Restricted
from icd9_review.store.deciding.decisions import last_sequence
from icd9_review.store.deciding.views import record_view
from icd9_review.store.deciding.visits import last_visit
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.people.access import refuse_hidden
from icd9_review.store.people.permissions import Act, may
from icd9_review.store.scoring.catching_up import hurry
from icd9_review.store.scoring.scoring_queue import retry_notes
from icd9_review.store.worklist import claims
from icd9_review.store.worklist.page import status
from icd9_review.ui.services import Services, services
from icd9_review.values import Encounter, EncounterStatus, EventKind, User

_OPEN: Final = "visit"
_RENEW_AFTER: Final = timedelta(minutes=1)
"""A claim lasts 15 minutes; renewing it with every decision would only write more."""

_Page = TypeVar("_Page")


class Visiting(Protocol):
    """Somebody before what they work on; ``name`` tells what a tab has open from anything else."""

    encounter: Encounter
    user: User
    since: int

    @property
    def name(self) -> str: ...

    def open(self) -> None: ...

    def close(self) -> None: ...

    def claim(self) -> None: ...

    def take_over(self) -> None: ...

    def record(
        self, kind: EventKind, payload: Mapping[str, object] | None = None, part: str = "", /
    ) -> None: ...


class Visit:
    """One visit of one person; ``since`` is the last event they saw of the encounter before."""

    def __init__(self, services: Services, encounter: Encounter, user: User) -> None:
        self.encounter = encounter
        self.user = user
        self._services = services = services.seen_by(user)
        self._id = uuid.uuid4().hex
        before = last_visit(services.database, encounter.id, user)
        self.since = last_sequence(services.database, encounter.id) if before is None else before
        self._claimed = datetime.min.replace(tzinfo=UTC)
        self._works = may(user, Act.CODE)
        if self._works:
            self._hurry()

    @property
    def name(self) -> str:
        """The id of the encounter."""
        return self.encounter.id

    def open(self) -> None:
        """Store that this person opened the encounter; notes that could not be read get a retry.

        Who looks claims nothing: the first decision does (`claim`). Who may not decide has looked
        at it, and no visit of theirs counts as work on it.
        """
        if not self._works:
            self.record(EventKind.VIEWED, {"page": "workbench"})
            return
        self.record(EventKind.OPENED)
        if status(self._services.database, self.encounter.id) is EncounterStatus.FAILED:
            retry_notes(self._services.database, self.encounter.id)
            self._services.wake_worker()

    def _hurry(self) -> None:
        """Have the model take on this encounter first, where it has not come to it yet."""
        version = self._services.model_version
        if version is not None and hurry(self._services.database, self.encounter.id, version):
            self._services.wake_worker()

    def close(self) -> None:
        """Store that this person put the encounter away.

        Of one that they do not see any more, no event is theirs to write.
        """
        if not self._works:
            return
        with suppress(Restricted):
            self.record(EventKind.CLOSED)
        claims.release(self._services.database, self.encounter.id, self.user)

    def claim(self) -> None:
        """Claim the encounter, or renew the claim when it has aged."""
        now = datetime.now(UTC)
        if abs(now - self._claimed) > _RENEW_AFTER:  # whichever way a clock was set
            claims.claim(self._services.database, self.encounter.id, self.user)
            self._claimed = now

    def take_over(self) -> None:
        """Claim the encounter although another person's claim still lasts."""
        claims.take_over(self._services.database, self.encounter.id, self.user)

    def record(
        self, kind: EventKind, payload: Mapping[str, object] | None = None, part: str = ""
    ) -> None:
        """Append a view to the ledger: each ``part`` once, however often a run is interrupted."""
        key = f"{self._id}-{part or kind.value}"
        database = self._services.database
        record_view(database, self.encounter.id, kind, self.user, key, payload or {})


def open_visit(encounter_id: str, user: User, begin: Callable[[Visit], _Page]) -> _Page:
    """What a page keeps for as long as its encounter is open, by ``begin`` where it opens now.

    Raises NotFound for an unknown encounter, and Restricted for one of another team, also where
    it has become so while it was open.
    """
    shared = services().seen_by(user)
    database = shared.database
    page: _Page | None = opened_page(encounter_id, user)
    if page is not None:
        refuse_hidden(database, encounter_id)
        return page
    close_visit()
    visit = Visit(shared.of(encounter_id), encounter(database, encounter_id), user)
    return keep_open(visit, begin(visit))


def opened_page(name: str, user: User) -> Any:
    """What a person has open in this tab, if it is what a visit of this name keeps."""
    opened: tuple[Visiting, object] | None = st.session_state.get(_OPEN)
    return opened[1] if opened and (opened[0].name, opened[0].user) == (name, user) else None


def keep_open(visit: Visiting, page: _Page) -> _Page:
    """Keep what a page has open until the person goes elsewhere."""
    visit.open()
    st.session_state[_OPEN] = visit, page
    return page


def close_visit(unless: str = "") -> None:
    """Put away what is open, if anything is and it is not the encounter ``unless``."""
    opened: tuple[Visiting, object] | None = st.session_state.get(_OPEN)
    if opened and opened[0].name != unless:
        opened[0].close()
        del st.session_state[_OPEN]
