"""Fitting the second judge of a model folder on labelled notes that did not train it.

Thresholds are chosen for the best F1 of what reaches them. Before a judge those of diagnoses are
lowered, so that what is in doubt comes before it: what it lets pass is more, and more of it is
right, than what the thresholds alone would give. Procedures are weighed by themselves, above the
thresholds that they have, where there are enough of them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from icd9_review.arrays import Bools, Floats
from icd9_review.errors import CorpusError, ModelFolderError
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.model.folder.declarations import (
    JUDGE,
    Buckets,
    Thresholds,
    read_buckets,
    read_thresholds,
)
from icd9_review.model.folder.labels import kind_of
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.naming.doubts import ASKED, Candidate, Doubts, find_doubts
from icd9_review.naming.judging import candidates
from icd9_review.statistics.calibration import FEWEST_FOR_A_LINE, Platt, fit_platt
from icd9_review.suggestions import listing_order
from icd9_review.values import Doubt, Judge, JudgeWeights, Kind, ModelVersion

LENIENCE = 1.0
"""By how much of the logit thresholds are lowered before a judge; by judgement: 0.7 to 1.3 gave
the embedded model the same F1 within 0.01."""

_STRICTNESS = 0.1  # C of scikit-learn; by judgement: 0.03 to 0.3 gave the same within 0.005
_FOLDS = 10  # of the notes; the number that is usual (Kohavi 1995)
_NOTES = 32  # whose windows share batches; by judgement
_FEWEST = 50  # candidates of each sort; by judgement: some five for each weight


@dataclass(frozen=True, slots=True)
class Case:
    """A code that reached its lowered threshold in a note, and whether a label asks for it.

    ``log_odds`` are those of the probability that would be shown without a judge. One that is
    ``arguable`` may be coded and need not: the judge lets it be right, no probability is held
    against it.
    """

    note: str
    candidate: Candidate
    doubts: Doubts
    right: bool
    log_odds: float = 0.0
    arguable: bool = False


@dataclass(frozen=True, slots=True)
class Weighed:
    """Weights for codes of one kind, and what they did to notes they were not fitted on.

    That is told by cross-validation by note: of so many ``candidates``, so many of them ``right``,
    what was ``demoted`` and how much of that was right.
    """

    weights: JudgeWeights
    candidates: int
    right: int
    demoted: int
    demoted_right: int


@dataclass(frozen=True, slots=True)
class JudgeFit:
    """A judge, and what it did to either kind; procedures it may not judge.

    ``lines`` calibrate the diagnoses it passed in cross-validation and those it demoted, by the
    names that ``calibration.json`` has for them; without enough of both there are none.
    """

    judge: Judge
    lines: Mapping[str, Platt]
    diagnoses: Weighed
    procedures: Weighed | None


def add_judge(folder: Path, notes: Sequence[LabelledNote], split: str) -> JudgeFit:
    """Lower a folder's thresholds, fit a judge above them and write both.

    Where the folder has a calibration, it gets the lines of what was passed and demoted.
    ``split`` says what the notes are. Raises CorpusError where the notes give too little to
    judge by, and ModelFolderError where the folder has a judge already: its thresholds are
    lowered, so fit them again before.
    """
    if (folder / JUDGE).exists():
        raise ModelFolderError(f"{folder} has a {JUDGE}; fit its thresholds again first")
    predictor = load_predictor(folder)
    labels = predictor.labels
    buckets = read_buckets(folder, labels)
    lowered = lower_thresholds(read_thresholds(folder, labels, buckets), labels, buckets)
    version = replace(predictor.version, thresholds=lowered.of(labels, buckets))
    found = fit_judge(list(_cases(predictor, version, notes)), split)
    files = {"thresholds.json": lowered.model_dump(by_alias=True), JUDGE: _judge_json(found.judge)}
    if version.calibration is not None:
        files["calibration.json"] = _with_lines(folder / "calibration.json", found.lines)
    _write(folder, files)
    return found


def _with_lines(calibration: Path, lines: Mapping[str, Platt]) -> dict[str, object]:
    held: dict[str, object] = json.loads(calibration.read_text("utf-8"))
    return held | {name: {"a": line.a, "b": line.b} for name, line in lines.items()}


def fit_judge(cases: Sequence[Case], split: str) -> JudgeFit:
    """Fit the weights of a judge by logistic regression with a small penalty, for either kind.

    No doubt may speak for a code: what would is left out. Raises CorpusError for fewer than 50
    diagnoses that are right, or wrong, or for notes fewer than ten; without as many procedures
    these are not judged.
    """
    diagnoses, procedures = (
        [case for case in cases if case.candidate.kind is kind] for kind in Kind
    )
    if not _is_enough(diagnoses):
        right = sum(case.right for case in diagnoses)
        raise CorpusError(
            f"a judge needs {_FEWEST} right and {_FEWEST} wrong codes above the thresholds, in "
            f"{_FOLDS} notes; there are {right} and {len(diagnoses) - right}: name more notes"
        )
    found, demoted = _weigh(diagnoses, Kind.DIAGNOSIS)
    of_procedures = _weigh(procedures, Kind.PROCEDURE)[0] if _is_enough(procedures) else None
    own, beside = found.weights, None if of_procedures is None else of_procedures.weights
    return JudgeFit(
        Judge(own.intercept, own.margin, own.doubts, split, beside),
        lines=_verdict_lines(diagnoses, demoted),
        diagnoses=found,
        procedures=of_procedures,
    )


def _is_enough(cases: Sequence[Case]) -> bool:
    right = sum(case.right for case in cases)
    notes = {case.note for case in cases}
    return min(right, len(cases) - right) >= _FEWEST and len(notes) >= _FOLDS


def _weigh(cases: Sequence[Case], kind: Kind) -> tuple[Weighed, Bools]:
    """Weights for cases of one kind, and which of them others, without their note, would demote."""
    asked = ASKED[kind]
    facts = _facts(cases, asked)
    right = np.array([case.right for case in cases], dtype=np.bool_)
    demoted = _cross_validated(facts, right, [case.note for case in cases]) < 0
    weights = _weights(facts, right)
    doubts = dict(zip(asked, (-weights[2:]).tolist(), strict=True))
    return Weighed(
        JudgeWeights(float(weights[0]), float(weights[1]), doubts),
        candidates=len(cases),
        right=int(right.sum()),
        demoted=int(demoted.sum()),
        demoted_right=int((demoted & right).sum()),
    ), demoted


def _verdict_lines(cases: Sequence[Case], demoted: Bools) -> dict[str, Platt]:
    """A line for either verdict; none where one has too few that are right, or wrong."""
    shown = np.array([case.log_odds for case in cases])
    right = np.array([case.right for case in cases], dtype=np.bool_)
    sure = np.array([not case.arguable for case in cases], dtype=np.bool_)
    sides = {"passed": ~demoted & sure, "demoted": demoted & sure}
    fewest = min(
        int((right[side] == truth).sum()) for side in sides.values() for truth in (True, False)
    )
    if fewest < FEWEST_FOR_A_LINE:
        return {}
    return {name: fit_platt(shown[side], right[side]) for name, side in sides.items()}


def _facts(cases: Iterable[Case], asked: Sequence[Doubt]) -> Floats:
    """One row a case: the margin, then the size of every doubt that is asked for."""
    return np.array(
        [
            [case.candidate.margin, *(case.doubts.sizes.get(doubt, 0.0) for doubt in asked)]
            for case in cases
        ]
    )


def _cross_validated(facts: Floats, right: Bools, notes: Sequence[str]) -> Floats:
    """The log-odds of each case by weights that were fitted without its note."""
    from sklearn.model_selection import GroupKFold

    found = np.zeros(len(right))
    for others, own in GroupKFold(_FOLDS).split(facts, right, notes):
        weights = _weights(facts[others], right[others])
        found[own] = weights[0] + facts[own] @ weights[1:]
    return found


def _weights(facts: Floats, right: Bools) -> Floats:
    """Intercept and weights; the margin never speaks against a code, a doubt never for it."""
    signs = np.array([1.0] + [-1.0] * (facts.shape[1] - 1))
    used = facts.std(axis=0) > 0
    while True:
        intercept, weights = _regression(facts * used, right)
        wrong = (weights * signs < 0) & used
        if not wrong.any():
            return np.array([intercept, *(weights * used)])
        used &= ~wrong


def _regression(facts: Floats, right: Bools) -> tuple[float, Floats]:
    """The penalty is one for facts of like spread, the weights are those of the facts as given."""
    from sklearn.linear_model import LogisticRegression

    spread = np.where(facts.std(axis=0) > 0, facts.std(axis=0), 1.0)
    model = LogisticRegression(C=_STRICTNESS, max_iter=3000).fit(facts / spread, right)
    return float(model.intercept_[0]), model.coef_[0] / spread


def _cases(
    predictor: Predictor, version: ModelVersion, notes: Sequence[LabelledNote]
) -> Iterator[Case]:
    for start in range(0, len(notes), _NOTES):
        some = notes[start : start + _NOTES]
        scores = predictor.score_many([note.text for note in some])
        for note, each in zip(some, scores, strict=True):
            found = candidates(each, version)
            shown = listing_order(each.logits, version.calibration)
            doubts = find_doubts(note.text, list(found.values()))
            for (place, candidate), against in zip(found.items(), doubts, strict=True):
                core, arguable = (candidate.code in each for each in _asked(note))
                odds, right = float(shown[place]), core or arguable
                yield Case(note.id, candidate, against, right, odds, arguable=not core and arguable)


def _asked(note: LabelledNote) -> tuple[frozenset[str], frozenset[str]]:
    """Every code that would be right, and every one that would be arguably so."""
    core, arguable = (
        frozenset(
            code
            for label in note.labels
            if (label.status == "core") is wanted
            for code in label.any_of
        )
        for wanted in (True, False)
    )
    return core, arguable


def lower_thresholds(
    thresholds: Thresholds, labels: Iterable[str], buckets: Buckets | None
) -> Thresholds:
    """Those of diagnoses, which are judged; what holds for a procedure too stays."""
    bucket_of = {} if buckets is None else buckets.of
    procedures = [label for label in labels if kind_of(label) is Kind.PROCEDURE]
    held = {bucket_of.get(code, "") for code in procedures if code not in thresholds.per_code}
    overall = thresholds.overall if held - {*thresholds.per_bucket} else _lower(thresholds.overall)
    per_bucket = {
        name: each if name in held else _lower(each) for name, each in thresholds.per_bucket.items()
    }
    per_code = {
        code: each if kind_of(code) is Kind.PROCEDURE else _lower(each)
        for code, each in thresholds.per_code.items()
    }
    return thresholds.model_copy(
        update={"overall": overall, "per_bucket": per_bucket, "per_code": per_code}
    )


def _lower(threshold: float) -> float:
    return 1.0 / (1.0 + math.exp(LENIENCE - math.log(threshold / (1.0 - threshold))))


def _judge_json(judge: Judge) -> dict[str, object]:
    held = _weights_json(judge) | {"split": judge.split}
    if judge.procedures is not None:
        held["procedures"] = _weights_json(judge.procedures)
    return held


def _weights_json(weights: JudgeWeights) -> dict[str, object]:
    doubts = {doubt.value: weight for doubt, weight in weights.doubts.items()}
    return {"intercept": weights.intercept, "margin": weights.margin, "doubts": doubts}


def _write(folder: Path, files: Mapping[str, object]) -> None:
    """Both or, as far as can be known before, neither: alone, lower thresholds suggest too much."""
    drafts = {folder / f".{name}.draft": folder / name for name in files}
    try:
        for draft, content in zip(drafts, files.values(), strict=True):
            draft.write_text(json.dumps(content, indent=2, allow_nan=False) + "\n", "utf-8")
        for draft, file in drafts.items():
            draft.replace(file)
    except OSError as error:
        for draft in drafts:
            with suppress(OSError):
                draft.unlink()
        raise ModelFolderError(f"{folder} cannot be written: {error.strerror}") from None
