"""The Evaluation section of a model card, in Markdown, from the figures of evaluation.json."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from icd9_review.evaluation.report.numerals import (
    RULE,
    UNDEFINED,
    data_name,
    number,
    share,
    with_interval,
    yardstick_name,
)

_MARKUP = re.compile(r"([\\`*_\[\]|#~])")
_RANKING = {"recall_at_10": "Recall at 10", "precision_at_8": "Precision at 8", "map": "mAP"}
_PLAUSIBLE = {
    "hit_rate": "hit rate",
    "judgeable_hit_rate": "hit rate, judgeable",
    "precision": "precision of the top words",
}
_FAITHFUL = ("comprehensiveness", "sufficiency")
_FIDELITY = {"infidelity": "infidelity", "sensitivity_max": "sensitivity"}
_NOT_MEASURED = {"value": None, "low": None, "high": None}  # by an older program


def to_markdown(evaluation: Mapping[str, Any]) -> str:
    """Headline and yardsticks, factors, pairs, explanations, and who labelled the notes.

    Texts of the evaluation are plain text in the result, whatever they hold.
    """
    parts = (_headline, _factors, _pairs, _explanations)
    return "\n\n".join(paragraph for part in parts for paragraph in part(evaluation))


def _headline(evaluation: Mapping[str, Any]) -> Iterator[str]:
    data, rule = evaluation["data"], evaluation["rule"]
    by = _text(data["labelled_by"]) if data["labelled_by"] else "not said"
    yield f"Measured on {_text(data_name(data))}. Labelled by: {by}. In brackets 95 % intervals."
    systems = {"This model": rule} | {
        yardstick_name(name): rates for name, rates in evaluation["yardsticks"].items()
    }
    yield _table(
        ("", *RULE.values()),
        [
            (_text(name), *(with_interval(rates[rate]) for rate in RULE))
            for name, rates in systems.items()
        ],
    )
    if not evaluation["yardsticks"]:
        yield "No yardstick was measured beside it."
    yield (
        f"The label space covers {with_interval(rule['coverage'])} of the {rule['core']:,} core "
        "labels; what it does not cover is left out of recall."
    )
    yield _table(("Over codes and rankings", ""), _more(evaluation))


def _more(evaluation: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    macro, supported = evaluation["macro"], evaluation["macro_supported"]
    error = evaluation["calibration"]
    yield f"Macro-F1 over all {macro['codes']:,} codes", number(macro["f1"])
    yield f"Macro-F1 over the {supported['codes']:,} codes that occur", number(supported["f1"])
    yield (
        "Micro-F1 of three-digit categories",
        with_interval(evaluation["three_digit"]["micro"]["f1"]),
    )
    for key, name in _RANKING.items():
        yield name, with_interval(evaluation["ranking"][key])
    after = "not calibrated" if error["ece_after"] is None else number(error["ece_after"])
    yield "Calibration error, raw and calibrated", f"{number(error['ece_before'])}, {after}"


def _factors(evaluation: Mapping[str, Any]) -> Iterator[str]:
    yield "### Factors"
    groups = evaluation["groups"]
    shown = [group for group in groups if not group["suppressed"]]
    if shown:
        yield _table(
            ("Factor", "Group", "Notes", "Micro-F1"),
            [
                (_text(g["factor"]), _text(g["value"]), f"{g['notes']:,}", with_interval(g["f1"]))
                for g in shown
            ],
        )
    hidden = len(groups) - len(shown)
    if hidden:
        some = f"{hidden} of {len(groups)} groups"
        yield f"Suppressed, being small or giving a small one away: {some}."
    if not groups:
        yield "The notes carry nothing to group them by."


def _pairs(evaluation: Mapping[str, Any]) -> Iterator[str]:
    yield "### Negation, family, history and uncertainty"
    if not evaluation["pairs"]:
        yield "Not measured."
        return
    yield "Pairs of texts that differ in a cue alone. Right: suggested in one, not in the other."
    yield _table(
        ("Cue", "Pairs right", "Suggested where present", "Withheld where absent"),
        [
            (_text(cue), *(share(row[key], row["pairs"]) for key in ("right", "found", "withheld")))
            for cue, row in evaluation["pairs"].items()
        ],
    )
    if unknown := sum(row["unknown"] for row in evaluation["pairs"].values()):
        yield f"{unknown:,} further pairs are about codes the model does not know."


def _explanations(evaluation: Mapping[str, Any]) -> Iterator[str]:
    yield "### Explanations"
    found = evaluation["explanations"]
    if not found:
        yield "Not measured."
        return
    yield (
        f"{found['explained']:,} of {found['found']:,} found codes with marked evidence were "
        "explained; beside each method as many words drawn by lot. Infidelity is in squared "
        "logits, sensitivity relative to the weights; less of either is better."
    )
    head = ("", *_PLAUSIBLE.values(), *_FAITHFUL, *_FIDELITY.values())
    yield _table(head, _methods(found))


def _methods(explanations: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for name, method in explanations["methods"].items():
        for row, ending in ((_text(name), ""), ("words by lot", "_of_chance")):
            agreement = method["plausibility" + ending]
            losses = method["faithfulness" + ending]
            plausible = (with_interval(agreement[key]) for key in _PLAUSIBLE)
            faithful = (with_interval(losses[key]) for key in _FAITHFUL)
            fidelity = (method.get(key + ending, _NOT_MEASURED) for key in _FIDELITY)
            yield row, *plausible, *faithful, *map(with_interval, fidelity)
    if matched := explanations["dictionary"]:
        plausible = (with_interval(matched[key]) for key in _PLAUSIBLE)
        nothing = (UNDEFINED,) * (len(_FAITHFUL) + len(_FIDELITY))
        yield "the dictionary's match", *plausible, *nothing


def _table(head: Sequence[str], rows: Iterator[tuple[str, ...]] | Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _text(value: str) -> str:
    """On one line, without anything that Markdown or HTML would take for markup."""
    return _MARKUP.sub(r"\\\1", html.escape(" ".join(value.split()), quote=False))
