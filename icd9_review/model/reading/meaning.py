"""What typed words mean to the model: the codes it reads in them, the likeliest first."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from icd9_review.model.reading.predictor import Predictor
from icd9_review.suggestions import FLOOR, sigmoid
from icd9_review.values import CodeKey, Kind

PATIENCE = 0.2
"""Seconds that words wait for a turn of the model; by judgement: the index has answered already."""

_MOST = 50  # codes; by judgement: more than a list shows


def codes_meant(
    predictor: Predictor, text: str, patience: float = PATIENCE
) -> tuple[CodeKey, ...] | None:
    """The codes that the model reads in a few typed words, the likeliest first.

    They go by the raw logit: what is calibrated says how often a code is right in a note, where
    rare ones are rarely, and who searches may mean any. What is hardly likely at all (FLOOR) is
    left out: words for a code that a model does not know would lead anywhere. None where the
    model has no time within ``patience`` seconds; nothing is stored.
    """
    logits = _read(predictor, text, patience)
    if logits is None:
        return None
    first = np.argsort(-logits, kind="stable")[:_MOST]
    likely = first[sigmoid(logits[first]) >= FLOOR].tolist()
    kinds, labels = predictor.version.kinds, predictor.version.labels
    return tuple((kinds[place], labels[place]) for place in likely)


def codes_among(
    predictor: Predictor, text: str, among: Callable[[str], bool], patience: float = PATIENCE
) -> tuple[str, ...] | None:
    """The diagnoses that the model reads in some words, out of those that are ``among``.

    They come likeliest first, however little likely: the words are known to tell one of them. None
    where the model has no time, as in `codes_meant`.
    """
    logits = _read(predictor, text, patience)
    if logits is None:
        return None
    places = predictor.version.places
    held = [at for (kind, code), at in places.items() if kind is Kind.DIAGNOSIS and among(code)]
    held.sort(key=lambda at: -logits[at])
    return tuple(predictor.version.labels[at] for at in held[:_MOST])


def _read(predictor: Predictor, text: str, patience: float) -> npt.NDArray[np.float32] | None:
    """The logits of some words; half a surrogate pair, which no tokenizer takes, is replaced."""
    return predictor.read_phrase(text.encode(errors="replace").decode(), patience)
