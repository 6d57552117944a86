"""FHIR R4 as the models of fhir.resources read it."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.condition import Condition
from fhir.resources.R4B.encounter import Encounter
from fhir.resources.R4B.procedure import Procedure
from fhir.resources.R4B.provenance import Provenance

from icd9_review.export.charts.fhir import ICD_9_CM, write_fhir_bundles, write_fhir_resources
from icd9_review.values import FinalChart
from tests.export.charts.charts import CHART, MODEL, UNSIGNED

MODELS: dict[str, Any] = {
    each.__name__: each for each in (Condition, Encounter, Procedure, Provenance)
}


def resources(*charts: FinalChart) -> list[Any]:
    sink = io.BytesIO()
    write_fhir_resources(charts, sink)
    lines = [json.loads(line) for line in sink.getvalue().splitlines()]
    return [MODELS[each["resourceType"]].model_validate(each) for each in lines]


def of(kind: str, *charts: FinalChart) -> list[Any]:
    return [each for each in resources(*charts) if each.get_resource_type() == kind]


def codes(found: list[Any]) -> list[str]:
    assert {each.code.coding[0].system for each in found} == {ICD_9_CM}
    return [each.code.coding[0].code for each in found]


def test_each_code_is_a_condition_or_a_procedure_with_its_dot() -> None:
    assert codes(of("Condition", CHART)) == ["038.9", "428.0", "V58.61", "E885.9", "786.05"]
    procedures = of("Procedure", CHART)
    assert codes(procedures) == ["99.04", "00.66"]
    assert [str(each.performedDateTime) for each in procedures] == ["2012-03-04", "None"]
    assert of("Condition", CHART)[1].code.coding[0].display == (
        "Congestive heart failure, unspecified"
    )


def test_present_on_admission_is_a_category() -> None:
    told = [[c.coding[0].code for c in each.category[1:]] for each in of("Condition", CHART)]
    assert told == [["Y"], ["N"], ["1"], ["W"], []]


def test_the_encounter_ranks_its_diagnoses_and_names_the_admitting_one() -> None:
    (encounter,) = of("Encounter", CHART)
    uses = [(each.use.coding[0].code, each.rank) for each in encounter.diagnosis]
    assert uses == [("DD", 1), ("DD", 2), ("DD", 3), ("DD", 4), ("AD", None)]
    assert (encounter.status, encounter.class_fhir.code) == ("finished", "IMP")
    assert (str(encounter.period.start), str(encounter.period.end)) == ("2012-03-01", "2012-03-09")
    (same,) = of("Encounter", replace(CHART, admitting=CHART.codes[1]))
    assert [each.use.coding[0].code for each in same.diagnosis] == ["DD", "DD", "AD", "DD", "DD"]


def test_provenance_names_coder_model_and_signer_as_agents() -> None:
    first, second, *_ = of("Provenance", CHART)
    agents = [(a.type.coding[0].code, a.who.type, a.who.identifier.value) for a in first.agent]
    assert agents == [
        ("author", "Practitioner", "3"),
        ("assembler", "Device", MODEL),
        ("attester", "Practitioner", "4"),
    ]
    assert first.agent[1].who.display == f"default, version {MODEL}"
    assert first.activity.text == "coded: single"
    assert [agent.type.coding[0].code for agent in second.agent] == ["author", "attester"]


def test_what_nobody_signed_has_nobody_who_attests() -> None:
    for each in of("Provenance", UNSIGNED):
        assert "attester" not in {agent.type.coding[0].code for agent in each.agent}


@pytest.mark.parametrize(
    "chart", [CHART, UNSIGNED, replace(CHART, codes=()), replace(CHART, admitting=None)]
)
def test_every_reference_of_a_bundle_is_in_it(chart: FinalChart) -> None:
    sink = io.BytesIO()
    write_fhir_bundles([chart, chart], sink)
    lines = sink.getvalue().splitlines()
    assert len(lines) == 2
    bundle: Any = Bundle.model_validate_json(lines[0])
    urls = [entry.fullUrl for entry in bundle.entry]
    assert len(set(urls)) == len(urls)
    named = {text for text in references(json.loads(lines[0])) if text.startswith("urn:uuid:")}
    assert named <= set(urls)
    assert {entry.resource.get_resource_type() for entry in bundle.entry} >= {"Encounter"}


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["reference"]] if "reference" in value else []
        return own + [text for each in value.values() for text in references(each)]
    return [text for each in value for text in references(each)] if isinstance(value, list) else []
