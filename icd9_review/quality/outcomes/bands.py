"""The groups in which encounters are compared: age, sex, setting, service, length of the notes,
and how many of their words the model hardly knows."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from icd9_review.values import CareSetting, CaseAxis, Sex, WordCount

NOT_KNOWN: Final = "unknown"

_AGES = ((18, "0–17"), (45, "18–44"), (65, "45–64"), (75, "65–74"), (85, "75–84"), (999, "85+"))
"""Each with the first age above it. Medicare begins at 65; the rest by judgement."""
_LENGTHS = (
    *((2_000, "under 2,000"), (5_000, "2,000–4,999"), (10_000, "5,000–9,999")),
    *((20_000, "10,000–19,999"), (10**9, "20,000 or more")),
)
"""Characters, each with the first number above it; by judgement, a discharge summary has 5,000
to 10,000."""
_UNFAMILIAR = (
    *((1, "under 1 %"), (2, "1–1.9 %"), (3, "2–2.9 %"), (5, "3–4.9 %"), (10, "5–9.9 %")),
    (101, "10 % or more"),
)
"""Words in a hundred that the model hardly knows, each with the first share above it; by what was
measured of transcriptions: one in ten lies below 1 %, the middle one at 2.5 %, one in ten above
4.6 %."""
BAND_NAMES: Final = {
    CaseAxis.AGE: (*(name for _, name in _AGES), NOT_KNOWN),
    CaseAxis.LENGTH: tuple(name for _, name in _LENGTHS),
    CaseAxis.VOCABULARY: (*(name for _, name in _UNFAMILIAR), NOT_KNOWN),
}
"""The bands of what is a number, in their order."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is known of an encounter besides its events; no service where none is known."""

    age: int | None
    sex: Sex
    setting: CareSetting
    service: str | None


def groups_of(facts: CaseFacts, length: int, words: WordCount | None = None) -> tuple[str, ...]:
    """The values of an encounter on each `CaseAxis`; ``length`` and ``words`` are of its notes.

    None where nobody counted the words.

    >>> facts = CaseFacts(71, Sex.FEMALE, CareSetting.INPATIENT, None)
    >>> groups_of(facts, 6_000, WordCount(words=900, unfamiliar=18))
    ('65–74', 'female', 'inpatient', 'unknown', '5,000–9,999', '2–2.9 %')
    """
    age = NOT_KNOWN if facts.age is None else _band(_AGES, facts.age)
    service = " ".join((facts.service or "").split())[:64] or NOT_KNOWN
    told = age, facts.sex.value, facts.setting.value, service
    return *told, _band(_LENGTHS, length), _familiarity(words)


def _familiarity(words: WordCount | None) -> str:
    if words is None or not words.words:
        return NOT_KNOWN
    return _band(_UNFAMILIAR, 100 * words.unfamiliar / words.words)


def _band(bands: tuple[tuple[int, str], ...], number: float) -> str:
    return bands[bisect_right([limit for limit, _ in bands], number)][1]
