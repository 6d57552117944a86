"""What labelled notes and phrases are worth: ``python -m tests.bench.training_parts WHEEL``.

Trains the embedded model three times by a shorter schedule (``--steps``, a fifth of the whole
unless said otherwise): with everything; without the notes that were labelled by reading (their
excerpts, their words for codes, and how often each code stands in them); and without phrases, with
more passages instead, which takes a step as long. Thresholds, calibration and the second judge are
fitted alike, on notes that none has learned from, and all are measured as the card's model is.
``WHEEL`` is the encoder (docs/training.md), ``ICD9_REVIEW_REFERENCE_DATA`` names the reference
data. It takes hours and goes on where it was stopped; ``--work`` is its folder.
"""

# ruff: noqa: T201 - a bench prints

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from icd9_review.evaluation.labelled.sources import LabelSource
from icd9_review.evaluation.run import EvaluationRequest, run
from icd9_review.training.default.build import fit_default, judge_default
from icd9_review.training.default.examples import write_examples
from icd9_review.training.default.sources import NoteOrigin
from icd9_review.training.default.train import (
    Materials,
    Schedule,
    TrainingTexts,
    load_texts,
    train_default,
)
from icd9_review.training.folder import write_model
from icd9_review.values import Kind

_STEPS = Schedule().steps // 5
_AS_LONG = 56  # passages whose step takes about as long as 64 phrases and 32 passages


def main() -> None:
    """Train and measure each, and print what is found."""
    asked = _arguments()
    reference = os.environ.get("ICD9_REVIEW_REFERENCE_DATA")
    if not reference:
        sys.exit("name the folder with the reference data: ICD9_REVIEW_REFERENCE_DATA=…")
    data = Path(reference)
    materials = Materials(asked.wheel, data, data / "icd9cm" / "terms_dx.tsv.gz")
    texts = load_texts(materials)
    plan = Schedule(asked.steps)
    phraseless = replace(plan, phrases=0, passages=_AS_LONG)
    trainings = (
        ("everything", texts, plan),
        ("without labelled notes", without_labels(texts), plan),
        ("without phrases", texts, phraseless),
    )
    for name, each, schedule in trainings:
        folder = asked.work / name.replace(" ", "-")
        trained = train_default(folder, asked.wheel, each, schedule)
        write_model(folder / "model", trained.model, trained.tokenizer)
        if each.read:
            write_examples(folder / "model", each.read)
        fit_default(folder / "model", data)
        judge_default(folder / "model", data)
        for row in _measured(folder / "model", data):
            print(f"{name}: {row}", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--steps", type=int, default=_STEPS)
    parser.add_argument("--work", type=Path, default=Path(".training") / "parts")
    return parser.parse_args()


def without_labels(texts: TrainingTexts) -> TrainingTexts:
    """The texts as they would be had nobody read a note."""
    others = tuple(each for each in texts.sources if each.corpus is not NoteOrigin.READ)
    return replace(texts, sources=others, book=replace(texts.book, noted={}, counts={}))


def _measured(model: Path, data: Path) -> Iterator[str]:
    notes = data / "notes"
    asked = EvaluationRequest(model, LabelSource(model), draws=200)
    requests = {
        "60 notes, diagnoses": replace(
            asked,
            source=LabelSource(notes / "mtsamples_dev_labelled.jsonl"),
            kind=Kind.DIAGNOSIS,
        ),
        "30 notes, both kinds": replace(
            asked, source=LabelSource(notes / "mtsamples_procedures_labelled.jsonl")
        ),
        "250 cases of CodiEsp": replace(
            asked,
            source=LabelSource(notes / "codiesp_en_dev.jsonl.gz", "dev"),
            kind=Kind.DIAGNOSIS,
        ),
    }
    for name, request in requests.items():
        found = cast(dict[str, Any], run(request, lambda _: None).to_json())
        rule, ranking = found["rule"], found["ranking"]
        yield (
            f"{name}: F1 {rule['f1']['value']:.3f}, precision {rule['precision']['value']:.3f}, "
            f"recall {rule['recall']['value']:.3f}, R@10 {ranking['recall_at_10']['value']:.3f}, "
            f"R@15 {ranking['recall_at_15']['value']:.3f}"
        )


if __name__ == "__main__":
    main()
