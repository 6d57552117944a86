"""The chart as the workbench shows it: order and settings, and edits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from icd9_review import codes
from icd9_review.codes.edits import not_checked
from icd9_review.codes.edits.billing.claim_form import PAYMENT_WINDOW
from icd9_review.codes.edits.rules import rule_words
from icd9_review.codes.lists import (
    INDEX_NAMES,
    ListName,
    ListOrigin,
    Lists,
    SourceName,
    describe_sources,
)
from icd9_review.notes.text.operation_dates import StatedDay, day_holding
from icd9_review.review.reasons import reason_words
from icd9_review.ui.encounter.codes import NO_TITLE, code_name
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.encounter.highlights import shorten
from icd9_review.ui.words import describe_moment
from icd9_review.ui.workbench.edits.presenting import present_rule
from icd9_review.ui.workbench.edits.view import EditView, ListsView, OfferView
from icd9_review.ui.workbench.lines.view import LineView
from icd9_review.ui.workbench.view import ChartView, ComorbidityView, StatedView
from icd9_review.values import (
    Action,
    Chart,
    CodeKey,
    Edit,
    Kind,
    ReviewState,
    Severity,
    Span,
)

_SEARCHED = frozenset(
    {*INDEX_NAMES, SourceName.PROCEDURES, SourceName.DRUGS, SourceName.MCC, SourceName.CC}
)
"""What is imported for search and for what stands beside a code; no edit consults it."""
_WORDS_BEFORE = 50  # characters before a stated day that are quoted; by judgement: some words
_MOST_OFFERS = 6  # codes an edit offers; by judgement: one line of buttons
_MOST_ALIKE = 2  # edits in the same words told one by one; by judgement
_MOST_NAMED = 4  # codes of the others that are named; by judgement


def present_chart(state: ReviewState, names: Mapping[int, str], words: str) -> ChartView:
    """Order, settings, hold and signature; ``words`` are those the hold was given with."""
    accepted = {code_name(code.kind, code.code): code for code in state.accepted}
    return ChartView(
        order=tuple(accepted),
        principal=code_name(Kind.DIAGNOSIS, state.principal) if state.principal else "",
        poa={key: code.poa.value for key, code in accepted.items() if code.poa},
        performed={
            key: code.performed.isoformat() for key, code in accepted.items() if code.performed
        },
        admitting=code_name(Kind.DIAGNOSIS, state.admitting) if state.admitting else "",
        hold=_describe_hold(state, names, words),
        signed=_sign(names[state.signed.actor], state.signed.at) if state.signed else "",
    )


def _describe_hold(state: ReviewState, names: Mapping[int, str], words: str) -> str:
    if state.hold is None:
        return ""
    said = reason_words(Action.HOLD, state.hold.reason)
    # Isolates keep words from turning the direction of the name and time behind them.
    reason = f"{said}: \u2068{words}\u2069" if words else said
    return f"{reason} ({_sign(names[state.hold.actor], state.hold.at)})"


def _sign(name: str, at: datetime) -> str:
    return f"{name}, {describe_moment(at)}"


def present_edits(edits: Iterable[Edit]) -> tuple[EditView, ...]:
    """What the rules say, in their order; what one says alike of many codes is said once."""
    alike: dict[tuple[int, Severity, str], list[Edit]] = {}
    for edit in edits:
        said = edit.message.replace(edit.code, "") if edit.code else edit.message
        alike.setdefault((edit.number, edit.severity, said), []).append(edit)
    return tuple(view for group in alike.values() for view in _present_group(group))


def _present_group(group: Sequence[Edit]) -> Iterable[EditView]:
    """Edits that differ in their code only: one by one up to two, more in one view."""
    if len(group) <= _MOST_ALIKE:
        return map(_present_edit, group)
    first, *others = group
    named = ", ".join(edit.code or "" for edit in others[:_MOST_NAMED])
    more = len(others) - _MOST_NAMED
    rest = f"{named} and {more} more" if more > 0 else named
    message = f"{first.message} The same for {rest}."
    return (replace(_present_edit(first), message=message, alike=len(group)),)


def _present_edit(edit: Edit) -> EditView:
    return EditView(
        number=edit.number,
        severity=edit.severity.value,
        message=edit.message,
        section=edit.section,
        key=code_name(edit.kind, edit.code) if edit.code else "",
        offers=tuple(_offer(edit.kind, code) for code in edit.offers[:_MOST_OFFERS]),
        use=edit.use.value,
        others=tuple(code_name(edit.kind, code) for code in edit.others),
        rule=present_rule(rule_words()[edit.number]),
    )


def _offer(kind: Kind, code: str) -> OfferView:
    return OfferView(code_name(kind, code), code, codes.title(kind, code) or NO_TITLE)


def exempt_codes(chart: Chart, lists: Lists) -> tuple[str, ...]:
    """The keys of the chart's diagnoses whose presence on admission is not asked."""
    return tuple(
        code_name(code.kind, code.code)
        for code in chart.diagnoses
        if lists.holds(ListName.POA_EXEMPT, code.code)
    )


