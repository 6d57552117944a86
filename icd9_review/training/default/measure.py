"""Measuring the default model, beside a dictionary of the same phrases and a linear model.

The dictionaries look up what the model learned its phrases from; the linear model (TF-IDF and
logistic regression) is trained on texts drawn as the model's own were. Both are what the model
has to beat.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from icd9_review.codes.written_terms import written_terms
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.labelled.scoring import Label
from icd9_review.evaluation.labelled.sources import LabelSource as Notes
from icd9_review.evaluation.reliability import read_and_measure
from icd9_review.evaluation.report.page import write_report
from icd9_review.evaluation.run import OWN_PAIRS, EvaluationRequest, run
from icd9_review.training.baseline.fit import train_baseline
from icd9_review.training.baseline.folder import SETTINGS, load_baseline, write_baseline
from icd9_review.training.baseline.model import Baseline
from icd9_review.training.baseline.thresholds import fit_thresholds
from icd9_review.training.default.card.account import BOTH_KINDS, CODIESP, MEASURED
from icd9_review.training.default.labels import label_codes
from icd9_review.training.default.passages import TrainingPassage, write_passage
from icd9_review.training.default.phrases import load_phrase_book
from icd9_review.training.default.sources import read_mtsamples
from icd9_review.training.default.train import (
    Materials,
    Schedule,
    by_corpus,
    draw_passage,
    load_texts,
)
from icd9_review.training.folder import write_json
from icd9_review.values import Kind, Reliability

_LABELLED_BY = (
    "a language model acting as a coder under a written protocol, not by certified coders"
)
_CODED_BY = "CodiEsp's coders in ICD-10-CM, mapped to ICD-9-CM by the 2018 GEMs"
_GENERATED_BY = "the generator that wrote the training passages"
_GENERATED = 200  # passages; by judgement: enough for intervals
_GENERATED_LENGTH = 400  # characters; by judgement: several windows
_FEWEST = 2  # passages of a code that the yardstick learns: of one it learns one passage
_EXPLAINED = 40  # found codes by lot; by judgement: each takes about a minute of a processor
_STEADY_BEFORE = 6  # notes; by judgement: every sentence struck is a reading of a whole note
_LEFT_OUT = ("per_code", "curve", "format", "rarity")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much the yardstick is trained on, and how many bootstrap draws make an interval."""

    baseline_texts: int = 40_000  # by judgement: 100 s of processor time (docs/training.md)
    draws: int = 1000


def measure_default(
    folder: Path,
    work: Path,
    materials: Materials,
    plan: Schedule,
    report: Callable[[str], None],
    *,
    explanations: bool = True,
    beside: Path | None = None,
    sizes: Sizes | None = None,
) -> dict[str, dict[str, Any]]:
    """Evaluations by name, as ``evaluate`` gives them: ``measured``, and what else there is.

    The labelled notes of the reference data, or without it passages whose seeds no training
    step used. With it ``procedures``, notes labelled with both kinds, and CodiEsp. ``beside`` is
    another model folder, measured too. Report and full figures go into ``work``.
    """
    sizes = sizes or Sizes()
    report("training the linear yardstick")
    baseline = _yardstick(work / "yardstick", materials, plan, sizes.baseline_texts)
    terms = tuple(path for path in (_written_terms(work), materials.terms) if path)
    asked = EvaluationRequest(
        folder, Notes(folder), terms=terms, baseline=baseline, beside=beside, draws=sizes.draws
    )
    found = {
        name: run(request, report).to_json()
        for name, request in _requests(
            asked, work, materials.reference_data, plan.seed, explanations=explanations
        ).items()
    }
    for name, evaluation in found.items():
        write_json(work / f"{name}.json", evaluation)
        write_report(evaluation, work / f"{name}.html")
    return found


def measure_before(
    folder: Path, work: Path, materials: Materials, plan: Schedule, report: Callable[[str], None]
) -> dict[str, dict[str, Any]]:
    """The same of the model before, by the same names, without yardsticks and explanations.

    Where its windows overlap a change shifts them all, so few notes are changed.
    """
    asked = EvaluationRequest(folder, Notes(folder))
    requests = _requests(asked, work, materials.reference_data, plan.seed, explanations=False)
    measured = requests[MEASURED]
    if measured.steadiness:
        requests[MEASURED] = replace(measured, steadiness_limit=_STEADY_BEFORE)
    found = {name: run(request, report).to_json() for name, request in requests.items()}
    for name, evaluation in found.items():
        write_json(work / f"before {name}.json", evaluation)
    return found


