"""Events of an encounter without a database, so many seconds after its beginning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from icd9_review.values import Event, EventKind, Role, User

BEGIN = datetime(2026, 3, 2, 8, tzinfo=UTC)
ANA = User(2, "Ana Ruiz", Role.CODER)


class Told:
    """The stream of one encounter as it grows."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._at = BEGIN

    def add(
        self, kind: EventKind, after: float = 60, /, *, actor: int = ANA.id, **payload: Any
    ) -> Event:
        """The next event, so many seconds after the one before."""
        self._at += timedelta(seconds=after)
        number = len(self.events) + 1
        event = Event("e1", number, kind, 1, payload, actor, self._at, f"k{number}", "", "")
        self.events.append(event)
        return event

    def code(self, kind: EventKind, code: str, after: float = 60, /, **payload: Any) -> Event:
        """A decision on a diagnosis."""
        return self.add(kind, after, kind="diagnosis", code=code, **payload)

    def sign(self, *codes: str, **payload: Any) -> Event:
        listed = [["diagnosis", code, "suggested", None, None] for code in codes]
        said = {"codes": listed, "codes_sha256": "", "warnings": {}} | payload
        return self.add(EventKind.FINALISED, 60, **said)
