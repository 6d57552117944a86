"""An anchor says what was sealed, and nothing but that: any change to it is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from icd9_review.errors import AnchorError
from icd9_review.export.anchors.anchor_file import (
    Anchor,
    describe_heads,
    read_anchor,
    seal_lines,
)
from icd9_review.export.anchors.signing_key import public_text
from icd9_review.store.ledger import encode
from icd9_review.values import Head

AT = datetime(2026, 1, 2, 3, 4, 5, 678900, UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x01")
HEADS = (Head("a" * 22, 7, "f" * 64, AT), Head("system", 1, "0" * 64, AT))
LINES = describe_heads(HEADS, AT)


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def reseal(lines: bytes, **changed: str) -> bytes:
    """The lines with a seal of which parts were changed."""
    *_, last = seal_lines(lines, KEY).splitlines()
    return lines + encode(json.loads(last) | changed) + b"\n"


def test_what_was_sealed_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "anchor", seal_lines(LINES, KEY))
    assert read_anchor(path, public_text(KEY)) == Anchor(AT, HEADS, sha256(LINES).digest())
    *lines, seal = path.read_bytes().splitlines(keepends=True)
    assert json.loads(seal)["sha256"] == sha256(b"".join(lines)).hexdigest()
    assert [json.loads(line).get("stream") for line in lines] == [None, "a" * 22, "system"]


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.integers(0, len(seal_lines(LINES, KEY)) - 2), bit=st.integers(0, 7))
def test_any_changed_byte_is_told(tmp_path: Path, place: int, bit: int) -> None:
    content = bytearray(seal_lines(LINES, KEY))
    content[place] ^= 1 << bit
    path = write(tmp_path / "anchor", bytes(content))
    with pytest.raises(AnchorError) as told:
        read_anchor(path, public_text(KEY))
    assert str(path) in str(told.value)
    assert str(told.value).endswith(".")


@pytest.mark.parametrize("length", [0, 1, 50, len(LINES) - 1, len(LINES), len(LINES) + 80])
def test_a_part_of_one_is_told(tmp_path: Path, length: int) -> None:
    path = write(tmp_path / "anchor", seal_lines(LINES, KEY)[:length])
    with pytest.raises(AnchorError, match=r"no anchor of the ledger, or a part of one"):
        read_anchor(path, public_text(KEY))


def test_another_key_is_told_with_both(tmp_path: Path) -> None:
    path = write(tmp_path / "anchor", seal_lines(LINES, OTHER))
    with pytest.raises(AnchorError, match=f"{public_text(OTHER)} and not with {public_text(KEY)}"):
        read_anchor(path, public_text(KEY))


@pytest.mark.parametrize("key", ["", "ed25519:", "\x1b[2J", public_text(KEY) + "\n"])
def test_a_key_that_is_none_is_not_quoted(tmp_path: Path, key: str) -> None:
    path = write(tmp_path / "anchor", reseal(LINES, key=key))
    with pytest.raises(AnchorError, match="no anchor of the ledger"):
        read_anchor(path, public_text(KEY))


def test_a_wrong_signature_is_told(tmp_path: Path) -> None:
    forged = OTHER.sign(sha256(LINES).digest()).hex()
    for signature in (forged, "", "00", forged + "00"):
        path = write(tmp_path / "anchor", reseal(LINES, signature=signature))
        with pytest.raises(AnchorError, match="wrong signature"):
            read_anchor(path, public_text(KEY))


@pytest.mark.parametrize(
    "lines",
    [
        LINES.replace(b"ledger anchor 1", b"ledger anchor 2"),
        LINES.replace(b'"streams":2', b'"streams":3'),
        LINES.replace(b'"sequence"', b'"number"'),
        LINES.replace(b"2026-", b"then-"),
        b"[]\n" + LINES,
        b"7\n",
    ],
)
def test_what_was_signed_and_is_no_anchor_is_told(tmp_path: Path, lines: bytes) -> None:
    path = write(tmp_path / "anchor", seal_lines(lines, KEY))
    with pytest.raises(AnchorError, match="no anchor of the ledger"):
        read_anchor(path, public_text(KEY))


@pytest.mark.parametrize("seal", [b"[]", b"7", b"{}", b'{"signature":7}', b'{"signature":"x"}'])
def test_a_seal_that_is_none_is_told(tmp_path: Path, seal: bytes) -> None:
    path = write(tmp_path / "anchor", LINES + seal + b"\n")
    with pytest.raises(AnchorError, match="no anchor of the ledger"):
        read_anchor(path, public_text(KEY))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(AnchorError, match="cannot be read: No such file"):
        read_anchor(tmp_path / "none", public_text(KEY))
