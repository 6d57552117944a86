"""Invented notes whose codes stand in plain words in them."""

from __future__ import annotations

import random

from icd9_review.evaluation.labelled.labelled_notes import LabelledNote
from icd9_review.evaluation.labelled.scoring import Label

CODES = {
    "428.0": "congestive heart failure",
    "427.31": "atrial fibrillation",
    "486": "lobar pneumonia",
    "38.93": "a central line was placed",
}
FILLER = ["the", "patient", "was", "seen", "today", "and", "is", "doing", "well", "at", "home"]


def invent_notes(count: int, seed: int = 3, words: int = 12) -> list[LabelledNote]:
    """Notes with some of the codes, every one in its own words among filler."""
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    return [_invent(chance, number, words) for number in range(count)]


def _invent(chance: random.Random, number: int, words: int) -> LabelledNote:
    codes = [code for code in CODES if chance.random() < 0.35]
    parts = [CODES[code] for code in codes] + chance.choices(FILLER, k=words)
    chance.shuffle(parts)
    labels = tuple(Label(frozenset({code})) for code in codes)
    return LabelledNote(" ".join(parts), labels, f"n{number}")