def _requests(
    asked: EvaluationRequest, work: Path, reference: Path | None, seed: int, *, explanations: bool
) -> dict[str, EvaluationRequest]:
    """What is measured, by name; ``asked`` has what all of it shares."""
    measured = replace(
        asked,
        source=Notes(_measured_file(work, reference)),
        labelled_by=_LABELLED_BY if reference else _GENERATED_BY,
        kind=Kind.DIAGNOSIS if reference else None,
        pairs=OWN_PAIRS,
        pair_notes=(reference / "notes" / "mtsamples_dev.jsonl.gz",) if reference else (),
        explanations=explanations and reference is not None,
        explanations_limit=_EXPLAINED if explanations and reference is not None else None,
        steadiness=reference is not None,
        seed=seed,
    )
    if reference is None:
        return {MEASURED: measured}
    notes = reference / "notes"
    codiesp = Notes(notes / "codiesp_en_dev.jsonl.gz", "dev")
    both = Notes(notes / "mtsamples_procedures_labelled.jsonl")
    return {
        MEASURED: measured,
        CODIESP: replace(asked, source=codiesp, labelled_by=_CODED_BY, kind=Kind.DIAGNOSIS),
        BOTH_KINDS: replace(asked, source=both, labelled_by=_LABELLED_BY, terms=()),
    }


def default_reliability(folder: Path, work: Path, reference: Path | None) -> Reliability:
    """How often probabilities hold on the notes that ``measured`` is about."""
    name = f"MTSamples, labelled by {_LABELLED_BY}" if reference else f"made by {_GENERATED_BY}"
    kind = Kind.DIAGNOSIS if reference else None
    return read_and_measure(folder, _measured_file(work, reference), name=name, kind=kind)


def headline_figures(evaluation: Mapping[str, Any]) -> dict[str, Any]:
    """An evaluation without its long tables."""
    return {key: value for key, value in evaluation.items() if key not in _LEFT_OUT}


def generated_passages(purpose: str) -> tuple[TrainingPassage, ...]:
    """Passages from templates whose seeds no training step uses; another ``purpose``, others."""
    book = load_phrase_book(None)
    return tuple(
        write_passage(book, random.Random(f"{purpose}/{number}"), _GENERATED_LENGTH)  # noqa: S311
        for number in range(_GENERATED)
    )


def generated_notes(purpose: str) -> tuple[LabelledNote, ...]:
    """Generated passages with what they assert as core labels."""
    return tuple(
        _as_note(passage, f"{purpose}-{number}")
        for number, passage in enumerate(generated_passages(purpose))
    )


def _as_note(passage: TrainingPassage, name: str) -> LabelledNote:
    asserted = (code for code, target in passage.targets.items() if target == 1)
    return LabelledNote(passage.text, tuple(Label(frozenset({code})) for code in asserted), name)


def _measured_file(work: Path, reference: Path | None) -> Path:
    if reference is not None:
        return reference / "notes" / "mtsamples_dev_labelled.jsonl"
    path = work / "generated.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for note in generated_notes("measured"):
            labels = [{"any_of": sorted(label.any_of)} for label in note.labels]
            file.write(json.dumps({"id": note.id, "text": note.text, "labels": labels}) + "\n")
    return path


def _written_terms(work: Path) -> Path:
    """The hand-written terms in the form of a file of phrases."""
    work.mkdir(parents=True, exist_ok=True)
    path = work / "hand-written terms.tsv"
    rows = (f"{code}\twritten\t{term}" for code, terms in written_terms().items() for term in terms)
    path.write_text("\n".join(("code\tsource\tphrase", *rows)) + "\n", encoding="utf-8")
    return path


def _yardstick(folder: Path, materials: Materials, plan: Schedule, count: int) -> Baseline:
    """The linear model, from an earlier run where there is one that was finished."""
    if (folder / SETTINGS).is_file():  # written last
        return load_baseline(folder)
    texts = load_texts(materials)
    reference = materials.reference_data
    sources = by_corpus(texts.sources)
    passages = [
        draw_passage(texts.book, sources, random.Random(f"{plan.seed}/yardstick/{number}"))  # noqa: S311
        for number in range(count)
    ]
    codes = [{code for code, target in p.targets.items() if target == 1} for p in passages]
    seen = Counter(chain.from_iterable(codes))
    labels = tuple(code for code in label_codes() if seen[code] >= _FEWEST)
    model = train_baseline([p.text for p in passages], codes, labels, seed=plan.seed)
    notes = generated_notes("validation")
    if reference is not None:
        notes = tuple(note for note in read_mtsamples(reference) if note.split == "validation")
    fitted = fit_thresholds(model, notes, "the notes that the model's thresholds are fitted on")
    write_baseline(fitted, folder)
    return fitted
