"""The key that an installation signs anchors with: Ed25519, made once, for its owner alone."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from icd9_review.errors import InputError
from icd9_review.export.files import new_file

_TEXT = re.compile(r"ed25519:[0-9a-f]{64}")
"""A public key as people copy it: 32 bytes (RFC 8032) in hexadecimal."""


def make_key(path: Path) -> Ed25519PrivateKey:
    """The key in a file, which is made, mode 0600, where there is none.

    Raises InputError for a file that holds no such key, or cannot be read or made.
    """
    if not path.exists():
        _make(path)
    return load_key(path)


def load_key(path: Path) -> Ed25519PrivateKey:
    """The key in a file. Raises InputError where it is not one, or is not there."""
    try:
        found = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise InputError(f"The key {path} cannot be read: {error.strerror or error}.") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        found = None
    if not isinstance(found, Ed25519PrivateKey):
        raise InputError(
            f"{path} holds no Ed25519 key that can be read without a password; name the file of "
            "one, or one that does not exist yet."
        )
    return found


def _make(path: Path) -> None:
    """A new key in a new file, unless somebody else made one meanwhile."""
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    made = Ed25519PrivateKey.generate().private_bytes(*form)
    with suppress(OSError):  # what matters is told where the file cannot be written
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with new_file(path, private=True) as file:
            file.write(made)
    except InputError:
        if not path.exists():
            raise


def public_text(key: Ed25519PrivateKey) -> str:
    """The public half as text."""
    return f"ed25519:{key.public_key().public_bytes_raw().hex()}"


def is_public_text(given: str) -> bool:
    """Whether this is the text of a public key."""
    return _TEXT.fullmatch(given) is not None


def check_public_text(given: str) -> str:
    """The text of a public key as it is. Raises InputError for what is none."""
    if not is_public_text(given):
        raise InputError(
            f"{given[:80]!r} is no public key; give ed25519: and 64 hexadecimal digits, as "
            "`ledger anchor` printed them."
        )
    return given


def is_signed(message: bytes, signature: bytes, public: str) -> bool:
    """Whether a signature over a message is that of a public key."""
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public.removeprefix("ed25519:")))
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True
