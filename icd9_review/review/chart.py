"""The chart that the edits see, from an encounter and where its codes stand."""

from __future__ import annotations

from collections.abc import Mapping

from icd9_review.values import (
    Assertion,
    Chart,
    ChartCode,
    CodeKey,
    CodeState,
    Encounter,
    Kind,
    ReviewState,
)


def chart_of(
    encounter: Encounter, state: ReviewState, assertions: Mapping[CodeKey, Assertion]
) -> Chart:
    """The accepted codes in their order with the encounter's facts.

    ``assertions`` has what the best evidence of a code says; a code may be missing.
    """
    codes = {kind: _codes(state, kind, assertions) for kind in Kind}
    return Chart(
        setting=encounter.setting,
        age=encounter.age,
        sex=encounter.sex,
        admitted=encounter.admitted,
        discharged=encounter.discharged,
        diagnoses=codes[Kind.DIAGNOSIS],
        procedures=codes[Kind.PROCEDURE],
        admitting=state.admitting,
    )


def _codes(
    state: ReviewState, kind: Kind, assertions: Mapping[CodeKey, Assertion]
) -> tuple[ChartCode, ...]:
    return tuple(_code(code, assertions) for code in state.accepted if code.kind is kind)


def _code(code: CodeState, assertions: Mapping[CodeKey, Assertion]) -> ChartCode:
    return ChartCode(
        code=code.code,
        kind=code.kind,
        poa=code.poa,
        performed=code.performed,
        assertion=assertions.get((code.kind, code.code)),
    )
