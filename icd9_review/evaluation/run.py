"""One evaluation from files to a value: what ``python -m icd9_review evaluate`` asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tqdm import tqdm

from icd9_review.errors import InputError
from icd9_review.evaluation.evaluate import evaluate
from icd9_review.evaluation.explanations.explanation_figures import ExplanationFigures
from icd9_review.evaluation.explanations.measurement import check_evidence, measure_explanations
from icd9_review.evaluation.groups import FEWEST_NOTES
from icd9_review.evaluation.labelled.dictionary import Dictionary
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote, read_labelled
from icd9_review.evaluation.labelled.sources import (
    LabelSource,
    digest_source,
    read_source,
    texts_by_id,
)
from icd9_review.evaluation.pairs import Pair, default_pairs, measure_pairs, read_pairs
from icd9_review.evaluation.rarity import Frequency, count_codes
from icd9_review.evaluation.readings import Readings, Scorer, of_kind, read_notes
from icd9_review.evaluation.report.record import DataFacts, Evaluation, Extras, ModelFacts
from icd9_review.evaluation.rule import RuleFigures, count_each, rule_figures
from icd9_review.evaluation.steadiness.remembering import Remembering
from icd9_review.evaluation.steadiness.steadiness import measure_steadiness
from icd9_review.evaluation.steadiness.steadiness_figures import SteadinessFigures
from icd9_review.model.folder.declarations import read_buckets, read_thresholds
from icd9_review.model.folder.labels import kind_of
from icd9_review.model.reading.predictor import Predictor, load_predictor
from icd9_review.model.reading.scorer import load_scorer
from icd9_review.naming.phrase_file import dictionary_entries
from icd9_review.statistics.intervals import BOOTSTRAP_DRAWS, Bootstrap

if TYPE_CHECKING:
    from icd9_review.values import Examples, Kind, ModelVersion

_Read = TypeVar("_Read")
_DICTIONARY = "dictionary"
OWN_PAIRS = "own"
"""Names the project's own minimal pairs."""


@dataclass(frozen=True, slots=True)
class EvaluationRequest:
    """What to measure, on what and beside what.

    ``kind`` is that of all labels, where the notes were labelled with codes of one kind only;
    codes of the other are left out then. ``training_split`` names the notes of the same file
    that say how frequent a code is. ``terms`` are files of phrases, each a dictionary to compare
    with, and all of them together. ``beside`` is another model folder. ``pairs`` is a file of
    minimal pairs or OWN_PAIRS; ``pair_notes`` are files with the texts that pairs are made of
    and the measured notes lack. ``…_limit``: so many found codes, so many notes, by lot.
    """

    model: Path
    source: LabelSource
    labelled_by: str | None = None
    kind: Kind | None = None
    training_split: str | None = None
    terms: tuple[Path, ...] = ()
    baseline: Scorer | None = None
    beside: Path | None = None
    pairs: str | None = None
    pair_notes: tuple[Path, ...] = ()
    explanations: bool = False
    explanations_limit: int | None = None
    steadiness: bool = False
    steadiness_limit: int | None = None
    draws: int = BOOTSTRAP_DRAWS
    seed: int = 9  # any number would do
    fewest: int = FEWEST_NOTES

    def __post_init__(self) -> None:
        for option, least, given in (
            ("--draws", 1, self.draws),
            ("--seed", 0, self.seed),
            ("--fewest", 1, self.fewest),
        ):
            if given < least:
                raise InputError(f"{option} must be at least {least}, not {given}")
        self._check_company()

    def _check_company(self) -> None:
        """Raise InputError for an option without the one it belongs to."""
        for option, limit, asked in (
            ("--explanations", self.explanations_limit, self.explanations),
            ("--steadiness", self.steadiness_limit, self.steadiness),
        ):
            if limit is not None and (limit < 1 or not asked):
                raise InputError(f"{option}-limit is a number from 1 beside {option}")
        if self.pair_notes and self.pairs is None:
            raise InputError("--pair-notes belong to --pairs; add --pairs own or a file of pairs")
        if self.training_split is not None and self.source.data.is_dir():
            raise InputError("--training-split names a split of a file; MDACE's folder has none")


@dataclass(frozen=True, slots=True)
class _Material:
    """Everything read from files, so that what is wrong in one is said before the model reads."""

    notes: tuple[LabelledNote, ...]
    dictionaries: Mapping[str, Dictionary]
    pairs: tuple[Pair, ...] | None
    frequency: Frequency | None


def run(request: EvaluationRequest, report: Callable[[str], None]) -> Evaluation:
    """Read the notes with everything that is to be measured, and measure it.

    Raises ModelFolderError for the model, CorpusError for the files, InputError for options
    that contradict each other.
    """
    scorer = load_scorer(request.model)
    codes = [code for code in scorer.labels if request.kind in (None, kind_of(code))]
    material = _read_material(request, codes, scorer.predictor.examples)
    notes = material.notes
    report(f"reading {len(notes):,} notes with {scorer.predictor.version.name}")
    readings = of_kind(read_notes(scorer, notes, _watch(len(notes))), request.kind)
    return evaluate(
        readings,
        _model_facts(request.model, scorer.predictor.version),
        _data_facts(request, len(notes)),
        extras=_measure_extras(request, material, readings, report),
        frequency=material.frequency,
        bootstrap=Bootstrap(request.draws, request.seed),
        fewest=request.fewest,
    )


