"""A tab of a browser as the server sees it: a websocket, what stands on the page, what it says.

Speaks Streamlit's protocol as its front end does: ``BackMsg`` one way and ``ForwardMsg`` the other
over ``/_stcore/stream``, with the cookie of a session and the origin of the page. A message that
the server may refer to again is kept and its hash is told, as a browser does.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Origin, Subprotocol

from icd9_review.ui.serving.sign_in.cookie import COOKIE

_PATIENCE = 30.0  # seconds for a websocket to open
_AGAIN = 0.2  # seconds before a server that is away is asked again
AWAY = (OSError, TimeoutError, WebSocketException)
"""What is raised where nobody answers."""


@dataclass(frozen=True, slots=True)
class Component:
    """A component on the page: its id, the part of the page it is in, and what it was sent."""

    id: str
    fragment: str
    name: str
    data: str


@dataclass
class Tab:
    """One tab at a server; ``heard`` counts the bytes of messages, before any compression."""

    url: str
    cookie: str
    heard: int = 0
    messages: int = 0
    reconnected: int = 0
    components: dict[str, Component] = field(default_factory=dict)
    _known: dict[str, ForwardMsg] = field(default_factory=dict)
    _socket: ClientConnection | None = None
    _listening: asyncio.Task[None] | None = None
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _page: str = ""
    _runs: int = 0
    _open: bool = False

    async def open(self) -> None:
        """Open the websocket; raises one of ``AWAY``."""
        secure = self.url.startswith("https")
        self._socket = await connect(
            f"ws{self.url.removeprefix('http')}/_stcore/stream",
            origin=Origin(self.url),
            subprotocols=[Subprotocol("streamlit")],
            additional_headers={"Cookie": f"{COOKIE}={self.cookie}"},
            ssl=unchecked() if secure else None,
            proxy=None,
            max_size=None,
            open_timeout=_PATIENCE,
        )
        self._open = True
        self._listening = asyncio.create_task(self._listen(self._socket))

    async def open_again(self) -> None:
        """Open it as soon as somebody answers, as a browser's page tries again and again."""
        self.reconnected += 1
        self.components.clear()
        while True:
            with suppress(*AWAY):
                await self.open()
                return
            await asyncio.sleep(_AGAIN)

    async def close(self) -> None:
        if self._socket:
            await self._socket.close()
        if self._listening:
            await self._listening

    @property
    def is_open(self) -> bool:
        return self._open

    async def visit(self, page: str, query: str = "") -> None:
        """Go to a page; what stood on the one before is gone."""
        self.components.clear()
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = query
        await self._say(message)

    async def answer(self, component: Component, state: Mapping[str, object]) -> None:
        """Let a component say what it holds; only the part of the page that it is in runs."""
        message = BackMsg()
        asked = message.rerun_script
        asked.page_script_hash = self._page
        asked.fragment_id = component.fragment
        said = asked.widget_states.widgets.add()
        said.id, said.json_value = component.id, json.dumps(state)
        await self._say(message)

    async def until(self, found: Callable[[Tab], bool], seconds: float) -> bool:
        """Wait until something is so; False where the server went away or time is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(lambda: found(self) or not self._open)
                return found(self)
        return False

    async def at_rest(self, seconds: float) -> bool:
        """Wait until the run that was asked for has ended."""
        runs = self._runs
        return await self.until(lambda tab: tab._runs > runs, seconds)

    async def _say(self, message: BackMsg) -> None:
        if self._socket is None:
            return
        message.rerun_script.cached_message_hashes.extend(self._known)
        with suppress(ConnectionClosed):
            await self._socket.send(message.SerializeToString())

    async def _listen(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            async for said in socket:
                async with self._news:
                    self._hear(said if isinstance(said, bytes) else said.encode())
                    self._news.notify_all()
        async with self._news:
            self._open = False
            self._news.notify_all()

    def _hear(self, said: bytes) -> None:
        self.heard += len(said)
        self.messages += 1
        message: Any = ForwardMsg.FromString(said)
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            message, kind = self._known[message.ref_hash], "delta"
        elif message.metadata.cacheable:
            self._known[message.hash] = message
        if kind == "new_session":
            self._page = message.new_session.page_script_hash
        elif kind == "script_finished":
            self._runs += 1
        elif kind == "delta" and message.delta.new_element.HasField("bidi_component"):
            self._place(message.delta.new_element.bidi_component, message.delta.fragment_id)

    def _place(self, sent: BidiComponent, fragment: str) -> None:
        data = sent.mixed.json if sent.HasField("mixed") else sent.json
        name = sent.component_name.rpartition(".")[2]
        self.components[name] = Component(sent.id, fragment, name, data)


def unchecked() -> ssl.SSLContext:
    """For the certificate that a proxy makes for itself on this machine."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
