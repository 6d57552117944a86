"""Signing in and out: plain pages, one code path, a cookie with nothing but a sealed token."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import httpx2
import pytest
from sqlalchemy import update
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from icd9_review.errors import StoreError
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import SessionRow
from icd9_review.store.people.accounts import set_password
from icd9_review.store.people.sessions import LAPSE, open_sessions, session_person
from icd9_review.store.users import system_user, users
from icd9_review.ui.serving.sign_in import desk
from icd9_review.ui.serving.sign_in.cookie import COOKIE, token_of
from icd9_review.ui.serving.sign_in.page import people_form
from icd9_review.values import EventKind, Proof, Role, User
from tests.ui.serving.sign_in.conftest import (
    PAGE,
    PASSWORD,
    PUBLIC,
    Start,
    hidden,
    place_of,
    send,
    sign_in,
)


def cookie(answer: httpx2.Response) -> dict[str, str]:
    """The attributes of the session's cookie that an answer sets, with its value."""
    for header in answer.headers.get_list("set-cookie"):
        for name, morsel in SimpleCookie(header).items():
            if name == COOKIE:
                return {
                    "value": morsel.value,
                    **{key: each for key, each in morsel.items() if each},
                }
    return {}


def open_socket(client: TestClient) -> list[str | bytes | int]:
    """What a page gets over its websocket until that is closed, and the code at the end."""
    got: list[str | bytes | int] = []
    try:
        with client.websocket_connect(
            "ws://localhost:8501/_stcore/stream",
            headers={"Origin": PAGE},
            subprotocols=["streamlit", "a-token"],
        ) as socket:
            while (message := socket.receive())["type"] == "websocket.send":
                got.append(message.get("text") or message["bytes"])
            return [*got, message["code"]]
    except WebSocketDisconnect as closed:
        return [closed.code]


def socket_is_refused(client: TestClient) -> bool:
    """Whether nothing of the app is behind it."""
    return "the stream" not in open_socket(client)


