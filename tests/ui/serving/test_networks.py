"""Addresses and networks of a setting, and what a proxy passed on."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from icd9_review.errors import SettingsError
from icd9_review.ui.serving.networks import (
    is_passed_on,
    is_this_machine,
    is_within,
    read_networks,
)


@pytest.mark.parametrize("entry", ["everybody", "10.0.0.0/99", "10.1.2.3/16", "*", "localhost", ""])
def test_what_is_no_address_is_said(entry: str) -> None:
    with pytest.raises(SettingsError, match="ICD9_REVIEW_METRICS names"):
        read_networks([entry], "ICD9_REVIEW_METRICS")


@given(st.ip_addresses())
def test_an_address_is_within_itself_and_within_everything(
    address: IPv4Address | IPv6Address,
) -> None:
    mapped = getattr(address, "ipv4_mapped", None) or address
    assert is_within(str(address), read_networks([str(mapped)], "X"))
    assert is_within(str(address), read_networks(["0.0.0.0/0", "::/0"], "X"))
    assert not is_within(str(address), ())


@given(st.ip_addresses())
def test_the_loopback_is_this_machine(address: IPv4Address | IPv6Address) -> None:
    mapped = getattr(address, "ipv4_mapped", None) or address
    assert is_this_machine(str(address)) is mapped.is_loopback


@pytest.mark.parametrize("text", ["", "localhost", "testclient", "10.0.0", "::1%lo0x\n", "1" * 400])
def test_what_is_no_address_is_nowhere(text: str) -> None:
    everything = read_networks(["0.0.0.0/0", "::/0"], "X")
    assert text.startswith("::1") or not is_within(text, everything)
    assert text.startswith("::1") or not is_this_machine(text)


@pytest.mark.parametrize(
    "name", ["X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via", "X-Real-IP"]
)
def test_what_a_proxy_adds_is_noticed(name: str) -> None:
    assert is_passed_on(Headers({name: ""}))
    assert not is_passed_on(Headers({"Host": "localhost"}))
