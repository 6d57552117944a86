from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.ui.workbench.outbox import read_outbox
from icd9_review.values import (
    Action,
    Fact,
    HoldReason,
    Kind,
    Poa,
    RejectReason,
    ReopenReason,
    Span,
)


def entry(**changes: Any) -> dict[str, Any]:
    return {
        "id": "a1",
        "encounter": "e1",
        "user": 1,
        "action": "reject",
        "code": "428.0",
        "kind": "diagnosis",
        "reason": "negated",
        "seen": 7,
        "client": "tab",
        "by": None,
        **changes,
    }


def test_an_entry_becomes_the_decision_it_was_in_the_browser() -> None:
    (sent,), refused = read_outbox([entry()])
    assert refused == ()
    assert sent.encounter == "e1"
    decision = sent.decision
    assert (decision.key, decision.action, decision.code) == ("a1", Action.REJECT, "428.0")
    assert (decision.kind, decision.reason) == (Kind.DIAGNOSIS, RejectReason.NEGATED)
    assert (decision.seen, decision.client) == (7, "tab")


def test_what_belongs_to_an_action_is_read_with_it() -> None:
    sent, refused = read_outbox(
        [
            entry(id="1", action="replace", reason=None, by="428.23", evidence=[["n1", 3, 9]]),
            entry(id="2", action="resequence", reason=None, position=0),
            entry(id="3", action="set_poa", reason=None, poa="W"),
            entry(id="4", action="set_performed", reason=None, performed="2014-03-12"),
            entry(id="5", action="set_admitting", reason=None, code=""),
            entry(id="6", action="hold", reason="query", code="", words=" asked Dr B "),
            entry(id="7", action="reopen", reason="correction", code=""),
            entry(id="8", action="set_fact", reason=None, code="", fact="age", value="68"),
            entry(id="9", action="set_fact", reason=None, code="", fact="sex", value=None),
            entry(id="10", action="set_line", reason=None, code="", value="needless"),
        ]
    )
    assert refused == ()
    replaced, moved, poa, performed, admitting, held, reopened, age, sex, line = (
        one.decision for one in sent
    )
    assert (replaced.by, replaced.evidence) == ("428.23", (Span("n1", 3, 9),))
    assert moved.position == 0
    assert poa.poa is Poa.UNDETERMINED
    assert performed.performed == date(2014, 3, 12)
    assert admitting.code == ""
    assert (held.reason, held.words) == (HoldReason.QUERY, "asked Dr B")
    assert reopened.reason is ReopenReason.CORRECTION
    assert (age.fact, age.value, age.evidence) == (Fact.AGE, "68", ())
    assert (sex.fact, sex.value) == (Fact.SEX, None)
    assert (line.action, line.value) == (Action.SET_LINE, "needless")


def test_the_order_of_decisions_is_kept() -> None:
    sent, _ = read_outbox([entry(id=str(i), action="accept", reason=None) for i in range(20)])
    assert [one.decision.key for one in sent] == [str(i) for i in range(20)]


@pytest.mark.parametrize(
    "changes",
    [
        {"action": "approve"},
        {"code": 428.0},
        {"code": "<script>" * 20},
        {"kind": "drug"},
        {"reason": "because"},
        {"seen": "7"},
        {"seen": True},
        {"encounter": None},
        {"client": ""},
        {"client": "a\nb"},
        {"action": "hold"},
        {"by": 428.0},
        {"position": "1"},
        {"poa": "X"},
        {"performed": "yesterday"},
        {"performed": 20140312},
        {"words": "x" * 1001},
        {"evidence": "n1"},
        {"evidence": [["n1", 1]]},
        {"evidence": [["n1", 1, "2"]]},
        {"evidence": [["n1", 1, 2]] * 51},
    ],
)
def test_a_damaged_entry_is_refused_by_its_id_and_the_others_pass(changes: dict[str, Any]) -> None:
    sent, (refused,) = read_outbox([entry(id="bad", **changes), entry(id="good")])
    assert [one.decision.key for one in sent] == ["good"]
    assert refused.id == "bad"
    assert "not stored" in refused.message


@pytest.mark.parametrize("raw", [None, "x", {}, 3, [None, "x", {}, {"id": 5}, {"id": "é"}]])
def test_what_no_page_of_ours_sends_is_passed_over(raw: object) -> None:
    assert read_outbox(raw) == ((), ())


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
VALUES = (
    SCALARS | st.lists(SCALARS, max_size=2) | st.sampled_from(sorted(map(str, entry().values())))
)


@given(st.lists(st.dictionaries(st.sampled_from(sorted(entry())), VALUES), max_size=3))
def test_nothing_a_browser_can_send_raises(raw: list[dict[str, Any]]) -> None:
    sent, refused = read_outbox(raw)
    assert len(sent) + len(refused) <= len(raw)
