"""What FHIR says of documents and encounters besides: and never of the patient."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from icd9_review.values import NoteType
from tests.notes.intake.formats.structured.test_fhir import (
    ENCOUNTER,
    PATIENT,
    bundle,
    document,
    read,
)

AMES = {
    "resourceType": "Practitioner",
    "id": "a1",
    "name": [{"prefix": ["Dr."], "given": ["Ann"], "family": "Ames"}],
}
ROLE = {
    "resourceType": "PractitionerRole",
    "id": "r1",
    "practitioner": {"reference": "Practitioner/a1"},
}
MEDICARE = {"resourceType": "Organization", "id": "o1", "name": "Medicare"}
COVERAGE = {
    "resourceType": "Coverage",
    "id": "c1",
    "status": "active",
    "beneficiary": {"reference": "Patient/p1"},
    "payor": [{"reference": "Organization/o1"}],
}
ACCOUNT = {"resourceType": "Account", "id": "k1", "identifier": [{"value": "00-4711"}]}


def told(**changes: Any) -> Any:
    """The document, with whatever people there are around it."""
    found = read(bundle(document(**changes), ENCOUNTER, PATIENT, AMES, ROLE, MEDICARE))
    return found.encounters[0].notes[0].intake.note


def facts(*more: dict[str, Any], **changes: Any) -> Any:
    resources = (document(), {**ENCOUNTER, **changes}, PATIENT, *more)
    return read(bundle(*resources)).encounters[0].facts


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ({"reference": "Practitioner/a1"}, "Dr. Ann Ames"),
        ({"reference": "PractitionerRole/r1"}, "Dr. Ann Ames"),
        ({"reference": "Organization/o1"}, "Medicare"),
        ({"reference": "Practitioner/gone", "display": "B. Berg"}, "B. Berg"),
        ({"display": "B. Berg"}, "B. Berg"),
        ({"reference": "Patient/p1", "display": "Jane Doe"}, None),
        ({"reference": "urn:uuid:gone", "display": "Jane Doe"}, None),
        ({"reference": "RelatedPerson/x", "display": "John Doe"}, None),
        ({"type": "Patient", "display": "Jane Doe"}, None),
        ({"reference": "Practitioner/gone"}, None),
    ],
)
def test_who_wrote_a_document_is_named_unless_it_is_the_patient(
    author: dict[str, str], name: str | None
) -> None:
    assert told(author=[author]).author == name


def test_the_day_and_the_type_are_those_of_the_document() -> None:
    coding = {"system": "http://loinc.org", "code": "11488-4", "display": "Consult note"}
    found = told(type={"coding": [coding], "text": "Letter"}, date="2014-03-13T10:00:00Z")
    assert (found.type, found.written) == (NoteType.CONSULTATION, date(2014, 3, 13))


def test_the_account_of_an_encounter_goes_before_its_own_number() -> None:
    assert facts(identifier=[{"value": "V1"}]).account == "V1"
    given = {"account": [{"reference": "Account/k1"}], "identifier": [{"value": "V1"}]}
    assert facts(ACCOUNT, **given).account == "00-4711"
    old = [{"use": "old", "value": "V0"}, {"value": "UNK"}]
    assert facts(identifier=old).account is None


def test_the_payer_is_that_of_the_coverage_of_the_patient() -> None:
    assert facts(COVERAGE, MEDICARE).payer == "Medicare"
    elsewhere = {**COVERAGE, "beneficiary": {"reference": "Patient/other"}}
    assert facts(elsewhere, MEDICARE).payer is None
    of_account = {**ACCOUNT, "coverage": [{"coverage": {"reference": "Coverage/c1"}}]}
    given = {"account": [{"reference": "Account/k1"}]}
    assert facts(of_account, elsewhere, MEDICARE, **given).payer == "Medicare"


def test_who_pays_for_themselves_is_not_named() -> None:
    for payer in ({"reference": "Patient/p1"}, {"reference": "RelatedPerson/x"}):
        own = {**COVERAGE, "payor": [{**payer, "display": "Jane Doe"}]}
        assert facts(own).payer is None


def test_the_service_is_what_its_concept_is_called() -> None:
    coded = {"coding": [{"code": "165", "display": "Cardiology"}]}
    assert facts(serviceType=coded).service == "Cardiology"


@pytest.mark.parametrize("odd", [None, 7, "x", [], [None], {"a": 1}, [{"reference": 7}], [[[]]]])
def test_resources_that_only_name_somebody_refuse_no_note(odd: Any) -> None:
    coverage = {**COVERAGE, "payor": odd, "beneficiary": odd}
    account = {**ACCOUNT, "identifier": odd, "coverage": odd}
    people = ({**AMES, "name": odd}, {**MEDICARE, "name": odd}, {**ROLE, "practitioner": odd})
    given = {"account": [{"reference": "Account/k1"}]}
    assert facts(coverage, account, *people, **given).sex is not None
