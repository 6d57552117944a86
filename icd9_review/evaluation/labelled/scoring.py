"""The scoring rule: how predicted codes of a note are counted against its labels.

A label names the codes that would be right for one condition (``any_of``), and whether a
coder must report it (core) or may (arguable).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Label:
    """One condition of a note and the codes any of which is right for it.

    ``evidence`` are spans of the note that document it, ``text[start:end]``; where there are
    any, they show one clear mention at least, not necessarily all.
    """

    any_of: frozenset[str]
    status: Literal["core", "arguable"] = "core"
    evidence: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted over notes; ``core`` includes labels no predicted code could match."""

    found: int = 0
    missed: int = 0
    wrong: int = 0
    core: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.found + other.found,
            self.missed + other.missed,
            self.wrong + other.wrong,
            self.core + other.core,
        )

    @property
    def precision(self) -> float:
        """Found core labels per prediction that counts."""
        return _share(self.found, self.found + self.wrong)

    @property
    def recall(self) -> float:
        """Found core labels per core label the label space can express."""
        return _share(self.found, self.found + self.missed)

    @property
    def f1(self) -> float:
        """Micro-F1: the harmonic mean of precision and recall over all notes."""
        return _share(2 * self.found, 2 * self.found + self.missed + self.wrong)

    @property
    def coverage(self) -> float:
        """Share of core labels the label space can express."""
        return _share(self.found + self.missed, self.core)


def count_note(predicted: Iterable[str], labels: Iterable[Label], space: Collection[str]) -> Counts:
    """Counts of one note.

    A core label is found when any of its codes is predicted; a prediction that matches no
    label is wrong; one that matches an arguable label only counts for nothing. Core labels
    without a code in ``space`` are left out of recall.

    >>> labels = [Label(frozenset({"428.0", "428.9"})), Label(frozenset({"401.9"}), "arguable")]
    >>> count_note({"428.0", "401.9", "486"}, labels, space={"401.9", "428.0", "486"})
    Counts(found=1, missed=0, wrong=1, core=1)
    """
    codes = frozenset(predicted)
    labels = tuple(labels)
    core = [label for label in labels if label.status == "core"]
    reachable = [label for label in core if not label.any_of.isdisjoint(space)]
    found = sum(not label.any_of.isdisjoint(codes) for label in reachable)
    known = frozenset[str]().union(*(label.any_of for label in labels))
    return Counts(found, len(reachable) - found, len(codes - known), len(core))


def count_notes(
    notes: Iterable[tuple[Iterable[str], Iterable[Label]]], space: Collection[str]
) -> Counts:
    """Counts summed over notes, each given as its predicted codes and its labels.

    >>> pneumonia = [Label(frozenset({"486"}))]
    >>> count_notes([({"486"}, pneumonia), ({"481"}, pneumonia)], space={"481", "486"}).f1
    0.5
    """
    return sum((count_note(codes, labels, space) for codes, labels in notes), Counts())


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
