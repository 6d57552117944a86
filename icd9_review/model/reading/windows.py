"""A note in windows of word pieces, so that the model reads all of it.

The note is encoded once, whole, and then cut, as the model folder says: in overlapping windows
of one length, or at sentences. Offsets are code points of the note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from tokenizers import Tokenizer

from icd9_review.model.folder.declarations import Windows
from icd9_review.model.reading.sentence_windows import ranges_of, sentence_ranges
from icd9_review.values import Window


@dataclass(frozen=True, slots=True)
class Passage:
    """A window with its word pieces, without the special ones.

    ``offsets`` are those of the pieces, ``text[start:end]`` in the whole note, without the space
    around; a piece of nothing but space has an empty one.
    """

    window: Window
    pieces: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]


def cut_windows(
    text: str,
    tokenizer: Tokenizer,
    windows: Windows,
    spans: Sequence[tuple[int, int]] | None = None,
) -> tuple[Passage, ...]:
    """The passages of a note in reading order, at least one.

    They reach from the first to the last code point. An overlapping passage shares its first
    ``stride`` pieces with the one before; of sentences every piece is in one. Where the
    tokenizer leaves nothing of the text, there is one window without extent. ``spans`` are
    what is read in a window each where that is known already, as of a copy (``copy_windows``).

    >>> from tokenizers import models, pre_tokenizers
    >>> tokenizer = Tokenizer(models.WordLevel({"?": 0}, unk_token="?"))
    >>> tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    >>> text = "one two three four five six seven eight nine"
    >>> cut = cut_windows(text, tokenizer, Windows(length=8, stride=2))
    >>> [text[each.window.start : each.window.end] for each in cut]
    ['one two three four five six', 'five six seven eight nine']
    """
    encoding = tokenizer.encode(text, add_special_tokens=False)
    pieces = encoding.ids
    offsets = [_without_space(text, *each) for each in encoding.offsets]
    if not pieces:
        return (Passage(Window(0, 0, 0), (), ()),)
    if spans is None and windows.cut is None:
        ranges = _overlapping(len(pieces), windows)
        ends = [offsets[part.stop - 1][1] for part in ranges]
    else:
        ranges = (
            sentence_ranges(text, offsets, windows.content)
            if spans is None
            else ranges_of(offsets, spans)
        )
        ends = _touching(offsets, ranges)
    starts = [0, *(offsets[part.start][0] for part in ranges[1:])]
    return tuple(
        Passage(
            Window(index, starts[index], ends[index] if index + 1 < len(ranges) else len(text)),
            tuple(pieces[part.start : part.stop]),
            tuple(offsets[part.start : part.stop]),
        )
        for index, part in enumerate(ranges)
    )


def whole_note(passages: Sequence[Passage]) -> Passage:
    """The passages of a note that share no piece as one, in the window of the first."""
    pieces, offsets = (
        [*chain.from_iterable(each)]
        for each in zip(*((passage.pieces, passage.offsets) for passage in passages), strict=True)
    )
    return Passage(passages[0].window, tuple(pieces), tuple(offsets))


def count_read(passages: Sequence[Passage]) -> int:
    """How many code points of the note stand in at least one window."""
    read = reached = 0
    for passage in passages:
        read += max(0, passage.window.end - max(passage.window.start, reached))
        reached = max(reached, passage.window.end)
    return read


def _without_space(text: str, start: int, end: int) -> tuple[int, int]:
    """The offsets of what a piece stands for but space; of a piece of space none is left.

    A tokenizer of bytes, as ModernBERT and RoBERTa have it, makes the space before a word a part
    of its first piece.
    """
    if start < end and (text[start].isspace() or text[end - 1].isspace()):
        held = text[start:end]
        start += len(held) - len(held.lstrip()) if held.strip() else 0
        end = start + len(held.strip())
    return start, end


def _overlapping(pieces: int, windows: Windows) -> tuple[range, ...]:
    """The pieces of each window; the last may be shorter."""
    starts = range(0, max(pieces - windows.stride, 1), windows.content - windows.stride)
    return tuple(range(start, min(start + windows.content, pieces)) for start in starts)


def _touching(offsets: Sequence[tuple[int, int]], ranges: Sequence[range]) -> list[int]:
    """Where passages end that share no piece: where the next begins, so that no space is left."""
    beyond = [offsets[part.start][0] for part in ranges[1:]]
    last = [offsets[part.stop - 1][1] for part in ranges]
    return [*map(max, last, beyond), last[-1]]
