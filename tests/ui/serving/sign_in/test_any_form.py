"""Whatever is put into a form, a cookie or an address of signing in: nobody comes in by it."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import quote, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from icd9_review.store.database.engine import Database
from icd9_review.store.people.sessions import open_sessions
from icd9_review.store.users import users
from icd9_review.ui.serving.sign_in.client import describe_browser
from icd9_review.ui.serving.sign_in.cookie import COOKIE, kept, token_of
from icd9_review.ui.serving.sign_in.forms import FORM_COOKIE, own_place
from icd9_review.ui.serving.sign_in.page import PASSWORD, SIGN_IN, SIGN_OUT, STAYING
from icd9_review.ui.serving.sign_in.seal import seal, unseal
from tests.hostile import BY_CLASS, at_length, shortly, texts
from tests.ui.serving.sign_in.conftest import Start

HEADERS = {"Origin": "http://localhost:8501", "Content-Type": "application/x-www-form-urlencoded"}
WAYS = (SIGN_IN, PASSWORD, SIGN_OUT, STAYING)
FIELDS = ("name", "password", "place", "seal", "person", "former", "again")
PRINTED = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=120)
COOKIES = st.one_of(
    PRINTED,
    st.sampled_from([seal("x", "session"), seal("session", "form"), kept("x") + ".", "a" * 5000]),
)
BODIES = st.one_of(
    st.binary(max_size=200),
    st.dictionaries(st.sampled_from(FIELDS), texts, max_size=5).map(
        lambda fields: urlencode(fields, errors="surrogatepass").encode()
    ),
    st.sampled_from(
        [b"a" * 9000, b"name=%", b"name=%FF%FE&password=%00", b"&&&=&=", b"name=a&name=b"]
    ),
)


class Made(HTMLParser):
    """What a browser makes of a page: the names of its elements, and of their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes.update(name for name, _ in attrs)


def check_nobody(client: TestClient, way: str, body: bytes, cookie: str, nonce: str) -> None:
    """Send it; what comes back is a page or a word, and no session."""
    sent = {**HEADERS, "Cookie": f"{COOKIE}={cookie}; {FORM_COOKIE}={nonce}"}
    for answer in (
        client.post(way, content=body, headers=sent),
        client.get(f"{way}?place={quote(body[:80])}", headers=sent),
    ):
        assert answer.status_code < 500
        assert COOKIE not in answer.headers.get("set-cookie", "").replace(f'{COOKIE}=""', "")
        for told in ("Traceback", "site-packages", "<script"):
            assert told not in answer.text
        made = Made(answer.text)
        assert not made.elements & {"script", "svg", "iframe"}
        assert [each for each in made.attributes if each.startswith("on")] == []
        assert "//evil" not in answer.headers.get("location", "")


@shortly(60)
@given(st.sampled_from(WAYS), BODIES, COOKIES, COOKIES)
@example(SIGN_IN, b"name=onerror%3D", "", "")  # a value that only reads like a script
@example(SIGN_IN, b"name=%22+onfocus%3D%22x%22+autofocus%3D%22", "", "")
def test_no_form_and_no_cookie_that_was_made_up_signs_anybody_in(
    start: Start, sqlite: Database, way: str, body: bytes, cookie: str, nonce: str
) -> None:
    client = start(sign_in="accounts")
    check_nobody(client, way, body, cookie, nonce)
    assert [
        found for person in users(sqlite) for found in open_sessions(sqlite, person, by=person)
    ] == []


@pytest.mark.long
def test_no_form_signs_anybody_in_at_length(start: Start, sqlite: Database) -> None:
    client = start(sign_in="accounts")

    @given(st.sampled_from(WAYS), BODIES, COOKIES, COOKIES)
    def send(way: str, body: bytes, cookie: str, nonce: str) -> None:
        check_nobody(client, way, body, cookie, nonce)

    at_length(send, share=0.05)
    assert [
        found for person in users(sqlite) for found in open_sessions(sqlite, person, by=person)
    ] == []


@shortly(100)
@given(texts | PRINTED)
@example(" /")
@example("//evil.example")
@example("/\\evil.example")
@example("/x\n//evil.example")
@example("http:/evil.example")
@example("/%2F%2Fevil.example")
def test_no_place_leads_elsewhere(asked: str) -> None:
    place = own_place(asked)
    assert place.startswith("/")
    assert not place.startswith(("//", "/\\"))
    assert place.isprintable()


@shortly(100)
@given(texts | PRINTED)
def test_what_was_not_sealed_here_is_nothing(kept_by_somebody: str) -> None:
    assert token_of(kept_by_somebody) == ""
    assert unseal(kept_by_somebody, "form", seconds=3600) == ""


@shortly(100)
@given(texts)
def test_a_browser_is_called_by_words_of_ours_whatever_it_says(said: str) -> None:
    assert len(describe_browser(said)) < 24
    assert all(describe_browser(text).isprintable() for text in BY_CLASS.values())
