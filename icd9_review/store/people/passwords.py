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

_GUESSED = 10**8
"""Guesses that a password must withstand, as zxcvbn counts them: more than can be tried against
the program, and its author's bound for "somewhat guessable" (Wheeler 2016)."""

_READ = 72  # characters that zxcvbn looks at, whose time grows with their square
_OF_THIS_PLACE = ("icd9review", "icd9", "review", "codes", "hospital")
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
    if _guesses(plain, name) < _GUESSED:
        raise InputError(
            "This password is easily guessed: it is on lists of common ones, repeats itself, or is "
            "little more than a name. Take words that do not belong together."
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


def is_weak(kept: str) -> bool:
    """Whether a kept hash has weaker parameters than one made now."""
    return _hasher.check_needs_rehash(kept)


def _normal(password: str) -> str:
    """NFKC, so that the same keys of another keyboard give the same password (3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


@cache
def _of_nobody() -> str:
    return _hasher.hash("whoever is unknown takes as long")


def _guesses(password: str, name: str) -> float:
    """How many guesses whoever knows lists of passwords, the name and this program needs."""
    from zxcvbn import zxcvbn  # its lists are a megabyte, read for a new password alone

    known = [*name.split(), *_OF_THIS_PLACE]
    return float(zxcvbn(password[:_READ], user_inputs=known)["guesses"])
