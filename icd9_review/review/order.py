"""The order of the accepted codes, diagnoses and procedures each for themselves.

A code comes in at the end of its kind, a replacement at the place of the code it
replaced. A code that is rejected leaves, and comes in at the end when it is accepted
anew; an undo puts it back where it was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from icd9_review.values import CodeKey, Kind


@dataclass(slots=True)
class Order:
    """Kept event by event; ``places`` remembers where a verdict took a code out."""

    kinds: dict[Kind, list[CodeKey]] = field(default_factory=lambda: {kind: [] for kind in Kind})
    places: dict[int, int] = field(default_factory=dict)

    def codes(self) -> Iterator[CodeKey]:
        """The accepted codes, diagnoses first."""
        for keys in self.kinds.values():
            yield from keys

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

    def move(self, key: CodeKey, position: int) -> None:
        """Put an accepted code at a position within its kind; 0 is first."""
        keys = self.kinds[key[0]]
        keys.remove(key)
        keys.insert(position, key)
