"""The causes of injury on the workbench: which a chart is asked about, and where their codes are
offered besides. The rules of edits know no model; what it reads in a cause joins them here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from icd9_review.codes.edits.chapters.external_cause import NO_CAUSE
from icd9_review.naming.lines.causes import asked_causes
from icd9_review.notes.lines.causes import CauseLine
from icd9_review.ui.encounter.codes import code_name
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.workbench.lines.view import LineView
from icd9_review.values import (
    CodeKey,
    Edit,
    Kind,
    Note,
    OfferUse,
    ReviewState,
    Span,
    Suggestion,
)

_OFFERED = 3  # codes of a cause below an edit; by judgement: the line has the others


def chart_causes(
    notes: Iterable[Note],
    contexts: Mapping[str, NoteContext],
    state: ReviewState,
    suggestions: Iterable[Suggestion],
) -> dict[str, tuple[CauseLine, ...]]:
    """The causes a chart is asked about, by note: by what is accepted, or suggested and open."""
    decided = {(code.kind, code.code) for code in state.codes}
    codes = {code.code for code in state.accepted if code.kind is Kind.DIAGNOSIS}
    for each in suggestions:
        if each.suggested and each.kind is Kind.DIAGNOSIS and (each.kind, each.code) not in decided:
            codes.add(each.code)
    return asked_causes({note.id: contexts[note.id].causes for note in notes}, codes)


def offer_causes(edits: Iterable[Edit], lines: Sequence[LineView]) -> Iterator[Edit]:
    """The edits; where one says that an injury has no cause, with the best codes of what the notes
    tell."""
    told = [line for line in lines if line.kind == "cause" and line.state == "open"]
    codes = [hit.code for line in told for hit in line.hits[:_OFFERED] if not hit.further]
    for edit in edits:
        if codes and edit.section == NO_CAUSE:
            yield replace(edit, offers=tuple(dict.fromkeys(codes)), use=OfferUse.ADD)
        else:
            yield edit


def cause_words(lines: Iterable[LineView], key: CodeKey) -> tuple[Span, ...]:
    """The words of the causes that a code is offered for."""
    return tuple(
        Span(*line.span) for line in lines if any(hit.key == code_name(*key) for hit in line.hits)
    )
