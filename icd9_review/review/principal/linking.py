"""Which codes the lines of a chart speak of: those whose words stand there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from icd9_review.naming.own_words import OwnWords
from icd9_review.notes.lines.chart_lines import ChartLine
from icd9_review.values import Kind, Span

_LONGEST = 120  # characters of words that are looked for elsewhere; by judgement: no sentences
_MARKS = re.compile(r"^[\W\d_]+|[\W_]+$")


@dataclass(frozen=True, slots=True)
class Contender:
    """A diagnosis that is accepted, or suggested and open, with the words that speak for it.

    ``probability`` is the one that is shown, 1 for a code that a person added.
    """

    code: str
    accepted: bool
    probability: float
    spans: tuple[Span, ...] = ()


class ListedLine:
    """A line of a note, read once: which codes it names in their own words never changes."""

    def __init__(self, line: ChartLine) -> None:
        self.line = line
        self.words = _tidy(line.text)
        self._own_words = OwnWords(line.text)
        self._named: dict[str, int | None] = {}

    def names(self, code: str) -> int | None:
        """Where it names a diagnosis first, in characters; None where it does not."""
        if code not in self._named:
            places = self._own_words.named((Kind.DIAGNOSIS, code))
            self._named[code] = places[0][0] if places else None
        return self._named[code]


@dataclass(frozen=True, slots=True)
class LinkedLine:
    """A line of the note ``note_id`` with the codes that it speaks of, the first in it first.

    Of a ``needless`` one a person said that it needs no code.
    """

    note_id: str
    line: ChartLine
    codes: tuple[str, ...]
    needless: bool = False


def link(
    lines: Mapping[str, Sequence[ListedLine]],
    contenders: Sequence[Contender],
    texts: Mapping[str, str],
) -> tuple[LinkedLine, ...]:
    """Each line with the codes that it speaks of.

    A line speaks of a code where its evidence stands in it, the same words do (a diagnosis is
    listed at admission and at discharge), or the code's own. Of codes that begin alike those that
    are accepted come first, then the likelier. ``texts`` are those of the notes, which ``lines``
    go by, too.
    """
    words = {each.code: _words_of(each, texts) for each in contenders}
    return tuple(
        LinkedLine(note_id, each.line, _speaks_of(note_id, each, contenders, words))
        for note_id, listed in lines.items()
        for each in listed
    )


def _words_of(contender: Contender, texts: Mapping[str, str]) -> frozenset[str]:
    """The words of its evidence, where they are few."""
    cut = (texts.get(span.note_id, "")[span.start : span.end] for span in contender.spans)
    tidied = (_tidy(each) for each in cut if len(each) <= _LONGEST)
    return frozenset(filter(None, tidied))


def _tidy(text: str) -> str:
    return _MARKS.sub("", " ".join(text.lower().split()))


def _speaks_of(
    note_id: str,
    listed: ListedLine,
    contenders: Sequence[Contender],
    words: Mapping[str, frozenset[str]],
) -> tuple[str, ...]:
    found = [
        (min(places), not each.accepted, -each.probability, each.code)
        for each in contenders
        if (places := list(_places(note_id, listed, each, words[each.code])))
    ]
    return tuple(code for *_, code in sorted(found))


def _places(
    note_id: str, listed: ListedLine, contender: Contender, words: Iterable[str]
) -> Iterator[int]:
    """Where in a line words for a code begin, in characters."""
    line = listed.line
    for span in contender.spans:
        if span.note_id == note_id and span.start < line.end and line.start < span.end:
            yield max(0, span.start - line.start)
    if (named := listed.names(contender.code)) is not None:
        yield named
    for each in words:
        if each in listed.words and (found := re.search(rf"\b{re.escape(each)}\b", listed.words)):
            yield found.start()
