"""Whether the process is there and ready is told to anybody, and nothing else is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from starlette.applications import Starlette

from icd9_review.store.database.engine import Database, open_database
from icd9_review.ui.reference import References
from icd9_review.ui.services import Services
from icd9_review.ui.serving.watching import health
from icd9_review.ui.serving.watching.health import Readiness, health_routes, look

CANARY = "canary-41aa"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an app says that looks at these services."""

    services: Services

    def __call__(self) -> tuple[int, dict[str, object]]:
        answer = ask("/readyz", lambda: look(self.services))
        return answer.status_code, answer.json()


def ask(path: str, found: Callable[[], Readiness]) -> httpx.Response:
    async def answer() -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=list(health_routes(found))))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get(path)

    return asyncio.run(answer())


def without_model(database: Database) -> Services:
    return Services(database, References(database), None, problem=f"{CANARY}: /models/default is")


def test_a_process_that_answers_says_so_and_looks_at_nothing() -> None:
    def never() -> Readiness:
        raise AssertionError

    answer = ask("/healthz", never)
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_without_a_model_the_app_is_ready_and_says_why_there_is_none(database: Database) -> None:
    status, said = Asked(without_model(database))()
    assert status == 200
    assert said == {
        "ready": True,
        "database": "answers",
        "model": "none: the folder cannot be used (the log says why)",
    }


def test_a_database_at_another_revision_is_not_ready(database: Database) -> None:
    with database.write() as session:
        statement = text("UPDATE alembic_version SET version_num = :revision")
        session.execute(statement, {"revision": CANARY})
    status, said = Asked(without_model(database))()
    assert (status, said["database"]) == (503, "is at another revision than the program")
    assert CANARY not in str(said)


def test_a_server_that_is_away_is_not_ready() -> None:
    away = open_database(f"postgresql://{CANARY}:{CANARY}@127.0.0.1:1/{CANARY}")
    status, said = Asked(without_model(away))()
    assert (status, said["database"]) == (503, "does not answer")
    assert CANARY not in str(said)


def test_a_damaged_file_is_not_ready(sqlite_address: str) -> None:
    Path(sqlite_address.removeprefix("sqlite:///")).write_bytes(b"no database at all " * 400)
    status, said = Asked(without_model(open_database(sqlite_address)))()
    assert (status, said["database"]) == (503, "does not answer")


def test_a_database_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_PATIENCE", 0.05)

    def hang() -> Readiness:
        time.sleep(0.3)
        return Readiness(True, "answers", "loaded")

    assert ask("/readyz", hang).status_code == 503


def test_however_many_ask_the_database_is_asked_once() -> None:
    looks = []

    def found() -> Readiness:
        looks.append(time.monotonic())
        return Readiness(True, "answers", "loaded")

    async def many() -> list[int]:
        transport = httpx.ASGITransport(Starlette(routes=list(health_routes(found))))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            answers = await asyncio.gather(*(client.get("/readyz") for _ in range(50)))
        return [answer.status_code for answer in answers]

    assert asyncio.run(many()) == [200] * 50
    assert len(looks) == 1
