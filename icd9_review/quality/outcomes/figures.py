"""The figures of each code: how often it was accepted, replaced, rejected, added, left alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from icd9_review.statistics.proportions import Proportion
from icd9_review.values import CodeKey, Kind, OutcomeKind

LEAST: Final = 20
"""Of fewer no rate is shown: by judgement, with 20 the interval is still 40 points wide."""

FINAL_KINDS: Final = (
    *(OutcomeKind.ACCEPTED, OutcomeKind.EDITED, OutcomeKind.ON_TEXT),
    *(OutcomeKind.OFF_TEXT, OutcomeKind.DIRECT),
)
"""Outcomes of codes that stand in the chart."""

_DETAILED = (OutcomeKind.REPLACED, OutcomeKind.REJECTED, OutcomeKind.EDITED)
"""Outcomes whose details are counted."""


class CodeCount(NamedTuple):
    """So many encounters in which this became of a code."""

    kind: Kind
    code: str
    outcome: OutcomeKind
    detail: str
    suggested: bool
    cases: int


@dataclass(slots=True)
class _Tally:
    """The counts of one code: by outcome whether suggested or not, and by detail."""

    counts: dict[tuple[OutcomeKind, bool], int] = field(default_factory=dict)
    details: dict[OutcomeKind, dict[str, int]] = field(default_factory=dict)

    def take(self, each: CodeCount) -> None:
        what = each.outcome, each.suggested
        self.counts[what] = self.counts.get(what, 0) + each.cases
        if each.outcome in _DETAILED:
            mine = self.details.setdefault(each.outcome, {})
            mine[each.detail] = mine.get(each.detail, 0) + each.cases

    def suggested(self, outcome: OutcomeKind) -> int:
        return self.counts.get((outcome, True), 0)

    def every(self, outcome: OutcomeKind) -> int:
        return self.suggested(outcome) + self.counts.get((outcome, False), 0)

    def ordered(self, outcome: OutcomeKind) -> tuple[tuple[str, int], ...]:
        """The details of an outcome, most frequent first."""
        mine = self.details.get(outcome, {})
        return tuple(sorted(mine.items(), key=lambda each: (-each[1], each[0])))


@dataclass(frozen=True, slots=True)
class CodeOutcomes:
    """What became of one code, in encounters; ``code`` is empty for all codes together.

    ``shown`` are those in which it was suggested. Of these it was ``accepted``, ``replaced``,
    ``rejected``, ``untouched`` when the chart was signed, is ``waiting``, was ``direct``ly typed,
    or took the place of another code. ``below`` was accepted although it was not suggested.
    ``edited``, ``on_text`` and ``off_text`` count whether it was suggested or not.
    ``replaced_by``, ``edited_from`` and ``reasons`` are most frequent first.
    """

    kind: Kind | None
    code: str
    shown: int
    accepted: int
    replaced: int
    rejected: int
    untouched: int
    waiting: int
    direct: int
    below: int
    edited: int
    on_text: int
    off_text: int
    final: int
    final_suggested: int
    replaced_by: tuple[tuple[str, int], ...] = ()
    edited_from: tuple[tuple[str, int], ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()

    @property
    def decided(self) -> int:
        """Suggestions with a verdict."""
        return self.accepted + self.replaced + self.rejected

    @property
    def added(self) -> int:
        """Added without having been suggested."""
        return self.on_text + self.off_text

    @property
    def acceptance(self) -> Proportion:
        """Accepted of the suggestions with a verdict."""
        return Proportion(self.accepted, self.decided)

    @property
    def ignored(self) -> Proportion:
        """Left without a verdict, of the suggestions in signed charts and those decided on."""
        return Proportion(self.untouched, self.untouched + self.decided)

    @property
    def capture(self) -> Proportion:
        """Suggested, of the encounters whose chart has the code."""
        return Proportion(self.final_suggested, self.final)


def is_enough(share: Proportion) -> bool:
    """Whether a rate is shown of so many."""
    return share.whole >= LEAST


def code_figures(counts: Iterable[CodeCount]) -> tuple[CodeOutcomes, ...]:
    """The figures of each code, those suggested most often first."""
    tallies: dict[CodeKey, _Tally] = {}
    for each in counts:
        key = each.kind, each.code
        if (tally := tallies.get(key)) is None:
            tally = tallies[key] = _Tally()
        tally.take(each)
    found = (_figures(kind, code, tally) for (kind, code), tally in tallies.items())
    return tuple(sorted(found, key=lambda each: (-each.shown, -each.final, each.code)))


def all_figures(counts: Iterable[CodeCount]) -> CodeOutcomes:
    """The figures of all codes together; reasons alone, for codes are replaced by siblings."""
    tally = _Tally()
    for each in counts:
        tally.take(each)
    tally.details.pop(OutcomeKind.REPLACED, None)
    tally.details.pop(OutcomeKind.EDITED, None)
    return _figures(None, "", tally)


def _figures(kind: Kind | None, code: str, tally: _Tally) -> CodeOutcomes:
    mine, every = tally.suggested, tally.every
    return CodeOutcomes(
        kind=kind,
        code=code,
        shown=sum(count for (_, suggested), count in tally.counts.items() if suggested),
        accepted=mine(OutcomeKind.ACCEPTED),
        replaced=mine(OutcomeKind.REPLACED),
        rejected=mine(OutcomeKind.REJECTED),
        untouched=mine(OutcomeKind.UNTOUCHED),
        waiting=mine(OutcomeKind.WAITING),
        direct=mine(OutcomeKind.DIRECT),
        below=every(OutcomeKind.ACCEPTED) - mine(OutcomeKind.ACCEPTED),
        edited=every(OutcomeKind.EDITED),
        on_text=every(OutcomeKind.ON_TEXT),
        off_text=every(OutcomeKind.OFF_TEXT),
        final=sum(map(every, FINAL_KINDS)),
        final_suggested=sum(map(mine, FINAL_KINDS)),
        replaced_by=tally.ordered(OutcomeKind.REPLACED),
        edited_from=tally.ordered(OutcomeKind.EDITED),
        reasons=tally.ordered(OutcomeKind.REJECTED),
    )
