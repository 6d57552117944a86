"""What a code's probability loses without some words of a passage, and with those alone.

Comprehensiveness and sufficiency of DeYoung et al., ERASER: A Benchmark to Evaluate
Rationalized NLP Models, ACL 2020, section 4.2. Words are taken away, as there, with all
their pieces; what is left closes up and is read as a shorter text. Nothing stands in their
place: a classifier has read neither [MASK] nor attended [PAD] in training, so that a
passage of little else would measure its surprise (Hooker et al., A Benchmark for
Interpretability Methods in Deep Neural Networks, NeurIPS 2019), and [PAD] is the
baseline of the integrated gradients, which it would favour over other methods.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from icd9_review.errors import CodeError
from icd9_review.model.explaining.words import Word
from icd9_review.model.reading.predictor import Predictor
from icd9_review.model.reading.windows import Passage
from icd9_review.suggestions import sigmoid


@dataclass(frozen=True, slots=True)
class Loss:
    """How much lower the probability is, in [-1, 1]; below 0 it has risen.

    ``comprehensiveness`` without the words: high where they carry the code. ``sufficiency``
    with the words alone: near 0 where they are enough for it.
    """

    comprehensiveness: float
    sufficiency: float


class Replacements:
    """Words as they are written, with their pieces, that may stand in the place of others."""

    def __init__(self, words: Iterable[tuple[str, tuple[int, ...]]]) -> None:
        self._words = sorted(words, key=lambda word: len(word[1]))
        self._sizes = [len(pieces) for _, pieces in self._words]

    def __len__(self) -> int:
        return len(self._words)

    def without(self, written: Iterable[str]) -> Replacements:
        """Those that are written otherwise, capitals or not."""
        gone = {word.casefold() for word in written}
        return Replacements(word for word in self._words if word[0].casefold() not in gone)

    def draw(self, size: int, chance: random.Random) -> tuple[int, ...]:
        """The pieces of one by lot, at most ``size``: the text becomes no longer.

        Of those that have no more, where there are any; else the first pieces of one.
        """
        fitting = bisect_right(self._sizes, size) or len(self._words)
        return self._words[chance.randrange(fitting)][1][:size]


def exchange(
    passage: Passage, words: Collection[Word], others: Replacements, chance: random.Random
) -> Passage:
    """The passage with another word by lot for each of these; ``others`` is not empty."""
    gone, begins = _pieces(words), {word.first: word for word in words}
    pieces: list[int] = []
    offsets: list[tuple[int, int]] = []
    for at, (piece, place) in enumerate(zip(passage.pieces, passage.offsets, strict=True)):
        if at not in gone:
            pieces.append(piece)
            offsets.append(place)
        elif (word := begins.get(at)) is not None:
            drawn = others.draw(word.beyond - word.first, chance)
            pieces += drawn
            offsets += [(word.start, word.end)] * len(drawn)
    return Passage(passage.window, tuple(pieces), tuple(offsets))


def remove(passage: Passage, words: Iterable[Word]) -> Passage:
    """The passage without the pieces of these words; its window stays the one it came from."""
    gone = _pieces(words)
    return _select(passage, [at for at in range(len(passage.pieces)) if at not in gone])


def keep(passage: Passage, words: Iterable[Word]) -> Passage:
    """The passage with the pieces of these words alone; its window is the one it came from."""
    return _select(passage, sorted(_pieces(words)))


def measure_losses(
    predictor: Predictor, passage: Passage, code: str, choices: Sequence[Collection[Word]]
) -> tuple[Loss, ...]:
    """What the raw probability of a code in this passage loses, for each choice of its words.

    All readings of the passage share batches. Raises CodeError for a code the model does not
    know.
    """
    if code not in predictor.place_of:
        raise CodeError(f"the model does not know the code {code[:20]!r}")
    readings = [
        passage,
        *(remove(passage, c) for c in choices),
        *(keep(passage, c) for c in choices),
    ]
    logits = predictor.score_passages(readings)[:, predictor.place_of[code]]
    probabilities = sigmoid(logits)
    without, alone = np.split(probabilities[0] - probabilities[1:], 2)
    return tuple(Loss(*pair) for pair in zip(without.tolist(), alone.tolist(), strict=True))


def _pieces(words: Iterable[Word]) -> set[int]:
    return {at for word in words for at in range(word.first, word.beyond)}


def _select(passage: Passage, chosen: Sequence[int]) -> Passage:
    return Passage(
        passage.window,
        tuple(passage.pieces[at] for at in chosen),
        tuple(passage.offsets[at] for at in chosen),
    )
