"""Where a request comes from, as a proxy that is believed says."""

from __future__ import annotations

import pytest
from starlette.requests import HTTPConnection

from icd9_review.ui.serving.networks import read_networks
from icd9_review.ui.serving.sign_in.client import client_address

PROXY = "10.0.0.2"


def address(forwarded: str, client: str = PROXY) -> str:
    headers = [(b"x-forwarded-for", forwarded.encode())]
    connection = HTTPConnection({"type": "http", "client": (client, 1), "headers": headers})
    return client_address(connection, read_networks([PROXY], "ICD9_REVIEW_PROXIES"))


@pytest.mark.parametrize(
    ("forwarded", "found"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("203.0.113.9:51234", "203.0.113.9"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:51234", "2001:db8::7"),
        ("198.51.100.1, 203.0.113.9:1, 10.0.0.2:443", "203.0.113.9"),
        ("10.0.0.2", PROXY),
    ],
)
def test_a_proxy_says_the_address_with_or_without_a_port(forwarded: str, found: str) -> None:
    assert address(forwarded) == found


def test_nobody_else_says_it() -> None:
    assert address("203.0.113.9", client="198.51.100.1") == "198.51.100.1"
