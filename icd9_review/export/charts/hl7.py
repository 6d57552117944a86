"""HL7 v2: a message a chart, with a DG1 for each diagnosis and a PR1 for each procedure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Final

from icd9_review.codes.table import title
from icd9_review.export.formats import Sink, encode_text
from icd9_review.values import CareSetting, FinalChart, FinalCode, Kind, Poa, Sex

_ESCAPES: Final = str.maketrans(
    {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\", "\r": " ", "\n": " "}
)
_SYSTEM: Final = "I9C"  # ICD-9-CM, of HL7 table 0396
_SEXES: Final = {Sex.FEMALE: "F", Sex.MALE: "M", Sex.UNKNOWN: "U"}
_CLASSES: Final = {CareSetting.INPATIENT: "I", CareSetting.OUTPATIENT: "O"}
_ADMITTING, _WORKING, _FINAL = "A", "W", "F"  # HL7 table 0052
_EXEMPT: Final = "E"  # HL7 table 0895 for what claims write as 1


def write_hl7(charts: Iterable[FinalChart], sink: Sink) -> None:
    """BAR^P05 (update of an account) of version 2.6; every segment ends with a carriage return."""
    for chart in charts:
        for segment in _message(chart):
            sink.write(encode_text(f"{segment}\r"))


def _message(chart: FinalChart) -> Iterator[str]:
    at = _moment(chart.at)
    yield f"MSH|^~\\&|ICD9REVIEW||||{at}||BAR^P05^BAR_P05|{chart.encounter}|P|2.6"
    yield _segment("EVN", {2: at})
    yield _segment("PID", {1: "1", 8: _SEXES[chart.sex]})
    yield _segment(
        "PV1",
        {
            1: "1",
            2: _CLASSES[chart.setting],
            19: chart.encounter,
            44: _day(chart.admitted),
            45: _day(chart.discharged),
        },
    )
    yield from _diagnoses(chart)
    for place, code in enumerate(chart.of(Kind.PROCEDURE), start=1):
        fields = {1: str(place), 3: _coded(code), 5: _day(code.performed), 14: str(place)}
        yield _segment("PR1", fields)


def _diagnoses(chart: FinalChart) -> Iterator[str]:
    """The admitting one first, then all in their order; of a chart that is not signed working."""
    stands = _FINAL if chart.signed_at else _WORKING
    given = [(code, stands) for code in chart.of(Kind.DIAGNOSIS)]
    if chart.admitting is not None:
        given.insert(0, (chart.admitting, _ADMITTING))
    for place, (code, kind) in enumerate(given, start=1):
        fields = {1: str(place), 3: _coded(code), 6: kind, 26: _present(code.poa)}
        if kind != _ADMITTING and code.position is not None:
            fields[15] = str(code.position)
        yield _segment("DG1", fields)


def _present(poa: Poa | None) -> str:
    return "" if poa is None else _EXEMPT if poa is Poa.EXEMPT else poa.value


def _coded(code: FinalCode) -> str:
    return f"{code.code}^{(title(code.kind, code.code) or '').translate(_ESCAPES)}^{_SYSTEM}"


def _segment(name: str, fields: Mapping[int, str]) -> str:
    """A segment with the fields that have something, by their numbers."""
    last = max((number for number, value in fields.items() if value), default=0)
    return "|".join([name, *(fields.get(number, "") for number in range(1, last + 1))])


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%Y%m%d}"


def _moment(at: datetime) -> str:
    return f"{at:%Y%m%d%H%M%S}+0000"
