"""Charts for tests that need no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from icd9_review.values import (
    CareSetting,
    Disposition,
    EncounterStatus,
    FinalChart,
    FinalCode,
    Kind,
    Origin,
    Poa,
    Sex,
)

DECIDED = datetime(2026, 3, 2, 9, 41, 7, 250_000, UTC)
SIGNED = datetime(2026, 3, 2, 10, 0, 0, tzinfo=UTC)
MODEL = "9f2c" * 16


def code(text: str, position: int | None, kind: Kind = Kind.DIAGNOSIS, **more: object) -> FinalCode:
    made = FinalCode(text, kind, "Ana Ortiz", 3, DECIDED, position, origin=Origin.ADDED)
    return replace(made, **more)  # type: ignore[arg-type]


def many(count: int, kind: Kind = Kind.DIAGNOSIS, form: str = "{}.0") -> tuple[FinalCode, ...]:
    """So many codes of a kind."""
    first = 100 if kind is Kind.DIAGNOSIS else 10
    return tuple(code(form.format(first + n), n + 1, kind) for n in range(count))


CHART = FinalChart(
    encounter="E-00042",
    encounter_id="wJ3kq0VtT1u5cXo9h2LmAw",
    setting=CareSetting.INPATIENT,
    age=67,
    sex=Sex.FEMALE,
    admitted=date(2012, 3, 1),
    discharged=date(2012, 3, 9),
    disposition=Disposition.HOME,
    service="Cardiology",
    payer=None,
    status=EncounterStatus.FINALISED,
    codes=(
        code(
            "038.9",
            1,
            principal=True,
            poa=Poa.YES,
            origin=Origin.SUGGESTED,
            model="default",
            model_version=MODEL,
        ),
        code("428.0", 2, poa=Poa.NO),
        code("V58.61", 3, poa=Poa.EXEMPT),
        code("E885.9", 4, poa=Poa.UNDETERMINED),
        code("99.04", 1, Kind.PROCEDURE, performed=date(2012, 3, 4)),
        code("00.66", 2, Kind.PROCEDURE),
    ),
    admitting=code("786.05", None, origin=None),
    by=4,
    at=SIGNED,
    signer="Eva Lind",
    signer_id=4,
    signed_at=SIGNED,
)
UNSIGNED = replace(CHART, signer=None, signer_id=None, signed_at=None, at=DECIDED, by=3)
