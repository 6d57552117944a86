"""What a browser and the server tell each other over a websocket, and what they do not.

Streamlit 1.67 answers more than its front end needs here: which repository it was started from and
the files changed in it, its version, Python's, the system's, the folder of the program. It clears
what all sessions share for whoever asks. And it gives a running session to whoever knows its id,
because it has no people of its own; here a session belongs to the browser that began it.
"""

from __future__ import annotations

import hashlib
from typing import Final

from google.protobuf.message import DecodeError
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime

from icd9_review.ui.serving.hardening import KNOWN_AS, OWNER
from icd9_review.ui.serving.sign_in.cookie import COOKIE, token_of

TAKEN: Final = frozenset({"rerun_script", "stop_script", "file_urls_request", "app_heartbeat"})
NEEDED_OPERATIONS: Final = frozenset({"deferred_file", "dataframe_chunk"})
"""What pages ask for; everything else is passed over."""

_LARGEST_GREETING = 64 * 1024  # bytes; by judgement: what begins a run has a tenth of it
_NO_TEXT: Message = {"type": "websocket.close", "code": 1003}  # RFC 6455, 7.4.1: not understood


class OwnConversations:
    """ASGI middleware: lets through what pages need, in a session of this browser's own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return

        async def receive_needed() -> Message:
            while True:
                message = await receive()
                if message.get("text") is not None:
                    await send(_NO_TEXT)
                    return {"type": "websocket.disconnect", "code": _NO_TEXT["code"]}
                if message["type"] != "websocket.receive" or is_needed(message["bytes"]):
                    return message

        async def send_needed(message: Message) -> None:
            if message.get("bytes"):
                message = {**message, "bytes": without_particulars(message["bytes"])}
            await send(message)

        await self.app(_owned(scope), receive_needed, send_needed)


def is_needed(sent: bytes) -> bool:
    """Whether a page of ours asks for this; what cannot be read Streamlit itself refuses."""
    message = BackMsg()
    try:
        message.ParseFromString(sent)
    except DecodeError:
        return True
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        return message.backend_operation_request.WhichOneof("payload") in NEEDED_OPERATIONS
    return kind in TAKEN


def without_particulars(sent: bytes) -> bytes:
    """What begins a run, without what it tells of the machine; all else as it is.

    The version stays as a name for itself, by which a page that is open notices another.
    """
    message = ForwardMsg()
    if len(sent) > _LARGEST_GREETING:
        return sent
    message.ParseFromString(sent)
    if message.WhichOneof("type") != "new_session":
        return sent
    greeting = message.new_session
    greeting.main_script_path = ""
    begun = greeting.initialize
    version = begun.environment_info.streamlit_version
    begun.environment_info.Clear()
    begun.environment_info.streamlit_version = hashlib.sha256(version.encode()).hexdigest()[:8]
    begun.user_info.Clear()
    return bytes(message.SerializeToString())


def is_own(session_id: str, scope: Scope) -> bool:
    """Whether a session began in the browser that asks; of one that is not there nothing is said.

    Looked up among those with a page open: what looks further changes what is kept of a session.
    """
    if not Runtime.exists():
        return True
    found = Runtime.instance()._session_mgr.get_active_session_info(session_id)
    return found is None or found.session.matches_user_info({KNOWN_AS: _owner(scope)})


def _owner(scope: Scope) -> str:
    """What stands for a browser: nobody learns its token by it."""
    token = token_of(HTTPConnection(scope).cookies.get(COOKIE, ""))
    return hashlib.sha256(token.encode()).hexdigest()


def _owned(scope: Scope) -> Scope:
    """The scope with the header that says whose it is."""
    name, owner = OWNER.lower().encode(), _owner(scope).encode()
    kept = [(each, value) for each, value in scope["headers"] if each.lower() != name]
    return {**scope, "headers": [*kept, (name, owner)]}
