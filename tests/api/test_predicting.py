"""Codes for a text of which nothing is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from icd9_review.model.reading.predictor import Predictor
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.people.permissions import Act, may
from icd9_review.store.worklist.page import worklist
from icd9_review.values import Role, WorklistQuery
from tests.api.conftest import Program
from tests.api.test_admission import of_kind
from tests.tiny import CODES, NOTE


def test_a_text_has_the_codes_that_the_model_gives_it(
    program: Program, predictor: Predictor
) -> None:
    said = program.post("/predict", json={"text": NOTE}).json()
    expected = [each for each in predictor.predict(NOTE) if each.suggested]
    assert [each["code"] for each in said["suggestions"]] == [each.code for each in expected]
    assert [each["raw_probability"] for each in said["suggestions"]] == pytest.approx(
        [each.probability for each in expected]
    )
    assert said["model_version"] == predictor.model_version
    assert (said["length"], said["read"]) == (len(NOTE), len(NOTE))
    first = said["suggestions"][0]
    assert first["title"]
    assert first["evidence"] is None
    assert first["note"] is None


def test_evidence_cuts_the_text_as_it_was_read(program: Program) -> None:
    text = NOTE.replace("\n", "\r\n")
    said = program.post("/predict", json={"text": f"😀 {text}", "explain": 2}).json()
    explained = [each for each in said["suggestions"] if each["evidence"] is not None]
    assert len(explained) == 2
    read = f"😀 {NOTE}"
    assert said["length"] == len(read)
    for mark in (mark for each in explained for mark in each["evidence"]):
        assert read[mark["start"] : mark["end"]] == mark["text"]


def test_all_the_labels_come_where_they_are_asked_for(program: Program) -> None:
    said = program.post("/predict", json={"text": NOTE, "all": True}).json()
    assert {each["code"] for each in said["suggestions"]} == set(CODES)
    assert any(not each["suggested"] for each in said["suggestions"])


def test_nothing_of_it_is_stored(program: Program, database: Database) -> None:
    before = ledger.events(database, ledger.SYSTEM)
    assert program.post("/predict", json={"text": NOTE}).status_code == 200
    assert ledger.events(database, ledger.SYSTEM) == before
    assert worklist(database, WorklistQuery()).total == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": " \n"},
        {"text": 7},
        {"text": NOTE, "explain": 6},
        {"text": NOTE, "explain": True},
        {"note": NOTE},
    ],
)
def test_what_is_no_text_is_refused(program: Program, body: dict[str, object]) -> None:
    answer = program.post("/predict", json=body)
    of_kind(answer, 422, "unprocessable-content")


def test_a_role_that_tries_nothing_out_is_refused(with_role: Callable[[Role], Program]) -> None:
    for role in (Role.CODER, Role.CLINICIAN, Role.AUDITOR):
        program = with_role(role)
        answer = program.post("/predict", json={"text": NOTE})
        assert answer.status_code == (200 if may(program.account, Act.TRY_OUT) else 403)
