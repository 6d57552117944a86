"""Choosing a person: a form, a route that answers it, a cookie with nothing but a token."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from icd9_review.errors import StoreError
from icd9_review.store.database.engine import Database
from icd9_review.store.people.sessions import session_person
from icd9_review.store.users import users
from icd9_review.ui.serving import choosing
from icd9_review.ui.serving.addresses import read_addresses
from icd9_review.ui.serving.choosing import CHOICE, choice_form, choice_route, own_place
from icd9_review.ui.serving.identity import COOKIE
from icd9_review.ui.serving.origin import SameOrigin
from icd9_review.values import Role, User

PAGE = "http://localhost:8501"
PUBLIC = "https://coding.example.org"
ADDRESSES = read_addresses(["localhost", "ward.example.org", PUBLIC])


@pytest.fixture
def client(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("ICD9_REVIEW_CHOOSE_USER", "true")
    monkeypatch.setattr(choosing, "services", lambda: SimpleNamespace(database=sqlite))
    app = Starlette(
        routes=[choice_route(ADDRESSES)],
        middleware=[Middleware(SameOrigin, addresses=ADDRESSES)],
    )
    with TestClient(app, base_url=PAGE, follow_redirects=False) as made:
        yield made


def choose(client: TestClient, person: object, place: str = "/", page: str = PAGE) -> Any:
    fields = urlencode({"person": str(person), "place": place})
    return client.post(f"{page}{CHOICE}", content=fields, headers={"Origin": page})


def cookie(answer: Any) -> dict[str, str]:
    """The attributes of the one cookie that an answer sets, with its value."""
    (header,) = answer.headers.get_list("set-cookie")
    ((name, morsel),) = SimpleCookie(header).items()
    assert name == COOKIE
    return {"value": morsel.value, **{key: value for key, value in morsel.items() if value}}


def test_who_is_chosen_is_known_by_the_cookie_and_comes_back(
    client: TestClient, sqlite: Database
) -> None:
    for person in users(sqlite):
        answer = choose(client, person.id, "/workbench?encounter=abc")
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            "/workbench?encounter=abc",
        )
        assert session_person(sqlite, cookie(answer)["value"]) == person


def test_the_cookie_is_small_and_no_script_or_other_site_gets_it(
    client: TestClient, sqlite: Database
) -> None:
    answer = choose(client, users(sqlite)[0].id)
    found = cookie(answer)
    assert found["httponly"]
    assert (found["samesite"], found["path"]) == ("lax", "/")
    assert "domain" not in found
    assert "secure" not in found  # on loopback
    assert len(answer.headers["set-cookie"]) < 200


def test_outside_loopback_the_cookie_travels_encrypted_only(
    client: TestClient, sqlite: Database
) -> None:
    assert cookie(choose(client, users(sqlite)[0].id, page=PUBLIC))["secure"]


@pytest.mark.parametrize("page", ["http://ward.example.org", "http://ward.example.org:81"])
def test_over_http_from_elsewhere_it_is_said_why_nobody_can_be_chosen(
    client: TestClient, sqlite: Database, page: str
) -> None:
    answer = choose(client, users(sqlite)[0].id, page=page)
    assert answer.status_code == 400
    assert "https" in answer.text
    assert "set-cookie" not in answer.headers


def test_a_database_that_cannot_be_written_says_so(
    client: TestClient, sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise StoreError("The database cannot be written. Check its disk.")

    monkeypatch.setattr(choosing, "begin_session", refuse)
    answer = choose(client, users(sqlite)[0].id)
    assert (answer.status_code, "Check its disk" in answer.text) == (503, True)


def test_another_person_gets_a_new_token_and_the_former_is_nobody(
    client: TestClient, sqlite: Database
) -> None:
    first, second, *_ = users(sqlite)
    former = cookie(choose(client, first.id))["value"]
    token = cookie(choose(client, second.id))["value"]  # the client sends the cookie back
    assert session_person(sqlite, former) is None
    assert session_person(sqlite, token) == second


@pytest.mark.parametrize("person", ["", "0", "999", "Development coder", "1 OR 1=1"])
def test_nobody_is_chosen_by_anything_but_a_number_that_is_offered(
    client: TestClient, person: str
) -> None:
    answer = choose(client, person)
    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers


def test_the_program_itself_cannot_be_chosen(client: TestClient, sqlite: Database) -> None:
    offered = {person.id for person in users(sqlite)}
    numbers = set(range(10)) - offered
    assert {choose(client, number).status_code for number in numbers} == {400}


def test_where_people_do_not_choose_nobody_can(
    client: TestClient, sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_CHOOSE_USER", "false")
    assert choose(client, users(sqlite)[0].id).status_code == 400


def test_a_page_from_elsewhere_chooses_nobody(client: TestClient, sqlite: Database) -> None:
    fields = urlencode({"person": users(sqlite)[0].id})
    for headers in ({}, {"Origin": "http://localhost:8502"}, {"Origin": "null"}):
        answer = client.post(CHOICE, content=fields, headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


def test_a_form_without_end_is_not_read(client: TestClient) -> None:
    answer = client.post(CHOICE, content=b"x" * 10_000_000, headers={"Origin": PAGE})
    assert answer.status_code == 413


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
def test_the_way_back_never_leads_elsewhere(client: TestClient, asked: str) -> None:
    assert own_place(asked) == "/"


@pytest.mark.parametrize("asked", ["/", "/work", "/explanation?encounter=a&code=428.0"])
def test_the_way_back_is_the_page_one_came_from(asked: str) -> None:
    assert own_place(asked) == asked


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
    form = Form(choice_form([User(7, name, Role.CODER)], place))
    assert form.tags == ["form", "input", "button", "span"]
    assert form.attributes[1]["value"] == place
    assert form.attributes[2]["value"] == "7"
    assert form.text == f"{name}coder"
