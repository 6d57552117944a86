"""Does the model serve some patients worse? The rule's figures by subgroup.

Groups are whatever factors the notes carry (sex, age, ethnicity, insurance …), the length of
the note and how much of it the model read. Figures of a handful of notes say nothing and may
say something of a person, so small groups are not shown; nor is what would give them away
when it is subtracted from the whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from icd9_review.evaluation.labelled.scoring import Counts
from icd9_review.evaluation.readings import Readings
from icd9_review.evaluation.rule import rule_figures
from icd9_review.statistics.intervals import Bootstrap, Interval

FEWEST_NOTES = 10
"""Notes a group needs to be shown; by judgement."""

LENGTH = "note length"
READ = "share of note read"
UNKNOWN = "unknown"

# By judgement: each bound is twice the one before.
_LENGTHS = (
    (250, "under 250 words"),
    (500, "250 to 499 words"),
    (1000, "500 to 999 words"),
    (2000, "1,000 to 1,999 words"),
)
_LONGEST = "2,000 words or more"
# By judgement: whole, nearly whole, half.
_SHARES = ((1.0, "all"), (0.9, "90 % or more"), (0.5, "50 to 89 %"))
_SMALLEST_SHARE = "under 50 %"
_ORDER = {
    name: place
    for place, name in enumerate(
        (
            *(name for _, name in _LENGTHS),
            _LONGEST,
            *(name for _, name in _SHARES),
            _SMALLEST_SHARE,
        )
    )
}


@dataclass(frozen=True, slots=True)
class Group:
    """The rule's figures over the notes with one value of a factor; None where suppressed."""

    factor: str
    value: str
    suppressed: bool
    notes: int | None = None
    precision: Interval | None = None
    recall: Interval | None = None
    f1: Interval | None = None


def measure_groups(
    readings: Readings,
    counts: Sequence[Counts],
    bootstrap: Bootstrap,
    fewest: int = FEWEST_NOTES,
) -> tuple[Group, ...]:
    """Every group of every factor; ``counts`` are those of the notes, in their order."""
    found: list[Group] = []
    for factor, values in factors(readings).items():
        sizes = Counter(values)
        hidden = suppressed(sizes, fewest)
        for value in sorted(sizes, key=lambda value: (_ORDER.get(value, 0), value)):
            if value in hidden:
                found.append(Group(factor, value, suppressed=True))
                continue
            some = [count for count, other in zip(counts, values, strict=True) if other == value]
            figures = rule_figures(some, bootstrap)
            found.append(
                Group(
                    factor,
                    value,
                    suppressed=False,
                    notes=len(some),
                    precision=figures.precision,
                    recall=figures.recall,
                    f1=figures.f1,
                )
            )
    return tuple(found)


def factors(readings: Readings) -> dict[str, list[str]]:
    """The value of every note by factor; a note without one has "unknown"."""
    names = dict.fromkeys(name for note in readings.notes for name in note.factors)
    found = {name: [note.factors.get(name, UNKNOWN) for note in readings.notes] for name in names}
    lengths = [_length_band(note.text) for note in readings.notes]
    return {**found, LENGTH: lengths, READ: [_share_band(share) for share in readings.read]}


def suppressed(sizes: Mapping[str, int], fewest: int) -> frozenset[str]:
    """The values of a factor that are not shown, given the notes of each.

    Those with fewer than ``fewest`` notes. Since the figures of all notes are known, what is
    hidden can be had by subtraction, as one: where that is one group, or has fewer than
    ``fewest`` notes in all, the next smallest groups are hidden too until it is neither.
    """
    rising = sorted(sizes, key=lambda value: (sizes[value], value))
    hidden = [value for value in rising if sizes[value] < fewest]
    if not hidden:
        return frozenset()
    for value in rising[len(hidden) :]:
        if len(hidden) > 1 and sum(sizes[each] for each in hidden) >= fewest:
            break
        hidden.append(value)
    return frozenset(hidden)


def _length_band(text: str) -> str:
    words = len(text.split())
    return next((name for beyond, name in _LENGTHS if words < beyond), _LONGEST)


def _share_band(share: float) -> str:
    return next((name for least, name in _SHARES if share >= least), _SMALLEST_SHARE)
