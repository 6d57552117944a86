"""Who is let in, how often, and with how much."""

from __future__ import annotations

from collections.abc import Callable

import anyio
import pytest
from starlette.testclient import TestClient

from icd9_review.api import bodies
from icd9_review.api.bodies import LIMITS, Bodies
from icd9_review.api.place import PLACE
from icd9_review.store.callers.tokens import revoke_token, service_tokens
from icd9_review.store.database.engine import Database
from icd9_review.store.people.accounts import change_account
from icd9_review.store.people.sessions import begin_session
from icd9_review.store.users import system_user, users
from icd9_review.ui.services import Services
from icd9_review.values import Role
from tests.api.conftest import Program, served
from tests.tiny import NOTE

CANARY = "Mrs Canary-4f1c has pneumonia"


def of_kind(answer: object, status: int, kind: str) -> None:
    """It is a problem of RFC 9457 of this status and kind, and repeats nothing."""
    said = answer.json()  # type: ignore[attr-defined]
    assert answer.status_code == status == said["status"]  # type: ignore[attr-defined]
    assert answer.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    assert said["type"] == f"urn:icd9-review:problem:{kind}"
    assert said["instance"].startswith("urn:icd9-review:request:")
    assert "Canary" not in str(said)


@pytest.mark.parametrize("path", ["/openapi.json", "/predict", "/encounters", "/nothing", "/"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer icd9r_made-up"},
    ],
)
def test_without_a_token_nothing_answers_but_401(
    client: TestClient, path: str, headers: dict[str, str]
) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        answer = client.request(method, f"{PLACE}{path}", headers=headers)
        of_kind(answer, 401, "unauthorized")
        assert answer.headers["www-authenticate"].startswith('Bearer realm="icd9-review"')


def test_two_tokens_and_the_token_of_a_browser_let_nobody_in(
    client: TestClient, program: Program, database: Database
) -> None:
    person = users(database)[0]
    session = begin_session(database, person)
    for headers in (
        [("Authorization", f"Bearer {program.token}")] * 2,
        [("Authorization", f"Bearer {session}")],
        [("Cookie", f"session={session}")],
    ):
        of_kind(client.get(f"{PLACE}/openapi.json", headers=headers), 401, "unauthorized")


def test_a_revoked_token_and_an_account_out_of_service_end_at_the_next_request(
    program: Program, database: Database, with_role: Callable[[Role], Program]
) -> None:
    by, other = system_user(database), with_role(Role.CODER)
    assert program.get("/openapi.json").status_code == 200
    (known,) = (t for t in service_tokens(database, by=by) if t.account == program.account)
    revoke_token(database, known.id, by=by)
    of_kind(program.get("/openapi.json"), 401, "unauthorized")
    assert other.get("/openapi.json").status_code == 200
    change_account(database, other.account, by=by, active=False)
    of_kind(other.get("/openapi.json"), 401, "unauthorized")


def test_who_asks_too_often_waits_and_others_do_not(
    program: Program, monkeypatch: pytest.MonkeyPatch, with_role: Callable[[Role], Program]
) -> None:
    monkeypatch.setenv("ICD9_REVIEW_API_RATE", "3")
    assert [program.get("/openapi.json").status_code for _ in range(3)] == [200] * 3
    answer = program.get("/openapi.json")
    of_kind(answer, 429, "too-many-requests")
    assert 1 <= int(answer.headers["retry-after"]) <= 20
    assert with_role(Role.CODER).get("/openapi.json").status_code == 200


def test_tokens_that_nobody_has_end_at_429_while_a_good_one_goes_on(
    client: TestClient, program: Program
) -> None:
    wrong = {"Authorization": "Bearer icd9r_wrong"}
    answers = [client.get(f"{PLACE}/openapi.json", headers=wrong) for _ in range(101)]
    assert {each.status_code for each in answers[:100]} == {401}
    of_kind(answers[100], 429, "too-many-requests")
    assert program.get("/openapi.json").status_code == 200


def test_a_body_that_is_too_long_is_refused_whether_it_says_so_or_not(program: Program) -> None:
    most = LIMITS["/predict"]
    for headers in ({"Content-Length": str(most + 1)}, {}):
        body = iter([b"x" * (most // 2 + 1)] * 2)
        sent = {**headers, "Content-Type": "application/json"}
        answer = program.post("/predict", content=body, headers=sent)
        of_kind(answer, 413, "content-too-large")


def test_what_all_requests_hold_at_a_time_is_bounded(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "HELD", 100)
    for _ in range(2):
        answer = program.post("/predict", json={"text": "Pneumonia. " * 20})
        of_kind(answer, 503, "service-unavailable")
        assert answer.headers["retry-after"]
        assert program.post("/predict", json={"text": "Pneumonia."}).status_code == 200


def test_so_many_requests_are_worked_on_at_a_time_and_others_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each holds a thread, of which people need some."""
    monkeypatch.setattr(bodies, "WORKED_ON", 1)
    told: list[str] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def ask(held: Bodies, name: str) -> None:
        scope = {"path": f"{PLACE}/encounters", "headers": []}
        with held.bounded(scope, receive) as take:
            await take()
            told.append(name)
            await anyio.sleep(0)
            told.append(name)

    async def ask_at_once() -> None:
        held = Bodies()
        async with anyio.create_task_group() as group:
            for name in "abc":
                group.start_soon(ask, held, name)

    anyio.run(ask_at_once)
    assert sorted(told) == [*"aabbcc"]
    assert told[0::2] == told[1::2]


def test_every_refusal_is_a_problem_and_repeats_nothing(program: Program) -> None:
    json = {"Content-Type": "application/json"}
    of_kind(program.get("/nothing"), 404, "not-found")
    of_kind(program.ask("DELETE", "/predict"), 405, "method-not-allowed")
    wrong = program.post("/predict", content=CANARY, headers={"Content-Type": "text/plain"})
    of_kind(wrong, 415, "unsupported-media-type")
    for body in (f'{{"text": "{CANARY}", "{CANARY}": 1}}', f'"{CANARY}"', CANARY, "[" * 100_000):
        answer = program.post("/predict", content=body, headers=json)
        assert answer.status_code in (400, 422)
        of_kind(answer, answer.status_code, answer.json()["type"].rpartition(":")[2])


def test_an_error_that_nobody_foresaw_is_an_id_in_the_answer_and_no_word_in_the_log(
    services: Services,
    program: Program,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(CANARY)

    assert services.model is not None
    monkeypatch.setattr(services.model.predictor, "score", fail)
    answer = program.post("/predict", json={"text": NOTE})
    of_kind(answer, 500, "internal-server-error")
    assert answer.json()["instance"].endswith(answer.headers["x-request-id"])
    told = capsys.readouterr()
    assert "Canary" not in told.out + told.err


def test_a_websocket_is_closed(client: TestClient) -> None:
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), client.websocket_connect(f"{PLACE}/predict"):
        pass


def test_where_the_database_is_away_it_is_said_so(services: Services, program: Program) -> None:
    class Away:
        @property
        def database(self) -> Database:
            from icd9_review.errors import StoreError

            raise StoreError("The database does not answer.")

    away = TestClient(served(lambda: Away()))  # type: ignore[arg-type, return-value]
    headers = {"Authorization": f"Bearer {program.token}"}
    answer = away.get(f"{PLACE}/openapi.json", headers=headers)
    of_kind(answer, 503, "service-unavailable")
    assert answer.headers["retry-after"]
