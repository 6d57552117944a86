"""What is counted has words of closed sets alone beside its numbers."""

from __future__ import annotations

import ast
from itertools import chain

from icd9_review import errors
from icd9_review.instruments import DECISIONS_REFUSED, REGISTRY
from icd9_review.settings import ROOT
from icd9_review.values import Action

_ERRORS = {name for name, each in vars(errors).items() if isinstance(each, type)}


def test_a_label_is_an_action_or_the_class_of_an_error_or_a_bound() -> None:
    DECISIONS_REFUSED.labels("DecisionError")
    labels: dict[str, set[str]] = {}
    for sample in chain.from_iterable(family.samples for family in REGISTRY.collect()):
        for name, value in sample.labels.items():
            labels.setdefault(name, set()).add(value)
    assert set(labels) == {"action", "reason", "le"}
    assert labels["action"] == {each.value for each in Action}
    assert labels["reason"] <= _ERRORS


def test_only_these_two_ever_get_a_label() -> None:
    found = set()
    for path in (ROOT / "icd9_review").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id=name), attr="labels"), args=[value]
                ) if name.isupper():
                    found.add((name, ast.unparse(value)))
    assert found == {
        ("DECISIONS_STORED", "_action.value"),
        ("DECISIONS_STORED", "decision.action.value"),
        ("DECISIONS_REFUSED", "type(error).__name__"),
    }
