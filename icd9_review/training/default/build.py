"""The default model folder, whole: train, write, fit, measure, describe.

Usage: ``make default-model``, or ``python -m icd9_review train default`` with its options.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from icd9_review.errors import ModelFolderError
from icd9_review.evaluation.fitting import by_logits, frequency_of
from icd9_review.evaluation.judge_fitting import Weighed, add_judge
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.readings import read_notes
from icd9_review.evaluation.reliability import write_reliability
from icd9_review.model.folder.declarations import BUCKETS, JUDGE, RELIABILITY
from icd9_review.model.folder.files import model_version, read_folder
from icd9_review.model.reading.scorer import load_scorer
from icd9_review.training.card import CardFacts, Impact
from icd9_review.training.card_facts import CardRecord
from icd9_review.training.default.card.account import tell_figures
from icd9_review.training.default.card.facts import facts
from icd9_review.training.default.examples import write_examples
from icd9_review.training.default.measure import (
    default_reliability,
    generated_notes,
    headline_figures,
    measure_before,
    measure_default,
)
from icd9_review.training.default.sources import read_mtsamples
from icd9_review.training.default.train import (
    Materials,
    Schedule,
    load_texts,
    train_default,
)
from icd9_review.training.finetune.folder import fit_folder
from icd9_review.training.folder import file_digest, write_json, write_model, write_settings
from icd9_review.training.progress import Report

_START_THRESHOLD = 0.5  # more likely than not; replaced by the fitted one
_ON_NOTES = "MTSamples notes labelled by a language model acting as a coder and kept from training"
_ON_PASSAGES = "passages generated with seeds that training did not use"


def build_default(
    output: Path,
    work: Path,
    materials: Materials,
    plan: Schedule | None = None,
    report: Report = print,
    *,
    explanations: bool = True,
    beside: Path | None = None,
) -> dict[str, Any]:
    """Train the default model and write its folder; the content of metrics.json is returned.

    ``work`` holds checkpoint, log, yardstick and report; the same command resumes from there.
    ``beside`` is another model folder, measured on the same notes.
    Raises ModelFolderError for another encoder and for an ``output`` that is a file.
    """
    if output.exists() and not output.is_dir():
        raise ModelFolderError(f"{output} is a file; name a folder for the model")
    plan = plan or Schedule()
    texts = load_texts(materials)
    run = train_default(work, materials.encoder, texts, plan)
    for name in (BUCKETS, "calibration.json", JUDGE, RELIABILITY):
        (output / name).unlink(missing_ok=True)  # they are of the model that was here
    write_model(output, run.model, run.tokenizer)
    write_examples(output, texts.read)
    return describe_model(
        output, work, materials, plan, report, explanations=explanations, beside=beside
    )


def describe_model(
    output: Path,
    work: Path,
    materials: Materials,
    plan: Schedule,
    report: Report,
    *,
    explanations: bool = True,
    beside: Path | None = None,
) -> dict[str, Any]:
    """Fit what is fitted of a trained folder, measure it, write metrics and card."""
    fitted = fit_default(output, materials.reference_data)
    if materials.reference_data is not None:
        fitted["judge"] = judge_default(output, materials.reference_data)
    found = measure_default(
        output, work, materials, plan, report, explanations=explanations, beside=beside
    )
    before = {} if beside is None else measure_before(beside, work, materials, plan, report)
    write_reliability(output, default_reliability(output, work, materials.reference_data))
    read = None if materials.reference_data is None else len(load_texts(materials).read)
    said = facts(plan, read=read, impact=impact_of(work / "log.jsonl"))
    return write_figures(output, plan, said, Described(fitted, found, before))


@dataclass(frozen=True, slots=True)
class Described:
    """What was fitted, and the evaluations by name: of the model and of the one before."""

    fitted: dict[str, Any]
    found: dict[str, dict[str, Any]]
    before: dict[str, dict[str, Any]]


def write_figures(
    output: Path, plan: Schedule, said: CardFacts, figures: Described
) -> dict[str, Any]:
    """Write metrics.json and the card of a folder; neither is part of the model version."""
    before = {name: headline_figures(each) for name, each in figures.before.items()}
    metrics: dict[str, Any] = {
        "model_version": model_version(output),
        "weights_sha256": file_digest(output / "model.safetensors"),
        "seed": plan.seed,
        "steps": plan.steps,
        "fitted": figures.fitted,
        **{name: headline_figures(each) for name, each in figures.found.items()},
        **({"before": before} if before else {}),
    }
    write_json(output / "metrics.json", metrics)
    told = tell_figures(figures.fitted, figures.found, figures.before)
    CardRecord(said, told).write(output, figures.found["measured"])
    return metrics


def fit_default(output: Path, reference_data: Path | None) -> dict[str, Any]:
    """Write windows, thresholds and calibration; the last two by notes that were not trained on.

    Where the read notes of training were counted, codes are judged by how often they stood there:
    a rare code is proposed only where its words are.
    """
    write_settings(output, _START_THRESHOLD, "not fitted")
    notes, split = validation_notes(reference_data)
    readings = by_logits(read_notes(load_scorer(output), notes))
    folder = read_folder(output)
    return fit_folder(
        output,
        readings.logits,
        readings.truth,
        readings.codes,
        readings.mask,
        split,
        None if folder.examples is None else frequency_of(folder),
    )


def judge_default(output: Path, reference_data: Path) -> dict[str, Any]:
    """Fit the second judge on the same notes; what it did to them in cross-validation."""
    notes, split = validation_notes(reference_data)
    found = add_judge(output, notes, split)
    told: dict[str, Any] = _told(found.diagnoses)
    if found.procedures is not None:
        told["procedures"] = _told(found.procedures)
    return told


def _told(found: Weighed) -> dict[str, int]:
    names = ("candidates", "right", "demoted", "demoted_right")
    return {name: getattr(found, name) for name in names}


def validation_notes(reference_data: Path | None) -> tuple[tuple[LabelledNote, ...], str]:
    """What thresholds are fitted on, and its name: labelled notes, or else generated passages."""
    if reference_data is None:
        return generated_notes("validation"), _ON_PASSAGES
    notes = (note for note in read_mtsamples(reference_data) if note.split == "validation")
    found = tuple(notes)
    return found, f"{len(found)} {_ON_NOTES}"


def impact_of(path: Path) -> Impact:
    """Time over all legs of a run, and how often it was stopped, by the log at ``path``.

    Each stage, and each leg that goes on within one, counts its seconds from nothing.
    """
    machine = "two CPU cores"
    if not path.is_file():
        return Impact(machine)
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    pairs = list(pairwise(rows))
    ends = [row["seconds"] for row, after in pairs if after["seconds"] <= row["seconds"]]
    stops = sum(
        after["seconds"] <= row["seconds"] and after["stage"] == row["stage"]
        for row, after in pairs
    )
    return Impact(machine, hours=(sum(ends) + rows[-1]["seconds"]) / 3600, stops=stops)
