"""A note in overlapping windows of word pieces, so that the model reads all of it.

The note is encoded once, whole, and then cut; offsets are code points of the note.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from icd9_review.model.folder.declarations import Windows
from icd9_review.values import Window


@dataclass(frozen=True, slots=True)
class Passage:
    """A window with its word pieces, without the special ones.

    ``offsets`` are those of the pieces, ``text[start:end]`` in the whole note.
    """

    window: Window
    pieces: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]


def cut_windows(text: str, tokenizer: Tokenizer, windows: Windows) -> tuple[Passage, ...]:
    """The passages of a note in reading order, at least one.

    A passage shares its first ``stride`` pieces with the one before. The windows reach from
    the first to the last code point; where the tokenizer leaves nothing of the text, there
    is one window without extent.

    >>> from tokenizers import models, pre_tokenizers
    >>> tokenizer = Tokenizer(models.WordLevel({"?": 0}, unk_token="?"))
    >>> tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    >>> text = "one two three four five six seven eight nine"
    >>> cut = cut_windows(text, tokenizer, Windows(length=8, stride=2))
    >>> [text[each.window.start : each.window.end] for each in cut]
    ['one two three four five six', 'five six seven eight nine']
    """
    encoding = tokenizer.encode(text, add_special_tokens=False)
    pieces, offsets = encoding.ids, encoding.offsets
    starts = range(0, max(len(pieces) - windows.stride, 1), windows.content - windows.stride)
    return tuple(
        Passage(
            _extent(index, offsets, start, start + windows.content, len(text)),
            tuple(pieces[start : start + windows.content]),
            tuple(offsets[start : start + windows.content]),
        )
        for index, start in enumerate(starts)
    )


def count_read(passages: Sequence[Passage]) -> int:
    """How many code points of the note stand in at least one window."""
    read = reached = 0
    for passage in passages:
        read += max(0, passage.window.end - max(passage.window.start, reached))
        reached = max(reached, passage.window.end)
    return read


def _extent(
    index: int, offsets: Sequence[tuple[int, int]], first: int, beyond: int, length: int
) -> Window:
    """What a passage spans; the outer ones take in the white space at the note's ends."""
    if not offsets:
        return Window(index, 0, 0)
    start = offsets[first][0] if first else 0
    end = offsets[beyond - 1][1] if beyond < len(offsets) else length
    return Window(index, start, end)
