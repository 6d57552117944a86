"""Whether an item after a comma still belongs to the list that a denial opened.

"No fever, chills or cough" denies three things; "No murmurs, rubs or gallops, 2+ edema" denies
three and states a fourth. A list ends behind its "or", before an item that stands by itself (a
value, an article, a grade, a size, a place or a verb of its own, "with") and between two denials
of one thing each. What is no condition, such as insurance, opens no list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

from icd9_review.notes.text.cues import Category, Direction, is_circumstance, is_finding
from icd9_review.notes.text.units import Unit

_ALTERNATIVES = frozenset({"or", "nor"})
_ARTICLES = frozenset({"a", "an", "one", "two", "three", "four", "several", "multiple", "few"})
_GRADES_WORDS = (
    "mild mildly moderate moderately trace minimal chronic stable known bilateral diffuse "
    "scattered occasional intermittent healing residual positive small tiny large subtle severe "
    "marked extensive prominent patchy incidental incidentally worsening enlarging"
)
_GRADES = frozenset(_GRADES_WORDS.split())
"""Words that say how much of a thing there is, and so that it is there."""

_STANDING = _ARTICLES | _GRADES | {"with"}
"""First words of an item that stands by itself."""

_PLACES_WORDS = "on over in for at around along under behind since x times"
_PLACES = frozenset(_PLACES_WORDS.split())
"""Words that give a thing a place or a time of its own."""

_NAMED_SIDES = frozenset({"the", "his", "her", "left", "right", "both"})

_NUMBERED_WORDS = (
    "type stage grade class step group level phase vitamin factor hepatitis cranial over above "
    "than least exceeding below under hpv covid"
)
_NUMBERED = frozenset(_NUMBERED_WORDS.split())
"""Words whose number is a part of a name, or a limit: no value."""

_MOST_BEHIND = 2
"""Items after the "or" that are not denied; as real notes have it, more of them are a list."""

_DENYING = frozenset({"no", "not", "without", "0", "zero"})
_BEING = frozenset({"is", "was", "are", "were", "has", "have", "remains", "remain"})
"""Verbs that make a statement of an item: "no embolus, the effusions are larger"."""
_Segment = Sequence[Unit]


def is_still_listed(units: Sequence[Unit], cue: int, first: int) -> bool:
    """Whether ``units[first]`` stands in the list that the denial ``units[cue]`` opened.

    Commas within brackets part nothing.
    """
    segments = list(_segments(units, cue + 1))
    at = next((n for n, (_, end) in enumerate(segments) if first < end), len(segments) - 1)
    parts = [units[start:end] for start, end in segments]
    if at < 1:
        return True
    if any(_has_value(part) for part in parts[1:at]):
        return False
    if _goes_on(parts[at:]):
        return True
    if _has_value(parts[at]) or _is_closed(parts, at) or _has_verb(parts[at]):
        return False
    if _is_no_condition(parts[0]):
        return False
    last = parts[max(1, len(parts) - _MOST_BEHIND) : at + 1]
    if any(part and part[0].mark in _STANDING for part in last):
        return False
    return not (at == 1 and _is_apart(units[cue], parts))


def _is_closed(parts: Sequence[_Segment], at: int) -> bool:
    """Whether an "or" ended the list before part ``at``; not if the sentence lists on."""
    closing = max((n for n in range(at) if _has_alternative(parts[n])), default=None)
    if closing is None or len(parts) - closing > _MOST_BEHIND + 1:
        return False
    return not any(part and part[0].mark == "and" for part in parts[at:])


def _segments(units: Sequence[Unit], start: int) -> Iterator[tuple[int, int]]:
    """From and to which unit the parts between commas go."""
    depth = 0
    commas = [start - 1]
    for at in range(start, len(units)):
        depth = max(0, depth + (units[at].mark == "(") - (units[at].mark == ")"))
        if units[at].mark == "," and not depth:
            commas.append(at)
    for before, after in pairwise((*commas, len(units))):
        yield before + 1, after


def _goes_on(parts: Sequence[_Segment]) -> bool:
    """Whether an "or" closes the list in one of these parts, before anything else is said."""
    for part in parts:
        for unit in part:
            if unit.mark in _ALTERNATIVES:
                return True
            if unit.cues:
                return False
    return False


def _has_alternative(part: _Segment) -> bool:
    return any(unit.mark in _ALTERNATIVES for unit in part)


def _has_value(part: _Segment) -> bool:
    """Whether a part holds a number that belongs to no name: "hemoglobin 7", "2+ edema"."""
    words = [word for unit in part for word in unit.words]
    return any(
        word[0].isdigit() and (not number or words[number - 1] not in _NUMBERED)
        for number, word in enumerate(words)
    )


def _has_verb(part: _Segment) -> bool:
    """Whether a part is a statement; "no rales, wheezes are heard" is a list none the less."""
    words = [word for unit in part for word in unit.words]
    return any(
        word in _BEING and at > 0 and at + 1 < len(words) and not is_finding(words[at + 1 :])
        for at, word in enumerate(words)
    )


def _is_no_condition(part: _Segment) -> bool:
    """Whether what is denied is a circumstance, wherever it is missing: "no caregiver at home"."""
    words = [word for unit in part for word in unit.words]
    return is_circumstance(list(takewhile(lambda word: word not in _PLACES, words)))


def _is_apart(cue: Unit, parts: Sequence[_Segment]) -> bool:
    """Whether the second item is not denied: another denial follows it, or it ends the
    sentence with a place or a time of its own. What a patient denies is one list."""
    if cue.mark not in _DENYING:
        return False
    following = parts[2:3]
    if following:
        return bool(following[0]) and _denies(following[0][0])
    return _has_place([word for unit in parts[1] for word in unit.words][1:])


def _has_place(words: Sequence[str]) -> bool:
    """Whether words give a place: "on left foot", "of the knee", but not "of breath"."""
    return any(
        word in _PLACES or (word == "of" and not _NAMED_SIDES.isdisjoint(words[at + 1 : at + 2]))
        for at, word in enumerate(words)
    )


def _denies(unit: Unit) -> bool:
    return any(
        cue.category is Category.NEGATED and cue.direction is Direction.FORWARD for cue in unit.cues
    )
