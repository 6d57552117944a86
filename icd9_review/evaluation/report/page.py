"""An evaluation as one page for people: no script, no network, everything in the file.

Every text of the evaluation is escaped by the template; only the plots, which matplotlib has
escaped, go in as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from icd9_review.errors import InputError, SettingsError
from icd9_review.evaluation.report import numerals
from icd9_review.evaluation.report.explanation_tables import checks_sentences
from icd9_review.evaluation.report.plots import plot_curve, plot_groups, plot_reliability, plot_risk
from icd9_review.evaluation.report.tables import measured_tables, strikes_sentence

_FIRST_CODES = 25  # of the table that stand open; by judgement: about a screen
_FILTERS = (
    numerals.number,
    numerals.interval,
    numerals.with_interval,
    numerals.share,
    numerals.yardstick_name,
    numerals.data_name,
    numerals.thresholds_text,
)


def write_report(evaluation: Mapping[str, Any], path: Path) -> None:
    """Write the report of an evaluation in the form of evaluation.json.

    Raises SettingsError where matplotlib or jinja2 is not installed, InputError for a path
    that cannot be written.
    """
    page = render_report(evaluation)
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from None


def render_report(evaluation: Mapping[str, Any]) -> str:
    """The report as HTML."""
    try:
        from jinja2 import Environment, StrictUndefined
        from markupsafe import Markup

        plots = {name: Markup(svg) for name, svg in _plots(evaluation).items()}  # noqa: S704
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"the report needs {error.name}; run: pip install -r requirements-train.txt"
        ) from None
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update({each.__name__: each for each in _FILTERS})
    source = files("icd9_review.evaluation.report").joinpath("report.html.jinja")
    template = environment.from_string(source.read_text(encoding="utf-8"))
    codes = frequent_first(evaluation["per_code"])
    return template.render(
        **evaluation,
        plots=plots,
        tables=dict(measured_tables(evaluation)),
        cards=_cards(evaluation),
        whole=_whole(evaluation),
        strikes=strikes_sentence(evaluation),
        checks=list(checks_sentences(evaluation)),
        first_codes=codes[:_FIRST_CODES],
        other_codes=codes[_FIRST_CODES:],
        suppressed=sum(group["suppressed"] for group in evaluation["groups"]),
    )


def _cards(evaluation: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The figures that stand large at the top: over all codes, where these were measured."""
    if (held := evaluation.get("all_codes")) is None:
        rule = evaluation["rule"]
        return [(name, rule[key]) for key, name in numerals.RULE.items()]
    names = {
        "recall": "Core labels found, all codes",
        "false_positives": "False positives a note",
        "coverage": "Coverage",
        "f1": "Micro-F1, all codes",
    }
    return [(name, held["all"][key]) for key, name in names.items()]


def _whole(evaluation: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """What groups are read beside: all notes, over all codes and within the label space."""
    held = evaluation.get("all_codes")
    every = [] if held is None else [("All codes", held["all"])]
    return [*every, ("Within the label space", evaluation["rule"])]


def frequent_first(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Codes by how many notes have them, ties by how often they were suggested, then by code."""
    return sorted(rows, key=lambda row: (-row["positives"], -row["predicted"], row["code"]))


def _plots(evaluation: Mapping[str, Any]) -> dict[str, str]:
    """The plots there are figures for."""
    calibration = evaluation["calibration"]
    shown = [group for group in evaluation["groups"] if not group["suppressed"]]
    plots = {"before": plot_reliability(calibration["bins_before"], "before")}
    if calibration["bins_after"] is not None:
        plots["after"] = plot_reliability(calibration["bins_after"], "after")
    if evaluation["curve"]:
        plots["curve"] = plot_curve(evaluation)
    if shown:
        plots["groups"] = plot_groups(shown, evaluation["rule"]["f1"]["value"])
    if (certainty := evaluation.get("certainty")) and certainty["all"]["curve"]:
        plots["risk"] = plot_risk(certainty)
    return plots
