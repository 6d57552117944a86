"""What is signed with the secret of this installation: cookies and forms; keys made of it.

The signature lets nobody in: who a session is stands in the database. It turns away what was
made up before anything is asked of it.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from functools import cache
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from itsdangerous import BadData, TimestampSigner

from icd9_review.errors import SettingsError
from icd9_review.settings import Settings

FEWEST_BYTES = 32
"""Of a secret: 256 bits, as much as a session has."""

_FILE = "cookie.secret"


def seal(value: str, purpose: str) -> str:
    """A value with a signature that holds for one purpose."""
    return _signer(purpose).sign(value).decode()


def unseal(sealed: str, purpose: str, *, seconds: int | None = None) -> str:
    """What was sealed; empty for what was not sealed here for this, or longer ago than so."""
    try:
        return _signer(purpose).unsign(sealed, max_age=seconds).decode()
    except (BadData, UnicodeError):
        return ""


def imprint(value: str, purpose: str) -> str:
    """The signature of a value alone, the same each time: for a page that is sent anew."""
    return _signer(purpose).get_signature(value).decode()


def is_imprint(given: str, value: str, purpose: str) -> bool:
    """Whether a signature is that of a value."""
    return compare_digest(given.encode(), imprint(value, purpose).encode())


def derived_key(purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, made of the secret (HKDF, RFC 5869)."""
    made = HKDF(SHA256(), length=32, salt=None, info=purpose.encode())
    return made.derive(secret().encode())


@cache
def secret() -> str:
    """The secret itself, for a library that signs with it; 32 bytes or more.

    Raises SettingsError for a shorter one, and where none can be kept.
    """
    settings = Settings()
    given = settings.cookie_secret.get_secret_value()
    if given:
        if len(given.encode()) < FEWEST_BYTES:
            raise SettingsError(
                f"ICD9_REVIEW_COOKIE_SECRET has fewer than {FEWEST_BYTES} bytes. Take what this "
                'prints: python -c "import secrets; print(secrets.token_urlsafe(32))"'
            )
        return given
    return _own_secret(settings.data)


def _signer(purpose: str) -> TimestampSigner:
    return TimestampSigner(secret(), salt=purpose, digest_method=sha256)


def _own_secret(folder: Path) -> str:
    """The secret beside the data, made with the first start; only its owner may read it."""
    path = folder / _FILE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(path)
        found = path.read_text("ascii").strip()
    except (OSError, UnicodeError) as error:
        raise SettingsError(
            f"{path} cannot be read or made ({type(error).__name__}); set "
            "ICD9_REVIEW_COOKIE_SECRET, or ICD9_REVIEW_DATA to a folder that can be written."
        ) from None
    if len(found) < FEWEST_BYTES:
        raise SettingsError(f"{path} is damaged; delete it, and everybody signs in anew.")
    return found


def _make(path: Path) -> None:
    """A new secret, unless there is one; whole or not there at all, whoever else starts now."""
    if path.exists():
        return
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:  # containers share process ids
        own = Path(folder) / path.name
        with open(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(FEWEST_BYTES))
        with suppress(FileExistsError):
            os.link(own, path)
