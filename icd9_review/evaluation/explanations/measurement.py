"""Measuring explanations on labelled notes: do they point at the evidence, and do they hold.

Measured is what people are shown: every found code (suggested, and right for a core label
with marked evidence) is explained in the window that gave it its largest logit, and its
evidence is what supports the code among the spans that `icd9_review.evidence` chooses. The best
span is the one that is read first (`icd9_review.naming.leading`).
Plausibility asks whether a coder marked the same words, faithfulness whether the model
needs them (`icd9_review.model.explaining.deletion`, and between the bounds of any order of words
`naopc`), completeness whether the weights add up,
infidelity and sensitivity whether each weight is worth what it says and stands still
(`icd9_review.model.explaining.fidelity`). The
deletion check that people see is made too. Beside them stand as many words at random, the same
weights on other words, and the dictionary's own match.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from icd9_review.errors import CorpusError, InputError
from icd9_review.evaluation.explanations.explanation_figures import (
    ExplanationFigures,
    Fidelity,
    Measured,
    MethodFigures,
    Plausibility,
    summarise_judgements,
    summarise_method,
)
from icd9_review.evaluation.explanations.naopc import Bounds, RemovalCurves, measure_naopc
from icd9_review.evaluation.explanations.plausibility import (
    Judgement,
    MarkedWords,
    Offsets,
    judge,
    judge_chance,
    overlap,
)
from icd9_review.evaluation.labelled.dictionary import Dictionary
from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evidence import choose_evidence
from icd9_review.model.explaining.checked import Checked
from icd9_review.model.explaining.deletion import measure_losses
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.explaining.fidelity import measure_infidelity, measure_sensitivity
from icd9_review.model.explaining.occlusion import Occlusion
from icd9_review.model.explaining.preview import Preview
from icd9_review.model.explaining.window_method import WindowMethod
from icd9_review.model.explaining.words import Word, group_words
from icd9_review.model.folder.labels import kind_of
from icd9_review.model.reading.predictor import Predictor
from icd9_review.model.reading.windows import Passage
from icd9_review.naming.leading import leading
from icd9_review.naming.own_words import OwnWords
from icd9_review.statistics import intervals
from icd9_review.values import Attribution, Kind, Window

NORMALISED = 50
"""Explained codes that have NAOPC; by judgement: each takes about a thousand readings."""

DRAWS = 10
"""Random choices of words that evidence is compared with, in faithfulness; by judgement."""


METHODS: Mapping[str, Callable[[Predictor], WindowMethod]] = {
    method.method: method for method in (Explainer, Preview, Occlusion)
}
"""The methods that can be measured, by the name that their attributions carry."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A code found in a note, given by its place among the notes, and its marked evidence."""

    note: int
    text: str
    code: str
    window: Window
    evidence: tuple[Offsets, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """A found code with the words of its window; punctuation is not among them."""

    found: _Found
    passage: Passage
    words: tuple[Word, ...]
    marked: MarkedWords
    curves: RemovalCurves
    bounds: Bounds

    @classmethod
    def of(cls, predictor: Predictor, found: _Found, *, bounded: bool) -> _Case:
        """``bounded``: whether the bounds of its curves are looked for, which takes long."""
        passage = predictor.read_together(found.text, found.window)
        words = tuple(
            word
            for word in group_words(found.text, passage.offsets)
            if _is_read(found.text, (word.start, word.end))
        )
        spans = ((word.start, word.end) for word in words)
        curves = RemovalCurves.of(predictor, passage, found.code, words)
        marked = MarkedWords.of(spans, found.evidence)
        bounds = curves.bounds() if bounded else Bounds(math.nan, math.nan)
        return cls(found, passage, words, marked, curves, bounds)


def check_evidence(notes: Sequence[LabelledNote]) -> None:
    """Raise CorpusError for notes whose core labels mark no evidence."""
    if not any(_evidence(note) for note in notes):
        raise CorpusError(
            "the core labels of these notes mark no evidence to measure explanations against; "
            'give notes whose labels have "evidence"'
        )


def measure_explanations(
    predictor: Predictor,
    notes: Sequence[LabelledNote],
    *,
    dictionary: Dictionary | None = None,
    limit: int | None = None,
    seed: int = 9,  # any number would do
    interval_draws: int = intervals.BOOTSTRAP_DRAWS,
    methods: Sequence[str] | None = None,
    normalised: int = NORMALISED,
) -> ExplanationFigures:
    """Figures of methods over the found codes, or over ``limit`` of them by lot.

    None measures every method there is; NAOPC is of ``normalised`` of the codes by lot. Two runs
    with the same seed are the same. Raises InputError for a method that there is none of and for
    a limit below 1, CorpusError for notes whose core labels mark no evidence, NoteError like
    ``Predictor.score``.
    """
    chosen = tuple(METHODS) if methods is None else methods
    if unknown := [name for name in chosen if name not in METHODS]:
        raise InputError(f"no explanations by {unknown[0][:40]!r}; there are: {', '.join(METHODS)}")
    if limit is not None and limit < 1:
        raise InputError(f"at least one code has to be explained, not {limit}")
    check_evidence(notes)
    found = [one for number, note in enumerate(notes) for one in _find(predictor, number, note)]
    chosen_codes = _draw(found, limit, seed)
    bounded = {id(one) for one in _draw(chosen_codes, normalised, seed)}
    cases = [_Case.of(predictor, one, bounded=id(one) in bounded) for one in chosen_codes]
    bootstrap = intervals.Bootstrap(interval_draws, seed)
    return ExplanationFigures(
        found=len(found),
        explained=len(cases),
        judgeable=sum(case.marked.count > 0 for case in cases),
        seed=seed,
        draws=DRAWS,
        methods={name: _measure_method(predictor, cases, name, bootstrap) for name in chosen},
        dictionary=None
        if dictionary is None
        else _measure_dictionary(dictionary, cases, bootstrap),
    )


def _evidence(note: LabelledNote, code: str | None = None) -> tuple[Offsets, ...]:
    """The spans that core labels mark, all of them or those for which a code is right."""
    return tuple(
        span
        for label in note.labels
        if label.status == "core" and (code is None or code in label.any_of)
        for span in label.evidence
    )


def _find(predictor: Predictor, number: int, note: LabelledNote) -> Iterator[_Found]:
    if not _evidence(note):
        return
    for suggestion in predictor.predict(note.text):
        if suggestion.suggested and (evidence := _evidence(note, suggestion.code)):
            yield _Found(number, note.text, suggestion.code, suggestion.window, evidence)


def _draw(found: Sequence[_Found], limit: int | None, seed: int) -> list[_Found]:
    """So many of the found codes without order, in the order of the notes."""
    if limit is None or limit >= len(found):
        return list(found)
    places = np.random.default_rng(seed).choice(len(found), limit, replace=False)
    return [found[place] for place in sorted(places.tolist())]


def _measure_dictionary(
    dictionary: Dictionary, cases: Sequence[_Case], bootstrap: intervals.Bootstrap
) -> Plausibility:
    judgements = [_look_up(dictionary, case) for case in cases]
    return summarise_judgements(judgements, [case.found.note for case in cases], bootstrap)


def _look_up(dictionary: Dictionary, case: _Case) -> Judgement:
    """The code's asserted phrases in the window; the first one is the best span.

    They are looked up in the whole note, so that what stands before the window is heeded.
    """
    window = case.found.window
    spans = [
        (match.start, match.end)
        for match in dictionary.find(case.found.text)
        if match.asserted and match.code == case.found.code
        if window.start <= match.start and match.end <= window.end
    ]
    words = [word for word in case.marked.words if any(overlap(word, span) for span in spans)]
    return judge(case.marked, spans[0] if spans else None, words)


def _measure_method(
    predictor: Predictor, cases: Sequence[_Case], name: str, bootstrap: intervals.Bootstrap
) -> MethodFigures:
    method = METHODS[name](predictor)
    return summarise_method([_measure(method, case, bootstrap.seed) for case in cases], bootstrap)


def _measure(method: WindowMethod, case: _Case, seed: int) -> Measured:
    found = case.found
    attribution = Checked(method).explain(found.text, found.code, window=found.window)
    chosen = choose_evidence(found.text, attribution)
    used = _covered(case, [(one.start, one.end) for one in chosen if one.weight > 0])
    key = kind_of(found.code) or Kind.DIAGNOSIS, found.code
    read = leading(found.text, chosen, OwnWords(found.text), key)
    shown = [(one.start, one.end) for one in read if one.weight > 0]
    length = len(_covered(case, shown[:1]))
    place = (found.note, method.predictor.labels.index(found.code))
    rng = np.random.default_rng((seed, *place))
    chance = [_draw_words(case, len(used), rng) for _ in range(DRAWS)]
    loss, *losses = measure_losses(method.predictor, case.passage, found.code, [used, *chance])
    return Measured(
        note=found.note,
        judgement=judge(case.marked, shown[0] if shown else None, _rank(found.text, attribution)),
        judgement_of_chance=judge_chance(case.marked, length),
        loss=loss,
        losses_of_chance=tuple(losses),
        fidelity=_measure_fidelity(method, found, attribution, rng),
        naopc=measure_naopc(case.curves, case.bounds, _weights(case, attribution), rng),
        words=len(used),
        attribution=attribution,
    )


def _measure_fidelity(
    method: WindowMethod, found: _Found, attribution: Attribution, rng: np.random.Generator
) -> Fidelity:
    """Of the attribution, and of the same weights on other words of the window."""
    window = method.window(found.text, found.window)
    label = method.predictor.labels.index(found.code)
    weights = [word.weight for word in attribution.words]
    lists = [weights, rng.permutation(weights).tolist()]
    own, chance = measure_infidelity(method, window, label, lists, _draw_seed(rng))
    return Fidelity(own, chance, measure_sensitivity(method, window, label, _draw_seed(rng)))


def _weights(case: _Case, attribution: Attribution) -> list[float]:
    """The weight of each word of the case; 0 for what is no number."""
    found = {
        (word.start, word.end): word.weight
        for word in attribution.words
        if math.isfinite(word.weight)
    }
    return [found.get((word.start, word.end), 0.0) for word in case.words]


def _draw_seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31))


def _covered(case: _Case, spans: Collection[Offsets]) -> list[Word]:
    return [
        word for word in case.words if any(overlap((word.start, word.end), span) for span in spans)
    ]


def _draw_words(case: _Case, count: int, rng: np.random.Generator) -> list[Word]:
    return [case.words[place] for place in rng.choice(len(case.words), count, replace=False)]


def _rank(text: str, attribution: Attribution) -> list[Offsets]:
    """The words of an attribution, those that support the code most first."""
    weighed = [
        word
        for word in attribution.words
        if math.isfinite(word.weight) and _is_read(text, (word.start, word.end))
    ]
    return [(word.start, word.end) for word in sorted(weighed, key=lambda word: -word.weight)]


def _is_read(text: str, span: Offsets) -> bool:
    return any(letter.isalnum() for letter in text[slice(*span)])
