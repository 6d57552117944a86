"""Where the sections of a note are, and which of them matter for coding.

A heading stands at the start of a line, behind a bullet too, or after the comma or full stop
that some transcriptions put where a line ended, and is one of five: a title in capitals with a
colon; a title of ``section_titles`` with a colon; a known title, or one in capitals after an
empty line, alone on its line; words that only titles are made of, with a colon ("Hospital
Discharge Diet:"); a line marked as a heading (``## Plan``, ``**Plan**``, underlined). Within a
line a known title with a colon is one where its section tells of conditions ("… PMH: stroke.
A/P: pneumonia").
Anything else with a colon ("Note:", "BP: 120/80", "WBC: 12") is prose. Where the source of a
note declares its headings (``headings``), those hold, and guesses only where they leave room.
Offsets are code points: ``text[start:end]``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from icd9_review.outline.headings import declared_headings, settle
from icd9_review.outline.section_titles import (
    SectionKind,
    is_known_title,
    is_listed_in_words,
    is_narrative_title,
    is_worded_as_title,
    normalise_title,
    section_kind,
)
from icd9_review.outline.wraps import wrapped_ends


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a note under one heading.

    ``text[heading_start:heading_end]`` is the heading as written, with its colon; both are
    ``start`` and ``title`` is empty for what stands before the first heading. The section is
    ``text[start:end]``, heading included.
    """

    title: str
    heading_start: int
    heading_end: int
    start: int
    end: int

    @property
    def kind(self) -> SectionKind:
        """What the title says the section holds."""
        return section_kind(self.title)


# Measurements and asides in capitals with a colon.
_ASIDES = (
    "NOTE NB PS TEMP PULSE WEIGHT HEIGHT GLUCOSE SODIUM POTASSIUM CREATININE HGB HCT PLT LDL HDL "
    "SAO2 PERRL PERRLA INR TSH BUN WBC RBC BP HR RR BMI EBL EF YES NO WARNING CAUTION HTTP HTTPS "
    "AND OR BUT THE DNR PRN"
)
_NO_TITLES = frozenset(_ASIDES.split())
_LONGEST = 70  # characters of a title; by judgement: longer ones are sentences
_MOST_WORDS = 8  # of a title; by judgement, likewise
_FEWEST_LETTERS = 4  # of a title in capitals alone; by judgement: shorter ones are abbreviations
_TWO = 2  # words or letters of a title that is more than a mark
_TITLE = rf"[^\W\d_](?:(?:[\w/&()'’ \-]|,(?= )){{0,{_LONGEST}}}?[\w)])?"
# Where a heading may start: a line, what stands for the end of one, a short title in a line.
_START = re.compile(
    r"\A|\n|(?<=[,.:;])|(?<=[ \t])(?=[A-Z][A-Za-z/&+]{0,11}(?:[ ][Hh][Xx]|[ ][Dd][Xx])?:)"
)
_NUMBERS = r"\(?\d{1,2}[.)][ \t]*|\(?[a-h]\)[ \t]*|[IVX]{1,4}[.)][ \t]+"
_BULLET = r"(?P<bullet>[-*•+>◦–][ \t]+)?"
_LINE = re.compile(
    rf"[ \t]{{0,8}}{_BULLET}(?P<mark>#{{1,6}}[ \t]*|\*\*|__|={{2,}}[ \t]*|[*_\[](?=[A-Z]))?"
    rf"(?:{_NUMBERS})?(?P<title>{_TITLE})[ \t]*+(?P<colon>:(?:\*\*|__|[*_\]])?)?[ \t]*+"
    r"(?:#*+|={2,}|[*_\]])(?:\*\*|__)?[ \t]*+(?=\n|\Z)"
)
_BEFORE_COLON = re.compile(
    rf"[ \t]{{0,8}}{_BULLET}(?:\*\*|__|[*_\[](?=[A-Z]))?(?:{_NUMBERS})?"
    rf"(?P<title>{_TITLE})(?:\*\*|__|[*_\]])?[ \t]?:(?:\*\*|__|[*_\]])?"
)
_BETWEEN_COMMAS = re.compile(r"[ ]?(?P<title>[A-Z][A-Z/&' -]{3,60}),(?=\s{0,3}[A-Z0-9])")
_UNDERLINE = re.compile(r"\n[ \t]*(?:={3,}|-{3,}|~{3,})[ \t]*(?=\n|\Z)")
_NUMBER_FOLLOWS = re.compile(r"[ \t]{0,3}[<>~]?\d(?!\d?[.)](?:\s|\Z))")
_COMMA_LINES = re.compile(r"\.,(?=[A-Z0-9 ])|:[ ]{0,2},")


