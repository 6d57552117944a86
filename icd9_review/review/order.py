"""The order of the accepted codes, diagnoses and procedures each for themselves.

A code comes in at the end of its kind, a replacement at the place of the code it
replaced. A code that is rejected leaves, and comes in at the end when it is accepted
anew; an undo puts it back where it was.

Which code stands first says nothing by itself. A person names one by moving it there, from
wherever it stood, or signs the order as it is. What takes the place of a named code is named
for it, and an undo takes that back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from icd9_review.values import CodeKey, Kind


@dataclass(slots=True)
class Order:
    """Kept event by event; ``places`` remembers where a verdict took a code out.

    ``named`` are the codes that somebody put first last, ``renamed`` what a verdict made of one.
    """

    kinds: dict[Kind, list[CodeKey]] = field(default_factory=lambda: {kind: [] for kind in Kind})
    places: dict[int, int] = field(default_factory=dict)
    named: dict[Kind, CodeKey | None] = field(default_factory=dict)
    renamed: dict[int, tuple[CodeKey, CodeKey | None]] = field(default_factory=dict)

    def codes(self) -> Iterator[CodeKey]:
        """The accepted codes, diagnoses first."""
        for keys in self.kinds.values():
            yield from keys

    def principal(self, kind: Kind) -> CodeKey | None:
        """The first code of a kind, where a person has said that it is; else None."""
        first = next(iter(self.kinds[kind]), None)
        return first if first == self.named.get(kind) else None

    def change(
        self,
        sequence: int,
        changed: Collection[CodeKey],
        accepted: Collection[CodeKey],
        undone: int | None,
    ) -> None:
        """Follow a verdict on ``changed`` codes of one kind, of which some are accepted now.

        ``sequence`` is its number, ``undone`` that of the verdict it took back.
        """
        for kind in {kind for kind, _ in changed}:
            keys = self.kinds[kind]
            leaving = [key for key in changed if key in keys and key not in accepted]
            coming = [key for key in changed if key not in keys and key in accepted]
            place = len(keys) if undone is None else self.places.get(undone, len(keys))
            for key in leaving:
                place = self.places[sequence] = keys.index(key)
                keys.remove(key)
            keys[place:place] = coming
            self._rename(kind, sequence, undone, leaving, coming)

    def move(self, key: CodeKey, position: int) -> None:
        """Put an accepted code at a position within its kind; 0 is first, and names it."""
        keys = self.kinds[key[0]]
        keys.remove(key)
        keys.insert(position, key)
        if position == 0:
            self.named[key[0]] = key

    def name_first(self) -> None:
        """Whoever signs says that the first code of each kind is."""
        self.named = {kind: keys[0] for kind, keys in self.kinds.items() if keys}

    def _rename(
        self,
        kind: Kind,
        sequence: int,
        undone: int | None,
        leaving: Sequence[CodeKey],
        coming: Sequence[CodeKey],
    ) -> None:
        named = self.named.get(kind)
        if undone is not None and undone in self.renamed:
            before, after = self.renamed[undone]
            # Somebody may have named another one since.
            self.named[kind] = before if named == after else named
        elif named is not None and named in leaving:
            self.named[kind] = coming[0] if coming else None
            self.renamed[sequence] = named, self.named[kind]
