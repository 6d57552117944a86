"""Connections on which nothing whole arrives are closed.

uvicorn ends a connection that is silent after an answer, and waits for ever for the first request,
for the rest of its headers, and for a body whose answer was given. Here each has an end.
"""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

OWED = 20.0
"""Seconds for the headers of a request, or for the rest of a body that was answered; by
judgement: a browser sends headers in one piece."""


class TimelyConnection(H11Protocol):
    """A connection of uvicorn's that is closed where the other side owes too long."""

    _alarm: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        self._rest()
        super().handle_websocket_upgrade(event)

    def _watch(self) -> None:
        """Once it owes, more bytes do not put the end off: a request that is whole does."""
        if not self._owes():
            self._rest()
        elif self._alarm is None:
            self._alarm = self.loop.call_later(OWED, self._give_up)

    def _owes(self) -> bool:
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return False
        answered = self.cycle is None or self.cycle.response_complete
        return answered and self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

    def _rest(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _give_up(self) -> None:
        self._alarm = None
        if not self.transport.is_closing():
            self.transport.close()
