"""What is signed can be checked later, against itself and against the decisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from icd9_review.review.signing import broken_signatures, codes_sha256, sign, signer_proof
from icd9_review.values import (
    Action,
    Confirmation,
    Edit,
    Event,
    EventKind,
    Kind,
    Poa,
    Proof,
    Severity,
    Span,
)
from tests.review.bench import Bench, make


def signed_bench() -> Bench:
    bench = Bench()
    bench.decide(make())
    bench.decide(make(Action.SET_POA, poa=Poa.YES))
    bench.decide(make(Action.ADD, "401.9"))
    bench.decide(make(Action.REPLACE, "401.9", by="401.1"))
    bench.decide(make(code="38.93", kind=Kind.PROCEDURE))
    day = date(2012, 3, 4)
    bench.decide(make(Action.SET_PERFORMED, "38.93", kind=Kind.PROCEDURE, performed=day))
    bench.decide(make(Action.SET_ADMITTING, "786.50"))
    bench.decide(make(Action.RESEQUENCE, position=0))
    bench.decide(make(Action.FINALISE))
    return bench


def test_what_is_signed_are_the_codes_in_their_order() -> None:
    payload = signed_bench().events[-1].payload
    assert payload["codes"] == [
        ["diagnosis", "428.0", "suggested", "Y", None],
        ["diagnosis", "401.1", "replaced", None, None],
        ["procedure", "38.93", "suggested", None, "2012-03-04"],
    ]
    assert (payload["admitting"], payload["meaning"]) == ("786.50", "coded")


def test_the_digest_is_that_of_canonical_json() -> None:
    """Worked out with sha256sum from the text written here."""
    codes = [["diagnosis", "428.0", "suggested", "Y", None]]
    # {"admitting":null,"codes":[["diagnosis","428.0","suggested","Y",null]]}
    assert codes_sha256(codes, None) == (
        "cc28c367d1676cd58f17064f991dd03ef17386f2d40534e1d5c3a3fa0539aca4"
    )


def test_edits_are_counted_by_number_and_lists_are_named() -> None:
    edits = [Edit(5, Severity.WARNING, "m", "s")] * 2 + [Edit(8, Severity.HINT, "m", "s")]
    payload = sign(Bench().state, edits, {"female": "built in"})
    assert (payload["warnings"], payload["hints"]) == ({"5": 2}, {"8": 1})
    assert payload["lists"] == {"female": "built in"}


def test_a_signature_names_the_lines_that_were_left_where_somebody_looked() -> None:
    state = Bench().state
    assert "uncoded" not in sign(state, [], {})
    assert sign(state, [], {}, uncoded=())["uncoded"] == []
    assert sign(state, [], {}, uncoded=[Span("n1", 3, 9)])["uncoded"] == [["n1", 3, 9]]


def test_a_signature_says_how_the_signer_showed_who_they_are() -> None:
    at = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    event = signed_bench().events[-1]
    assert signer_proof(event) == ("session", None)
    said = sign(Bench().state, [], {}, Confirmation(Proof.PROVIDER, at))
    assert signer_proof(replace(event, payload=said)) == ("provider", at)


def test_a_signature_of_before_anybody_was_asked_is_by_the_session() -> None:
    event = signed_bench().events[-1]
    before = {name: part for name, part in event.payload.items() if name != "signer"}
    assert signer_proof(replace(event, payload=before)) == ("session", None)


def change(event: Event, **parts: Any) -> Event:
    return replace(event, payload={**event.payload, **parts})


@pytest.mark.parametrize("part", ["codes", "admitting", "codes_sha256", "both"])
def test_a_signature_that_was_changed_is_found(part: str) -> None:
    bench = signed_bench()
    assert broken_signatures(bench.events) == ()
    *before, last = bench.events
    codes: Any = last.payload["codes"][1:]  # type: ignore[index]
    changes: dict[str, dict[str, Any]] = {
        "codes": {"codes": codes},
        "admitting": {"admitting": None},
        "codes_sha256": {"codes_sha256": "0" * 64},
        "both": {"codes": codes, "codes_sha256": codes_sha256(codes, "786.50")},
    }
    forged = change(last, **changes[part])
    assert broken_signatures([*before, forged]) == (forged,)


def test_a_signature_over_other_decisions_is_found() -> None:
    *before, last = signed_bench().events
    assert before[-2].kind is EventKind.ADMITTING_SET
    assert broken_signatures([*before[:-2], last]) == (last,)
