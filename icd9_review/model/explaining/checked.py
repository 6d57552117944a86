"""A method whose evidence is put to the test: what the code keeps with other words in its place.

The deletion check: the window is read again with the words that people are shown as supporting
exchanged for words of the same note, and with as many random words exchanged, which says what
another word there does by itself. Words of the note are put in their place because taking words
away leaves a sentence that speaks more purely of what is left, so that random words taken away
raised the probability in one check of six; commas or "the" in their place did the same, and [MASK]
took all probability away (docs/evaluation.md, `random_words`). What is put in the place of words
are draws over likely texts, as in Kim et al., Interpretation of NLP models through input
marginalization, EMNLP 2020; ours come from the note, so that they sound like it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from icd9_review.evidence import choose_evidence, has_content
from icd9_review.model.explaining.attribution_method import (
    AttributionMethod,
    find_labels,
    find_passage,
)
from icd9_review.model.explaining.deletion import Replacements, exchange
from icd9_review.model.explaining.words import Word, group_words
from icd9_review.model.reading.windows import Passage
from icd9_review.suggestions import Verdicts, calibrate, sigmoid
from icd9_review.values import EXCHANGED, Attribution, Deletion, Window

_DRAWS = 5  # by judgement: each is two readings more of the window


@dataclass(frozen=True, slots=True)
class _Readings:
    """The window with other words for the evidence of a code, and for random ones, by draw."""

    words: int
    without: tuple[Passage, ...]
    random: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class _Checking:
    """A window of a text with its words, and the words of content that the text has."""

    text: str
    passage: Passage
    words: tuple[Word, ...]
    spoken: Replacements


class Checked(AttributionMethod):
    """Explains as another method does, and adds the deletion check to each explanation.

    The check reads the window that is explained, not the whole note: where another window
    names the code too, the note would keep its probability without these words, and the
    check would say nothing about them.
    """

    def __init__(self, method: AttributionMethod) -> None:
        technique = method.technique
        settings = f"{technique.settings} {EXCHANGED}".strip()
        super().__init__(method.predictor, replace(technique, settings=settings))
        self._method = method

    def explain_many(
        self, text: str, codes: Iterable[str], *, window: Window
    ) -> dict[str, Attribution]:
        """See `AttributionMethod.explain_many`."""
        found = self._method.explain_many(text, codes, window=window)
        checked = self._check(self._checking(text, window), found)
        settings = self.technique.settings
        return {
            code: replace(one, deletion=checked.get(code), settings=settings)
            for code, one in found.items()
        }

    def _checking(self, text: str, window: Window) -> _Checking:
        """The window, which is one of this text's, and what may stand in the place of its words."""
        spoken = {
            word.start: (text[word.start : word.end], each.pieces[word.first : word.beyond])
            for each in self.predictor.passages(text)
            for word in group_words(text, each.offsets)
            if has_content(text[word.start : word.end])
        }
        passage = find_passage(self.predictor, text, window)
        words = group_words(text, passage.offsets)
        return _Checking(text, passage, words, Replacements(spoken.values()))

    def _check(self, checking: _Checking, found: Mapping[str, Attribution]) -> dict[str, Deletion]:
        """By code; one that shows no supporting evidence has nothing to check."""
        planned = {code: self._plan(checking, one) for code, one in found.items()}
        readings = {code: plan for code, plan in planned.items() if plan is not None}
        passages = [checking.passage]
        for plan in readings.values():
            passages += [*plan.without, *plan.random]
        logits = iter(self._probabilities(passages))
        whole = next(logits)
        labels = find_labels(self.predictor, readings)
        return {
            code: Deletion(
                words=plan.words,
                before=float(whole[labels[code]]),
                without=_mean(logits, len(plan.without), labels[code]),
                random=_mean(logits, len(plan.random), labels[code]) if plan.random else None,
            )
            for code, plan in readings.items()
        }

    def _plan(self, checking: _Checking, found: Attribution) -> _Readings | None:
        text, passage, words = checking.text, checking.passage, checking.words
        runs = [run for run in choose_evidence(text, found) if run.weight > 0]
        evidence = [w for w in words if any(r.start <= w.start and w.end <= r.end for r in runs)]
        others = checking.spoken.without(text[w.start : w.end] for w in evidence)
        if not evidence or not others:
            return None
        seed = f"{self.technique.model_version} {found.code} {passage.window.start}"
        chance = random.Random(seed)  # noqa: S311 - nothing here is secret
        drawn = _draw(text, [w for w in words if w not in evidence], len(evidence), chance)
        return _Readings(
            len(evidence),
            tuple(exchange(passage, evidence, others, chance) for _ in range(_DRAWS)),
            tuple(exchange(passage, choice, others, chance) for choice in drawn),
        )

    def _probabilities(self, passages: Sequence[Passage]) -> npt.NDArray[np.float64]:
        """As they are shown, calibrated where the model is: (passages, labels).

        What reaches its threshold is taken to have passed the judge: the checked words are those
        of a suggestion.
        """
        logits, version = self.predictor.score_passages(passages), self.predictor.version
        raw = sigmoid(logits)
        if version.calibration is None:
            return raw
        passed = (raw >= version.limits) & version.lined
        verdicts = Verdicts(passed, np.zeros_like(passed))
        return calibrate(logits, version.calibration, verdicts)


def _draw(text: str, words: Sequence[Word], count: int, chance: random.Random) -> list[list[Word]]:
    """Random choices of as many words, none where there are too few.

    Words of content, as evidence has them, unless there are too few of these; never punctuation.
    """
    lettered = [word for word in words if any(map(str.isalnum, text[word.start : word.end]))]
    content = [word for word in lettered if has_content(text[word.start : word.end])]
    pool = content if len(content) >= count else lettered
    if len(pool) < count:
        return []
    return [chance.sample(pool, count) for _ in range(_DRAWS)]


def _mean(rows: Iterator[npt.NDArray[np.float64]], count: int, label: int) -> float:
    """Of one label, over the next so many rows."""
    return sum(float(next(rows)[label]) for _ in range(count)) / count
