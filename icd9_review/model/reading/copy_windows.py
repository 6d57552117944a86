"""A copy of a text in windows: those of the text, where the change that made it touches nothing.

People strike a sentence or edit one and ask what moves. What they left alone is read as it was:
its windows are those of the text, moved along, even where the copy read as a note of its own
would be cut otherwise there, since which lines merely wrap, say, is told from the whole of a
paragraph. What the change touches is cut anew: a window of which a character is gone, the
sentence that new words have joined, and all of a section whose heading is gone or new, as whose
its words are is another matter then.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from icd9_review.outline.sections import sections
from icd9_review.values import Window

_Span = tuple[int, int]  # text[start:end]

_MOST_PAIRS = 4_000_000
"""Windows of a text times those of its copy that are compared; by judgement: less than a second.

More stand between the first and the last change of a very long note alone, and are cut anew."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """``text[start:end]``, which stands in the copy too, ``moved`` code points further on."""

    start: int
    end: int
    moved: int

    @property
    def here(self) -> _Span:
        """Where it stands in the text."""
        return self.start, self.end

    @property
    def there(self) -> _Span:
        """Where it stands in the copy."""
        return self.start + self.moved, self.end + self.moved

    def holds(self, span: _Span) -> bool:
        """Whether a span of the text lies in it."""
        return self.start <= span[0] and span[1] <= self.end


def copy_spans(
    text: str, windows: Sequence[Window], copy: str, anew: Sequence[Window]
) -> tuple[_Span, ...]:
    """What is read in a window each of a copy of a text, in order; ``anew`` are its own windows.

    A comma or full stop that a struck sentence has left behind is read in none: it would change
    the sentence before it.

    >>> text, windows = "Grew\\n E. coli. No pus.", [Window(0, 0, 6), Window(1, 6, 15)]
    >>> copy_spans(text, [*windows, Window(2, 15, 22)], "Grew\\n E. coli.", [Window(0, 0, 14)])
    ((0, 4), (6, 14))
    """
    spans, own = _written(text, windows), _written(copy, anew)
    stretches = common_stretches(text, spans, copy, own)
    starts = [start for start, _ in own]
    kept = _apart(copy, _kept(text, spans, copy, stretches), frozenset(starts))
    found = [*kept]
    for gap in _gaps(copy, kept):
        bounds = (
            gap[0],
            *starts[bisect_right(starts, gap[0]) : bisect_left(starts, gap[1])],
            gap[1],
        )
        found += (_trimmed(copy, each) for each in pairwise(bounds) if _has_words(copy, each))
    return tuple(sorted(found) or own)


def common_stretches(
    text: str, spans: Sequence[_Span], copy: str, own: Sequence[_Span]
) -> tuple[Stretch, ...]:
    """What a text and its copy have in common, in order and apart.

    Between the first and the last change windows that stand in both are looked for, and around
    each change the characters that are the same.
    """
    found = [*_ends_alike((0, len(text)), (0, len(copy)), text, copy)]
    front, behind = found
    here, there = _between(front.here, behind.here), _between(front.there, behind.there)
    found[1:1] = _same_windows(text, _within(spans, here), copy, _within(own, there))
    for one, other in pairwise([*found]):
        here, there = _between(one.here, other.here), _between(one.there, other.there)
        found += _ends_alike(here, there, text, copy)
    return _joined(sorted(found, key=lambda each: (each.start, each.end)))


def _ends_alike(here: _Span, there: _Span, text: str, copy: str) -> Iterator[Stretch]:
    """The same characters at the front and at the end of two spans; may be empty."""
    one, other = text[slice(*here)], copy[slice(*there)]
    front = _alike(one, other)
    rest = min(len(one), len(other)) - front
    behind = _alike(one[len(one) - rest :][::-1], other[len(other) - rest :][::-1])
    yield Stretch(here[0], here[0] + front, there[0] - here[0])
    yield Stretch(here[1] - behind, here[1], there[1] - here[1])


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    least = min(len(one), len(other))
    return next((at for at in range(least) if one[at] != other[at]), least)


def _same_windows(
    text: str, spans: Sequence[_Span], copy: str, own: Sequence[_Span]
) -> list[Stretch]:
    if len(spans) * len(own) > _MOST_PAIRS:
        return []
    words, others = (
        [one[slice(*each)] for each in part] for one, part in ((text, spans), (copy, own))
    )
    return [
        Stretch(*spans[block.a + at], own[block.b + at][0] - spans[block.a + at][0])
        for block in SequenceMatcher(None, words, others, autojunk=False).get_matching_blocks()
        for at in range(block.size)
    ]


def _joined(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Those that go on with the one before as one; none is empty."""
    found: list[Stretch] = []
    for each in stretches:
        if each.start == each.end:
            continue
        last = found[-1] if found else None
        if last and (last.end, last.moved) == (each.start, each.moved):
            found[-1] = Stretch(last.start, each.end, last.moved)
        else:
            found.append(each)
    return tuple(found)


