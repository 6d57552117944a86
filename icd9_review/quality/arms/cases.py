"""An encounter of an arm as its first signature found it, and what a second look says of that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple, cast

from icd9_review.review.time_spent import time_spent
from icd9_review.values import Arm, ArmCase, CodeKey, Event, EventKind, Kind

_VERDICTS: Final = (
    *(EventKind.ACCEPTED, EventKind.REJECTED),
    *(EventKind.REPLACED, EventKind.ADDED),
)


class JudgedCase(NamedTuple):
    """A chart beside the codes that an audit came to.

    ``unprompted`` are the right codes that were not suggested, ``omitted`` those of them that the
    coder did not sign either; ``wrong`` are the suggested codes that are not right, ``committed``
    those of them that the coder signed.
    """

    unprompted: int
    omitted: int
    wrong: int
    committed: int


def arm_case(events: Sequence[Event], arm: Arm) -> ArmCase | None:
    """The encounter as it was signed for the first time; None while it never was.

    ``events`` are all of the encounter, in order.
    """
    signature = next((each for each in events if each.kind is EventKind.FINALISED), None)
    if signature is None:
        return None
    before = [each for each in events if each.sequence <= signature.sequence]
    mine = [each for each in before if each.actor == signature.actor]
    version, suggested = _suggested(arm, signature, before)
    return ArmCase(
        arm=arm,
        version=version,
        month=signature.at.year * 100 + signature.at.month,
        signer=signature.actor,
        seconds=round(time_spent(mine).total_seconds()),
        decisions=sum(each.kind in _VERDICTS for each in mine),
        suggested=suggested,
        signed=_keys(cast(dict[str, Any], signature.payload)["codes"]),
    )


def judge_case(case: ArmCase, right: Iterable[CodeKey]) -> JudgedCase | None:
    """The chart beside the right codes; None where nobody knows what was suggested."""
    if case.suggested is None:
        return None
    true = frozenset(right)
    unprompted, wrong = true - case.suggested, case.suggested - true
    return JudgedCase(
        unprompted=len(unprompted),
        omitted=len(unprompted - case.signed),
        wrong=len(wrong),
        committed=len(wrong & case.signed),
    )


def _suggested(
    arm: Arm, signature: Event, before: Sequence[Event]
) -> tuple[str, frozenset[CodeKey] | None]:
    """The version and the suggestions: withheld as the signature says, else as shown last."""
    if arm is Arm.BLIND:
        said = cast(dict[str, Any], signature.payload).get("withheld")
    else:
        shown = [each for each in before if each.kind is EventKind.SHOWN]
        said = cast(dict[str, Any], shown[-1].payload) if shown else None
    return (said["model_version"], _keys(said["codes"])) if said else ("", None)


def _keys(codes: Iterable[Sequence[Any]]) -> frozenset[CodeKey]:
    return frozenset((Kind(kind), code) for kind, code, *_ in codes)
