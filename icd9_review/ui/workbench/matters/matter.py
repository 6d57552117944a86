"""What the desk asks of whatever lies on it."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from icd9_review.store.deciding.moments import Moment
from icd9_review.ui.encounter.explaining import Explaining
from icd9_review.ui.encounter.reading import Reading
from icd9_review.ui.services import Services
from icd9_review.ui.workbench.matters.view import AuditView
from icd9_review.ui.workbench.physician.view import QueriesView
from icd9_review.ui.workbench.snapshot import Snapshot
from icd9_review.ui.workbench.trail.view import TrailView
from icd9_review.ui.workbench.view import StatusView
from icd9_review.values import CodeKey, Encounter, Event, Note, Veil

NO_QUERIES = QueriesView((), (), (), 0, 0)


@dataclass(frozen=True, slots=True)
class Around:
    """What goes on around a chart: ``next`` is the label of what comes after it, ``trail`` is for
    whoever looks on, ``legal_hold`` for administrators, ``audit`` for who audits it."""

    hold_words: str = ""
    next: str = ""
    queries: QueriesView = field(default=NO_QUERIES)
    trail: TrailView | None = None
    legal_hold: str = ""
    audit: AuditView | None = None


class Matter(Protocol):
    """One thing that a person works on; ``id`` is what the browser calls it by."""

    id: str
    explaining: Explaining

    def moment(self) -> Moment:
        """Where it stands, in one look."""

    def taken(self) -> Encounter:
        """The notes and facts, anew."""

    def served(self, services: Services, /) -> Services:
        """The services with the model that it is shown by."""

    def read(self, services: Services, notes: Sequence[Note], /) -> Reading:
        """What that model says of the notes."""

    def known(self, services: Services, /) -> Container[CodeKey]:
        """The codes that it knows."""

    def veil(self, encounter: Encounter, events: Sequence[Event], /) -> Veil:
        """What people may see of that."""

    def status(
        self, moment: Moment, services: Services, is_read: Callable[[], bool], /
    ) -> StatusView:
        """Whether there is something to review."""

    def around(self, snapshot: Snapshot, encounter: Encounter, /) -> Around:
        """What goes on around it."""
