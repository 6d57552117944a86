"""The labels of notes that were read keep their form, and two readers agree as the docs say."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from importlib.resources import files
from typing import Any

import pytest

from icd9_review.codes.table import is_valid
from icd9_review.training.default.sources import label_lines
from icd9_review.values import Kind

KINDS = {"diagnosis": Kind.DIAGNOSIS, "procedure": Kind.PROCEDURE}
SAID = {
    "diagnosis": {"denied", "family", "past", "uncertain"},
    "procedure": {"planned", "declined", "past", "elsewhere"},
}

Row = Mapping[str, Any]

READ: dict[str, Row] = {row["id"]: row for row in map(json.loads, label_lines())}
AGAIN: dict[str, Row] = {
    row["id"]: row
    for row in map(
        json.loads,
        files("icd9_review.training.default")
        .joinpath("second_readings.jsonl")
        .read_text(encoding="utf-8")
        .splitlines(),
    )
}
EVERY = [*READ.values(), *AGAIN.values()]


def core(row: Row, kind: str) -> Sequence[Row]:
    return [e for e in row["labels"] if e["kind"] == kind and e["status"] == "core"]


def best_codes(rows: Mapping[str, Row], kind: str) -> set[tuple[str, str]]:
    """The first code of each core line, with its note."""
    return {(i, e["any_of"][0]) for i in AGAIN for e in core(rows[i], kind)}


def f1(shared: int, one: int, other: int) -> float:
    return 2 * shared / (one + other)


def kappa(one: Collection[tuple[str, str]], other: Collection[tuple[str, str]]) -> float:
    """Cohen's κ over every note and every code that either reader used."""
    pairs = len(AGAIN) * len({code for _, code in {*one, *other}})
    observed = 1 - len({*one} ^ {*other}) / pairs
    a, b = len(one) / pairs, len(other) / pairs
    chance = a * b + (1 - a) * (1 - b)
    return (observed - chance) / (1 - chance)


def test_every_code_is_one_of_version_32() -> None:
    for row in EVERY:
        for entry in (*row["labels"], *row["mentions"]):
            assert entry["any_of"]
            assert all(is_valid(KINDS[entry["kind"]], code) for code in entry["any_of"])


def test_every_line_has_evidence_and_a_known_word() -> None:
    for row in EVERY:
        assert all(e["evidence"] for e in (*row["labels"], *row["mentions"]))
        assert {e["status"] for e in row["labels"]} <= {"core", "arguable"}
        assert all(e["said"] in SAID[e["kind"]] for e in row["mentions"])


def test_a_second_reading_is_of_a_note_that_was_read() -> None:
    assert len(AGAIN) == 100
    assert all(READ[i]["text_sha256"] == row["text_sha256"] for i, row in AGAIN.items())


@pytest.mark.parametrize(("kind", "least"), [("diagnosis", 0.91), ("procedure", 0.94)])
def test_two_readers_choose_the_same_codes(kind: str, least: float) -> None:
    one, other = best_codes(READ, kind), best_codes(AGAIN, kind)
    assert f1(len(one & other), len(one), len(other)) > least
    assert kappa(one, other) > least


@pytest.mark.parametrize(("kind", "least"), [("diagnosis", 0.96), ("procedure", 0.98)])
def test_core_lines_of_two_readers_share_a_code(kind: str, least: float) -> None:
    def found(these: Mapping[str, Row], those: Mapping[str, Row]) -> tuple[int, int]:
        lines = [(i, e) for i in AGAIN for e in core(these[i], kind)]
        codes = {i: {c for e in core(those[i], kind) for c in e["any_of"]} for i in AGAIN}
        return sum(not codes[i].isdisjoint(e["any_of"]) for i, e in lines), len(lines)

    (there, lines), (back, others) = found(READ, AGAIN), found(AGAIN, READ)
    precision, recall = there / lines, back / others
    assert 2 * precision * recall / (precision + recall) > least
