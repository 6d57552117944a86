"""The tabular lists of CDC and CMS: headings and the notes under them.

Their paragraphs come in a fixed order of words: a heading, then terms and notes, each kind
announced by its first words ("Excludes:", "Code first" …) and going on until the next
one. The left edge of a paragraph says which term it belongs to.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from icd9_review.codes.lists import TabularNotes
from icd9_review.codes.official.rtf import Paragraph
from icd9_review.codes.official.tabular_books import TabularBook
from icd9_review.errors import CodeListError

_DIGITS = re.compile(r"\[[0-9](?:\s*[,-]\s*[0-9])*\]")
_DRAWN = re.compile(r"-----|\|")
_REFERENCE = re.compile(r"\s*\([^()]*[0-9][^()]*\)$")
_OMITTED = re.compile(r"\s*-*\s*omit code$")
_MAY_BE_OMITTED = ("inclusion", "excludes", "notes")

_Lines = list[tuple[int, str]]


def read_tabular(paragraphs: Iterable[Paragraph], book: TabularBook) -> dict[str, TabularNotes]:
    """What stands under each heading: "001-139", "428" or "428.0"; "01-05", "36.1" or "36.11".

    Terms are written out: "Chronic:" over "amebiasis" gives "Chronic amebiasis". A note
    to code something first or also or to use an additional code is one text with its list. What
    a list of procedures marks "omit code" stands apart from its other excludes and notes. The
    digits in brackets under a code and the tables drawn with strokes are left out: titles and
    table of codes say the same. Raises CodeListError where no heading is found.
    """
    titles: dict[str, str] = {}
    found: defaultdict[str, defaultdict[str, list[_Lines]]]
    found = defaultdict(lambda: defaultdict(list))
    heading, kind = "", "notes"
    for paragraph in paragraphs:
        if (match := _heading(paragraph, book)) is not None:
            heading, kind = match["heading"], "inclusion"
            title, *terms = match["title"].split("\n")
            titles[heading] = _tidy(title)
            found[heading][kind] += [[(paragraph.left, term)] for term in terms]
        elif _DIGITS.fullmatch(paragraph.text):
            kind = "inclusion"
        elif heading and not _DRAWN.search(paragraph.text):
            kind = _file(found[heading], kind, paragraph, book)
    if not titles:
        raise CodeListError("no heading of the tabular list is found in it")
    return {heading: _notes(heading, titles[heading], found[heading]) for heading in titles}


def _heading(paragraph: Paragraph, book: TabularBook) -> re.Match[str] | None:
    if paragraph.edge == paragraph.left == 0 and (found := book.range.fullmatch(paragraph.text)):
        return found
    return book.code.fullmatch(paragraph.text)


def _file(
    notes: defaultdict[str, list[_Lines]], kind: str, paragraph: Paragraph, book: TabularBook
) -> str:
    """Put a paragraph where its first words, or the paragraph before it, say; the kind."""
    for announced, words in book.announced:
        if (match := words.match(paragraph.text)) is not None:
            rest = paragraph.text[match.end() :]
            notes[announced].append([(-1, rest)] if rest else [])
            return announced
    if kind == "inclusion" and paragraph.left <= 720:  # twips: half an inch
        kind = "notes"  # terms are indented; what is not is prose about the section
    elif kind == "notes" and (paragraph.edge, paragraph.left) == book.terms:
        kind = "inclusion"
    if not notes[kind]:
        notes[kind].append([])
    notes[kind][-1].append((paragraph.edge, paragraph.text))
    return kind


def _notes(heading: str, title: str, found: dict[str, list[_Lines]]) -> TabularNotes:
    texts = {
        kind: tuple(text for lines in blocks for text in _texts(kind, lines))
        for kind, blocks in found.items()
    }
    return TabularNotes(heading, title, **_with_omitted(texts))


def _with_omitted(texts: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """What is marked "omit code" taken out of where it stands, without that mark."""
    kept, omitted = dict(texts), []
    for kind in _MAY_BE_OMITTED:
        marked = [text for text in texts.get(kind, ()) if _OMITTED.search(text)]
        if marked:
            kept[kind] = tuple(text for text in texts[kind] if text not in marked)
            omitted += [_OMITTED.sub("", text) for text in marked]
    return {**kept, "omit_code": tuple(omitted)} if omitted else kept


def _texts(kind: str, lines: _Lines) -> Iterable[str]:
    if kind == "notes":
        return (_tidy(text) for _, text in lines)
    if kind in {"code_first", "code_also", "use_additional"}:
        return (_as_one(lines, "; " if kind == "code_also" else ": "),) if lines else ()
    return _written_out(_placed(lines))


def _placed(lines: _Lines) -> _Lines:
    """Lines with the edge of an announced first one guessed: its words follow a label.

    It stands beside the leftmost of the others, or over them where it ends in a colon
    and the next line is the leftmost.
    """
    if len(lines) < 2 or lines[0][0] >= 0:
        return lines
    leftmost = min(edge for edge, _ in lines[1:])
    over = lines[0][1].endswith(":") and lines[1][0] == leftmost
    return [(leftmost - 1 if over else leftmost, lines[0][1]), *lines[1:]]


def _written_out(lines: _Lines) -> Iterator[str]:
    """Every term with the terms it is indented under before it."""
    above: _Lines = []
    for number, (edge, text) in enumerate(lines):
        while above and above[-1][0] >= edge:
            above.pop()
        words = " ".join([*(each for _, each in above), _tidy(text)])
        has_terms = number + 1 < len(lines) and lines[number + 1][0] > edge
        if not (words.endswith(":") and has_terms):
            yield words.removesuffix(":")
        above.append((edge, _REFERENCE.sub("", _tidy(text)).removesuffix(":")))


def _as_one(lines: _Lines, joined: str) -> str:
    """A sentence and its list as one text: "Use additional code …, as: this; that"."""
    head, rest = _tidy(lines[0][1]), "; ".join(_written_out(lines[1:]))
    head = re.sub(r"^Code first(?=[a-z])", "Code first ", head)
    if head.endswith((":", ",")) or not rest:
        return f"{head} {rest}".strip()
    return f"{head} {rest}" if head == "any" else f"{head}{joined}{rest}"


def _tidy(text: str) -> str:
    return " ".join(text.replace("\u00ad", "-").split())
