"""What the page shows of unsent decisions is what the ledger will say once they are stored."""

from __future__ import annotations

import json
import random
from typing import Any

from icd9_review.errors import DecisionError
from icd9_review.review.fold import stack, verdict
from icd9_review.ui.encounter.codes import code_name
from icd9_review.values import Action, Decision, Kind, Poa
from tests.review.bench import Bench, make
from tests.ui.deno import deno

FOLD = "tests/ui/workbench/browser/fold.js"
CODES = ("428.0", "427.31", "401.9", "250.00")
HISTORIES = 400


def attempt(bench: Bench, choose: random.Random) -> Decision | None:
    """One decision at random, where the rules let it pass."""
    action = choose.choice(
        [
            Action.ACCEPT,
            Action.ADD,
            Action.REJECT,
            Action.REPLACE,
            Action.UNDO,
            Action.RESEQUENCE,
            Action.SET_POA,
        ]
    )
    decision = make(
        action,
        choose.choice(CODES),
        seen=bench.last,
        by=choose.choice(CODES) if action is Action.REPLACE else None,
        position=choose.randrange(4) if action is Action.RESEQUENCE else None,
        poa=choose.choice(list(Poa)) if action is Action.SET_POA else None,
    )
    try:
        bench.decide(decision)
    except DecisionError:
        return None
    return decision


def as_entry(decision: Decision) -> dict[str, Any]:
    return {
        "key": code_name(decision.kind, decision.code),
        "by": code_name(decision.kind, decision.by) if decision.by else "",
        "reason": None,
        "sent": {
            "action": decision.action.value,
            "code": decision.code,
            "position": decision.position,
            "poa": decision.poa.value if decision.poa else None,
        },
    }


def as_shown(bench: Bench) -> dict[str, Any]:
    state = bench.state
    standing = {key: events[-1] for key, events in stack(bench.events).items() if events}
    return {
        "order": [code_name(code.kind, code.code) for code in state.accepted],
        "principal": code_name(Kind.DIAGNOSIS, state.principal) if state.principal else "",
        "poa": {code_name(c.kind, c.code): c.poa.value for c in state.accepted if c.poa},
        "verdicts": {code_name(*key): verdict(e, key).value for key, e in standing.items()},
    }


def test_every_history_of_unsent_decisions_is_shown_as_it_will_be_stored() -> None:
    choose = random.Random(9)  # noqa: S311 - histories are no secret
    histories, expected = [], []
    for _ in range(HISTORIES):
        bench = Bench()
        made = [d for _ in range(14) if (d := attempt(bench, choose)) is not None]
        histories.append([as_entry(decision) for decision in made])
        expected.append(as_shown(bench))
    shown = json.loads(
        deno("run", "--no-check", "--no-remote", "--no-npm", FOLD, given=json.dumps(histories))
    )
    assert sum(len(each["order"]) > 1 for each in expected) > HISTORIES // 4
    wrong = [(h, s, e) for h, s, e in zip(histories, shown, expected, strict=True) if s != e]
    assert wrong == []
