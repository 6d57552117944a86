"""From all that is known of an encounter at one moment to what the workbench shows of it."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

from icd9_review.codes.edits import check_chart
from icd9_review.codes.volumes import describe_hidden
from icd9_review.review.chart import chart_of
from icd9_review.review.remaining import Remaining, remaining, unstated
from icd9_review.store.projections.code_records import CodeRecord
from icd9_review.ui.encounter.codes import code_name
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.encounter.demotions import named_places
from icd9_review.ui.encounter.explaining import Explained
from icd9_review.ui.encounter.facts import present_facts
from icd9_review.ui.encounter.highlights import as_preview, with_demoted
from icd9_review.ui.encounter.reading import Reading
from icd9_review.ui.encounter.room import RoomView
from icd9_review.ui.encounter.view import present_encounter
from icd9_review.ui.reference import Reference
from icd9_review.ui.services import Model
from icd9_review.ui.serving.sign_in.confirming.signer import Signer
from icd9_review.ui.words import describe_claim
from icd9_review.ui.workbench.arranging import Arrangement, arrange_suggestions
from icd9_review.ui.workbench.charting import (
    exempt_codes,
    present_chart,
    present_comorbidities,
    present_edits,
    present_lists,
    present_stated,
)
from icd9_review.ui.workbench.documented import Documented, assert_codes, speaking_spans
from icd9_review.ui.workbench.finishing.presenting import (
    present_looked,
    present_missing,
    present_unstated,
)
from icd9_review.ui.workbench.finishing.supporting import supported_codes
from icd9_review.ui.workbench.lines.causes import chart_causes, offer_causes
from icd9_review.ui.workbench.lines.finder import LineFinder
from icd9_review.ui.workbench.lines.presenting import present_chart_lines, present_needless
from icd9_review.ui.workbench.lines.view import LineView
from icd9_review.ui.workbench.marking import mark_notes
from icd9_review.ui.workbench.matters.matter import Around
from icd9_review.ui.workbench.news import describe_changes, note_news
from icd9_review.ui.workbench.presentation import (
    HOLDS,
    REJECTIONS,
    REOPENINGS,
    Beside,
    describe_rare,
    describe_record,
    present_comments,
    present_demoted,
    present_model,
    present_outside,
    present_read,
    present_standing,
    present_suggestions,
)
from icd9_review.ui.workbench.principal.proposals import PrincipalView, present_principal
from icd9_review.ui.workbench.snapshot import Snapshot
from icd9_review.ui.workbench.view import (
    CodesView,
    FactsView,
    ReviewView,
    SignerView,
    StatusView,
    TextView,
    VeilView,
    WorkbenchView,
)
from icd9_review.ui.workbench.volumes import Offered
from icd9_review.values import (
    Assertion,
    Claim,
    CodeKey,
    Encounter,
    Event,
    Sentences,
    Span,
    User,
    Veil,
)


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in the notes: by word, by the model, and by the context of both.

    ``offered`` is what this encounter is asked for, ``shown`` are the codes of the left pane,
    ``scored`` the same and what was demoted; ``places`` are where the notes name a code,
    ``speaking`` the words that speak for it, ``assertions`` what they say of it, ``sentences`` the
    words in which they say more of one that leaves something open.
    """

    documented: Documented
    offered: Offered
    shown: frozenset[CodeKey]
    scored: frozenset[CodeKey]
    places: Mapping[CodeKey, tuple[Span, ...]]
    explained: Explained
    speaking: Mapping[CodeKey, Sequence[Span]]
    assertions: Mapping[CodeKey, Assertion]
    sentences: Mapping[CodeKey, Sentences]
    titles: Mapping[CodeKey, str]


