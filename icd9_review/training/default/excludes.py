"""What each code is not: the excludes notes of the tabular list of diagnoses, as phrases.

A note names what belongs to another code, and mostly that code in brackets: "pulmonary
hypertension (416.0-416.9)" under 401. Such a phrase is close in words and wrong.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from icd9_review.codes.edits.ranges import Ranges
from icd9_review.codes.edits.tabular.tabular_notes import references
from icd9_review.codes.official.release import read_release
from icd9_review.training.default.labels import label_codes, label_ids
from icd9_review.training.default.phrases import is_held_out

TABULAR_LIST = "Dtab12.zip"
_CODES_IN_PLACE = re.compile(r"\s*\([^()]*\d[^()]*\)")
_NO_PHRASE = re.compile(r"(?:that|those|the listed|any condition)\b")
_SHORTEST = 4  # letters, as of phrases that are learned


@dataclass(frozen=True, slots=True)
class Excludes:
    """``of_code`` has the phrases that each code excludes; ``leads`` the one code of a phrase."""

    of_code: Mapping[str, tuple[str, ...]]
    leads: Mapping[str, str]


def read_excludes(book: Path) -> Excludes:
    """What the tabular list ``book`` excludes from codes and categories, not from whole sections.

    What a category excludes, all of its codes do, but those that the note names itself. Phrases
    that search is measured with are left out. Raises CodeListError for a file that cannot be read.
    """
    of_code: defaultdict[str, dict[str, None]] = defaultdict(dict)
    leads: dict[str, str] = {}
    for heading, phrase, meant in _noted(book):
        for code in _below(heading):
            if code not in meant:
                of_code[code][phrase] = None
        only = meant.held[0]
        if len(meant.held) == 1 and only.first == only.last and only.first in label_ids():
            leads[phrase] = only.first
    return Excludes({code: tuple(phrases) for code, phrases in of_code.items()}, leads)


def _noted(book: Path) -> Iterator[tuple[str, str, Ranges]]:
    """Code or category, what it excludes, and the codes which that belongs to."""
    for heading, notes in read_release(book).tabular.items():
        for line in () if "-" in heading else notes.excludes:
            phrase = " ".join(_CODES_IN_PLACE.sub("", line).split()).strip(" ,:")
            meant = references((line,))
            said = len(phrase) >= _SHORTEST and not _NO_PHRASE.match(phrase)
            if meant.held and said and not is_held_out(phrase):
                yield heading, phrase, meant


def _below(heading: str) -> list[str]:
    begins = heading if "." in heading else f"{heading}."
    return [code for code in label_codes() if code == heading or code.startswith(begins)]
