"""The default model folder, whole: train, write, fit, measure, describe.

Usage: ``make default-model``, or ``python -m icd9_review train default`` with its options.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

from icd9_review.errors import ModelFolderError
from icd9_review.evaluation.fitting import by_logits, frequency_of
from icd9_review.evaluation.judge_fitting import LENIENCE, add_judge
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.readings import read_notes
from icd9_review.evaluation.reliability import write_reliability
from icd9_review.evaluation.report.numerals import yardstick_name
from icd9_review.model.folder.declarations import BUCKETS, JUDGE, RELIABILITY
from icd9_review.model.folder.files import model_version, read_folder
from icd9_review.model.reading.scorer import load_scorer
from icd9_review.training.card import Impact
from icd9_review.training.card_facts import CardRecord
from icd9_review.training.default.examples import write_examples
from icd9_review.training.default.facts import facts
from icd9_review.training.default.measure import (
    BOTH_KINDS,
    CODIESP,
    default_reliability,
    generated_notes,
    headline_figures,
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
    write_reliability(output, default_reliability(output, work, materials.reference_data))
    metrics: dict[str, Any] = {
        "model_version": model_version(output),
        "weights_sha256": file_digest(output / "model.safetensors"),
        "seed": plan.seed,
        "steps": plan.steps,
        "fitted": fitted,
        **{name: headline_figures(evaluation) for name, evaluation in found.items()},
    }
    write_json(output / "metrics.json", metrics)
    record = CardRecord(
        facts(
            plan,
            with_notes=materials.reference_data is not None,
            impact=impact_of(work / "log.jsonl"),
        ),
        _in_words(fitted, found),
    )
    record.write(output, found["measured"])
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


def judge_default(output: Path, reference_data: Path) -> dict[str, int]:
    """Fit the second judge on the same notes; what it did to them in cross-validation."""
    notes, split = validation_notes(reference_data)
    found = add_judge(output, notes, split)
    return {
        name: getattr(found, name) for name in ("candidates", "right", "demoted", "demoted_right")
    }


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


def _in_words(fitted: dict[str, Any], found: dict[str, dict[str, Any]]) -> str:
    """What was fitted, and the figures on the other corpus."""
    text = (
        f"Threshold {fitted['global_threshold']:.2f} and calibration were fitted on "
        f"{fitted['split']}: micro-F1 {fitted['micro_f1']:.3f} there, which flatters."
    )
    if "judge" in fitted:
        text += _of_judge(fitted["judge"])
    if CODIESP not in found:
        return text
    text += _of_procedures(found[BOTH_KINDS])
    rule, recall = found[CODIESP]["rule"], found[CODIESP]["ranking"]["recall_at_10"]
    return (
        f"{text}\n\n### On another corpus\n\nOn the {found[CODIESP]['data']['notes']} notes of "
        "CodiEsp's development split (English machine translation, codes mapped from ICD-10-CM): "
        f"micro-F1 {_with_ends(rule['f1'])}, precision {_with_ends(rule['precision'])}, recall "
        f"{_with_ends(rule['recall'])}, recall at 10 {_with_ends(recall)}, coverage "
        f"{_with_ends(rule['coverage'])}. {_beside(found[CODIESP]['yardsticks'])}"
    )


def _of_procedures(evaluation: dict[str, Any]) -> str:
    both, notes = evaluation["all_codes"], evaluation["data"]["notes"]
    part = both["parts"]["procedures"]
    return (
        f"\n\n### With procedures\n\nOn {notes} operative notes, discharge summaries and "
        "emergency notes that were labelled with procedures too: micro-F1 over all codes "
        f"{_with_ends(both['all']['f1'])}; of procedures alone {_with_ends(part['f1'])}, precision "
        f"{_with_ends(part['precision'])}, recall {_with_ends(part['recall'])}, recall at 15 "
        f"{_with_ends(part['recall_at']['recall_at_15'])}. {_beside(evaluation['yardsticks'])}"
    )


def _of_judge(judge: dict[str, int]) -> str:
    return (
        f" Then thresholds were lowered by {LENIENCE} of the logit, and a second judge was fitted "
        f"on the same notes: of the {judge['candidates']:,} codes that reached them "
        f"{judge['right']:,} were right; it demoted {judge['demoted']:,}, of which "
        f"{judge['demoted_right']:,} were right (cross-validated by note)."
    )


def _beside(yardsticks: dict[str, Any]) -> str:
    """The yardsticks with their micro-F1, the best first."""
    names = sorted(yardsticks, key=lambda key: -yardsticks[key]["f1"]["value"])
    told = (f"{yardstick_name(name)} {_with_ends(yardsticks[name]['f1'])}" for name in names)
    return f"Beside it micro-F1 of: {'; '.join(told)}."


def _with_ends(figure: dict[str, float]) -> str:
    return f"{figure['value']:.3f} ({figure['low']:.3f} to {figure['high']:.3f})"
