"""The yardstick: what looking phrases up in a dictionary finds, with a look-back for negation.

Longest match from left to right, word by word. It knows nothing of sections, doubt or the
past; a model that is to be worth its computing has to do better than this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from icd9_review.errors import CodeError
from icd9_review.model.folder.labels import kind_of

LOOK_BACK = 6
"""Words before a phrase, within its sentence, that may deny it or tell of a relative.

By judgement, near the five of NegEx (Chapman et al. 2001)."""

_LONGEST_CAPITALS = 5  # letters; longer phrases in capitals are no abbreviations; by judgement
_WORD = re.compile(r"\w+(?:['’]\w+)*")
# Tried on the text between two words and the first letter of the second.
_SENTENCE_END = re.compile(r"[;!?]|\.(?=\W)|\n\s*[-*•\n\dA-Z]")
_APART = re.compile(r"[.;:!?]|\n\s*\n")
_DENIALS = (
    "no not denies denied deny denying without negative never absence free nor neither unlikely"
)
_RELATIVES = (
    "family mother father parent parents brother brothers sister sisters sibling siblings son "
    "daughter grandmother grandfather aunt uncle cousin maternal paternal"
)
_NOT_ASSERTED = frozenset(f"{_DENIALS} {_RELATIVES}".split())
_TURN = frozenset({"but", "however", "although", "except"})
_RULED_OUT = (("r", "o"), ("rule", "out"), ("ruled", "out"))


@dataclass(frozen=True, slots=True)
class PhraseMatch:
    """A phrase of the dictionary at ``text[start:end]``; not asserted: denied or a relative's."""

    start: int
    end: int
    code: str
    asserted: bool


@dataclass(frozen=True, slots=True)
class _Text:
    """A text's words as written and as looked up; ``start[i]:end[i]`` is where they stand."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    written: tuple[str, ...]
    lowered: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> _Text:
        words = tuple(_WORD.finditer(text))
        written = tuple(_without_possessive(word[0]) for word in words)
        return cls(
            text,
            tuple(word.start() for word in words),
            tuple(word.end() for word in words),
            written,
            tuple(word.lower() for word in written),
        )

    def gap(self, word: int, letters: int = 0) -> str:
        """What stands between a word and the next one, with so many letters of the next."""
        return self.text[self.ends[word] : self.starts[word + 1] + letters]


class Dictionary:
    """Phrases and the code each stands for.

    Case counts for a single word in capitals of at most five letters, such as MS, alone. Of
    phrases that differ in case or punctuation only, the first holds; one without words is
    found nowhere. Raises CodeError for what is not a dotted ICD-9-CM code.
    """

    def __init__(self, entries: Mapping[str, str]) -> None:
        self._capitals: dict[str, str] = {}
        self._phrases: dict[tuple[str, ...], str] = {}
        sizes: dict[str, set[int]] = {}
        for phrase, code in entries.items():
            if kind_of(code) is None:
                raise CodeError(f"{code[:20]!r} for the phrase {phrase[:40]!r} is no dotted code")
            words = _Text.of(phrase).written
            if not words:
                continue
            if len(words) == 1 and _is_capitals(words[0]):
                self._capitals.setdefault(words[0], code)
                continue
            lowered = tuple(word.lower() for word in words)
            self._phrases.setdefault(lowered, code)
            sizes.setdefault(lowered[0], set()).add(len(lowered))
        self._sizes = {word: sorted(found, reverse=True) for word, found in sizes.items()}

    @property
    def codes(self) -> frozenset[str]:
        """Every code that a phrase stands for."""
        return frozenset(self._phrases.values()) | frozenset(self._capitals.values())

    def find(self, text: str) -> tuple[PhraseMatch, ...]:
        """The longest matches from left to right; they do not overlap.

        >>> found = Dictionary({"asthma": "493.90"}).find("No asthma. Asthma in 2010.")
        >>> [each.asserted for each in found]
        [False, True]
        """
        return tuple(self._matches(_Text.of(text)))

    def predict(self, text: str) -> frozenset[str]:
        """The codes that are asserted at least once.

        >>> phrases = Dictionary({"pneumonia": "486", "asthma": "493.90"})
        >>> sorted(phrases.predict("Asthma, no pneumonia."))
        ['493.90']
        """
        return frozenset(match.code for match in self.find(text) if match.asserted)

    def _matches(self, text: _Text) -> Iterator[PhraseMatch]:
        at = 0
        while at < len(text.lowered):
            found = self._longest(text, at)
            if found is None:
                at += 1
                continue
            size, code = found
            yield PhraseMatch(text.starts[at], text.ends[at + size - 1], code, _asserted(text, at))
            at += size

    def _longest(self, text: _Text, at: int) -> tuple[int, str] | None:
        """How many words match from this one on, and their code."""
        for size in self._sizes.get(text.lowered[at], ()):
            if at + size > len(text.lowered):
                continue
            code = self._phrases.get(text.lowered[at : at + size])
            if code is not None and _together(text, range(at, at + size - 1)):
                return size, code
        code = self._capitals.get(text.written[at])
        return None if code is None else (1, code)


def _without_possessive(word: str) -> str:
    """Crohn for Crohn's: the dictionary and the note need not agree on it."""
    return word[:-2] if word.lower().endswith(("'s", "’s")) else word


def _is_capitals(word: str) -> bool:
    return word.isupper() and len(word) <= _LONGEST_CAPITALS


def _together(text: _Text, gaps: Sequence[int]) -> bool:
    """Whether no sentence ends between these words; H. pylori and E. coli stay together."""
    return not any(
        _APART.search(text.gap(word))
        and not (len(text.written[word]) == 1 and text.gap(word).strip() == ".")
        for word in gaps
    )


def _asserted(text: _Text, at: int) -> bool:
    """Whether nothing before the phrase, in its sentence, denies it or speaks of a relative."""
    first = at
    while first > max(0, at - LOOK_BACK):
        ends = _SENTENCE_END.search(text.gap(first - 1, letters=1))
        if ends or text.lowered[first - 1] in _TURN:
            break
        first -= 1
    before = text.lowered[first:at]
    ruled_out = any(pair in _RULED_OUT for pair in pairwise(before))
    return _NOT_ASSERTED.isdisjoint(before) and not ruled_out
