"""The groups in which encounters are compared: age, sex, setting, service, length of the notes."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from icd9_review.values import CareSetting, CaseAxis, Sex

NOT_KNOWN: Final = "unknown"

_AGES = ((18, "0–17"), (45, "18–44"), (65, "45–64"), (75, "65–74"), (85, "75–84"), (999, "85+"))
"""Each with the first age above it. Medicare begins at 65; the rest by judgement."""
_LENGTHS = (
    *((2_000, "under 2,000"), (5_000, "2,000–4,999"), (10_000, "5,000–9,999")),
    *((20_000, "10,000–19,999"), (10**9, "20,000 or more")),
)
"""Characters, each with the first number above it; by judgement, a discharge summary has 5,000
to 10,000."""
BAND_NAMES: Final = {
    CaseAxis.AGE: (*(name for _, name in _AGES), NOT_KNOWN),
    CaseAxis.LENGTH: tuple(name for _, name in _LENGTHS),
}
"""The bands of what is a number, in their order."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is known of an encounter besides its events; no service where none is known."""

    age: int | None
    sex: Sex
    setting: CareSetting
    service: str | None


def groups_of(facts: CaseFacts, length: int) -> tuple[str, ...]:
    """The values of an encounter on each `CaseAxis`; ``length`` is that of its notes.

    >>> groups_of(CaseFacts(71, Sex.FEMALE, CareSetting.INPATIENT, None), 6_000)
    ('65–74', 'female', 'inpatient', 'unknown', '5,000–9,999')
    """
    age = NOT_KNOWN if facts.age is None else _band(_AGES, facts.age)
    service = " ".join((facts.service or "").split())[:64] or NOT_KNOWN
    return age, facts.sex.value, facts.setting.value, service, _band(_LENGTHS, length)


def _band(bands: tuple[tuple[int, str], ...], number: int) -> str:
    return bands[bisect_right([limit for limit, _ in bands], number)][1]