def _read_material(
    request: EvaluationRequest, codes: Sequence[str], examples: Examples | None
) -> _Material:
    notes = read_source(request.source)
    if request.explanations:
        check_evidence(notes)
    return _Material(
        notes,
        _dictionaries(request.terms, codes),
        None if request.pairs is None else _read_pairs(request, request.pairs, notes),
        _frequency(request, codes, examples),
    )


def _watch(notes: int) -> Callable[[Iterable[_Read]], Iterable[_Read]]:
    """A progress bar where somebody sits at the terminal."""

    def watch(given: Iterable[_Read]) -> Iterable[_Read]:
        bar: Iterable[_Read] = tqdm(given, "notes", notes, disable=None, leave=False)
        return bar

    return watch


def _model_facts(folder: Path, version: ModelVersion) -> ModelFacts:
    thresholds = read_thresholds(folder, version.labels, read_buckets(folder, version.labels))
    return ModelFacts(
        name=version.name,
        version=version.version,
        codes=len(version.labels),
        global_threshold=thresholds.overall,
        own_thresholds=len(thresholds.per_code),
        calibrated=version.calibration is not None,
    )


def _data_facts(request: EvaluationRequest, notes: int) -> DataFacts:
    path = request.source.data.resolve()
    return DataFacts(
        file=path.name,
        sha256=digest_source(path),
        split=request.source.split,
        notes=notes,
        labelled_by=request.labelled_by,
        kind=request.kind,
    )


def _frequency(
    request: EvaluationRequest, codes: Sequence[str], examples: Examples | None
) -> Frequency | None:
    """Counted in the training split where one is named, else what the model folder says."""
    if request.training_split is not None:
        notes = read_labelled(request.source.data, request.training_split)
        return Frequency(count_codes(notes, codes), f"notes of the split {request.training_split}")
    if examples is None:
        return None
    return Frequency(tuple(map(examples.of, codes)), f"{examples.unit}s of its training")


def _measure_extras(
    request: EvaluationRequest,
    material: _Material,
    readings: Readings,
    report: Callable[[str], None],
) -> Extras:
    extras = Extras(_measure_yardsticks(request, readings, material.dictionaries))
    if material.pairs is None and not request.explanations and not request.steadiness:
        return extras
    predictor = load_predictor(request.model)
    if material.pairs is not None:
        pairs = measure_pairs(predictor, material.pairs)
        extras = replace(extras, pairs=pairs.every, pairs_held_out=pairs.held_out)
    if request.steadiness:
        report("reading notes again, changed in nothing that matters")
        found = _measure_steadiness(request, predictor, readings.notes)
        extras = replace(extras, steadiness=found)
    if request.explanations:
        report("explaining what was found")
        explained = _explain(request, material, predictor, readings.notes)
        extras = replace(extras, explanations=explained.to_json())
    return extras


def _measure_steadiness(
    request: EvaluationRequest, predictor: Predictor, notes: Sequence[LabelledNote]
) -> SteadinessFigures:
    bootstrap, limit = Bootstrap(request.draws, request.seed), request.steadiness_limit
    watch = _watch(min(limit or len(notes), len(notes)))
    used = predictor.backend
    predictor.backend = Remembering(used)
    try:
        return measure_steadiness(predictor, notes, bootstrap, limit=limit, watch=watch)
    finally:
        predictor.backend = used


def _explain(
    request: EvaluationRequest,
    material: _Material,
    predictor: Predictor,
    notes: Sequence[LabelledNote],
) -> ExplanationFigures:
    return measure_explanations(
        predictor,
        notes,
        dictionary=material.dictionaries.get(_DICTIONARY),
        limit=request.explanations_limit,
        seed=request.seed,
        interval_draws=request.draws,
    )


def _dictionaries(paths: Sequence[Path], codes: Sequence[str]) -> dict[str, Dictionary]:
    """The dictionary of all phrases; of several files also each by itself, under its name."""
    entries = [dictionary_entries(path, codes) for path in paths]
    if not entries:
        return {}
    # Of a phrase that stands in several files, also in other capitals, the first file's code
    # holds: a union keeps the place of what was there, and the code of the last.
    merged = reduce(lambda first, more: first | more | first, entries)
    whole = {_DICTIONARY: Dictionary(merged)}
    if len(entries) == 1:
        return whole
    return whole | {
        f"{_DICTIONARY} of {path.name}": Dictionary(found)
        for path, found in zip(paths, entries, strict=True)
    }


def _measure_yardsticks(
    request: EvaluationRequest, readings: Readings, dictionaries: Mapping[str, Dictionary]
) -> dict[str, RuleFigures]:
    """The rule's figures of what is measured beside the model, in its label space."""
    predicted: dict[str, Iterable[frozenset[str]]] = {
        name: [dictionary.predict(note.text) for note in readings.notes]
        for name, dictionary in dictionaries.items()
    }
    if request.baseline is not None:
        predicted["baseline"] = read_notes(request.baseline, readings.notes).suggested_codes
    if request.beside is not None:
        other = load_scorer(request.beside)
        predicted[request.beside.name] = read_notes(other, readings.notes).suggested_codes
    space = frozenset(readings.codes)
    bootstrap = Bootstrap(request.draws, request.seed)
    return {
        name: rule_figures(
            count_each(readings.notes, (codes & space for codes in found), space), bootstrap
        )
        for name, found in predicted.items()
    }


def _read_pairs(
    request: EvaluationRequest, name: str, notes: Sequence[LabelledNote]
) -> tuple[Pair, ...]:
    texts = texts_by_id(request.pair_notes) | {note.id: note.text for note in notes}
    return default_pairs(texts) if name == OWN_PAIRS else read_pairs(Path(name), texts)
