"""Recovery codes: what lets somebody in once who has lost their authenticator app.

Each has 120 bits, more than the 112 from which on one round of a hash is enough to keep it (NIST SP
800-63B-4, 3.1.2.2).
"""

from __future__ import annotations

import secrets
import unicodedata
from hashlib import sha256

NUMBER = 10
"""Of codes that somebody gets at once; by judgement: enough for a year without the telephone."""

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's 32: none that looks like another
_LOOK_ALIKE = str.maketrans("OIL", "011")
_LENGTH = 24  # letters of 5 bits
_GROUP = 4  # letters that are read at a glance


def new_recovery_codes() -> tuple[str, ...]:
    """Codes that nobody had, as people write them: ``7K3Q-…``, in groups of four."""
    return tuple(_new_code() for _ in range(NUMBER))


def recovery_hash(code: str) -> str:
    """What is kept of a code; however it was typed, with or without lines, in small letters."""
    return sha256(_plain(code).encode()).hexdigest()


def _new_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    groups = (letters[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))
    return "-".join(groups)


def _plain(code: str) -> str:
    """The letters alone; those that look like one of ours are taken for it."""
    typed = unicodedata.normalize("NFKC", code).upper().translate(_LOOK_ALIKE)
    return "".join(letter for letter in typed if letter in _LETTERS)
