"""The interface keeps to its own description, whatever is sent (schemathesis)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import unquote

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from icd9_review.api.place import PLACE
from icd9_review.jobs.loaded_models import Model
from icd9_review.jobs.on_demand import Explanations
from icd9_review.jobs.worker import Worker
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.reading.predictor import Predictor
from icd9_review.store.database.engine import Database
from icd9_review.store.scoring.scores import register_model
from icd9_review.ui.reference import References
from icd9_review.ui.services import Services
from icd9_review.values import Role
from tests.api.conftest import Program, served
from tests.api.handing_in import hand_in, read_all, sign

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
REFUSED = ["400", "401", "404", "405", "406", "409", "412", "413", "415", "422", "429"]
"""What a wrong request may get; one that is wrong by its length alone gets 413."""
EACH = 12
"""Requests of each operation and kind; by judgement: what is found, is found with the first."""


@pytest.fixture
def stored(sqlite: Database, predictor: Predictor) -> Iterator[Services]:
    register_model(sqlite, predictor.version)
    explanations = Explanations(sqlite, Explainer(predictor))
    model = Model(predictor, Worker(sqlite, predictor), explanations)
    yield Services(sqlite, References(sqlite), model)
    explanations.stop()


def operations(app: Any, token: dict[str, str]) -> Iterator[Any]:
    config = SchemathesisConfig.from_dict(
        {"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}}
    )
    schema: Any = schemathesis.openapi.from_asgi(
        f"{PLACE}/openapi.json", app, config=config, headers=token
    )
    for each in schema.get_all_operations():
        yield each.ok()


def ask_often(cases: Any, ask: Callable[[Any], None]) -> None:
    """So many requests of one operation."""
    settled = settings(
        max_examples=EACH,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )

    def ask_once(case: Any) -> None:
        ask(case)

    drawn: Any = given(cases)
    settled(drawn(ask_once))()


def ask_and_check(
    token: dict[str, str], known: dict[str, str], checks: list[Any], case: Any
) -> None:
    """Send one request and hold its answer against the description."""
    case.path_parameters = {**(case.path_parameters or {}), **known}
    response = case.call(headers=token)
    if not unquote(response.request.url).isprintable():
        return  # no address of the interface: the app answers there, to who is signed in
    case.validate_response(response, checks=checks, headers=token)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_whatever_is_sent_the_answer_is_one_of_the_description(
    stored: Services,
    predictor: Predictor,
    monkeypatch: pytest.MonkeyPatch,
    mode: GenerationMode,
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_API_RATE", "100000")
    app = served(lambda: stored)
    client = TestClient(app, base_url="http://localhost")
    program = Program(client, stored.database, Role.CODER)
    made = hand_in(program)["id"]
    read_all(stored.database, predictor, made)
    sign(stored.database, made, "428.0")
    token = {"Authorization": f"Bearer {program.token}"}
    checks = [*CHECKS, *([negative_data_rejection] if mode is GenerationMode.NEGATIVE else [])]
    tried = []
    for operation in operations(app, token):
        known = {"encounter_id": made} if "{encounter_id}" in operation.path else {}
        known = known if mode is GenerationMode.POSITIVE else {}
        try:
            cases = operation.as_strategy(generation_mode=mode)
        except Exception:  # of an operation without parameters nothing is wrong
            assert mode is GenerationMode.NEGATIVE
            continue
        ask_often(cases, partial(ask_and_check, token, known, checks))
        tried.append(operation.path)
    assert len(tried) >= (10 if mode is GenerationMode.POSITIVE else 7)


def test_the_description_is_of_openapi_3_1_and_wants_a_token_everywhere(
    stored: Services,
) -> None:
    client = TestClient(served(lambda: stored), base_url="http://localhost")
    said = Program(client, stored.database, Role.AUDITOR).get("/openapi.json").json()
    assert said["openapi"].startswith("3.1")
    assert said["servers"] == [{"url": PLACE}]
    assert said["security"] == [{"token": []}]
    assert "HTTPValidationError" not in str(said)
    for way in (way for place in said["paths"].values() for way in place.values()):
        assert "application/problem+json" in str(way["responses"]["default"])