def _kept(
    text: str, spans: Sequence[_Span], copy: str, stretches: Sequence[Stretch]
) -> list[_Span]:
    """The windows that stand in the copy with their headings, as spans of the copy."""
    gone = _headed_otherwise(text, stretches)
    new = _headed_otherwise(copy, [Stretch(*each.there, -each.moved) for each in stretches])
    found = []
    for span in spans:
        stretch = _holding(stretches, span)
        if stretch and not _touches(gone, span):
            moved = span[0] + stretch.moved, span[1] + stretch.moved
            found += [] if _touches(new, moved) else [moved]
    return found


def _headed_otherwise(text: str, stretches: Sequence[Stretch]) -> list[_Span]:
    """The sections of a text whose heading is not in the stretches."""
    return [
        (each.start, each.end)
        for each in sections(text)
        if each.heading_start < each.heading_end
        if not _holding(stretches, (each.heading_start, each.heading_end))
    ]


def _apart(copy: str, kept: Sequence[_Span], starts: frozenset[int]) -> list[_Span]:
    """Those that what is cut anew does not join: where words stand between, a window starts."""
    found = list(kept)
    while joined := [each for each in _beside_words(copy, found) if not each[1] <= starts]:
        gone = {span for span, _ in joined}
        found = [span for span in found if span not in gone]
    return found


def _beside_words(copy: str, kept: Sequence[_Span]) -> Iterator[tuple[_Span, set[int]]]:
    """Each with the places beside it at which a window has to start; none beside its like."""
    filled = [_has_words(copy, gap) for gap in _gaps(copy, kept)]
    for number, (start, end) in enumerate(kept):
        places = {start} if filled[number] else set()
        yield (start, end), places | ({_skip_space(copy, end)} if filled[number + 1] else set())


def _gaps(copy: str, kept: Sequence[_Span]) -> list[_Span]:
    """What is before, between and behind spans of a text."""
    ends = (end for _, end in kept)
    return list(zip((0, *ends), (*(start for start, _ in kept), len(copy)), strict=True))


def _written(text: str, windows: Sequence[Window]) -> list[_Span]:
    """Of each window what is written there, without the white space around it."""
    found = (_trimmed(text, (window.start, window.end)) for window in windows)
    return [(start, end) for start, end in found if start < end]


def _trimmed(text: str, span: _Span) -> _Span:
    words = text[slice(*span)].strip()
    start = _skip_space(text, span[0])
    return start, start + len(words)


def _has_words(text: str, span: _Span) -> bool:
    return any(map(str.isalnum, text[slice(*span)]))


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _holding(stretches: Sequence[Stretch], span: _Span) -> Stretch | None:
    return next((each for each in stretches if each.holds(span)), None)


def _touches(spans: Sequence[_Span], span: _Span) -> bool:
    return any(start < span[1] and span[0] < end for start, end in spans)


def _within(spans: Sequence[_Span], bounds: _Span) -> list[_Span]:
    return [span for span in spans if bounds[0] <= span[0] and span[1] <= bounds[1]]


def _between(one: _Span, other: _Span) -> _Span:
    return one[1], other[0]
