"""What the page of outcomes shows, as it stands in its address, so that a view can be linked to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, TypeVar

from icd9_review.errors import InputError
from icd9_review.quality.outcomes.certainty_bins import decided_times
from icd9_review.quality.outcomes.counting import SCORE_BINS
from icd9_review.quality.outcomes.periods import read_month, write_month
from icd9_review.values import (
    Arm,
    CaseAxis,
    CodeKey,
    Kind,
    OutcomeChoice,
    OutcomeKind,
    OutcomePart,
    OutcomeQuery,
)

NO_MODEL: Final = "none"
"""How an address names what was decided without a model."""

_CHOICE = (
    "code",
    "outcome",
    "suggested",
    "detail",
    "bin",
    "by",
    "group",
    "signer",
    "arm",
    "raw",
    "often",
    "signed",
)
_DIGITS = 9  # of the number of a person; no more fit into a column
_SHORT = 12  # characters of a model version in an address
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class ReportView:
    """The period and version, the part that is open, and the figure whose encounters are listed."""

    query: OutcomeQuery = field(default_factory=OutcomeQuery)
    part: OutcomePart = OutcomePart.CODES
    choice: OutcomeChoice | None = None


def read_view(
    address: Mapping[str, str], versions: Sequence[str]
) -> tuple[ReportView, tuple[str, ...]]:
    """What an address asks for, and in a sentence each what of it is nothing here."""
    problems: list[str] = []
    first, last = (_month(address.get(name, ""), problems) for name in ("from", "to"))
    if first and last and first > last:
        problems.append("The first month is after the last; all months are shown.")
        first = last = None
    query = OutcomeQuery(first, last, _version(address.get("model", ""), versions, problems))
    part = OutcomePart.CODES
    with suppress(ValueError):
        part = OutcomePart(address.get("part", part))
    return ReportView(query, part, _choice(address)), tuple(problems)


def as_outcome_address(view: ReportView) -> dict[str, str]:
    """The view as it stands in the address; what is not asked for does not."""
    query = view.query
    asked = {
        "from": write_month(query.first) if query.first else "",
        "to": write_month(query.last) if query.last else "",
        "model": "" if query.version is None else query.version[:_SHORT] or NO_MODEL,
        "part": "" if view.part is OutcomePart.CODES else view.part.value,
        **(_written(view.choice) if view.choice else {}),
    }
    return {name: value for name, value in asked.items() if value}


def _month(given: str, problems: list[str]) -> int | None:
    try:
        return read_month(given) if given else None
    except InputError as error:
        problems.append(str(error))
        return None


def _version(given: str, versions: Sequence[str], problems: list[str]) -> str | None:
    if not given:
        return None
    if given == NO_MODEL:
        return ""
    found = [each for each in versions if each and each.startswith(given)]
    if len(found) == 1:
        return found[0]
    problems.append(f"No counted model version begins with {given[:30]!r}; all are shown.")
    return None


def _choice(address: Mapping[str, str]) -> OutcomeChoice | None:
    """The figure that an address names; None for none, and for what is none."""
    with suppress(ValueError):
        found = OutcomeChoice(
            key=_given(address, "code", _read_key),
            outcomes=_given(address, "outcome", _read_outcomes) or (),
            suggested=_given(address, "suggested", lambda text: text == "yes"),
            detail=address.get("detail"),
            bin=_given(address, "bin", _read_bin),
            group=_group(address),
            signer=_given(address, "signer", lambda text: int(text[:_DIGITS])),
            arm=_given(address, "arm", Arm),
            raw=_given(address, "raw", _read_bin),
            often=_given(address, "often", _read_bucket),
            signed=address.get("signed") == "yes",
        )
        return None if found == OutcomeChoice() else found
    return None


def _given(address: Mapping[str, str], name: str, read: Callable[[str], _Value]) -> _Value | None:
    text = address.get(name, "")
    return read(text) if text else None


def _read_key(text: str) -> CodeKey:
    kind, _, code = text.partition(":")
    return Kind(kind), code[:64]


def _read_outcomes(text: str) -> tuple[OutcomeKind, ...]:
    return tuple(map(OutcomeKind, text.split(",")))


def _read_bin(text: str) -> int:
    number = int(text)
    if not 0 <= number < SCORE_BINS:
        raise ValueError(text)
    return number


def _read_bucket(text: str) -> str:
    decided_times(text)
    return text


def _group(address: Mapping[str, str]) -> tuple[CaseAxis, str] | None:
    value = address.get("group", "")
    return (CaseAxis(address.get("by", "")), value[:64]) if value else None


def _written(choice: OutcomeChoice) -> dict[str, str]:
    suggested = {None: "", True: "yes", False: "no"}[choice.suggested]
    axis, value = choice.group or (None, "")
    texts = (
        f"{choice.key[0].value}:{choice.key[1]}" if choice.key else "",
        ",".join(each.value for each in choice.outcomes),
        suggested,
        choice.detail or "",
        "" if choice.bin is None else str(choice.bin),
        axis.value if axis else "",
        value,
        "" if choice.signer is None else str(choice.signer),
        choice.arm.value if choice.arm else "",
        "" if choice.raw is None else str(choice.raw),
        choice.often or "",
        "yes" if choice.signed else "",
    )
    return dict(zip(_CHOICE, texts, strict=True))