class TestByPassword:
    @pytest.fixture
    def client(self, start: Start) -> TestClient:
        return start(sign_in="accounts")

    def test_whoever_is_not_signed_in_is_asked_and_gets_nothing_else(
        self, client: TestClient
    ) -> None:
        for path in ("/", "/workbench?encounter=a", "/media/x.csv", "/_stcore/script-health"):
            answer = client.get(path)
            assert place_of(answer) == ("/sign-in", {"place": [path]})
        assert client.get("/media/x.csv", headers={"Accept": "*/*"}).status_code == 401
        assert client.post("/anything", headers={"Origin": PAGE}).status_code == 401
        assert socket_is_refused(client)

    def test_a_page_whose_session_ended_before_its_websocket_is_led_to_sign_in(
        self, client: TestClient, ana: User
    ) -> None:
        """By the one message with which Streamlit has a browser load an address: the page's own,
        which asks who it is then. What the front end reads before is the same for everybody."""
        sign_in(client, ana.name, PASSWORD)
        send(client, "/sign-out")
        said, code = open_socket(client)
        assert isinstance(said, bytes)
        message = ForwardMsg.FromString(said)
        assert message.WhichOneof("type") == "auth_redirect"
        assert (message.auth_redirect.url, code) == ("", 1008)
        assert client.get("/_stcore/host-config").status_code == 200
        assert client.get("/workbench").status_code == 303

    def test_name_and_password_lead_to_where_one_wanted_to_go(
        self, client: TestClient, sqlite: Database, ana: User
    ) -> None:
        answer = sign_in(client, ana.name, PASSWORD, place="/workbench?encounter=abc")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/workbench?encounter=abc"
        assert session_person(sqlite, token_of(cookie(answer)["value"])) == ana
        assert client.get("/workbench").text == "the page /workbench"
        assert not socket_is_refused(client)

    @pytest.mark.parametrize(
        ("name", "password"),
        [("Ana Ruiz", "four words make two"), ("Ana", PASSWORD), ("", ""), ("System", PASSWORD)],
    )
    def test_the_wrong_name_and_the_wrong_password_read_the_same(
        self, client: TestClient, name: str, password: str
    ) -> None:
        answer = sign_in(client, name, password)
        assert answer.status_code == 403
        assert "This name and password do not belong together." in answer.text
        assert not cookie(answer)

    def test_what_was_typed_for_a_name_stands_in_the_form_again_and_the_password_does_not(
        self, client: TestClient
    ) -> None:
        answer = sign_in(client, '"><script>x', "a password that is wrong")
        assert "&quot;&gt;&lt;script&gt;x" in answer.text
        assert "<script" not in answer.text
        assert "a password that is wrong" not in answer.text

    def test_a_form_that_was_made_for_another_browser_signs_nobody_in(
        self, client: TestClient, ana: User
    ) -> None:
        seal = hidden(client.get("/sign-in"), "seal")
        client.cookies.clear()
        answer = send(client, "/sign-in", name=ana.name, password=PASSWORD, seal=seal)
        assert answer.status_code == 403
        assert "This page had lapsed" in answer.text

    @pytest.mark.parametrize("origin", [None, "http://localhost:8502", "null"])
    def test_a_form_from_elsewhere_signs_nobody_in(
        self, client: TestClient, ana: User, origin: str | None
    ) -> None:
        seal = hidden(client.get("/sign-in"), "seal")
        headers = {} if origin is None else {"Origin": origin}
        fields = {"name": ana.name, "password": PASSWORD, "seal": seal}
        answer = client.post("/sign-in", data=fields, headers=headers)
        assert answer.status_code == 403
        assert not cookie(answer)

    def test_ten_wrong_passwords_lock_the_name_and_the_ledger_says_so(
        self, client: TestClient, sqlite: Database, ana: User
    ) -> None:
        for _ in range(10):
            sign_in(client, ana.name, "not the password it has")
        answer = sign_in(client, ana.name, PASSWORD)
        assert "Too many sign-ins failed." in answer.text
        kinds = [event.kind for event in ledger.events(sqlite, ledger.SYSTEM)]
        assert kinds.count(EventKind.SIGN_IN_FAILED) == 10
        assert kinds.count(EventKind.LOCKED_OUT) == 1

    def test_signing_in_anew_gives_a_new_token_and_ends_the_former(
        self, client: TestClient, sqlite: Database, ana: User
    ) -> None:
        former = cookie(sign_in(client, ana.name, PASSWORD))["value"]
        send(client, "/sign-out")
        token = cookie(sign_in(client, ana.name, PASSWORD))["value"]
        assert token != former
        assert session_person(sqlite, token_of(former)) is None
        assert len(open_sessions(sqlite, ana, by=ana)) == 1

    def test_a_session_says_how_it_was_proved_and_by_which_browser(
        self, client: TestClient, sqlite: Database, ana: User
    ) -> None:
        client.headers["User-Agent"] = "Mozilla/5.0 (Windows NT 10.0) Firefox/150.0"
        sign_in(client, ana.name, PASSWORD)
        (found,) = open_sessions(sqlite, ana, by=ana)
        assert (found.proof, found.browser) == (Proof.PASSWORD, "Firefox on Windows")

    def test_signing_out_ends_the_session_at_once(
        self, client: TestClient, sqlite: Database, ana: User
    ) -> None:
        token = cookie(sign_in(client, ana.name, PASSWORD))["value"]
        answer = send(client, "/sign-out")
        assert answer.headers["location"] == "/sign-in"
        assert cookie(answer)["value"] == '""' or not cookie(answer)["value"].strip('"')
        client.cookies.set(COOKIE, token)  # a copy of it is of no use
        assert client.get("/").status_code == 303
        assert socket_is_refused(client)
        kinds = [event.kind for event in ledger.events(sqlite, ledger.SYSTEM)]
        assert kinds[-2:] == [EventKind.SIGNED_IN, EventKind.SIGNED_OUT]

    def test_asking_how_long_the_session_lasts_does_not_prolong_it(
        self, client: TestClient, sqlite: Database, ana: User
    ) -> None:
        sign_in(client, ana.name, PASSWORD)
        seen = datetime.now(UTC) - timedelta(minutes=14)
        with sqlite.write() as session:
            session.execute(update(SessionRow).values(seen=seen))
        for _ in range(3):
            said = client.get("/session").json()
            assert 50 < said["idle"] <= 60
            assert said["person"] == ana.id
            client.get("/workbench")
        assert open_sessions(sqlite, ana, by=ana)[0].seen == seen
        assert send(client, "/session").json()["idle"] > 890

    def test_who_did_nothing_for_a_quarter_of_an_hour_is_signed_out_and_cannot_stay(
        self, client: TestClient, sqlite: Database, ana: User
    ) -> None:
        sign_in(client, ana.name, PASSWORD)
        with sqlite.write() as session:
            session.execute(update(SessionRow).values(seen=datetime.now(UTC) - LAPSE))
        assert client.get("/session").status_code == 401
        assert send(client, "/session").status_code == 401
        assert client.get("/workbench").status_code == 303
        assert socket_is_refused(client)

    def test_a_password_that_somebody_else_set_is_replaced_before_anything_else(
        self, client: TestClient, sqlite: Database, ana: User
    ) -> None:
        given, own = "given by somebody else", "a sentence of my own choice"
        set_password(sqlite, ana, given, by=system_user(sqlite))
        sign_in(client, ana.name, given)
        assert place_of(client.get("/worklist?x=1")) == ("/password", {"place": ["/worklist?x=1"]})
        assert socket_is_refused(client)
        form = client.get("/password", params={"place": "/worklist"})
        assert "Choose a password of your own" in form.text
        fields = {"present": given, "seal": hidden(form, "seal"), "place": "/worklist"}
        short = send(client, "/password", **fields, password="short", again="short")
        assert "15 characters or more" in short.text
        unlike = send(client, "/password", **fields, password=own, again=own + "x")
        assert "not the same" in unlike.text
        same = send(client, "/password", **fields, password=given, again=given)
        assert "is the present one" in same.text
        done = send(client, "/password", **fields, password=own, again=own)
        assert (done.status_code, done.headers["location"]) == (303, "/worklist")
        assert client.get("/worklist").text == "the page /worklist"
        assert sign_in(start_anew(client), ana.name, given).status_code == 403

    def test_a_changed_password_ends_every_other_session(
        self, client: TestClient, sqlite: Database, ana: User
    ) -> None:
        other = cookie(sign_in(client, ana.name, PASSWORD))["value"]
        start_anew(client)
        sign_in(client, ana.name, PASSWORD)
        assert len(open_sessions(sqlite, ana, by=ana)) == 2
        form = client.get("/password")
        own = "a sentence of my own choice"
        fields = {"present": PASSWORD, "password": own, "again": own}
        send(client, "/password", **fields, seal=hidden(form, "seal"))
        assert len(open_sessions(sqlite, ana, by=ana)) == 1
        assert session_person(sqlite, token_of(other)) is None

    @pytest.mark.parametrize("kept", ["", "x", "a.b.c", "é", "0" * 5000, "token.aaaa.bbbb"])
    def test_a_cookie_that_was_made_up_is_nobody(self, client: TestClient, kept: str) -> None:
        header = {b"Cookie": f"{COOKIE}={kept}".encode()}
        assert client.get("/", headers=header).status_code == 303

    def test_a_form_without_end_is_not_read(self, client: TestClient) -> None:
        answer = client.post("/sign-in", content=b"x" * 10_000_000, headers={"Origin": PAGE})
        assert answer.status_code == 413

    def test_a_form_that_is_no_text_is_refused(self, client: TestClient) -> None:
        answer = client.post("/sign-in", content=b"name=\xff", headers={"Origin": PAGE})
        assert answer.status_code == 400

    def test_a_database_that_cannot_be_written_says_so(
        self, client: TestClient, ana: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object, **__: object) -> str:
            raise StoreError("The database cannot be written. Check its disk.")

        monkeypatch.setattr(desk, "begin_session", refuse)
        answer = sign_in(client, ana.name, PASSWORD)
        assert (answer.status_code, "Check its disk" in answer.text) == (503, True)