@dataclass(frozen=True, slots=True)
class Page:
    """All that is known of an encounter in front of a person, at one moment.

    ``reading`` is what people may see of it by the ``veil``; ``contexts`` go by the id of a note,
    ``explains`` is whether this person has explanations switched on, ``follows`` whether the note
    follows the focus, ``order`` how they want the suggestions, ``open_only`` whether without those
    that are decided, ``changes`` are what others did since they last looked; ``id`` is what the
    browser calls it by, ``around`` what goes on around it.
    """

    id: str
    encounter: Encounter
    user: User
    status: StatusView
    model: Model | None
    reading: Reading
    veil: Veil
    contexts: Mapping[str, NoteContext]
    snapshot: Snapshot
    changes: tuple[Event, ...]
    reference: Reference
    findings: Findings
    explains: bool
    follows: bool
    order: Arrangement
    open_only: bool
    records: Mapping[CodeKey, CodeRecord]
    claim: Claim | None
    signer: Signer
    finder: LineFinder
    room: RoomView
    around: Around

    @property
    def known(self) -> Container[CodeKey]:
        """The codes of the model that has read all notes, where people may know what it says."""
        told = self.reading.complete and self.veil.suggestions
        return self.model.predictor.version.places if self.model and told else ()

    @property
    def length(self) -> int:
        """The code points of all notes together."""
        return sum(len(note.text) for note in self.encounter.notes)


def present_page(page: Page) -> WorkbenchView:
    """Everything the workbench shows."""
    text = _text(page)
    return WorkbenchView(
        facts=_facts(page), text=text, codes=_codes(page), review=_review(page, text.lines)
    )


def _facts(page: Page) -> FactsView:
    stands = page.snapshot
    return FactsView(
        user=page.user.id,
        signer=SignerView(page.user.name, page.signer.asks, page.signer.seal),
        encounter=replace(present_encounter(page.encounter), id=page.id),
        facts=present_facts(
            page.encounter, stands.state, page.contexts, stands.names, stands.intake
        ),
        model=present_model(page.model.predictor.version) if page.model else None,
        read=present_read(tuple(page.reading.scores.values()), page.length),
        status=page.status,
        next=page.around.next,
        reasons=REJECTIONS,
        holds=HOLDS,
        reopenings=REOPENINGS,
        explains=page.explains and page.veil.explanations,
        veil=VeilView(page.veil.arm.value if page.veil.arm else "", page.veil.notice),
        follows=page.follows,
        order=page.order,
        open_only=page.open_only,
        room=page.room,
    )


def _text(page: Page) -> TextView:
    explained = page.findings.explained if page.explains else Explained()
    state = page.snapshot.state
    marked = mark_notes(
        page.encounter.notes,
        page.contexts,
        explained.attributions,
        _cited(page),
        {code_name(*key): spans for key, spans in page.findings.places.items() if spans},
        note_news(page.changes, page.encounter.notes),
        chart_causes(page.encounter.notes, page.contexts, state, page.findings.offered.ranked),
    )
    shown = with_demoted(marked.explanations, page.findings.offered.demoted)
    previews = {key: as_preview(marked.explanations[key]) for key in explained.previews}
    return TextView(
        notes=marked.notes,
        explanations={**explained.missing, **shown, **previews},
        cited=marked.cited,
        mentions=marked.mentions,
        unchosen=tuple(code_name(c.kind, c.code) for c in state.accepted if c.found),
        lines=present_chart_lines(
            marked.lines,
            page.encounter,
            state,
            page.findings.documented.mentions,
            page.reference,
            page.finder,
            page.model.predictor if page.model and page.veil.suggestions else None,
        ),
    )


def _cited(page: Page) -> dict[str, Sequence[Span]]:
    """The words a code was added with, and those that one outside the model stands for; while
    nothing may be explained, those alone that a person chose."""
    shows, outside = page.veil.explanations, page.findings.offered.outside
    cited: dict[CodeKey, Sequence[Span]] = {each.key: each.spans for each in outside if shows}
    for code in page.snapshot.state.accepted:
        if code.evidence and (shows or not code.found):
            cited[code.kind, code.code] = code.evidence
    return {code_name(*key): spans for key, spans in cited.items() if spans}


