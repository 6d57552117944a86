"""The forms in which whole charts leave: what each is called and how it is written.

A new one is a row of ``CHART_FORMATS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from icd9_review.export.charts.claim_segments import write_claim_segments
from icd9_review.export.charts.fhir import write_fhir_bundles, write_fhir_resources
from icd9_review.export.charts.hl7 import write_hl7
from icd9_review.export.formats import Sink
from icd9_review.values import FinalChart


@dataclass(frozen=True, slots=True)
class ChartFormat:
    """As an ``ExportFormat``, with charts in place of rows, and an ``ending`` of its own."""

    name: str
    words: str
    about: str
    media_type: str
    ending: str
    write: Callable[[Iterable[FinalChart], Sink], None]


CHART_FORMATS: Final[Mapping[str, ChartFormat]] = MappingProxyType(
    {
        each.name: each
        for each in (
            ChartFormat(
                "fhir",
                "FHIR bundles",
                "FHIR R4, a Bundle of each chart a line",
                "application/fhir+ndjson",
                "ndjson",
                write_fhir_bundles,
            ),
            ChartFormat(
                "fhir-resources",
                "FHIR resources",
                "FHIR R4, a resource a line",
                "application/fhir+ndjson",
                "ndjson",
                write_fhir_resources,
            ),
            ChartFormat(
                "hl7",
                "HL7 v2",
                "a message of each chart with DG1 and PR1 segments",
                "application/hl7-v2",
                "hl7",
                write_hl7,
            ),
            ChartFormat(
                "claim",
                "837 segments",
                "HI segments as in a claim, without dots",
                "text/plain",
                "x12",
                write_claim_segments,
            ),
        )
    }
)
