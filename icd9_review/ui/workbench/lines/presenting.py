"""The chart lines as the workbench shows them: by which codes they are coded, what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from icd9_review.codes.lists import Lists
from icd9_review.codes.search import Found
from icd9_review.model.reading.predictor import Predictor
from icd9_review.naming.lines.accounts import (
    FINAL_DIAGNOSES,
    LineAccount,
    LineState,
    account_for,
    admits,
)
from icd9_review.naming.lines.causes import account_for_cause, is_cause
from icd9_review.naming.lines.coders import Coder, Link, coders
from icd9_review.naming.lines.conditions import NamedCondition, uncoded_conditions
from icd9_review.notes.lines.causes import CauseLine
from icd9_review.notes.lines.kinds import LineKind
from icd9_review.ui.encounter.codes import code_name
from icd9_review.ui.reference import Reference
from icd9_review.ui.workbench.finding import FoundItem, describe_origin
from icd9_review.ui.workbench.lines.finder import CauseCodes, LineFinder
from icd9_review.ui.workbench.lines.view import LineCodes, LineView, NeedlessView
from icd9_review.ui.workbench.marking import PlacedLine
from icd9_review.values import (
    Assertion,
    CareSetting,
    CodeKey,
    Encounter,
    Event,
    Kind,
    ReviewState,
    Span,
)

_CAUSE = LineKind.CAUSE.value.capitalize()


def present_chart_lines(
    placed: Sequence[PlacedLine],
    encounter: Encounter,
    state: ReviewState,
    mentions: Mapping[CodeKey, Sequence[Span]],
    reference: Reference,
    finder: LineFinder,
    predictor: Predictor | None = None,
) -> tuple[LineView, ...]:
    """Each line with what became of it, in the order of the notes.

    ``mentions`` are the places that name a code; what a code was added with counts too. The
    ``predictor`` reads the words of causes, where it may.
    """
    spans = {
        (code.kind, code.code): (*code.evidence, *mentions.get((code.kind, code.code), ()))
        for code in state.accepted
    }
    inpatient = encounter.setting is CareSetting.INPATIENT
    kinds = {each.line.kind for each in placed if each.line.assertion is not Assertion.NEGATED}
    views = []
    for each in placed:
        if each.cause is not None:
            codes = finder.causes(reference, predictor, each.cause)
            views.append(_present_cause(each, each.cause, codes, spans, state))
            continue
        kind = line_codes(each.line.kind)
        admitting = admits(each.line.kind, inpatient=inpatient, kinds=kinds)
        coded = coders(
            each.line,
            _admitting(state) if admitting else _candidates(kind, state),
            {key: _places(held, each.note_id) for key, held in spans.items()},
            partial(finder.find, reference, kind, each.line.text),
        )
        became = account_for(
            each.line,
            coded,
            inpatient=inpatient,
            kinds=kinds,
            admitting=state.admitting is not None,
        )
        if became.state is LineState.CODED and not admitting:
            accepted = [(code.kind, code.code) for code in state.accepted]
            named = finder.conditions(reference, kind, each.line.text)
            became = _part_of(became, named, accepted, reference.lists)
        views.append(_present(each, "admitting" if admitting else kind.value, became))
    return tuple(views)


def present_needless(
    state: ReviewState,
    stacks: Mapping[CodeKey, Sequence[Event]],
    names: Mapping[int, str],
    user: int,
) -> tuple[NeedlessView, ...]:
    """What people said needs no code, in the order in which they said it.

    ``stacks`` are the verdicts that stand (`review.fold.stack`).
    """
    standing = [event.sequence for events in stacks.values() for event in events]
    return tuple(
        NeedlessView(
            span=(each.span.note_id, each.span.start, each.span.end),
            actor=names[each.actor],
            own=each.actor == user,
            after=sum(sequence < each.sequence for sequence in standing),
        )
        for each in state.needless
    )


def _part_of(
    became: LineAccount,
    named: Sequence[NamedCondition],
    accepted: Sequence[CodeKey],
    lists: Lists,
) -> LineAccount:
    """A coded line that names several conditions, of which one or more have no code."""
    left = uncoded_conditions(named, became.coders, accepted, lists) if named else ()
    if not left:
        return became
    told = ", ".join(f"“{each.text}”" for each in left)
    reason = f"{len(named) - len(left)} of {len(named)}: no code for {told}"
    return LineAccount(LineState.PARTLY, became.coders, reason)


def _present_cause(
    placed: PlacedLine,
    cause: CauseLine,
    codes: CauseCodes,
    spans: Mapping[CodeKey, Sequence[Span]],
    state: ReviewState,
) -> LineView:
    """A cause with the E codes for it; those of its place and activity stand behind."""
    accepted = _candidates(Kind.DIAGNOSIS, state)
    coded = coders(
        placed.line,
        [key for key in accepted if is_cause(key[1])],
        {key: _places(held, placed.note_id) for key, held in spans.items()},
        lambda: tuple((each.kind, each.code) for each in codes.found),
    )
    view = _present(placed, "cause", account_for_cause(cause, accepted, coded))
    hits = [_hit(each) for each in codes.found]
    beside = [_hit(each, further=True) for each in codes.beside]
    return replace(view, id=f"{view.id}:cause", title=_CAUSE, hits=(*hits, *beside))


def _hit(found: Found, *, further: bool = False) -> FoundItem:
    note = "" if further else describe_origin(found)
    key = code_name(found.kind, found.code)
    return FoundItem(key, found.code, found.kind.value, found.title, note, further=further)


def uncoded_lines(lines: Sequence[LineView], state: ReviewState) -> tuple[Span, ...]:
    """Where the lines stand that have no code and need one, as far as anybody said."""
    needless = {each.span for each in state.needless}
    left = (Span(*each.span) for each in lines if each.state == LineState.OPEN.value)
    return tuple(span for span in left if span not in needless)


def line_codes(kind: LineKind) -> Kind:
    """Which codes code the lines of such a section."""
    return Kind.PROCEDURE if kind is LineKind.PROCEDURES else Kind.DIAGNOSIS


def _candidates(kind: Kind, state: ReviewState) -> list[CodeKey]:
    return [(code.kind, code.code) for code in state.accepted if code.kind is kind]


def _admitting(state: ReviewState) -> list[CodeKey]:
    """An admitting diagnosis has a place of its own: no other code is that of its line."""
    return [(Kind.DIAGNOSIS, state.admitting)] if state.admitting else []


def _places(spans: Sequence[Span], note_id: str) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in spans if span.note_id == note_id]


def _present(placed: PlacedLine, kind: LineCodes, became: LineAccount) -> LineView:
    line = placed.line
    return LineView(
        id=f"{placed.note_id}:{line.start}",
        note=placed.note,
        first=placed.first,
        last=placed.last,
        span=(placed.note_id, line.start, line.end),
        kind=kind,
        title=line.title.capitalize(),
        text=line.text,
        state=became.state.value,
        codes=tuple(code_name(*each.key) for each in became.coders),
        remark=became.reason or _remark(became.coders),
        final=line.kind in FINAL_DIAGNOSES,
    )


def _remark(found: Sequence[Coder]) -> str:
    """How a sibling is told from the code that the words find."""
    near = [each for each in found if each.link is Link.NEAR]
    return f"sibling of {near[0].near}, which its words find" if near else ""
