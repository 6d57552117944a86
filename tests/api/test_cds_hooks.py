"""A thin card at discharge."""

from __future__ import annotations

from typing import Any

import pytest

from icd9_review.store.database.engine import Database
from icd9_review.store.worklist.page import worklist
from icd9_review.values import WorklistQuery
from tests.api.conftest import Program
from tests.api.test_admission import of_kind
from tests.api.test_encounters import DOCUMENT

CALL: dict[str, Any] = {
    "hook": "encounter-discharge",
    "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
    "context": {"userId": "Practitioner/1", "patientId": "1", "encounterId": "e1"},
}


def prefetch(*resources: object) -> dict[str, Any]:
    entries = [{"resource": each} for each in resources]
    bundle = {"resourceType": "Bundle", "type": "searchset", "entry": entries}
    return {**CALL, "prefetch": {"documents": bundle}}


def test_the_discovery_names_the_service_and_what_it_wants(program: Program) -> None:
    (service,) = program.get("/cds-services").json()["services"]
    assert service["hook"] == "encounter-discharge"
    assert "{{context.encounterId}}" in service["prefetch"]["documents"]


def test_a_card_says_how_many_and_where_and_nothing_is_stored(
    program: Program, database: Database
) -> None:
    answer = program.post("/cds-services/icd9-suggestions", json=prefetch(DOCUMENT))
    (card,) = answer.json()["cards"]
    assert card["summary"] == "3 ICD-9-CM codes suggested from 1 document; a coder decides."
    assert card["indicator"] == "info"
    assert card["links"][0]["url"] == "http://localhost/"
    assert worklist(database, WorklistQuery()).total == 0


@pytest.mark.parametrize(
    "call",
    [CALL, {**CALL, "prefetch": {"documents": None}}, prefetch(), prefetch({"resourceType": "X"})],
)
def test_where_there_is_no_document_there_is_no_card(
    program: Program, call: dict[str, Any]
) -> None:
    assert program.post("/cds-services/icd9-suggestions", json=call).json() == {"cards": []}


def test_another_hook_is_refused(program: Program) -> None:
    wrong = {**CALL, "hook": "order-sign"}
    answer = program.post("/cds-services/icd9-suggestions", json=wrong)
    of_kind(answer, 422, "unprocessable-content")
