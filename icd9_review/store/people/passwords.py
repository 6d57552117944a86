"""Passwords: what may be one, how it is kept, and whether one is right.

Rules of NIST SP 800-63B-4, 3.1.1.2: length counts and a list of what everybody takes; nothing
has to be mixed, and nothing expires. Kept is an Argon2id hash (RFC 9106, second recommended
parameters, which are those of argon2-cffi).
"""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from icd9_review.errors import InputError

SHORTEST = 15
"""Characters, where a password is all that is asked for (NIST SP 800-63B-4, 3.1.1.2)."""

LONGEST = 256
"""Characters: four times what has to be taken (the same section); Argon2 reads all of them."""

_FEWEST_DIFFERENT = 6  # characters; by judgement: "aaaabbbbaaaabbbb" is long and no secret
_FEWEST_BESIDE_NAME = 8  # characters; by judgement
_OF_THIS_PLACE = ("icd9review", "icd-9 review", "icd9 review")
_hasher = PasswordHasher()


def check_new_password(password: str, name: str) -> None:
    """Raises InputError, which says what to change, for what cannot be the password of ``name``."""
    plain = _normal(password)
    if len(plain) < SHORTEST:
        raise InputError(
            f"A password has {SHORTEST} characters or more; a sentence of four words does."
        )
    if len(plain) > LONGEST:
        raise InputError(f"A password has {LONGEST} characters at most.")
    if len(set(plain.casefold())) < _FEWEST_DIFFERENT:
        raise InputError("This password repeats a few characters; take more different ones.")
    if plain.casefold() in _common():
        raise InputError("This password is on lists of common ones; take another.")
    rest = plain.casefold()
    for known in (name.casefold(), *_OF_THIS_PLACE):
        rest = rest.replace(known, "")
    if len(rest) < _FEWEST_BESIDE_NAME:
        raise InputError(
            "This password is little more than your name or that of the program; take another."
        )


def hash_password(password: str) -> str:
    """What is kept of a password, salt and parameters in it."""
    return _hasher.hash(_normal(password))


def holds(kept: str | None, password: str) -> bool:
    """Whether a password is the one that was kept; takes as long where none was."""
    try:
        _hasher.verify(kept or _of_nobody(), _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether a kept hash has weaker parameters than one made now."""
    return _hasher.check_needs_rehash(kept)


def _normal(password: str) -> str:
    """NFKC, so that the same keys of another keyboard give the same password (3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


@cache
def _of_nobody() -> str:
    return _hasher.hash("whoever is unknown takes as long")


@cache
def _common() -> frozenset[str]:
    """Passwords that people take, from the lists of zxcvbn."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # a megabyte, for a new password alone

    return frozenset(FREQUENCY_LISTS["passwords"])
