"""What passes over the websocket, both ways, and whose a session is."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from icd9_review.ui.serving.conversations import (
    OwnConversations,
    is_needed,
    without_particulars,
)
from icd9_review.ui.serving.hardening import OWNER
from icd9_review.ui.serving.sign_in.cookie import COOKIE, kept
from tests.hostile import shortly


def asked(**fields: Any) -> bytes:
    return bytes(BackMsg(**fields).SerializeToString())


def operation(**fields: Any) -> bytes:
    message = BackMsg()
    for name in fields:
        getattr(message.backend_operation_request, name).SetInParent()
    return bytes(message.SerializeToString())


NEEDED = (
    asked(rerun_script={"query_string": "encounter=e"}),
    asked(stop_script=True),
    asked(file_urls_request={"file_names": ["a"]}),
    asked(app_heartbeat=True),
    operation(deferred_file=True),
)
NOT_NEEDED = (
    asked(clear_cache=True),
    asked(load_git_info=True),
    asked(set_run_on_save=True),
    asked(debug_disconnect_websocket=True),
    asked(debug_shutdown_runtime=True),
    operation(install_skills=True),
    operation(dismiss_skills_nudge=True),
    b"",
)


@pytest.mark.parametrize("message", NEEDED)
def test_what_a_page_asks_for_passes(message: bytes) -> None:
    assert is_needed(message)


@pytest.mark.parametrize("message", NOT_NEEDED)
def test_what_no_page_asks_for_is_passed_over(message: bytes) -> None:
    assert not is_needed(message)


@shortly(100)
@given(st.binary(max_size=60))
def test_no_bytes_are_too_strange_to_be_looked_at(data: bytes) -> None:
    assert is_needed(data) in (True, False)


def greeting() -> ForwardMsg:
    message = ForwardMsg()
    begun = message.new_session
    begun.name, begun.main_script_path = "app", "/srv/review/app.py"
    begun.main_script_hash = "abc"
    begun.initialize.session_id = "s1"
    begun.initialize.environment_info.streamlit_version = "9.9.9"
    begun.initialize.environment_info.python_version = "3.11.2.final.0"
    begun.initialize.environment_info.server_os = "linux"
    begun.initialize.user_info.installation_id = "machine"
    return message


def test_what_begins_a_run_tells_nothing_of_the_machine() -> None:
    sent = without_particulars(greeting().SerializeToString())
    for told in (b"/srv", b"app.py", b"9.9.9", b"3.11", b"linux", b"machine"):
        assert told not in sent
    read = ForwardMsg.FromString(sent).new_session
    assert (read.name, read.main_script_hash, read.initialize.session_id) == ("app", "abc", "s1")


def test_a_page_that_is_open_notices_another_version() -> None:
    def version(number: str) -> str:
        message = greeting()
        message.new_session.initialize.environment_info.streamlit_version = number
        sent = ForwardMsg.FromString(without_particulars(message.SerializeToString()))
        return str(sent.new_session.initialize.environment_info.streamlit_version)

    assert version("9.9.9") == version("9.9.9")
    assert version("9.9.9") != version("9.9.10")


def test_everything_else_passes_as_it_is() -> None:
    message = ForwardMsg()
    message.delta.new_element.text.body = "9.9.9 /srv/review/app.py"
    data = message.SerializeToString()
    assert without_particulars(data) == data


class Server:
    """The app behind: keeps what reaches it, and answers as it is told."""

    def __init__(self, *answers: bytes) -> None:
        self.scope: Scope = {}
        self.received: list[Message] = []
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        for data in self._answers:
            await send({"type": "websocket.send", "bytes": data})
        while not self.received or self.received[-1]["type"] != "websocket.disconnect":
            self.received.append(await receive())


def speak(
    server: Server, *sent: Message, headers: tuple[tuple[str, str], ...] = ()
) -> list[Message]:
    """Send messages over a websocket; what comes back."""
    waiting = [{"type": "websocket.connect"}, *sent, {"type": "websocket.disconnect", "code": 1000}]
    told: list[Message] = []

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        told.append(message)

    raw = [(name.lower().encode(), value.encode()) for name, value in headers]
    scope = {"type": "websocket", "path": "/_stcore/stream", "headers": raw}
    asyncio.run(OwnConversations(server)(scope, receive, send))
    return told


def in_bytes(data: bytes) -> Message:
    return {"type": "websocket.receive", "bytes": data}


def test_a_server_hears_what_is_needed_and_nothing_else() -> None:
    server = Server()
    speak(server, *map(in_bytes, (*NOT_NEEDED, *NEEDED, b"\xff\xff\xff")))
    heard = [each["bytes"] for each in server.received if each["type"] == "websocket.receive"]
    assert heard == [*NEEDED, b"\xff\xff\xff"]


def test_text_ends_a_conversation_without_an_error() -> None:
    server = Server()
    told = speak(server, {"type": "websocket.receive", "text": "hello"}, in_bytes(NEEDED[0]))
    assert told == [{"type": "websocket.close", "code": 1003}]
    assert server.received[-1]["type"] == "websocket.disconnect"
    assert all(each["type"] != "websocket.receive" for each in server.received)


def owner(*headers: tuple[str, str]) -> list[str]:
    server = Server()
    speak(server, headers=headers)
    name = OWNER.lower().encode()
    return [value.decode() for each, value in server.scope["headers"] if each == name]


def test_a_session_is_of_the_browser_that_holds_the_cookie_whatever_a_header_says() -> None:
    first, second = (("Cookie", f"{COOKIE}={kept(token)}") for token in ("a" * 43, "b" * 43))
    (told,) = owner(first)
    assert owner(first, (OWNER, "somebody"), (OWNER.upper(), told)) == [told]
    assert owner(second) != [told]
    assert owner(("Cookie", f"{COOKIE}=made-up")) == owner()
    assert "a" * 43 not in told


def test_what_a_server_tells_is_looked_through() -> None:
    told = speak(Server(greeting().SerializeToString()))
    assert b"/srv" not in told[0]["bytes"]
