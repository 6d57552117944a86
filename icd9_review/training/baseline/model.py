"""The yardstick that reads notes: weighted words and word pairs, one linear score per code.

TF-IDF with a logistic regression per code is what a fine-tuned encoder has to beat, and on
frequent codes often does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from icd9_review.arrays import Singles
from icd9_review.values import Calibration

_NOTES_AT_ONCE = 64  # read together; by judgement: few in memory, and little time is lost between
_WORD = r"(?u)\w+"  # a stage of one digit tells codes apart, so single characters count


def vectorizer(**settings: object) -> TfidfVectorizer:
    """Words and pairs of neighbours in lower case, 1 + log(count), rows of length one."""
    return TfidfVectorizer(
        ngram_range=(1, 2), sublinear_tf=True, token_pattern=_WORD, dtype=np.float32, **settings
    )


@dataclass(frozen=True)
class Baseline:
    """A trained yardstick.

    ``labels`` are dotted codes; ``thresholds``, in their order, say from which probability a
    code is suggested and ``split`` on which notes that was fitted. ``weights`` is of shape
    (terms, codes), ``idf`` of (terms,), ``intercepts`` of (codes,). A note is read in windows
    of ``window_words`` words, half of them shared with the next, or whole where that is None.
    """

    labels: tuple[str, ...]
    thresholds: tuple[float, ...]
    split: str
    vocabulary: tuple[str, ...]
    idf: Singles
    weights: csr_matrix
    intercepts: Singles
    window_words: int | None = None

    @property
    def calibration(self) -> Calibration | None:
        """None: its probabilities are taken as they are."""
        return None

    def logits(self, texts: Iterable[str]) -> Singles:
        """The largest logit over the windows of each note, of shape (notes, codes)."""
        left = iter(texts)
        rows = [np.empty((0, len(self.labels)), np.float32)]
        while some := tuple(islice(left, _NOTES_AT_ONCE)):
            rows.append(self._read(some))
        return np.concatenate(rows)

    def _read(self, texts: Sequence[str]) -> Singles:
        windows = [tuple(cut_words(text, self.window_words)) for text in texts]
        firsts = np.cumsum([0, *map(len, windows[:-1])])
        terms = self._vectorizer.transform([window for note in windows for window in note])
        scores: Singles = (terms @ self.weights).toarray() + self.intercepts
        largest: Singles = np.maximum.reduceat(scores, firsts, axis=0)
        return largest

    @cached_property
    def _vectorizer(self) -> TfidfVectorizer:
        ready = vectorizer(vocabulary=self.vocabulary)
        ready.idf_ = self.idf
        return ready


def cut_words(text: str, size: int | None) -> Iterator[str]:
    """Windows of so many words between spaces, each half in the next; None is the whole text."""
    words = text.split() if size else []
    if size is None or len(words) <= size:
        yield text
        return
    step = max(1, size // 2)
    for start in range(0, len(words) - size + step, step):
        yield " ".join(words[start : start + size])
