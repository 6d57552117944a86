"""The key of an installation: made once, for its owner alone, and refused where it is none."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from icd9_review.errors import InputError
from icd9_review.export.anchors.signing_key import (
    check_public_text,
    is_signed,
    load_key,
    make_key,
    public_text,
)


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "data" / "ledger.key"
    made = public_text(make_key(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert public_text(make_key(path)) == made == public_text(load_key(path))
    assert [each.name for each in path.parent.iterdir()] == ["ledger.key"]


def test_who_makes_it_at_the_same_time_gets_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = pool.map(lambda _: public_text(make_key(tmp_path / "ledger.key")), range(8))
    assert len(set(made)) == 1


def test_a_signature_holds_for_its_message_and_key_alone(tmp_path: Path) -> None:
    one, other = make_key(tmp_path / "one"), make_key(tmp_path / "other")
    signature = one.sign(b"heads")
    assert is_signed(b"heads", signature, public_text(one))
    assert not is_signed(b"Heads", signature, public_text(one))
    assert not is_signed(b"heads", signature, public_text(other))
    assert not is_signed(b"heads", signature[:-1], public_text(one))


def _other_keys() -> list[bytes]:
    elliptic, locked = ec.generate_private_key(ec.SECP256R1()), BestAvailableEncryption(b"x")
    return [
        b"",
        b"no key",
        b"\xff\xfe",
        elliptic.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        elliptic.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked),
    ]


@pytest.mark.parametrize("content", _other_keys(), ids=range(5))
def test_a_file_that_holds_no_such_key_is_refused_and_stays(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.key"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"ledger\.key holds no Ed25519 key"):
        make_key(path)
    assert path.read_bytes() == content


def test_a_key_that_cannot_be_made_or_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be written"):
        make_key(tmp_path / "file" / "ledger.key")
    with pytest.raises(InputError, match="cannot be read"):
        load_key(tmp_path / "none")


@pytest.mark.parametrize("given", ["", "ed25519:", "ed25519:" + "g" * 64, "x" * 500])
def test_what_is_no_public_key_is_refused(given: str) -> None:
    with pytest.raises(InputError, match="is no public key"):
        check_public_text(given)
