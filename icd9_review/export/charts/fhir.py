"""FHIR R4: Encounter, Condition, Procedure and Provenance of a chart.

Of a patient only what a chart has is told, so that ``subject`` names nobody. Present on admission,
for which a Condition has no place of its own, is a category with the code of CMS.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from icd9_review.codes.table import title
from icd9_review.export.formats import Sink, encode_text
from icd9_review.review.event_words import DISPOSITION_WORDS
from icd9_review.values import CareSetting, FinalChart, FinalCode, Kind, Origin

ICD_9_CM: Final = "http://hl7.org/fhir/sid/icd-9-cm"
"""The code system of both volumes, with dotted codes."""

_TERMINOLOGY: Final = "http://terminology.hl7.org/CodeSystem"
_POA: Final = "https://www.cms.gov/Medicare/Medicare-Fee-for-Service-Payment/HospitalAcqCond/Coding"
_CLASSES: Final = {
    CareSetting.INPATIENT: ("IMP", "inpatient encounter"),
    CareSetting.OUTPATIENT: ("AMB", "ambulatory"),
}

_Resource = dict[str, Any]
_Refer = Callable[[str, str], str]


def write_fhir_bundles(charts: Iterable[FinalChart], sink: Sink) -> None:
    """A Bundle a line, a collection of one encounter's resources."""
    for chart in charts:
        sink.write(_line(fhir_bundle(chart)))


def write_fhir_resources(charts: Iterable[FinalChart], sink: Sink) -> None:
    """A resource a line."""
    for chart in charts:
        for each in _resources(chart, lambda kind, id: f"{kind}/{id}"):
            sink.write(_line(each))


def _line(resource: _Resource) -> bytes:
    return encode_text(json.dumps(resource, ensure_ascii=False) + "\n")


def fhir_bundle(chart: FinalChart) -> dict[str, Any]:
    """One encounter's resources as a Bundle, a collection."""

    def refer(kind: str, id: str) -> str:
        return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{chart.encounter_id}/{kind}/{id}')}"

    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": chart.at.isoformat(),
        "identifier": {"value": chart.encounter_id},
        "entry": [
            {"fullUrl": refer(each["resourceType"], each["id"]), "resource": each}
            for each in _resources(chart, refer)
        ],
    }


def _resources(chart: FinalChart, refer: _Refer) -> Iterator[_Resource]:
    coded = [(_id_of(chart, code), code) for code in chart.codes]
    alone = chart.admitting and not any(map(chart.was_admitted_for, chart.codes))
    if alone and chart.admitting:
        coded.append((f"{chart.encounter}-admitting", chart.admitting))
    yield _encounter(chart, coded, refer)
    for id, code in coded:
        yield _coded(chart, id, code, refer)
    for id, code in coded:
        yield _provenance(chart, id, code, refer)


def _id_of(chart: FinalChart, code: FinalCode) -> str:
    return f"{chart.encounter}-{code.kind.value}-{code.position}"


def _encounter(chart: FinalChart, coded: list[tuple[str, FinalCode]], refer: _Refer) -> _Resource:
    code, display = _CLASSES[chart.setting]
    found: _Resource = {
        "resourceType": "Encounter",
        "id": chart.encounter,
        "identifier": [{"value": chart.encounter_id}],
        "status": "finished" if chart.signed_at or chart.discharged else "unknown",
        "class": {"system": f"{_TERMINOLOGY}/v3-ActCode", "code": code, "display": display},
        "subject": _subject(chart),
    }
    if chart.service:
        found["serviceType"] = {"text": chart.service}
    if period := _period(chart.admitted, chart.discharged):
        found["period"] = period
    if chart.disposition:
        words = DISPOSITION_WORDS[chart.disposition]
        found["hospitalization"] = {"dischargeDisposition": {"text": words}}
    if diagnoses := [*_diagnoses(chart, coded, refer)]:
        found["diagnosis"] = diagnoses
    return found


def _diagnoses(
    chart: FinalChart, coded: list[tuple[str, FinalCode]], refer: _Refer
) -> Iterator[_Resource]:
    for id, code in coded:
        condition = {"reference": refer("Condition", id)}
        if code.kind is Kind.DIAGNOSIS and code.position is not None:
            yield {"condition": condition, "use": _use("DD"), "rank": code.position}
        if chart.was_admitted_for(code):
            yield {"condition": condition, "use": _use("AD")}


def _use(code: str) -> _Resource:
    return {"coding": [{"system": f"{_TERMINOLOGY}/diagnosis-role", "code": code}]}


def _period(first: date | None, last: date | None) -> _Resource:
    days = {"start": first, "end": last}
    return {name: day.isoformat() for name, day in days.items() if day is not None}


def _subject(chart: FinalChart) -> _Resource:
    return {"type": "Patient", "display": f"Patient of {chart.encounter}"}


def _coded(chart: FinalChart, id: str, code: FinalCode, refer: _Refer) -> _Resource:
    """The Condition or Procedure that a code stands for."""
    coding = {"system": ICD_9_CM, "code": code.code}
    if display := title(code.kind, code.code):
        coding["display"] = display
    shared = {
        "id": id,
        "code": {"coding": [coding]},
        "subject": _subject(chart),
        "encounter": {"reference": refer("Encounter", chart.encounter)},
    }
    if code.kind is Kind.PROCEDURE:
        when = {"performedDateTime": code.performed.isoformat()} if code.performed else {}
        return {"resourceType": "Procedure", "status": "completed", **shared, **when}
    category = f"{_TERMINOLOGY}/condition-category"
    categories = [{"coding": [{"system": category, "code": "encounter-diagnosis"}]}]
    if code.poa:
        categories.append({"coding": [{"system": _POA, "code": code.poa.value}]})
    return {
        "resourceType": "Condition",
        **shared,
        "category": categories,
        "recordedDate": code.at.isoformat(),
    }


def _provenance(chart: FinalChart, id: str, code: FinalCode, refer: _Refer) -> _Resource:
    kind = "Procedure" if code.kind is Kind.PROCEDURE else "Condition"
    return {
        "resourceType": "Provenance",
        "id": f"{id}-provenance",
        "target": [{"reference": refer(kind, id)}],
        "occurredDateTime": code.at.isoformat(),
        "recorded": (chart.signed_at or code.at).isoformat(),
        "activity": {"text": f"coded: {code.provenance.value}"},
        "agent": [*_agents(chart, code)],
    }


def _agents(chart: FinalChart, code: FinalCode) -> Iterator[_Resource]:
    """Who decided, the model where the code was its suggestion, and who signed."""
    yield _agent("author", "Practitioner", str(code.coder_id), code.coder)
    if code.origin is Origin.SUGGESTED and code.model_version:
        words = f"{code.model or 'model'}, version {code.model_version}"
        yield _agent("assembler", "Device", code.model_version, words)
    if chart.signer is not None:
        yield _agent("attester", "Practitioner", str(chart.signer_id), chart.signer)


def _agent(part: str, kind: str, value: str, display: str) -> _Resource:
    system = f"{_TERMINOLOGY}/provenance-participant-type"
    return {
        "type": {"coding": [{"system": system, "code": part}]},
        "who": {"type": kind, "identifier": {"value": value}, "display": display},
    }
