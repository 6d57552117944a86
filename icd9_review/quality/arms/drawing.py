"""Which arm an encounter is in: by chance, and the same wherever and whenever it is asked."""

from __future__ import annotations

from hashlib import sha256

from icd9_review.values import Arm, ArmShares

_BYTES = 8  # of the digest; 64 bits part any two shares that somebody writes down


def draw_arm(encounter_id: str, shares: ArmShares) -> Arm | None:
    """The arm of an encounter that comes in; None where no share is set.

    Its place in [0, 1) follows from the seed and its id alone: the lowest are BLIND, those above
    them PLAIN.

    >>> draw_arm("e1", ArmShares(blind=1.0)), draw_arm("e1", ArmShares())
    (<Arm.BLIND: 'blind'>, None)
    """
    if not shares.blind and not shares.plain:
        return None
    digest = sha256(f"{shares.seed}/{encounter_id}".encode()).digest()
    place = int.from_bytes(digest[:_BYTES]) / 2 ** (8 * _BYTES)
    if place < shares.blind:
        return Arm.BLIND
    return Arm.PLAIN if place < shares.blind + shares.plain else Arm.FULL
