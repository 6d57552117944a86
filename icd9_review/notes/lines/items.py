"""How what stands under a heading is parted into items, and what of an item is its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from icd9_review.notes.lines.kinds import LineKind
from icd9_review.outline.section_titles import is_known_title, is_worded_as_title
from icd9_review.outline.sentences import Sentence
from icd9_review.outline.wraps import wrapped_ends

_MARK = re.compile(
    r"[ \t]*(?:(?P<number>\(?\d{1,2}[.)](?!\d)[ \t]*|\d{1,2}[ \t]+(?=[A-Z]))"
    r"|(?P<bullet>[-*•+>◦–]+[ \t]*)|(?P<hash>#+[ \t]*(?=\D)|#\d{1,2}[.):]?[ \t]*)"
    r"|(?P<letter>\(?[a-hA-H][.)][ \t]+)|(?P<roman>\(?[IVX]{1,4}[.)][ \t]+))"
)
_STORY = 15  # words; by judgement: a longer sentence after the first tells and does not list
_LEADING = 12  # words before a colon that name a problem, at most; by judgement
_SERIES = 3  # parts between commas, at least, that make a series and not an afterthought
_SHORT_PART = 7  # words of a part of a series, at most; by judgement: longer ones are sentences
_BARE_PART = 3  # words of one where no "and" says that it is a series; by judgement
_FEW = 3  # sentences without a mark that still name procedures; more of them tell of one
_PROBLEM_ENDS = re.compile(
    r":(?=\s|\Z)|\s(?:-{1,2}|–|—)\s|"
    r",\s+(?:will|we|plan|planning|continue|continues|start|check|follow|for which|and will)\b|"
    r"\.\s+(?=[A-Z])|(?<!\s)[,;]?\s+(?:I|We|we)\s+(?:will|would|plan|recommend|have|am|are)\b"
)
_ACTION = re.compile(
    r"(?:will|we|i|continue|continued|start|started|stop|check|follow|followup|return|recommend|"
    r"recommended|discharge|discharged|admit|obtain|order|ordered|give|given|repeat|consult|"
    r"consider|schedule|monitor|increase|decrease|hold|refer|rtc|plan|begin|encourage|advise|"
    r"advised|discussed|discuss|resume|call|transfer|keep|try|wean|proceed|the plan|patient will|"
    r"the patient will|she will|he will|it is my|thank you|see|please|if)\b",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"(?:(?:none|nil|deferred|unknown|noncontributory|pending)(?: at this time)?|n/?a|"
    r"not applicable|same(?: as .*)?|as above|"
    r"see (?:above|below|hpi|note|list).*|as (?:stated|noted|described|mentioned|listed) .*|"
    r"unchanged|as follows|includes?|including|none (?:known|noted)|no change|ditto|"
    r"(?:the )?procedures?|(?:the )?diagnos[ie]s)\W*",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"([A-Z][A-Z/&,' -]{3,60}?)[ ]?:")
_ONE_BY_ONE = frozenset({LineKind.PLANNED, LineKind.REASON, LineKind.COMPLAINT})
"""Where what follows the first sentence of an item is its plan or its story."""

_TELLS = re.compile(r"\b(?:patient|consent|prepped|draped|was|were)\b", re.IGNORECASE)
_STORY_BEGINS = re.compile(
    r"(?:The|This|He|She|His|Her|Mr|Mrs|Ms)\b.*?\b(?:is|was|were|has|had|will)\b", re.DOTALL
)
_COMMA = re.compile(r",\s+")
# What a part begins with that only says more of the part before it.
_ADDED = re.compile(
    r"(?:left|right|bilateral|status|s/p|with|without|secondary|due|likely|probably|possible|"
    r"probable|probably|possibly|presumed|acute|chronic|stable|resolved|resolving|improved|"
    r"improving|type|stage|grade|class|unspecified|nos|nec|mild|moderate|severe|on|in|of|at|by|"
    r"from|which|who|that|now|currently|recent|rule|r/o|not|no|as|after|for|per|post|initial|"
    r"subsequent|controlled|uncontrolled|poorly|well|active|inactive|old|new|open|closed|benign|"
    r"malignant|upper|lower|proximal|distal|medial|lateral|anterior|posterior|including|\d)\b",
    re.IGNORECASE,
)
_AND = re.compile(r"(?:and|&|plus|as well as)\s+", re.IGNORECASE)
_TRIM_LEFT = " \t\n,;:.-–*•_~\"'’“”\N{INVISIBLE SEPARATOR}"
_TRIM_RIGHT = " \t\n,;:.-–*•_~\"'“”\N{INVISIBLE SEPARATOR}"


@dataclass(frozen=True, slots=True)
class ListedItem:
    """A line at ``text[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence from ``start`` on, behind its mark; ``opens`` where it begins a line or item."""

    start: int
    end: int
    mark: str | None
    opens: bool


def read_items(text: str, kind: LineKind, inside: Sequence[Sentence]) -> Iterator[ListedItem]:
    """The lines that the sentences under a heading of this kind make, in order and apart."""
    pieces = list(_pieces(text, inside))
    if kind is LineKind.PROCEDURES and _is_story(text, pieces):
        return
    level = next((each.mark for each in pieces if each.mark), None)
    for piece in _leading(text, kind, pieces, level):
        for start, end in _parts(text, kind, piece):
            item = _trimmed(text, start, end)
            if item is not None and _says_something(text, kind, item):
                yield item


def _pieces(text: str, inside: Sequence[Sentence]) -> Iterator[_Piece]:
    wrapped = wrapped_ends(text)
    behind: int | None = None
    mark: str | None = None
    for each in inside:
        match = _MARK.match(text, each.start, each.end)
        mark = match.lastgroup if match else mark
        start = match.end() if match else each.start
        between = range(each.start if behind is None else behind, each.start)
        broken = any(text[at] == "\n" and at not in wrapped for at in between)
        opens = behind is None or mark is not None or broken
        behind = each.end
        if start < each.end:  # else a mark by itself: that of the heading behind it
            yield _Piece(start, each.end, mark, opens)
            mark = None


def _is_story(text: str, pieces: Sequence[_Piece]) -> bool:
    """Whether sentences tell how something was done, and do not name what was."""
    if any(each.mark for each in pieces):
        return False
    telling = [each for each in pieces if _TELLS.search(text, each.start, each.end)]
    return len(pieces) > _FEW and 2 * len(telling) > len(pieces)


def _leading(
    text: str, kind: LineKind, pieces: Sequence[_Piece], level: str | None
) -> Iterator[_Piece]:
    """The sentences that are lines: those that open an item, and short ones that follow them."""
    told = False
    for number, piece in enumerate(pieces):
        if number and (
            _is_heading(text, kind, piece) or _begins_story(text, pieces[number - 1], piece)
        ):
            return
        long = len(text[piece.start : piece.end].split()) > _STORY
        if kind in (LineKind.ASSESSMENT, LineKind.PLANNED) and level is not None:
            if piece.mark == level or not number:
                yield piece
        elif piece.opens or not (long or told or kind in _ONE_BY_ONE):
            yield piece
        told = long or (told and not piece.opens)


def _begins_story(text: str, before: _Piece, piece: _Piece) -> bool:
    """Whether a sentence of its own paragraph tells of the patient: the list before it is over."""
    between = text[before.end : piece.start]
    apart = between.count("\n") > 1 and not between.strip()
    return apart and _STORY_BEGINS.match(text, piece.start, piece.end) is not None


def _is_heading(text: str, kind: LineKind, piece: _Piece) -> bool:
    """Whether a title in capitals ends the list; a problem may be written so before its plan."""
    title = _CAPITALS.match(text, piece.start, min(len(text), piece.end + 1))
    if title is None or piece.mark:
        return False
    return kind is not LineKind.PLANNED or is_worded_as_title(title[1]) or is_known_title(title[1])


def _parts(text: str, kind: LineKind, piece: _Piece) -> Iterator[tuple[int, int]]:
    start, end = piece.start, piece.end
    if kind in (LineKind.ASSESSMENT, LineKind.PLANNED, LineKind.IMPRESSION, LineKind.PROBLEMS):
        end = _problem_end(text, start, end)
    if piece.mark:
        yield start, end
    else:
        yield from _series(text, start, end)


def _problem_end(text: str, start: int, end: int) -> int:
    """Where the problem ends and what is done about it begins."""
    match = _PROBLEM_ENDS.search(text, start + 1, end)
    if match is None:
        return end
    words = text[start : match.start()].split()
    return match.start() if 0 < len(words) <= _LEADING else end


def _series(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a series, or the whole where the commas part something else."""
    borders = [start]
    for comma in _COMMA.finditer(text, start, end):
        if not _ADDED.match(text, comma.end(), end):
            borders += [comma.start(), comma.end()]
    borders.append(end)
    parts = list(zip(borders[::2], borders[1::2], strict=True))
    last = _AND.match(text, parts[-1][0], end)
    longest = max(len(text[a:b].split()) for a, b in parts)
    if len(parts) < _SERIES or longest > (_SHORT_PART if last else _BARE_PART):
        yield start, end
        return
    yield from parts[:-1]
    yield (last.end() if last else parts[-1][0]), end


def _trimmed(text: str, start: int, end: int) -> ListedItem | None:
    while start < end and text[start] in _TRIM_LEFT:
        start += 1
    while end > start and text[end - 1] in _TRIM_RIGHT:
        end -= 1
    return ListedItem(start, end) if start < end else None


def _says_something(text: str, kind: LineKind, item: ListedItem) -> bool:
    """Whether a line names anything: no "None", no "Include:", no plan."""
    words = text[item.start : item.end]
    if not any(map(str.isalpha, words)) or _NOTHING.fullmatch(words):
        return False
    if text[item.end : item.end + 1] == ":" and kind is not LineKind.PLANNED:
        behind = text[item.end + 1 :].split("\n", 1)[0]
        return bool(behind.strip(" ,"))
    planning = kind in (LineKind.ASSESSMENT, LineKind.PLANNED, LineKind.IMPRESSION)
    return not (planning and _ACTION.match(words))
