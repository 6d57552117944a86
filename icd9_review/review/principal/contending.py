"""The diagnoses that may be the principal one: what is accepted, and what is suggested and open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from icd9_review.review.principal.linking import Contender
from icd9_review.values import CodeKey, Kind, ReviewState, Span, Suggestion

_LONGEST = 400  # characters of a window that say where a code stands; by judgement: a sentence


def contending(
    state: ReviewState,
    suggestions: Iterable[Suggestion],
    outside: Iterable[CodeKey],
    spans: Mapping[CodeKey, Sequence[Span]],
) -> tuple[Contender, ...]:
    """Accepted diagnoses, suggested ones nobody decided on, and those that only a note names.

    ``spans`` are the words that speak for each code. Where the model reads sentence by sentence,
    the one that it saw a code in does, too.
    """
    rated = {each.code: each for each in suggestions if each.kind is Kind.DIAGNOSIS}
    decided = {code.code for code in state.codes if code.kind is Kind.DIAGNOSIS}
    accepted = [code.code for code in state.accepted if code.kind is Kind.DIAGNOSIS]
    named = [code for kind, code in outside if kind is Kind.DIAGNOSIS]
    open_codes = [code for code in dict.fromkeys((*rated, *named)) if code not in decided]
    return tuple(
        Contender(
            code,
            code in decided,
            rated[code].shown if code in rated else float(code in decided),
            (*spans.get((Kind.DIAGNOSIS, code), ()), *_sentence(rated.get(code))),
        )
        for code in (*accepted, *open_codes)
    )


def _sentence(suggestion: Suggestion | None) -> Iterator[Span]:
    if suggestion is None or suggestion.note_id is None:
        return
    start, end = suggestion.window.start, suggestion.window.end
    if end - start <= _LONGEST:
        yield Span(suggestion.note_id, start, end)
