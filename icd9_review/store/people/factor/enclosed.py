"""What the program has to read again and nobody with a copy of the database may: encrypted.

Unlike a password, what codes are made from cannot be kept as a hash. The key comes from outside
the database. What was enclosed for one person is none for another.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12  # bytes (NIST SP 800-38D, 8.2)


def enclose(text: str, key: bytes, person_id: int) -> str:
    """A short text, encrypted for one person with a key of 32 bytes."""
    nonce = secrets.token_bytes(_NONCE)
    hidden = AESGCM(key).encrypt(nonce, text.encode(), _owner(person_id))
    return urlsafe_b64encode(nonce + hidden).decode()


def disclose(kept: str, key: bytes, person_id: int) -> str | None:
    """What was enclosed; None for another key or person, and for what was changed."""
    try:
        raw = urlsafe_b64decode(kept)
        return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], _owner(person_id)).decode()
    except (InvalidTag, ValueError):
        return None


def _owner(person_id: int) -> bytes:
    return f"person {person_id}".encode()
