from __future__ import annotations

import pytest

from icd9_review.errors import SettingsError
from icd9_review.ui.serving.addresses import is_loopback, is_plain_here, read_addresses

ADDRESSES = read_addresses(["localhost", "127.0.0.1", "[::1]", "https://Coding.Example.org/"])


@pytest.mark.parametrize(
    ("host", "scheme", "origin"),
    [
        ("localhost:8501", "http", "http://localhost:8501"),
        ("localhost", "https", "https://localhost"),
        ("127.0.0.1:80", "http", "http://127.0.0.1:80"),
        ("[::1]:8501", "http", "http://[::1]:8501"),
        ("coding.example.org", "http", "https://coding.example.org"),
        ("coding.example.org:8443", "http", None),
        ("www.coding.example.org", "https", None),
        ("localhost.evil.example", "http", None),
        ("localhost:8501/", "http", None),
        ("localhost:8501 ", "http", None),
        ("evil@localhost:8501", "http", None),
        ("localhost:x", "http", None),
        ("LOCALHOST:8501", "http", None),
        ("localhost\n", "http", None),
        ("", "http", None),
    ],
)
def test_a_host_has_one_origin_or_none(host: str, scheme: str, origin: str | None) -> None:
    assert ADDRESSES.origin(host, scheme) == origin


@pytest.mark.parametrize(
    ("entry", "host"),
    [
        ("https://coding.example.org:443", "coding.example.org"),
        ("https://coding.example.org:80", "coding.example.org:80"),
        ("http://coding.example.org:80", "coding.example.org"),
        ("http://[::1]:8501", "[::1]:8501"),
    ],
)
def test_an_address_is_taken_as_browsers_name_it(entry: str, host: str) -> None:
    scheme = entry.partition(":")[0]
    assert read_addresses([entry]).origin(host, "http") == f"{scheme}://{host}"


@pytest.mark.parametrize(
    "entry",
    [
        "*",
        "*.example.org",
        "localhost:8501",
        "::1",
        "ftp://example.org",
        "https://example.org/coding",
        "https://",
        "https://user@example.org",
        "a b",
        "läb.example",
    ],
)
def test_what_is_no_host_is_refused_by_its_name(entry: str) -> None:
    with pytest.raises(SettingsError, match=r"ICD9_REVIEW_HOSTS names .* neither") as caught:
        read_addresses(["localhost", entry])
    assert repr(entry) in str(caught.value)


@pytest.mark.parametrize(
    ("origin", "loopback"),
    [
        ("http://localhost:8501", True),
        ("http://127.0.0.1", True),
        ("http://127.8.9.10:1", True),
        ("http://[::1]:8501", True),
        ("http://coder.localhost", True),
        ("https://coding.example.org", False),
        ("http://192.168.1.4:8501", False),
        ("http://localhost.example.org", False),
        ("", False),
    ],
)
def test_loopback_is_this_machine_alone(origin: str, loopback: bool) -> None:
    assert is_loopback(origin) is loopback


def test_cookies_do_without_https_over_http_from_this_machine_alone() -> None:
    assert is_plain_here("http://localhost:8501")
    assert not is_plain_here("https://localhost")  # behind a proxy that ends TLS
    assert not is_plain_here("http://coding.example.org")
