"""The chart as the edits see it, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from icd9_review.values.codes import Kind
from icd9_review.values.decisions import Poa
from icd9_review.values.encounters import CareSetting, Sex
from icd9_review.values.text import Assertion


class Severity(StrEnum):
    """An ERROR keeps an encounter from being finalised; the others do not."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class OfferUse(StrEnum):
    """What an offered code does: takes the offending one's place, stands beside it, or takes
    the place of it and of the others that it concerns."""

    REPLACE = "replace"
    ADD = "add"
    COMBINE = "combine"


Sentences = tuple[frozenset[str], ...]
"""Of some sentences of notes the lower-case words that are said to hold, not denied or doubted."""


@dataclass(frozen=True, slots=True)
class ChartCode:
    """One accepted code as the edits see it.

    ``assertion`` is what its best evidence says, None where it has none. ``sentences`` has, for
    each sentence of the notes that speaks of it, the lower-case words that are said to hold.
    """

    code: str
    kind: Kind = Kind.DIAGNOSIS
    poa: Poa | None = None
    performed: date | None = None
    assertion: Assertion | None = None
    sentences: Sentences = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """The codes of an encounter in their order with the facts the edits need.

    The first diagnosis is judged as the principal (outpatient: first-listed) one, whether a
    person has said so yet (``ReviewState.principal``) or not.
    """

    setting: CareSetting
    age: int | None
    sex: Sex
    admitted: date | None
    discharged: date | None
    diagnoses: tuple[ChartCode, ...]
    procedures: tuple[ChartCode, ...] = ()
    admitting: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing a rule says about a chart.

    ``number`` is that of the rule (docs/edits.md), ``section`` where the rule stands.
    ``code`` is the offending one, None for the chart as a whole; ``others`` are codes
    of the chart that it concerns too, ``offers`` codes that could help; ``use`` says how.
    """

    number: int
    severity: Severity
    message: str
    section: str
    code: str | None = None
    kind: Kind = Kind.DIAGNOSIS
    others: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    use: OfferUse = OfferUse.REPLACE
