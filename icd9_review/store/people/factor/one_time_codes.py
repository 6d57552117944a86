"""Codes of an authenticator app (TOTP, RFC 6238): six digits, another every thirty seconds.

What every app can do is taken: SHA-1, six digits, thirty seconds, which are pyotp's defaults.
"""

from __future__ import annotations

from datetime import datetime

import pyotp
from pyotp.exceptions import OTPVerificationError

_DRIFT = 1  # steps before and after the present one, for clocks and fingers (RFC 6238, 6)
_DIGITS = 6


def new_secret() -> str:
    """What an app and the program make codes from: 160 bits in base32 (RFC 4226, 4)."""
    return pyotp.random_base32()


def set_up_address(secret: str, name: str) -> str:
    """What an app reads from the picture: the secret, and whose codes these are."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="ICD-9 Review")


def counted_step(secret: str, code: str, *, used: int, now: datetime) -> int | None:
    """The step of time whose code this is; None where it does not count.

    A step counts once, and none before it any more: ``used`` is the last that did. One from a
    future that is out of reach was written by a clock that has been set back since, and locks
    nobody.
    """
    if not (len(code) == _DIGITS and code.isascii() and code.isdigit()):
        return None
    totp = pyotp.TOTP(secret)
    try:
        step = totp.verify_and_get_timecode(code, for_time=now, valid_window=_DRIFT)
    except OTPVerificationError:
        return None
    set_back = used > totp.timecode(now) + _DRIFT
    return step if step > used or set_back else None
