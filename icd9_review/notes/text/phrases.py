"""Looking up phrases word by word: the longest that starts at a word, in constant time.

Cues, titles and terms are all found with this one matcher. It knows nothing of texts: the
caller cuts words and says how they are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Phrases(Generic[T]):
    """What each phrase, a tuple of words, stands for. A phrase without words is never found."""

    __slots__ = ("_entries", "_sizes")

    def __init__(self, entries: Mapping[tuple[str, ...], T]) -> None:
        self._entries = dict(entries)
        sizes: dict[str, set[int]] = {}
        for phrase in self._entries:
            if phrase:
                sizes.setdefault(phrase[0], set()).add(len(phrase))
        self._sizes = {word: tuple(sorted(found, reverse=True)) for word, found in sizes.items()}

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        return iter(self._entries)

    def get(self, phrase: tuple[str, ...]) -> T | None:
        """What exactly this phrase stands for, or None."""
        return self._entries.get(phrase)

    def longest(self, words: Sequence[str], at: int) -> tuple[int, T] | None:
        """How many words from ``words[at]`` on make up the longest phrase, and its value.

        >>> phrases = Phrases({("heart",): "organ", ("heart", "failure"): "428.9"})
        >>> phrases.longest(["chronic", "heart", "failure"], at=1)
        (2, '428.9')
        """
        for size in self._sizes.get(words[at], ()):
            phrase = tuple(words[at : at + size])
            if len(phrase) == size and phrase in self._entries:
                return size, self._entries[phrase]
        return None
