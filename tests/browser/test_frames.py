"""Frames on the websocket that no page of ours sends, to a real server: nothing comes of them.

Nothing is told of the machine, nobody gets at another's session, and the server goes on.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from icd9_review.settings import ROOT
from icd9_review.ui.serving.sign_in.cookie import COOKIE, kept
from tests.browser.conftest import TOKEN, Server
from tests.hostile import anything, at_length, shortly, texts

pytestmark = pytest.mark.browser

TOLD_OF_THE_MACHINE = (
    b"Traceback",
    b"site-packages",
    str(ROOT).encode(),
    sys.prefix.encode(),
    streamlit.__version__.encode(),
    ".".join(map(str, sys.version_info[:3])).encode(),
)
OTHER = "the session of somebody else, who codes beside".replace(" ", "-")
PAGES = ("", "intake", "workbench", "explanation", "what-if", "export")
QUERIES = ("", "encounter=%00", "encounter=E-00001&code=x", "a" * 5000, "encounter=x&encounter=y")
_WIDGET = re.compile(rb"\$\$ID-[\w.$-]{8,120}")
_ENOUGH = 20.0  # seconds for a page to come; by judgement
_MESSAGES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from([b"\x08\x01" * 500, b"\x0a" * 3000, b"\xff" * 100]),
)


def address(server: Server) -> str:
    return f"ws://127.0.0.1:{server.port}/_stcore/stream"


@contextmanager
def line(server: Server, *protocols: str, cookie: str = "") -> Iterator[ClientConnection]:
    """A websocket as the page of a person opens it."""
    named = [Subprotocol(each) for each in protocols or ("streamlit",)]
    headers = {"Cookie": f"{COOKIE}={cookie or kept(TOKEN)}"}
    with connect(
        address(server),
        origin=Origin(server.url),
        subprotocols=named,
        additional_headers=headers,
        proxy=None,
        max_size=None,
    ) as opened:
        yield opened


def rerun(page: str = "", query: str = "") -> BackMsg:
    message = BackMsg()
    message.rerun_script.page_name = page
    message.rerun_script.query_string = query
    return message


def hear(spoken: ClientConnection, seconds: float = _ENOUGH) -> list[bytes]:
    """What the server says up to the end of a run, or until it says nothing more.

    A session that is taken up again may first hear the end of the run before.
    """
    heard: list[bytes] = []
    begun = False
    deadline = time.monotonic() + seconds
    with suppress(ConnectionClosed, TimeoutError):
        while time.monotonic() < deadline:
            said = spoken.recv(timeout=max(0.01, deadline - time.monotonic()))
            heard.append(said if isinstance(said, bytes) else said.encode())
            kind = ForwardMsg.FromString(heard[-1]).WhichOneof("type")
            begun = begun or kind == "new_session"
            if begun and kind == "script_finished":
                break
    return heard


def session_of(heard: list[bytes]) -> str:
    """The id that Streamlit gave a session."""
    begun = (ForwardMsg.FromString(each) for each in heard)
    return next(
        str(each.new_session.initialize.session_id)
        for each in begun
        if each.HasField("new_session")
    )


def check_silent(heard: list[bytes]) -> None:
    """Nothing of what was heard tells of the machine."""
    for said in heard:
        for told in TOLD_OF_THE_MACHINE:
            assert told not in said, (told, said[:400])


def check_alive(server: Server) -> None:
    """The server goes on, and had no error that nobody foresaw."""
    assert httpx.get(f"{server.url}/healthz", trust_env=False, timeout=10).text == "ok\n"
    assert "Traceback" not in server.log.read_text()


def begin_session(server: Server, token: str, name: str) -> str:
    """Let a browser act for somebody; its cookie."""
    now = datetime.now(UTC).replace(tzinfo=None)
    days = [now, now, now, now + timedelta(days=1)]
    row = [hashlib.sha256(token.encode()).hexdigest(), *map(str, days)]
    path = server.data / "icd9_review.sqlite3"
    with closing(sqlite3.connect(path, timeout=10)) as database, database:
        database.execute(
            "INSERT OR REPLACE INTO sessions "
            "(id, user_id, proof, proved, created, seen, expires, browser) "
            "SELECT ?, id, 'chosen', ?, ?, ?, ?, '' FROM users WHERE name = ?",
            [*row, name],
        )
    return kept(token)


def test_a_page_tells_nothing_of_the_machine(server: Server) -> None:
    for page in PAGES:
        with line(server) as spoken:
            spoken.send(rerun(page).SerializeToString())
            heard = hear(spoken)
            assert any(b"Development coder" in each for each in heard)
            check_silent(heard)


def test_what_is_sent_of_a_chart_is_its_view_and_no_script(server: Server) -> None:
    path = server.data / "icd9_review.sqlite3"
    with closing(sqlite3.connect(path, timeout=10)) as database:
        ((encounter,),) = database.execute("SELECT id FROM encounters LIMIT 1").fetchall()
    with line(server) as spoken:
        spoken.send(rerun("workbench", f"encounter={encounter}").SerializeToString())
        heard = hear(spoken)
    assert any(b"icd9_review.workbench" in each for each in heard)
    assert sum(map(len, heard)) < 100_000  # the scripts alone are three times as much


def upload(server: Server, session: str, cookie: str) -> str:
    """What is said to whoever has this cookie and puts a file into a session."""
    address = f"{server.url}/_stcore/upload_file/{session}/1"
    headers = {"Origin": server.url, "Cookie": f"{COOKIE}={cookie}"}
    return httpx.put(address, files={"f": ("a.txt", b"a")}, headers=headers).text


def test_another_persons_session_is_not_to_be_had_by_its_id(server: Server) -> None:
    cookie = begin_session(server, OTHER, "Second coder")
    with line(server) as first:
        first.send(rerun().SerializeToString())
        theirs = session_of(hear(first))
        for name in (theirs, theirs.upper(), "x"):
            with line(server, "streamlit", "x", name, cookie=cookie) as second:
                second.send(rerun().SerializeToString())
                heard = hear(second)
                assert session_of(heard) != theirs
                assert not any(b"Development coder" in each for each in heard[:3])
        first.send(rerun("export").SerializeToString())
        assert session_of(hear(first)) == theirs
        refused = "This tab belongs to another session; load the page anew"
        assert upload(server, theirs, cookie) == refused
        assert upload(server, theirs, kept(TOKEN)) != refused
    with line(server, "streamlit", "x", theirs, cookie=cookie) as second:
        second.send(rerun().SerializeToString())
        assert session_of(hear(second)) != theirs
    with line(server, "streamlit", "x", theirs) as again:
        again.send(rerun().SerializeToString())
        assert session_of(hear(again)) == theirs


def test_a_cookie_that_is_over_opens_nothing(server: Server) -> None:
    cookie = begin_session(server, OTHER, "Second coder")
    path = server.data / "icd9_review.sqlite3"
    over = hashlib.sha256(OTHER.encode()).hexdigest()
    with closing(sqlite3.connect(path, timeout=10)) as database, database:
        database.execute("DELETE FROM sessions WHERE id = ?", [over])
    for worthless in (cookie, cookie[:-1], cookie[::-1], "x", "a.b.c", f"{cookie}.{cookie}"):
        with line(server, cookie=worthless) as spoken:
            heard = hear(spoken)
            with pytest.raises(ConnectionClosed):
                spoken.recv(timeout=_ENOUGH)
        told = [ForwardMsg.FromString(each).WhichOneof("type") for each in heard]
        assert len(told) <= 1, told  # that the page is to be loaded anew, and no more
        check_silent(heard)


@pytest.mark.parametrize("kind", ["clear_cache", "load_git_info", "debug_shutdown_runtime"])
def test_what_no_page_asks_for_is_not_answered(server: Server, kind: str) -> None:
    with line(server) as spoken:
        message = BackMsg()
        setattr(message, kind, True)
        spoken.send(message.SerializeToString())
        assert hear(spoken, seconds=0.5) == []
    check_alive(server)


def test_huge_frames_and_text_end_the_conversation_and_nothing_else(server: Server) -> None:
    for frame in (b"\0" * 70_000_000, "text", "\ud7ff" * 10_000):
        with line(server) as spoken, suppress(ConnectionClosed):
            spoken.send(frame)
            assert hear(spoken) == []
    check_alive(server)


def test_compressed_and_split_frames_are_one_message(server: Server) -> None:
    with line(server) as spoken:
        data = rerun("export").SerializeToString()
        spoken.send([data[at : at + 1] for at in range(len(data))])
        assert any(b"Export" in each for each in hear(spoken))


@shortly(40)
@given(_MESSAGES)
def test_bytes_that_mean_nothing_end_a_conversation_without_a_word(
    server: Server, data: bytes
) -> None:
    with line(server) as spoken, suppress(ConnectionClosed):
        spoken.send(data)
        heard = hear(spoken, seconds=0.05)
        check_silent(heard)


_SAID = st.one_of(
    st.tuples(st.just("json"), anything),
    st.tuples(st.just("string"), texts),
    st.tuples(st.just("int"), st.sampled_from([0, -1, 2**31, 2**53 - 1])),
    st.tuples(st.sampled_from(["list", "trigger", "bytes"]), st.none()),
)
_ANSWERS = st.lists(st.tuples(st.integers(0, 99), _SAID), min_size=1, max_size=6)
"""Of which widget of a page, counted round, and what it says: drawn before the page is seen."""


def filled(message: BackMsg, widgets: list[str], answers: list[Any]) -> BackMsg:
    """What a page's widgets would say, of any kind and for whatever they are."""
    for number, (kind, value) in answers:
        state = message.rerun_script.widget_states.widgets.add()
        state.id = widgets[number % len(widgets)]
        match kind:
            case "json":
                state.json_value = json.dumps(value, ensure_ascii=True)
            case "string":
                state.string_value = value.encode("utf-8", "replace").decode()
            case "int":
                state.int_value = value
            case "list":
                state.string_array_value.data.extend(["x", "", "\0"])
            case "trigger":
                state.trigger_value = True
            case "bytes":
                state.bytes_value = b"\xff\0"
    return message


def speak_any(server: Server, page: str, query: str, answers: list[Any]) -> None:
    """Open a page, and answer for its widgets whatever comes to mind."""
    with line(server) as spoken:
        spoken.send(rerun(page, query).SerializeToString())
        heard = hear(spoken)
        found = sorted({each.decode() for said in heard for each in _WIDGET.findall(said)})
        check_silent(heard)
        if found:
            spoken.send(filled(rerun(page, query), found, answers).SerializeToString())
            check_silent(hear(spoken))


@shortly(12)
@given(st.sampled_from(PAGES), st.sampled_from(QUERIES), _ANSWERS)
def test_widgets_say_whatever_a_browser_makes_up(
    server: Server, page: str, query: str, answers: list[Any]
) -> None:
    speak_any(server, page, query, answers)


def test_the_server_goes_on_after_all_of_it(server: Server) -> None:
    check_alive(server)


@pytest.mark.long
def test_widgets_say_at_length_whatever_a_browser_makes_up(server: Server) -> None:
    @given(st.sampled_from(PAGES), st.sampled_from(QUERIES), _ANSWERS)
    def speak(page: str, query: str, answers: list[Any]) -> None:
        speak_any(server, page, query, answers)

    at_length(speak, share=0.15)
    check_alive(server)
