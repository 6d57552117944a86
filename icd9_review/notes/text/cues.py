"""The table of cues, ``cues.tsv``: the words by which notes deny, doubt and date a condition.

How a row is written stands at the head of the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import product

from icd9_review.notes.text.phrases import Phrases

_FIELDS = 4  # of a row, see the head of the table
_Row = tuple[str, str, str, str]


class Category(StrEnum):
    """What a cue says; HISTORY yields to a lasting condition, HISTORICAL does not.

    WARNED is what may come and is not there. PSEUDO looks like a cue and says nothing. STOP ends
    the scope of cues on its other side, VERB that of all but FAMILY and OTHER. BEARER takes a
    denial upon itself (no *medication* for gout), COMPOUND does so behind the condition (no asthma
    *exacerbation*), ONSET dates a beginning and no end. NEEDED is what a medicine is kept for: a
    lasting condition is there, another need not be. LOW behind a condition denies it where a CHANCE
    of it is told before: the *likelihood of* PE *is low*.
    """

    NEGATED = "negated"
    WARNED = "warned"
    FAMILY = "family"
    OTHER = "other person"
    HISTORY = "history"
    HISTORICAL = "historical"
    UNCERTAIN = "uncertain"
    PSEUDO = "pseudo"
    STOP = "stop"
    VERB = "verb"
    BEARER = "bearer"
    ONSET = "onset"
    NEEDED = "needed"
    COMPOUND = "compound"
    CHANCE = "chance"
    LOW = "low"


_SAID = frozenset(Category)


class Direction(StrEnum):
    """Which side of a cue it speaks of."""

    FORWARD = "forward"
    BACKWARD = "backward"
    NEITHER = ""


class Reach(StrEnum):
    """How far a cue is felt, within its sentence; the head of the table says each in words."""

    SENTENCE = "sentence"
    ITEMS = "items"
    LIST = "list"
    ITEM = "item"
    STATUS = "status"
    PHRASE = "phrase"
    CLAUSE = "clause"
    NEAR = "near"
    NEXT = "next"
    LAST = "last"
    NOWHERE = ""


@dataclass(frozen=True, slots=True)
class Cue:
    """A meaning of a phrase; a phrase may have one for each direction."""

    category: Category
    direction: Direction
    reach: Reach


@cache
def cue_phrases() -> Phrases[tuple[Cue, ...]]:
    """Every cue of the table by its lower-case words."""
    found: dict[tuple[str, ...], tuple[Cue, ...]] = {}
    for phrase, category, direction, reach in _rows():
        if category in _SAID:
            cue = Cue(Category(category), Direction(direction), Reach(reach))
            for words in _spellings(phrase):
                known = found.get(words, ())
                found[words] = known if cue in known else (*known, cue)
    return Phrases(found)


def is_lasting(words: Sequence[str]) -> bool:
    """Whether lower-case words name a condition that lasts, such as hypertension."""
    return _Conditions.of("lasting").occur(words)


def is_event(words: Sequence[str]) -> bool:
    """Whether lower-case words name what happens and is over, such as a stroke."""
    return _Conditions.of("event").occur(words) or is_operation(words)


def is_operation(words: Sequence[str]) -> bool:
    """Whether lower-case words name what was done to a patient, such as a tonsillectomy."""
    return _Conditions.of("operation").occur(words)


def is_over(words: Sequence[str]) -> bool:
    """Whether what lower-case words name is over once there is a history of it.

    Events are, and growths: of a cancer that was removed one has a history.
    """
    return is_event(words) or _Conditions.of("growth").occur(words)


def is_circumstance(words: Sequence[str]) -> bool:
    """Whether lower-case words end with what is no condition, such as insurance."""
    return _Conditions.of("circumstance").close(words)


def is_finding(words: Sequence[str]) -> bool:
    """Whether the first of some words says that a thing is found: seen, noted."""
    return bool(words) and words[0] in _members("seen")


def whose(word: str) -> Category | None:
    """FAMILY for a word for a relative by blood, OTHER for another person, else None."""
    if word in _members("kin"):
        return Category.FAMILY
    return Category.OTHER if word in _members("others") else None


def is_telling(words: Sequence[str]) -> bool:
    """Whether the first of some words says that somebody tells: reports, states."""
    return bool(words) and words[0] in _members("tells")


@dataclass(frozen=True, slots=True)
class _Conditions:
    """Terms of the table that occur among a condition's words, or end one of them."""

    phrases: Phrases[bool]
    endings: tuple[str, ...]

    @staticmethod
    @cache
    def of(category: str) -> _Conditions:
        terms = [
            words
            for phrase, found, _, _ in _rows()
            if found == category
            for words in _spellings(phrase)
        ]
        endings = tuple(words[0][1:] for words in terms if words[0].startswith("*"))
        return _Conditions(Phrases(dict.fromkeys(terms, True)), endings)

    def occur(self, words: Sequence[str]) -> bool:
        return any(
            (self.endings and words[at].endswith(self.endings))
            or self.phrases.longest(words, at) is not None
            for at in range(len(words))
        )

    def close(self, words: Sequence[str]) -> bool:
        """Whether a term stands at the end of the words."""
        found = ((at, self.phrases.longest(words, at)) for at in range(len(words)))
        return any(term is not None and at + term[0] == len(words) for at, term in found)


@cache
def _rows() -> tuple[_Row, ...]:
    table = (files("icd9_review.notes.text") / "cues.tsv").read_text(encoding="utf-8")
    lines = [line for line in table.splitlines() if line and not line.startswith("#")]
    return tuple(_row(line) for line in lines[1:])


def _row(line: str) -> _Row:
    phrase, category, direction, reach = (line.split("\t") + [""] * _FIELDS)[:_FIELDS]
    return phrase, category, direction, reach


@cache
def _members(name: str) -> frozenset[str]:
    return frozenset(_classes()[f"<{name}>"].split("|"))


@cache
def _classes() -> dict[str, str]:
    return {f"<{name}>": members for members, category, name, _ in _rows() if category == "class"}


def _spellings(phrase: str) -> Iterator[tuple[str, ...]]:
    """Every row of words that a phrase of the table stands for."""
    for chosen in product(*(_alternatives(slot) for slot in phrase.split(" "))):
        words = tuple(word for alternative in chosen for word in alternative.split("_") if word)
        if words:
            yield words


def _alternatives(slot: str) -> list[str]:
    found = {
        member: None
        for alternative in slot.split("|")
        for member in _classes().get(alternative, alternative).split("|")
    }
    return list(found)
