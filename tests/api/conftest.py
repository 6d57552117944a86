"""The interface over a database of each kind, with a real tiny model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.testclient import TestClient

from icd9_review.api.application import create_api
from icd9_review.api.place import PLACE
from icd9_review.jobs.loaded_models import Model
from icd9_review.jobs.on_demand import Explanations
from icd9_review.jobs.worker import Worker
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.store.database.engine import Database
from icd9_review.store.scoring.scores import register_model
from icd9_review.ui.reference import References
from icd9_review.ui.services import Services
from icd9_review.ui.serving.requests.ids import RequestIds
from icd9_review.values import Role, User
from tests.store.callers.callers import add_service, token_of

Ask = Callable[..., Any]


class Program:
    """Another program with its account and its token; ``place`` is where the interface is."""

    def __init__(self, client: TestClient, database: Database, role: Role) -> None:
        self.account: User = add_service(database, role)
        self.token = token_of(database, self.account)
        self._client = client

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """The answer to a request under its token."""
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return self._client.request(method, f"{PLACE}{path}", headers=headers, **more)

    def get(self, path: str, **more: Any) -> Any:
        return self.ask("GET", path, **more)

    def post(self, path: str, **more: Any) -> Any:
        return self.ask("POST", path, **more)


@pytest.fixture(scope="session")
def predictor(tiny_model_folder: Path) -> Predictor:
    return load_predictor(tiny_model_folder)


def served(surroundings: Callable[[], Services]) -> Starlette:
    """The interface as the app mounts it, without the app."""
    routes = [Mount(PLACE, create_api(surroundings))]
    return Starlette(routes=routes, middleware=[Middleware(RequestIds)])


@pytest.fixture
def services(database: Database, predictor: Predictor) -> Iterator[Services]:
    """What the interface works with; its worker is not started."""
    register_model(database, predictor.version)
    explanations = Explanations(database, Explainer(predictor))
    model = Model(predictor, Worker(database, predictor), explanations)
    yield Services(database, References(database), model)
    explanations.stop()


@pytest.fixture
def client(services: Services) -> TestClient:
    return TestClient(served(lambda: services), base_url="http://localhost")


@pytest.fixture
def program(client: TestClient, database: Database) -> Program:
    """Another program with the role of a coder."""
    return Program(client, database, Role.CODER)


@pytest.fixture
def with_role(client: TestClient, database: Database) -> Callable[[Role], Program]:
    return lambda role: Program(client, database, role)