def start_anew(client: TestClient) -> TestClient:
    """The same app before a browser that knows nothing."""
    client.cookies.clear()
    return client


class TestTheCookie:
    def test_it_is_small_and_no_script_or_other_site_gets_it(self, start: Start, ana: User) -> None:
        answer = sign_in(start(sign_in="accounts"), ana.name, PASSWORD)
        found = cookie(answer)
        assert found["httponly"]
        assert (found["samesite"].lower(), found["path"]) == ("lax", "/")
        assert "domain" not in found
        assert "secure" not in found  # on loopback
        assert all(len(header) < 300 for header in answer.headers.get_list("set-cookie"))
        assert ana.name not in found["value"]

    def test_outside_loopback_it_travels_encrypted_only(self, start: Start, ana: User) -> None:
        client = start(sign_in="accounts", base=PUBLIC)
        assert cookie(sign_in(client, ana.name, PASSWORD, origin=PUBLIC))["secure"]

    @pytest.mark.parametrize("page", ["http://ward.example.org", "http://ward.example.org:81"])
    def test_over_http_from_elsewhere_nobody_is_asked_for_a_password(
        self, start: Start, page: str
    ) -> None:
        answer = start(sign_in="accounts").get(f"{page}/sign-in")
        assert answer.status_code == 400
        assert "https" in answer.text
        assert 'type="password"' not in answer.text


