"""The arms of a running trial: what people see of the suggestions of an encounter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from icd9_review.values.codes import CodeKey


class Arm(StrEnum):
    """What people see of an encounter's suggestions until it is signed for the first time.

    FULL: all of it; PLAIN: suggestions without what the model saw in the notes; BLIND: nothing.
    """

    FULL = "full"
    PLAIN = "plain"
    BLIND = "blind"


@dataclass(frozen=True, slots=True)
class ArmShares:
    """Which shares of the encounters that come in are coded in which arm; the rest are FULL.

    ``seed`` decides, with the id of an encounter, which ones.
    """

    blind: float = 0.0
    plain: float = 0.0
    seed: str = ""


@dataclass(frozen=True, slots=True)
class Veil:
    """What of the suggestions of an encounter people may see now.

    ``arm`` is the one that says so, None for an encounter of none and once a veil is lifted;
    ``notice`` says it in a sentence, empty where everything is seen. Explanations are all that
    leads from a suggestion into a note: marks, evidence, places that name the code.
    """

    arm: Arm | None = None
    suggestions: bool = True
    explanations: bool = True
    notice: str = ""


@dataclass(frozen=True, slots=True)
class ArmCase:
    """An encounter of an arm as it stood when it was signed for the first time.

    ``suggested`` is what the model suggested by then, shown or not; None where it had not read the
    chart. ``seconds`` are those of the signer, ``decisions`` their verdicts on codes. ``month`` is
    that of the signature (202607), ``version`` the model version, empty without one.
    """

    arm: Arm
    version: str
    month: int
    signer: int
    seconds: int
    decisions: int
    suggested: frozenset[CodeKey] | None
    signed: frozenset[CodeKey]
