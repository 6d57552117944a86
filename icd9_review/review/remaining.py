"""What a coder may have missed, asked before an encounter is finalised."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter

from icd9_review.values import (
    CareSetting,
    Chart,
    CodeKey,
    ReviewState,
    Scores,
    Sex,
    Suggestion,
)

CONFIDENT = 0.5
"""From which shown probability on a suggestion counts as confident: more likely than not."""


class Unstated(StrEnum):
    """A fact that a chart lacks, by which edits go."""

    AGE = "age"
    SEX = "sex"
    ADMITTED = "day of admission"
    DISCHARGED = "day of discharge"
    ADMITTING = "admitting diagnosis"


@dataclass(frozen=True, slots=True)
class Remaining:
    """The answer to "Anything missing?".

    ``suggestions`` are confident and nobody has acted on them, most probable first;
    ``unsupported`` are accepted codes without evidence, in their order; ``unread`` is
    the share of the notes' text that the model has not read, in [0, 1].
    """

    suggestions: tuple[Suggestion, ...]
    unsupported: tuple[CodeKey, ...]
    unread: float

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to look at again."""
        return not (self.suggestions or self.unsupported or self.unread)


def remaining(
    suggestions: Sequence[Suggestion],
    state: ReviewState,
    supported: Container[CodeKey],
    scores: Sequence[Scores],
    length: int,
) -> Remaining:
    """What is left to look at.

    A suggestion is confident when it reaches its threshold and the probability that is
    shown (the calibrated one where there is one) reaches CONFIDENT: a low threshold of
    a rare code alone does not make it so. ``supported`` has the codes with evidence in
    the notes; a code added with evidence of its own needs not be there. ``scores`` are
    those of the notes, ``length`` the code points of all notes together: a note without
    scores is unread.
    """
    decided = {(code.kind, code.code) for code in state.codes}
    missed = (
        each
        for each in suggestions
        if each.suggested and each.shown >= CONFIDENT and (each.kind, each.code) not in decided
    )
    unsupported = (
        (code.kind, code.code)
        for code in state.accepted
        if not code.evidence and (code.kind, code.code) not in supported
    )
    read = sum(one.read for one in scores)
    return Remaining(
        suggestions=tuple(sorted(missed, key=attrgetter("shown"), reverse=True)),
        unsupported=tuple(unsupported),
        unread=max(0.0, 1.0 - read / length) if length else 0.0,
    )


def unstated(chart: Chart) -> tuple[Unstated, ...]:
    """The facts that are not known; days of a stay and its admitting diagnosis of inpatients."""
    inpatient = chart.setting is CareSetting.INPATIENT
    lacking = {
        Unstated.AGE: chart.age is None,
        Unstated.SEX: chart.sex is Sex.UNKNOWN,
        Unstated.ADMITTED: inpatient and chart.admitted is None,
        Unstated.DISCHARGED: inpatient and chart.discharged is None,
        Unstated.ADMITTING: inpatient and chart.admitting is None,
    }
    return tuple(fact for fact, lacks in lacking.items() if lacks)
