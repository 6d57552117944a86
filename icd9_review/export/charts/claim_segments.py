"""The HI segments of a claim (837I, 005010) for the codes of a chart: fragments, no claim.

Codes stand without their dots. A claim has room for a principal and 24 other diagnoses, 12 external
causes, a principal and 24 other procedures. Where a chart has more, a note in its place says how
many were left out. What is exempt from present on admission has no indicator: 005010 knows no 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from icd9_review.codes.notation import undot
from icd9_review.export.formats import Sink, encode_text
from icd9_review.values import FinalChart, FinalCode, Kind, Poa

_DIAGNOSES: Final = 25
_CAUSES: Final = 12
_PROCEDURES: Final = 25
_IN_A_SEGMENT: Final = 12
_UNTIL_POA: Final = ":" * 7  # the indicator is the ninth of the composite, the code the second


def write_claim_segments(charts: Iterable[FinalChart], sink: Sink) -> None:
    """A segment a line: REF*D9 with the name of the encounter, then its codes."""
    for chart in charts:
        for segment in _segments(chart):
            sink.write(encode_text(f"{segment}~\n"))


def _segments(chart: FinalChart) -> Iterator[str]:
    causes = [each for each in chart.of(Kind.DIAGNOSIS) if each.code.startswith("E")]
    diagnoses = [each for each in chart.of(Kind.DIAGNOSIS) if each not in causes]
    procedures = chart.of(Kind.PROCEDURE)
    yield f"REF*D9*{chart.encounter}"
    yield from _left_out("diagnoses", diagnoses, _DIAGNOSES)
    yield from _left_out("external causes", causes, _CAUSES)
    yield from _left_out("procedures", procedures, _PROCEDURES)
    yield from _hi([_diagnosis("BK", each) for each in diagnoses[:1]])
    if chart.admitting is not None:
        yield f"HI*BJ:{undot(chart.admitting.code)}"
    yield from _hi([_diagnosis("BN", each) for each in causes[:_CAUSES]])
    yield from _hi([_diagnosis("BF", each) for each in diagnoses[1:_DIAGNOSES]])
    yield from _hi([_procedure("BR", each) for each in procedures[:1]])
    yield from _hi([_procedure("BQ", each) for each in procedures[1:_PROCEDURES]])


def _left_out(what: str, codes: Sequence[FinalCode], room: int) -> Iterator[str]:
    if len(codes) > room:
        yield f"NTE*ADD*{len(codes) - room} {what} left out, a claim has room for {room}"


def _hi(composites: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(composites), _IN_A_SEGMENT):
        yield "*".join(["HI", *composites[start : start + _IN_A_SEGMENT]])


def _diagnosis(qualifier: str, code: FinalCode) -> str:
    said = "" if code.poa in (None, Poa.EXEMPT) else f"{_UNTIL_POA}{code.poa}"
    return f"{qualifier}:{undot(code.code)}{said}"


def _procedure(qualifier: str, code: FinalCode) -> str:
    performed = f":D8:{code.performed:%Y%m%d}" if code.performed else ""
    return f"{qualifier}:{undot(code.code)}{performed}"