def present_comorbidities(chart: Chart, lists: Lists) -> dict[str, ComorbidityView]:
    """Which of the chart's diagnoses count as MCC or CC, and which release says so."""
    told = {
        code_name(code.kind, code.code): ComorbidityView(*lists.comorbidity(code.kind, code.code))
        for code in chart.diagnoses
    }
    return {key: view for key, view in told.items() if view.mark}


def present_stated(
    chart: Chart,
    contexts: Mapping[str, NoteContext],
    spans: Mapping[CodeKey, Sequence[Span]],
    lines: Iterable[LineView],
) -> dict[str, StatedView]:
    """The day a note states for each procedure, where one can be of this stay.

    It is looked for around the words that speak for the procedure, by the id of their note, then
    in the lines that it codes; where it stands in neither, a day counts that heads the notes and
    is the only one.
    """
    found = {}
    coded = [(key, Span(*line.span)) for line in lines for key in line.codes]
    for procedure in chart.procedures:
        name = code_name(procedure.kind, procedure.code)
        near = spans.get((procedure.kind, procedure.code), ())
        told = _stated_day(chart, contexts, [*near, *(span for key, span in coded if key == name)])
        if told is not None:
            text, stated = told
            begin = max(text.rfind("\n", 0, stated.start) + 1, stated.start - _WORDS_BEFORE)
            found[name] = StatedView(stated.day.isoformat(), shorten(text[begin : stated.end]))
    return found


def _stated_day(
    chart: Chart, contexts: Mapping[str, NoteContext], spans: Iterable[Span]
) -> tuple[str, StatedDay] | None:
    """The first day that can be of this stay, with the text of its note."""
    near = [
        (contexts[span.note_id].text, day)
        for span in spans
        if span.note_id in contexts
        and (day := day_holding(contexts[span.note_id].stated_days, span.start)) is not None
        and _is_of_stay(day.day, chart)
    ]
    if near:
        return near[0]
    heads = [
        (context.text, day)
        for context in contexts.values()
        for day in context.stated_days
        if day.heads and _is_of_stay(day.day, chart)
    ]
    return heads[0] if len({day.day for _, day in heads}) == 1 else None


def _is_of_stay(day: date, chart: Chart) -> bool:
    """Whether the edits would take it: not after discharge, nor long before admission."""
    early = chart.admitted is not None and chart.admitted - day > PAYMENT_WINDOW
    return not early and not (chart.discharged is not None and day > chart.discharged)


def present_lists(lists: Lists) -> ListsView:
    """Which lists the edits consult, and which edits miss an official one."""
    sources = describe_sources(lists)
    official = sorted(
        {s.version for s in sources if s.origin is ListOrigin.OFFICIAL and s.name not in _SEARCHED}
    )
    unchecked = not_checked(lists)
    text = f"Edits use {', '.join(official)}." if official else "Edits use the built-in lists."
    return ListsView(
        text=text,
        rows=tuple(
            (s.name.replace("_", " "), s.origin.value, s.version, f"{s.count:,}") for s in sources
        ),
        unchecked=tuple(
            f"{each.number} {each.what}: {'partly, ' if each.partly else ''}needs {each.needs}"
            for each in unchecked
        ),
    )
