"""What could be the principal diagnosis, as the workbench shows it until somebody has said it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from icd9_review.codes.edits.subject import GUIDELINES
from icd9_review.codes.lists import Lists
from icd9_review.notes.lines.kinds import LineKind
from icd9_review.review.principal.contending import contending
from icd9_review.review.principal.linking import link
from icd9_review.review.principal.proposing import Proposal, propose
from icd9_review.ui.encounter.codes import NO_TITLE, code_name
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.encounter.highlights import shorten
from icd9_review.ui.workbench.volumes import Offered
from icd9_review.values import CareSetting, CodeKey, Encounter, Kind, ReviewState, Span

_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth"),
    *("sixth", "seventh", "eighth", "ninth", "tenth"),
)
_LISTED = {kind: kind.value for kind in LineKind} | {
    LineKind.PRINCIPAL: "principal diagnoses",
    LineKind.ADMITTING: "admitting diagnoses",
    LineKind.PLANNED: "assessment",
}
"""What a line stands in, as a reason calls it."""
_ALONE = frozenset({LineKind.REASON, LineKind.COMPLAINT})
"""Where the first line is all that there mostly is."""


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A diagnosis that could be the principal one, why in words, and the guideline that says so."""

    key: str
    code: str
    title: str
    reason: str
    section: str


def present_proposals(
    encounter: Encounter,
    state: ReviewState,
    offered: Offered,
    contexts: Mapping[str, NoteContext],
    spans: Mapping[CodeKey, Sequence[Span]],
    titles: Mapping[CodeKey, str],
    lists: Lists,
) -> tuple[ProposalView, ...]:
    """The likeliest first; nothing once somebody has said which diagnosis it is.

    ``spans`` are the words that speak for each code.
    """
    if state.principal is not None or state.signed is not None:
        return ()
    outside = [each.key for each in offered.outside]
    contenders = contending(state, offered.ranked, outside, spans)
    lines = {note.id: contexts[note.id].listed_lines for note in encounter.notes}
    needless = {each.span for each in state.needless}
    linked = [
        replace(each, needless=Span(each.note_id, each.line.start, each.line.end) in needless)
        for each in link(lines, contenders, {note.id: note.text for note in encounter.notes})
    ]
    accepted = [each.code for each in contenders if each.accepted]
    found = propose(encounter.setting, linked, accepted, lists)
    return tuple(_present(each, encounter.setting, titles) for each in found)


def _present(
    proposal: Proposal, setting: CareSetting, titles: Mapping[CodeKey, str]
) -> ProposalView:
    key = Kind.DIAGNOSIS, proposal.code
    return ProposalView(
        key=code_name(*key),
        code=proposal.code,
        title=titles.get(key, NO_TITLE),
        reason=describe_reason(proposal, setting),
        section=GUIDELINES + proposal.section,
    )


def describe_reason(proposal: Proposal, setting: CareSetting) -> str:
    """Why a code is proposed: ``first of the final diagnoses``."""
    listed = _describe_line(proposal, setting)
    if proposal.words:
        return f"{proposal.words} ({listed})"
    if proposal.uncoded:
        return f"{listed}; no code yet for “{shorten(proposal.uncoded)}”"
    return listed


def _describe_line(proposal: Proposal, setting: CareSetting) -> str:
    named, place = _LISTED[proposal.kind], proposal.place
    if proposal.kind is LineKind.REASON and setting is CareSetting.OUTPATIENT:
        named = "reason for the visit"
    if place == 0 and proposal.kind in _ALONE:
        return named
    which = _ORDINALS[place] if place < len(_ORDINALS) else f"line {place + 1}"
    return f"{which} of the {named}"
