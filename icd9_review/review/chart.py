"""The chart that the edits see, from an encounter and where its codes stand."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from icd9_review.values import (
    Assertion,
    Chart,
    ChartCode,
    CodeKey,
    CodeState,
    Encounter,
    Kind,
    ReviewState,
    Sentences,
)

_NONE: Mapping[CodeKey, Sentences] = MappingProxyType({})


def chart_of(
    encounter: Encounter,
    state: ReviewState,
    assertions: Mapping[CodeKey, Assertion],
    sentences: Mapping[CodeKey, Sentences] = _NONE,
) -> Chart:
    """The accepted codes in their order with the encounter's facts.

    ``assertions`` has what the best evidence of a code says, ``sentences`` the words of what
    speaks of it; a code may be missing.
    """
    codes = {
        kind: tuple(
            _code(code, assertions, sentences) for code in state.accepted if code.kind is kind
        )
        for kind in Kind
    }
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


def _code(
    code: CodeState,
    assertions: Mapping[CodeKey, Assertion],
    sentences: Mapping[CodeKey, Sentences],
) -> ChartCode:
    key = code.kind, code.code
    return ChartCode(
        code=code.code,
        kind=code.kind,
        poa=code.poa,
        performed=code.performed,
        assertion=assertions.get(key),
        sentences=sentences.get(key, ()),
    )
