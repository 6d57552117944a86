"""The Evaluation section of a model card, in Markdown, from the figures of evaluation.json."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from icd9_review.evaluation.report.explanation_tables import (
    checks_sentences,
    explanations_table,
)
from icd9_review.evaluation.report.layout import as_plain_text, markdown_table
from icd9_review.evaluation.report.numerals import data_name, number, with_interval
from icd9_review.evaluation.report.tables import (
    certainty_table,
    found_table,
    frequency_table,
    pairs_table,
    ranking_table,
    steadiness_table,
    strikes_sentence,
)

_RANKING = {"precision_at_8": "Precision at 8", "map": "mAP"}


def to_markdown(evaluation: Mapping[str, Any]) -> str:
    """Headline and yardsticks, factors, steadiness, pairs, explanations, and who labelled.

    Texts of the evaluation are plain text in the result, whatever they hold.
    """
    parts = (_headline, _factors, _steadiness, _pairs, _explanations)
    return "\n\n".join(paragraph for part in parts for paragraph in part(evaluation))


def _headline(evaluation: Mapping[str, Any]) -> Iterator[str]:
    data, rule = evaluation["data"], evaluation["rule"]
    by = as_plain_text(data["labelled_by"]) if data["labelled_by"] else "not said"
    where = as_plain_text(data_name(data))
    only = f", {data['kind']} codes alone" if data.get("kind") else ""
    yield f"Measured on {where}{only}. Labelled by: {by}. In brackets 95 % intervals."
    yield found_table(evaluation).to_markdown()
    if not evaluation["yardsticks"]:
        yield "No yardstick was measured beside it."
    yield (
        f"The label space covers {with_interval(rule['coverage'])} of the {rule['core']:,} core "
        "labels; within it, what it does not cover is left out of recall."
    )
    for table in (frequency_table, ranking_table, certainty_table):
        if (found := table(evaluation)) is not None:
            yield f"**{found.title}.** {found.how}"
            yield found.to_markdown()
    yield markdown_table(("Over codes and rankings", ""), list(_more(evaluation)))


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
        yield markdown_table(
            ("Factor", "Group", "Notes", "Micro-F1"),
            [*_whole(evaluation), *map(_group, shown)],
        )
    hidden = len(groups) - len(shown)
    if hidden:
        some = f"{hidden} of {len(groups)} groups"
        yield f"Suppressed, being small or giving a small one away: {some}."
    if not groups:
        yield "The notes carry nothing to group them by."


def _whole(evaluation: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """What groups are read beside."""
    notes = f"{evaluation['data']['notes']:,}"
    if (held := evaluation.get("all_codes")) is not None:
        yield "all notes", "all codes", notes, with_interval(held["all"]["f1"])
    yield "all notes", "within the label space", notes, with_interval(evaluation["rule"]["f1"])


def _group(group: Mapping[str, Any]) -> tuple[str, ...]:
    names = (as_plain_text(group[key]) for key in ("factor", "value"))
    return *names, f"{group['notes']:,}", with_interval(group["f1"])


def _steadiness(evaluation: Mapping[str, Any]) -> Iterator[str]:
    yield "### Steadiness"
    table, sentence = steadiness_table(evaluation), strikes_sentence(evaluation)
    if table is None or sentence is None:
        yield "Not measured."
        return
    yield table.how
    yield table.to_markdown()
    yield sentence


def _pairs(evaluation: Mapping[str, Any]) -> Iterator[str]:
    yield "### Negation, family, history, uncertainty and procedures"
    table = pairs_table(evaluation)
    if table is None:
        yield "Not measured."
        return
    yield "Pairs of texts that differ in a cue alone. Right: suggested in one, not in the other."
    yield table.to_markdown()
    if unknown := sum(row["unknown"] for row in evaluation["pairs"].values()):
        yield f"{unknown:,} further pairs are about codes the model does not know."


def _explanations(evaluation: Mapping[str, Any]) -> Iterator[str]:
    yield "### Explanations"
    found, table = evaluation["explanations"], explanations_table(evaluation)
    if table is None:
        yield "Not measured."
        return
    yield (
        f"{found['explained']:,} of {found['found']:,} found codes with marked evidence were "
        f"explained. {table.how}"
    )
    yield table.to_markdown()
    for sentence in checks_sentences(evaluation):
        yield as_plain_text(sentence)