def sections(text: str) -> tuple[Section, ...]:
    """The sections of a text in order; together they are the whole text.

    The first starts at 0 and has no heading unless the text starts with one.

    >>> text = "HPI:\\nNo chest pain.\\nPAST MEDICAL HISTORY:\\nStroke.\\n"
    >>> [each.title for each in sections(text)]
    ['HPI', 'PAST MEDICAL HISTORY']
    """
    headings = settle(declared_headings(text), _headings(text))
    starts = [start for start, _, _ in headings]
    if not starts or starts[0] > 0:
        headings = ((0, 0, ""), *headings)
        starts = [0, *starts]
    ends = [*starts[1:], len(text)]
    return tuple(
        Section(title, start, heading_end, start, end)
        for (start, heading_end, title), end in zip(headings, ends, strict=True)
    )


def section_at(found: Sequence[Section], offset: int) -> Section:
    """The section that holds an offset; the last one for what lies behind the text.

    >>> text = "HPI:\\nCough.\\nFAMILY HISTORY:\\nStroke.\\n"
    >>> section_at(sections(text), text.index("Stroke")).kind
    <SectionKind.FAMILY_HISTORY: 'family history'>
    """
    return found[max(0, bisect_right(found, offset, key=attrgetter("start")) - 1)]


def _headings(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and title of each heading, in order and apart."""
    lines = text.count("\n") - len(wrapped_ends(text))
    by_commas = len(_COMMA_LINES.findall(text)) > lines
    behind = 0
    for match in _START.finditer(text):
        start = match.end()
        if start < behind:
            continue
        found = _heading_at(text, start, by_commas)
        if found is not None:
            yield found
            behind = found[1]


def _heading_at(text: str, start: int, by_commas: bool) -> tuple[int, int, str] | None:
    if start == 0 or text[start - 1] == "\n":
        alone = _LINE.match(text, start)
        if alone and _is_title_line(text, start, alone):
            return _found(alone, alone.end("colon") if alone["colon"] else alone.end("title"))
    match = _BEFORE_COLON.match(text, start)
    if match and _is_title(text, start, match, by_commas):
        return _found(match, match.end())
    between = _BETWEEN_COMMAS.match(text, start) if by_commas else None
    if between and is_known_title(between["title"]):
        return _found(between, between.end("title"))
    return None


def _found(match: re.Match[str], end: int) -> tuple[int, int, str]:
    start = match.start("title")
    return start, end, normalise_title(match["title"])


def _is_title_line(text: str, start: int, line: re.Match[str]) -> bool:
    """Whether a whole line is a heading: marked, underlined, known, or capitals apart."""
    title = line["title"]
    if len(title.split()) > _MOST_WORDS or normalise_title(title) in _NO_TITLES:
        return False
    if line["mark"] or _UNDERLINE.match(text, line.end()):
        return True
    if is_known_title(title):
        return bool(line["colon"]) or not (title.islower() or line["bullet"])
    if line["colon"] and is_worded_as_title(title):
        return True
    if not _in_capitals(title) or line["bullet"]:
        return False
    return bool(line["colon"]) or not text[max(0, start - 2) : start].strip("\n")


def _is_title(text: str, start: int, match: re.Match[str], by_commas: bool) -> bool:
    """Whether words before a colon are a heading, where they stand."""
    written = match["title"]
    title = normalise_title(written)
    known, words = is_known_title(title), len(title.split())
    if words > _MOST_WORDS or title in _NO_TITLES or _has_number(text, match, known):
        return False
    capitals = _in_capitals(written)
    if start == 0 or text[start - 1] == "\n" or (by_commas and _is_line_end(text, start)):
        unlisted = (capitals or is_worded_as_title(written)) and not match["bullet"]
        return (known and not written[0].islower()) or unlisted
    if match["bullet"]:
        return False
    if text[start - 1] == "." and capitals and (known or words > 1):
        return True
    return _is_title_within(written, after_stop=text[start - 1] in ".;")


def _has_number(text: str, match: re.Match[str], known: bool) -> bool:
    """Whether a number makes a measurement of a title: "Pulse: 80", but not "HPI: 60F with …"."""
    if not _NUMBER_FOLLOWS.match(text, match.end()):
        return False
    title = match["title"]
    return not known or (
        len(title.split()) < _TWO and not (title[1:] and is_narrative_title(title))
    )


def _is_title_within(title: str, after_stop: bool) -> bool:
    """Whether a title within a line is a heading: short, or after a full stop or semicolon."""
    if title[0].islower() or len(title) < _TWO:
        return False
    if not is_narrative_title(title):
        return after_stop and is_listed_in_words(title)
    return after_stop or len(title.split()) == 1 or title.lower().endswith((" hx", " dx"))


def _is_line_end(text: str, start: int) -> bool:
    """Whether the comma before an offset stands for a line break: no space before a capital."""
    return text[start - 1] == "," and not text[start : start + 1].islower()


def _in_capitals(title: str) -> bool:
    letters = [letter for letter in title if letter.isalpha()]
    return title.isupper() and len(letters) >= _FEWEST_LETTERS
