"""The client and the receiver's check of docs/api.md, as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn

from icd9_review.api.place import PLACE
from icd9_review.jobs.loaded_models import Model
from icd9_review.jobs.on_demand import Explanations
from icd9_review.jobs.webhooks import sign_message
from icd9_review.jobs.worker import Worker
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.reading.predictor import Predictor
from icd9_review.settings import ROOT
from icd9_review.store.database.engine import Database
from icd9_review.store.scoring.scores import register_model
from icd9_review.store.worklist.page import worklist
from icd9_review.ui.reference import References
from icd9_review.ui.services import Services
from icd9_review.values import EncounterStatus, WorklistQuery
from tests.api.conftest import served
from tests.ports import free_port
from tests.store.callers.callers import add_service, token_of

_MOST_LINES = 40


def blocks() -> list[str]:
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    return re.findall(r"^```python\n(.*?)^```$", page, re.M | re.S)


@pytest.fixture
def address(sqlite: Database, predictor: Predictor) -> Iterator[str]:
    """The interface in a server with a worker that reads."""
    register_model(sqlite, predictor.version)
    explanations = Explanations(sqlite, Explainer(predictor))
    worker = Worker(sqlite, predictor)
    services = Services(sqlite, References(sqlite), Model(predictor, worker, explanations))
    port = free_port()
    config = uvicorn.Config(served(lambda: services), port=port, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    worker.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}{PLACE}"
    server.should_exit = True
    thread.join()
    worker.stop()
    explanations.stop()


def test_the_client_of_the_documentation_does_what_it_says(address: str, sqlite: Database) -> None:
    (_, client) = blocks()
    assert len(client.splitlines()) <= _MOST_LINES
    token = token_of(sqlite, add_service(sqlite))
    done = subprocess.run(
        [sys.executable, "-c", client],
        env={**os.environ, "ICD9_URL": address, "ICD9_TOKEN": token},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    codes = {line.split()[0] for line in done.stdout.splitlines()}
    assert codes == {"428.0", "427.31", "V58.61"}
    assert "['" in done.stdout
    (row,) = worklist(sqlite, WorklistQuery()).rows
    assert row.status is EncounterStatus.IN_PROGRESS


def test_the_client_says_what_is_wrong(address: str) -> None:
    (_, client) = blocks()
    done = subprocess.run(
        [sys.executable, "-c", client],
        env={**os.environ, "ICD9_URL": address, "ICD9_TOKEN": "icd9r_wrong"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "401: This token does not count, or not any more.\n"


def test_the_receivers_check_of_the_documentation_takes_ours_and_nothing_else() -> None:
    (check, _) = blocks()
    known: dict[str, Any] = {}
    exec(check, known)  # noqa: S102
    is_ours: Callable[[str, dict[str, str], bytes], bool] = known["is_ours"]
    secret, other = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAA9r8GKYqrTwjUPD8ILPZIo2La"
    now = int(time.time())
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(now),
        "webhook-signature": sign_message(secret, "msg_1", now, b"{}"),
    }
    assert is_ours(secret, headers, b"{}")
    assert not is_ours(other, headers, b"{}")
    assert not is_ours(secret, headers, b"{ }")
    assert not is_ours(secret, {**headers, "webhook-id": "msg_2"}, b"{}")
    old = {**headers, "webhook-timestamp": str(now - 600)}
    old["webhook-signature"] = sign_message(secret, "msg_1", now - 600, b"{}")
    assert not is_ours(secret, old, b"{}")
