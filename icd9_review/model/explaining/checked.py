"""A method whose evidence is put to the test: what the code keeps without these words.

The deletion check: the window is read again without the words that people are shown as
supporting, and without as many words drawn at random, which says what taking words away
does by itself. Both are taken away in the same way; see `icd9_review.model.explaining.deletion`
for how, and why. Other controls were measured and are none (docs/evaluation.md, `random_words`):
with [MASK] in the place of random words hardly any probability is left, so that nothing could be
told from them; whole runs as long as those of the evidence, and twice as many draws, raise the
probability as often as single words do.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from icd9_review.evidence import choose_evidence, has_content
from icd9_review.model.explaining.attribution_method import (
    AttributionMethod,
    find_labels,
    find_passage,
)
from icd9_review.model.explaining.deletion import remove
from icd9_review.model.explaining.words import Word, group_words
from icd9_review.model.reading.windows import Passage
from icd9_review.suggestions import Verdicts, calibrate, sigmoid
from icd9_review.values import Attribution, Deletion, Window

_DRAWS = 5  # by judgement: each is a reading more of the window


@dataclass(frozen=True, slots=True)
class _Readings:
    """The window without the evidence of a code, and without random words, draw by draw."""

    words: int
    without: Passage
    random: tuple[Passage, ...]


class Checked(AttributionMethod):
    """Explains as another method does, and adds the deletion check to each explanation.

    The check reads the window that is explained, not the whole note: where another window
    names the code too, the note would keep its probability without these words, and the
    check would say nothing about them.
    """

    def __init__(self, method: AttributionMethod) -> None:
        super().__init__(method.predictor, method.technique)
        self._method = method

    def explain_many(
        self, text: str, codes: Iterable[str], *, window: Window
    ) -> dict[str, Attribution]:
        """See `AttributionMethod.explain_many`."""
        found = self._method.explain_many(text, codes, window=window)
        passage = find_passage(self.predictor, text, window)
        checked = self._check(text, passage, found)
        return {code: replace(one, deletion=checked.get(code)) for code, one in found.items()}

    def _check(
        self, text: str, passage: Passage, found: Mapping[str, Attribution]
    ) -> dict[str, Deletion]:
        """By code; one that shows no supporting evidence has nothing to check."""
        words = group_words(text, passage.offsets)
        planned = {code: self._plan(text, passage, words, one) for code, one in found.items()}
        readings = {code: plan for code, plan in planned.items() if plan is not None}
        passages = [passage]
        for plan in readings.values():
            passages += [plan.without, *plan.random]
        logits = iter(self._probabilities(passages))
        whole = next(logits)
        labels = find_labels(self.predictor, readings)
        return {
            code: Deletion(
                words=plan.words,
                before=float(whole[labels[code]]),
                without=float(next(logits)[labels[code]]),
                random=_mean([float(next(logits)[labels[code]]) for _ in plan.random]),
            )
            for code, plan in readings.items()
        }

    def _plan(
        self, text: str, passage: Passage, words: Sequence[Word], found: Attribution
    ) -> _Readings | None:
        runs = [run for run in choose_evidence(text, found) if run.weight > 0]
        evidence = [w for w in words if any(r.start <= w.start and w.end <= r.end for r in runs)]
        if not evidence:
            return None
        seed = f"{self.technique.model_version} {found.code} {passage.window.start}"
        drawn = _draw(text, [w for w in words if w not in evidence], len(evidence), seed)
        return _Readings(
            len(evidence),
            remove(passage, evidence),
            tuple(remove(passage, choice) for choice in drawn),
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
        passed = (raw >= version.limits) & version.judged
        verdicts = Verdicts(passed, np.zeros_like(passed))
        return calibrate(logits, version.calibration, verdicts)


def _draw(text: str, words: Sequence[Word], count: int, seed: str) -> list[list[Word]]:
    """Random choices of as many words, none where there are too few; the same every time.

    Words of content, as evidence has them, unless there are too few of these.
    """
    content = [word for word in words if has_content(text[word.start : word.end])]
    pool = content if len(content) >= count else words
    if len(pool) < count:
        return []
    chance = random.Random(seed)  # noqa: S311 - nothing here is secret
    return [chance.sample(pool, count) for _ in range(_DRAWS)]


def _mean(numbers: Sequence[float]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None