def _codes(page: Page) -> CodesView:
    found, shows = page.findings, page.veil.explanations
    examples = page.model.predictor.examples if page.model else None
    those = page.reading.those(found.shown)
    demoted = [s for s in found.offered.demoted if (s.kind, s.code) not in found.shown]
    arranged = arrange_suggestions(those, found.places, page.contexts) if shows else {}
    beside = Beside(
        mentions={k: len(spans) for k, spans in found.documented.mentions.items() if shows},
        assertions=_told_assertions(page) if shows else {},
        records={key: describe_record(record) for key, record in page.records.items()},
        rare={key: describe_rare(examples, key[1]) for key in found.scored},
        known=page.known,
        arranged=arranged,
        explains=shows,
        unscored="not scored by this model" if page.veil.suggestions else "",
        named=named_places(demoted, found.places, page.contexts),
    )
    return CodesView(
        suggestions=present_suggestions(those, found.shown, found.titles, beside),
        demoted=present_demoted(demoted, found.titles, beside),
        outside=present_outside(found.offered.outside, found.titles, explains=shows),
        hidden=describe_hidden(found.offered.hidden),
        titles={code_name(*key): title for key, title in found.titles.items()},
        comments=present_comments(page.snapshot.comments),
    )


def _told_assertions(page: Page) -> Mapping[CodeKey, Assertion]:
    """The assertions to show: without explanations none may tell of the words used.

    The edits go by all of them, so that a chart is checked alike for everybody.
    """
    if page.explains:
        return page.findings.assertions
    return assert_codes(page.contexts, _told_spans(page))


def _told_spans(page: Page) -> Mapping[CodeKey, Sequence[Span]]:
    """The words that speak for each code; without explanations none that the model used."""
    if page.explains:
        return page.findings.speaking
    return speaking_spans(page.contexts, page.snapshot.state, page.findings.documented, Explained())


def _review(page: Page, lines: Sequence[LineView]) -> ReviewView:
    snapshot, lists = page.snapshot, page.reference.lists
    chart = chart_of(
        page.encounter, snapshot.state, page.findings.assertions, page.findings.sentences
    )
    named = present_lists(lists)
    left = _left(page)
    principal = _principal(page, lines)
    return ReviewView(
        sequence=snapshot.sequence,
        decisions=present_standing(snapshot.stacks, snapshot.names, page.user.id),
        chart=present_chart(snapshot.state, snapshot.names, page.around.hold_words),
        exempt=exempt_codes(chart, lists),
        needless=present_needless(snapshot.state, snapshot.stacks, snapshot.names, page.user.id),
        stated=present_stated(chart, page.contexts, _told_spans(page), lines),
        proposals=principal.proposals,
        first_line=principal.first_line,
        comorbidities=present_comorbidities(chart, lists),
        edits=present_edits(offer_causes(check_chart(chart, lists), lines)),
        lists=named,
        missing=(*present_missing(left, page.findings.titles), *present_unstated(unstated(chart))),
        looked=present_looked(
            sum(len(context.lines) for context in page.contexts.values()),
            left.unread,
            len(named.unchecked),
            model=page.model is not None,
            veiled=not page.veil.suggestions,
            lists=named.text,
        ),
        notices=(
            *filter(None, (page.around.legal_hold,)),
            *describe_changes(page.changes, snapshot.names),
        ),
        claimed=describe_claim(page.claim, page.user),
        queries=page.around.queries,
        trail=page.around.trail,
        audit=page.around.audit,
    )


def _principal(page: Page, lines: Sequence[LineView]) -> PrincipalView:
    found, state = page.findings, page.snapshot.state
    return present_principal(
        page.encounter,
        state,
        found.offered,
        page.contexts,
        found.speaking,
        found.titles,
        page.reference.lists,
        lines,
        explains=page.veil.explanations,
    )


def _left(page: Page) -> Remaining:
    """What is left of suggestions, evidence and text."""
    found = page.findings
    return remaining(
        found.offered.ranked,
        page.snapshot.state,
        supported_codes(
            page.contexts,
            found.assertions,
            found.places,
            found.explained,
            found.offered.ranked if page.model else None,
        ),
        tuple(page.reading.scores.values()),
        page.length,
    )