class TestChoosing:
    @pytest.fixture
    def client(self, start: Start) -> TestClient:
        return start(sign_in="single", choose_user="true")

    def test_who_is_chosen_is_known_by_the_cookie_and_comes_back(
        self, client: TestClient, sqlite: Database
    ) -> None:
        for person in users(sqlite):
            answer = send(client, "/sign-in", person=str(person.id), place="/workbench?encounter=a")
            assert answer.headers["location"] == "/workbench?encounter=a"
            assert session_person(sqlite, token_of(cookie(answer)["value"])) == person

    @pytest.mark.parametrize("person", ["", "0", "999", "Development coder", "1 OR 1=1", "1"])
    def test_nobody_is_chosen_by_anything_but_a_number_that_is_offered(
        self, client: TestClient, person: str
    ) -> None:
        answer = send(client, "/sign-in", person=person)
        assert answer.status_code == 403
        assert not cookie(answer)

    def test_where_people_do_not_choose_nobody_can(self, start: Start, sqlite: Database) -> None:
        client = start(sign_in="single", choose_user="false")
        answer = send(client, "/sign-in", person=str(users(sqlite)[0].id))
        assert answer.status_code == 403

    def test_where_people_sign_in_nobody_can_choose(self, start: Start, sqlite: Database) -> None:
        client = start(sign_in="accounts", choose_user="true")
        assert not cookie(send(client, "/sign-in", person=str(users(sqlite)[0].id)))


class TestTheWayBack:
    @pytest.mark.parametrize(
        "asked",
        [
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "http://evil.example/",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/a\r\nSet-Cookie: x=y",
            "evil.example",
            "http://[",
            "/läb",
            "",
        ],
    )
    def test_it_never_leads_elsewhere(self, start: Start, ana: User, asked: str) -> None:
        client = start(sign_in="accounts")
        assert sign_in(client, ana.name, PASSWORD, place=asked).headers["location"] == "/"

    @pytest.mark.parametrize("asked", ["/", "/work", "/explanation?encounter=a&code=428.0"])
    def test_it_is_the_page_one_came_from(self, start: Start, ana: User, asked: str) -> None:
        client = start(sign_in="accounts")
        assert sign_in(client, ana.name, PASSWORD, place=asked).headers["location"] == asked


class Form(HTMLParser):
    """What a browser makes of the form: its tags, and the text of each button."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[dict[str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_names_and_places_are_text_in_the_form() -> None:
    name, place = "</button><script>x</script>", '/work?q="><img src=x>'
    form = Form(people_form([User(7, name, Role.CODER)], place, ""))
    assert form.tags == ["p", "form", "input", "input", "button", "span"]
    assert form.attributes[2]["value"] == place
    assert form.attributes[4]["value"] == "7"
    assert name in form.text


def test_a_form_is_as_a_browser_sends_it(start: Start, ana: User) -> None:
    """Fields in another order, some twice: the first counts."""
    client = start(sign_in="accounts")
    seal = hidden(client.get("/sign-in"), "seal")
    fields = [("seal", seal), ("password", PASSWORD), ("password", "x"), ("name", ana.name)]
    headers = {"Origin": PAGE, "Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/sign-in", content=urlencode(fields), headers=headers).status_code == 303
