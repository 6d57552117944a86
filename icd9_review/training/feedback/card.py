"""The card of a model that was trained further: that of the model before, and what was added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from icd9_review.evaluation.side_by_side import MeasuredModel, SideBySide
from icd9_review.statistics.intervals import Interval
from icd9_review.values import LessonPart

_CARD: Final = "README.md"
_LISTED: Final = 30  # codes of the text; by judgement: a screen full
_HEADING: Final = "## Trained further on decisions"


def write_further_card(
    before: Path, folder: Path, record: Mapping[str, Any], found: SideBySide
) -> None:
    """Write the card: what stood in the one before is of the model that this one began with."""
    former = before / _CARD
    text = former.read_text("utf-8").rstrip() if former.is_file() else f"# {folder.name}"
    said = "\n".join(_section(record, found))
    (folder / _CARD).write_text(f"{text}\n\n{said}\n", encoding="utf-8")


def _section(record: Mapping[str, Any], found: SideBySide) -> Iterator[str]:
    charts = record["charts"]["parts"]
    settled = record["charts"]["audited"].get(LessonPart.TRAIN, 0)
    yield _HEADING
    yield ""
    yield (
        f"What stands above is of `{record['before']}`. This model, `{record['model_version']}`, "
        f"began with its weights and saw {charts.get(LessonPart.TRAIN, 0):,} charts that people "
        f"signed, {settled:,} of them settled by an audit. Codes, windows, thresholds, calibration "
        "and judge are those of the model before and were not fitted anew."
    )
    yield ""
    yield f"Both on the same {found.notes:,} texts, which neither was trained further on:"
    yield ""
    yield "| model | F1 | precision | recall | comprehensiveness (NAOPC) |"
    yield "|---|---|---|---|---|"
    for name, model in (("before", found.before), ("this one", found.after)):
        yield f"| {name} | {' | '.join(figures_of(model))} |"
    yield ""
    yield (
        "Charts of coders who saw suggestions favour the model that made these. The folder may "
        "keep passages of the notes; treat it like them."
    )


def figures_of(model: MeasuredModel) -> Iterator[str]:
    """F1, precision, recall and normalised comprehensiveness, with their intervals."""
    rule = model.rule
    yield from map(_interval, (rule.f1, rule.precision, rule.recall))
    explained = model.explanations
    yield "–" if explained is None else _interval(explained.comprehensiveness)


def _interval(found: Interval) -> str:
    if found.value != found.value:  # not defined
        return "–"
    return f"{found.value:.3f} ({found.low:.3f}–{found.high:.3f})"


def comparison_lines(found: SideBySide) -> Iterator[str]:
    """Both models on the same texts, and what differs code by code, for the terminal."""
    yield f"on the same {found.notes:,} texts; in brackets 95 % intervals"
    yield "model\tF1\tprecision\trecall\tNAOPC comprehensiveness"
    for name, model in (("before", found.before), ("after", found.after)):
        yield "\t".join((name, *figures_of(model)))
    yield ""
    if not found.codes:
        yield "What the decisions changed: nothing on these texts."
        return
    yield "What the decisions changed, code by code (before → after):"
    yield "code\tfound\tmissed\twrong"
    for each in found.codes[:_LISTED]:
        pairs = (
            f"{getattr(each.before, name)} → {getattr(each.after, name)}"
            for name in ("found", "missed", "wrong")
        )
        yield "\t".join((each.code, *pairs))
    if len(found.codes) > _LISTED:
        yield f"and {len(found.codes) - _LISTED:,} more codes; comparison.json has all of them"
