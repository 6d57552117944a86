"""What the page shows of unsent decisions is what the ledger will say once they are stored."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from icd9_review import ui
from icd9_review.errors import DecisionError
from icd9_review.review.fold import stack, verdict
from icd9_review.ui.encounter.codes import code_name
from icd9_review.values import Action, Decision, Poa
from tests.review.bench import Bench, make

pytestmark = pytest.mark.browser

SCRIPT = (Path(ui.__file__).parent / "workbench" / "chart.js").read_text("utf-8")
FOLD = """histories => histories.map(entries => {
  const pending = () => entries;
  %s
  const empty = {order: [], poa: {}, performed: {}, admitting: "", hold: "", signed: ""};
  const app = {data: {decisions: [], chart: empty}, mine: null};
  fold(app);
  const verdicts = [...app.verdicts].map(([key, {verdict}]) => [key, verdict]);
  return {order: app.chart.order, poa: app.chart.poa, verdicts: Object.fromEntries(verdicts)};
})"""
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
        "poa": {code_name(c.kind, c.code): c.poa.value for c in state.accepted if c.poa},
        "verdicts": {code_name(*key): verdict(e, key).value for key, e in standing.items()},
    }


def test_every_history_of_unsent_decisions_is_shown_as_it_will_be_stored(browser: Browser) -> None:
    choose = random.Random(9)  # noqa: S311 - histories are no secret
    histories, expected = [], []
    for _ in range(HISTORIES):
        bench = Bench()
        made = [d for _ in range(14) if (d := attempt(bench, choose)) is not None]
        histories.append([as_entry(decision) for decision in made])
        expected.append(as_shown(bench))
    page = browser.new_page()
    shown = page.evaluate(FOLD % SCRIPT, histories)
    page.close()
    assert sum(len(each["order"]) > 1 for each in expected) > HISTORIES // 4
    wrong = [(h, s, e) for h, s, e in zip(histories, shown, expected, strict=True) if s != e]
    assert wrong == []
