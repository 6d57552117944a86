"""What could be the principal diagnosis, as the workbench shows it until somebody has said it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from icd9_review import codes
from icd9_review.codes.edits.subject import GUIDELINES
from icd9_review.codes.lists import Lists
from icd9_review.notes.lines.kinds import LineKind
from icd9_review.review.principal.contending import contending
from icd9_review.review.principal.linking import LinkedLine, link
from icd9_review.review.principal.proposing import Proposal, first_uncoded, propose
from icd9_review.review.principal.rehabilitation import CARE, rehabilitation
from icd9_review.ui.encounter.codes import NO_TITLE, code_key, code_name
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.encounter.highlights import shorten
from icd9_review.ui.workbench.lines.view import LineView
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
_UNEXPLAINED = "proposed; why is told once the chart is signed"
_ALONE = frozenset({LineKind.REASON, LineKind.COMPLAINT})
"""Where the first line is all that there mostly is."""


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A diagnosis that could be the principal one, why in words, and the guideline that says so.

    ``spans`` are the words (note, start, end) of a code that is neither suggested nor in the chart.
    """

    key: str
    code: str
    title: str
    reason: str
    section: str
    spans: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class FirstLineView:
    """The line ``line`` that says the principal diagnosis and has no code yet; ``which`` it is."""

    line: str
    which: str
    text: str


@dataclass(frozen=True, slots=True)
class PrincipalView:
    """What could be the principal diagnosis, the likeliest first, and the line to code before."""

    proposals: tuple[ProposalView, ...] = ()
    first_line: FirstLineView | None = None


def present_principal(
    encounter: Encounter,
    state: ReviewState,
    offered: Offered,
    contexts: Mapping[str, NoteContext],
    spans: Mapping[CodeKey, Sequence[Span]],
    titles: Mapping[CodeKey, str],
    lists: Lists,
    lines: Sequence[LineView],
    *,
    explains: bool = True,
) -> PrincipalView:
    """Nothing once somebody has said which diagnosis it is.

    ``spans`` are the words that speak for each code, ``lines`` the chart lines with the codes that
    each is coded by. Without ``explains`` no reason is given: it leads to a line of the notes.
    """
    if state.principal is not None or state.signed is not None:
        return PrincipalView()
    outside = [each.key for each in offered.outside]
    contenders = contending(state, offered.ranked, outside, spans)
    listed = {note.id: contexts[note.id].listed_lines for note in encounter.notes}
    linked = link(listed, contenders, {note.id: note.text for note in encounter.notes})
    told = _tell(linked, state, lines)
    accepted = [each.code for each in contenders if each.accepted]
    span, code = _rehabilitation(encounter, contexts, [each.code for each in contenders])
    found = propose(encounter.setting, told, accepted, lists, code)
    first = first_uncoded(encounter.setting, told)
    known = {each.code for each in contenders}
    views = (
        _present(each, encounter.setting, titles, () if each.code in known else span)
        for each in found
    )
    return PrincipalView(
        proposals=tuple(
            each if explains else replace(each, reason=_UNEXPLAINED, section="") for each in views
        ),
        first_line=None if first is None else _present_first(*first, encounter.setting),
    )


def _rehabilitation(
    encounter: Encounter, contexts: Mapping[str, NoteContext], codes: Iterable[str]
) -> tuple[tuple[tuple[str, int, int], ...], str]:
    """Where a note says that the patient came for rehabilitation, and its V57: one of the ``codes``
    that are accepted or suggested, else that of its kind."""
    for note in encounter.notes:
        if told := rehabilitation(contexts[note.id].text):
            code = next((code for code in codes if code in CARE), told.code)
            return ((note.id, told.start, told.end),), code
    return (), ""


def _tell(
    linked: Sequence[LinkedLine], state: ReviewState, lines: Sequence[LineView]
) -> tuple[LinkedLine, ...]:
    """The lines with what people said of them: codes by other words, and that one needs none."""
    needless = {(each.span.note_id, each.span.start, each.span.end) for each in state.needless}
    coded = {
        each.span: tuple(code_key(key)[1] for key in each.codes)
        for each in lines
        if each.kind == "diagnosis"
    }
    told = []
    for each in linked:
        span = each.note_id, each.line.start, each.line.end
        codes = each.codes or coded.get(span, ())
        told.append(replace(each, codes=codes, needless=span in needless))
    return tuple(told)


def _present_first(linked: LinkedLine, place: int, setting: CareSetting) -> FirstLineView:
    line = linked.line
    which = _describe_line(line.kind, place, setting)
    return FirstLineView(f"{linked.note_id}:{line.start}", which, shorten(line.text))


def _present(
    proposal: Proposal,
    setting: CareSetting,
    titles: Mapping[CodeKey, str],
    spans: tuple[tuple[str, int, int], ...],
) -> ProposalView:
    key = Kind.DIAGNOSIS, proposal.code
    return ProposalView(
        key=code_name(*key),
        code=proposal.code,
        title=titles.get(key) or codes.title(*key) or NO_TITLE,
        reason=describe_reason(proposal, setting),
        section=GUIDELINES + proposal.section,
        spans=spans,
    )


def describe_reason(proposal: Proposal, setting: CareSetting) -> str:
    """Why a code is proposed: ``first of the final diagnoses``."""
    listed = _describe_line(proposal.kind, proposal.place, setting)
    if proposal.words and not proposal.passed:
        return f"{proposal.words} ({listed})"
    if proposal.uncoded:
        return f"{listed}; no code yet for “{shorten(proposal.uncoded)}”"
    if proposal.passed:
        passed = shorten(proposal.passed)
        return f"a guess: {listed}; no code of “{passed}” before it may be principal"
    return listed


def _describe_line(kind: LineKind, place: int, setting: CareSetting) -> str:
    named = _LISTED[kind]
    if kind is LineKind.REASON and setting is CareSetting.OUTPATIENT:
        named = "reason for the visit"
    if place == 0 and kind in _ALONE:
        return named
    which = _ORDINALS[place] if place < len(_ORDINALS) else f"line {place + 1}"
    return f"{which} of the {named}"
