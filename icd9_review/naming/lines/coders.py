"""Which of the accepted codes a chart line is coded by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from icd9_review.codes.notation import category
from icd9_review.naming.own_words import OwnWords
from icd9_review.notes.lines.chart_lines import ChartLine
from icd9_review.values import CodeKey, Kind

_SUBCATEGORY = 4  # characters of a dotted procedure: 45.1
_BESIDE = ("V46", "V58.6")  # dependence on machines, long-term use of drugs
_Places = Sequence[tuple[int, int]]


class Link(StrEnum):
    """Why a code counts as that of a line; the earlier, the surer."""

    EVIDENCE = "its words are the evidence"
    NAMED = "its words name the code"
    FOUND = "the search finds the code by its words"
    NEAR = "a code of the same category"


@dataclass(frozen=True, slots=True)
class Coder:
    """A code that a line is coded by; ``near`` is the code that its words find, for Link.NEAR."""

    key: CodeKey
    link: Link
    near: str = ""


def coders(
    line: ChartLine,
    accepted: Sequence[CodeKey],
    places: Mapping[CodeKey, _Places],
    find: Callable[[], Sequence[CodeKey]],
) -> tuple[Coder, ...]:
    """The accepted codes of a line, those of the surest link; none where nothing links one.

    ``places`` are the words of the line's note by which codes were added or that name them, and
    ``find`` gives the first codes that the search has for the line, asked where the words settle
    nothing. A code of the same category counts last: it may be a sibling that says less. A code
    of what is taken for a condition ("diabetes, insulin requiring") is none of it by itself.
    """
    by_words = [Coder(key, Link.EVIDENCE) for key in accepted if _holds(line, places.get(key, ()))]
    words = OwnWords(line.text) if len(by_words) < len(accepted) else None
    if words is not None:
        linked = {each.key for each in by_words}
        named = [key for key in accepted if key not in linked and words.named(key)]
        by_words += [Coder(key, Link.NAMED) for key in named]
    if not accepted or any(_tells(line, each.key, places) for each in by_words):
        return tuple(by_words)
    found = find()
    if by_words and (not found or _is_beside(found[0]) or not found[0][1][0].isdigit()):
        return tuple(by_words)
    by_search = tuple(Coder(key, Link.FOUND) for key in accepted if key in found)
    beside = by_words if by_search else ()
    return (*by_search, *beside) or tuple(_near(accepted, found))


def _tells(line: ChartLine, key: CodeKey, places: Mapping[CodeKey, _Places]) -> bool:
    """Whether a code linked by words is that of the line: a person coded all of it by that."""
    return not _is_beside(key) or list(places.get(key, ())) == [(line.start, line.end)]


def _is_beside(key: CodeKey) -> bool:
    """Whether a code says what a patient takes or hangs on, which stands beside the condition."""
    return key[0] is Kind.DIAGNOSIS and key[1].startswith(_BESIDE)


def _holds(line: ChartLine, places: _Places) -> bool:
    return any(start < line.end and line.start < end for start, end in places)


def _near(accepted: Sequence[CodeKey], found: Sequence[CodeKey]) -> list[Coder]:
    """Accepted codes of the category of the first code found: the others may be anything."""
    if not found:
        return []
    first = found[0][1]
    group = sibling_group(found[0])
    return [Coder(key, Link.NEAR, first) for key in accepted if sibling_group(key) == group]


def sibling_group(key: CodeKey) -> tuple[Kind, str]:
    """What siblings share: a category of diagnoses, of procedures (45.1 of 45.13) a subcategory,
    as the categories there are whole organs."""
    kind, code = key
    return kind, category(code) if kind is Kind.DIAGNOSIS else code[:_SUBCATEGORY]
