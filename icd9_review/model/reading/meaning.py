"""What typed words mean to the model: the codes it reads in them, the likeliest first."""

from __future__ import annotations

import numpy as np

from icd9_review.model.reading.predictor import Predictor
from icd9_review.suggestions import FLOOR, sigmoid
from icd9_review.values import CodeKey

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
    whole = text.encode(
        errors="replace"
    ).decode()  # half a surrogate pair, which no tokenizer takes
    logits = predictor.read_phrase(whole, patience)
    if logits is None:
        return None
    first = np.argsort(-logits, kind="stable")[:_MOST]
    likely = first[sigmoid(logits[first]) >= FLOOR].tolist()
    kinds, labels = predictor.version.kinds, predictor.version.labels
    return tuple((kinds[place], labels[place]) for place in likely)
