"""The read side of the workbench: an encounter as one person sees it now.

The database is asked anew on every run, so that another person's decision is seen;
only what never changes (the text of a note, what a model version says of it, what words
stand in it) is kept between runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from icd9_review.codes.edits import check_chart
from icd9_review.review.chart import chart_of
from icd9_review.review.fold import fold, stack, verdict
from icd9_review.review.remaining import remaining
from icd9_review.store.deciding.comments import comments
from icd9_review.store.deciding.decisions import last_sequence
from icd9_review.store.deciding.visits import story
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.ledger.free_text import read_text
from icd9_review.store.projections.code_records import code_records
from icd9_review.store.users import names
from icd9_review.store.worklist.claims import claim_of
from icd9_review.store.worklist.page import next_encounter, status
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.encounter.explaining import Explained, Explaining
from icd9_review.ui.encounter.highlights import as_preview
from icd9_review.ui.reference import Reference
from icd9_review.ui.services import Services
from icd9_review.ui.workbench.charting import (
    exempt_codes,
    present_chart,
    present_edits,
    present_lists,
    present_missing,
)
from icd9_review.ui.workbench.documented import (
    Documented,
    Reading,
    known_titles,
    read_scores,
    read_words,
    supporting_spans,
    what_is_said,
)
from icd9_review.ui.workbench.marking import mark_notes
from icd9_review.ui.workbench.news import describe_changes, note_news
from icd9_review.ui.workbench.presentation import (
    HOLDS,
    REJECTIONS,
    REOPENINGS,
    Beside,
    code_key,
    code_name,
    describe_rare,
    describe_record,
    present_comments,
    present_encounter,
    present_model,
    present_outside,
    present_read,
    present_standing,
    present_suggestions,
)
from icd9_review.ui.workbench.view import (
    CodesView,
    FactsView,
    ReviewView,
    StatusView,
    TextView,
    WorkbenchView,
)
from icd9_review.ui.worklist.rows import describe_claim
from icd9_review.values import (
    Assertion,
    Claim,
    CodeKey,
    Comment,
    Encounter,
    EncounterStatus,
    Event,
    EventKind,
    Examples,
    Kind,
    ReviewState,
    Span,
    User,
    Verdict,
    WorklistQuery,
)

_WAITING = {
    EncounterStatus.SCORING: StatusView(
        "scoring", "The model is reading this encounter. Suggestions appear by themselves."
    ),
    EncounterStatus.FAILED: StatusView(
        "failed",
        "The model could not read all of this encounter after three tries. "
        "Opening it again tries again; the notes can be read here meanwhile.",
    ),
}


_SUPPORTING = frozenset(Assertion) - {
    Assertion.NEGATED,
    Assertion.FAMILY,
    Assertion.OTHER_PERSON,
}


@dataclass(frozen=True, slots=True)
class _Moment:
    """What the ledger says at one moment: everything on a page is of the same one."""

    sequence: int
    state: ReviewState
    stacks: Mapping[CodeKey, Sequence[Event]]
    changes: tuple[Event, ...]
    names: Mapping[int, str]
    comments: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class _Sight:
    """One look at the encounter: what is shown, and what is known of it."""

    moment: _Moment
    reference: Reference
    documented: Documented
    shown: frozenset[CodeKey]
    explained: Explained
    assertions: Mapping[CodeKey, Assertion]
    titles: Mapping[CodeKey, str]


class Desk:
    """One encounter in front of one person; ``since`` is the last event they saw of it before."""

    def __init__(
        self, services: Services, found: Encounter, user: User, since: int, query: WorklistQuery
    ) -> None:
        self.encounter = found
        self.reading = Reading()
        self.assertions: Mapping[CodeKey, Assertion] = {}
        self.explains = True
        self._services = services
        self._user = user
        self._since = since
        self._query = query
        self._explaining = Explaining(services.database)
        self._contexts: dict[str, NoteContext] = {}
        self._documented: tuple[object, Documented] | None = None
        self._at = 0
        self._next = ""

    def look(self, focus: str | None) -> WorkbenchView:
        """Everything the workbench shows now; asks for the focused code's explanation."""
        # Status before scores and sequence before events: what comes in between must count as
        # not yet there, so that the page asks again instead of showing half of it for good.
        now = self._status()
        moment = self._moment()
        self._read()
        sight = self._see(moment, focus)
        self.assertions = sight.assertions
        return WorkbenchView(
            facts=self._facts(now),
            text=self._text(sight),
            codes=self._codes(sight),
            review=self._review(sight),
        )

    def _status(self) -> StatusView:
        if self._services.model is None:
            return StatusView("no_model", self._services.problem)
        now = status(self._services.database, self.encounter.id)
        return _WAITING.get(now, StatusView("ready"))

    def _moment(self) -> _Moment:
        database, ident = self._services.database, self.encounter.id
        sequence = last_sequence(database, ident)
        told = story(database, ident)
        if any(e.kind is EventKind.NOTE_ADDED and e.sequence > self._at for e in told):
            self._take(encounter(database, ident))
        self._at = sequence
        changes = (e for e in told if e.sequence > self._since and e.actor != self._user.id)
        return _Moment(
            sequence=sequence,
            state=fold(told),
            stacks=stack(told),
            changes=tuple(changes),
            names=names(database),
            comments=comments(database, ident),
        )

    def _take(self, found: Encounter) -> None:
        """Go on with the notes as they are now; what was read of others counts no more."""
        self.encounter = found
        self.reading = Reading()
        self._documented = None

    def _read(self) -> None:
        model = self._services.model
        if model is not None and len(self.reading.scores) < len(self.encounter.notes):
            database, version = self._services.database, model.predictor.version
            self.reading = read_scores(database, self.encounter.notes, version)
        for note in self.encounter.notes:
            if note.id not in self._contexts:
                self._contexts[note.id] = NoteContext(note.text)

    def _see(self, moment: _Moment, focus: str | None) -> _Sight:
        reference = self._services.references.current()
        documented = self._document(reference)
        shown = self._shown(moment)
        explained = self._explaining.explain(
            self._services.model,
            self.reading.ranked,
            {code_name(*key) for key in shown},
            focus if self.explains else None,
        )
        keys = {*shown, *moment.stacks, *(each.key for each in documented.outside)}
        if moment.state.admitting:
            keys.add((Kind.DIAGNOSIS, moment.state.admitting))
        return _Sight(
            moment=moment,
            reference=reference,
            documented=documented,
            shown=shown,
            explained=explained,
            assertions=self._assertions(moment.state, documented, explained),
            titles={**self.reading.titles, **known_titles(keys)},
        )

    def _document(self, reference: Reference) -> Documented:
        """What words stand in the notes, looked for again when lists or notes changed."""
        model = self._services.model
        key = reference.version, model and model.version
        if self._documented is None or self._documented[0] != key:
            version = model.predictor.version if model else None
            known = frozenset(zip(version.kinds, version.labels, strict=True)) if version else ()
            contexts = {note.id: self._contexts[note.id] for note in self.encounter.notes}
            found = read_words(contexts, reference.phrases, frozenset(known))
            self._documented = key, found
        return self._documented[1]

    def _shown(self, moment: _Moment) -> frozenset[CodeKey]:
        """The codes of the left pane: suggested ones, and others that were judged or, where
        the model knows them, commented on.

        A code that came in by a person's own hand stands among the accepted ones only.
        """
        suggested = {(each.kind, each.code) for each in self.reading.ranked if each.suggested}
        judged = {
            key
            for key, events in moment.stacks.items()
            if events
            and (
                events[0].kind in (EventKind.ACCEPTED, EventKind.REJECTED)
                or verdict(events[-1], key) is not Verdict.ACCEPTED
            )
        }
        named = {each.key for each in self._documented[1].outside} if self._documented else set()
        known = {(each.kind, each.code) for each in self.reading.ranked}
        accepted = {(code.kind, code.code) for code in moment.state.accepted}
        commented = {(each.kind, each.code) for each in moment.comments} & known - accepted
        return frozenset(suggested | commented | (judged - named))

    def _assertions(
        self, state: ReviewState, documented: Documented, explained: Explained
    ) -> dict[CodeKey, Assertion]:
        """What the context says of each code: of the words it was added with, else of those
        the model used and those that name it."""
        spans: dict[CodeKey, Sequence[Span]] = {}
        for name, (note_id, attribution) in explained.found.items():
            if note_id in self._contexts and name not in explained.previews:
                text = self._contexts[note_id].text
                spans[code_key(name)] = supporting_spans(text, note_id, attribution)
        for key, mentions in documented.mentions.items():
            spans[key] = (*spans.get(key, ()), *mentions)
        spans |= {(code.kind, code.code): code.evidence for code in state.codes if code.evidence}
        said = {key: what_is_said(self._contexts, given) for key, given in spans.items()}
        return {key: assertion for key, assertion in said.items() if assertion is not None}

    def _told_assertions(self, sight: _Sight) -> Mapping[CodeKey, Assertion]:
        """The assertions to show: without explanations none may tell of the words used.

        The edits go by all of them, so that a chart is checked alike for everybody.
        """
        if self.explains:
            return sight.assertions
        return self._assertions(sight.moment.state, sight.documented, Explained())

    def _facts(self, now: StatusView) -> FactsView:
        model = self._services.model
        length = sum(len(note.text) for note in self.encounter.notes)
        return FactsView(
            user=self._user.id,
            signer=self._user.name,
            encounter=present_encounter(self.encounter),
            model=present_model(model.predictor.version) if model else None,
            read=present_read(self.reading.scores, length),
            status=now,
            next=self._next_label(),
            reasons=REJECTIONS,
            holds=HOLDS,
            reopenings=REOPENINGS,
            explains=self.explains,
        )

    def _text(self, sight: _Sight) -> TextView:
        explained = sight.explained if self.explains else Explained()
        marked = mark_notes(
            self.encounter.notes,
            self._contexts,
            explained.found,
            self._cited(sight),
            note_news(sight.moment.changes, self.encounter.notes),
        )
        previews = {key: as_preview(marked.explanations[key]) for key in explained.previews}
        return TextView(
            notes=marked.notes,
            explanations={**explained.missing, **marked.explanations, **previews},
            cited=marked.cited,
        )

    def _cited(self, sight: _Sight) -> dict[str, Sequence[Span]]:
        """The words shown for a code: those it was added with, else those that name it."""
        cited: dict[CodeKey, Sequence[Span]] = {
            each.key: each.spans for each in sight.documented.outside
        }
        for code in sight.moment.state.accepted:
            key = code.kind, code.code
            mentions = sight.documented.mentions.get(key, ())
            if code.evidence or key not in sight.shown:
                cited[key] = code.evidence or mentions
        return {code_name(*key): spans for key, spans in cited.items() if spans}

    def _codes(self, sight: _Sight) -> CodesView:
        database = self._services.database
        records = code_records(database, sight.shown)
        beside = Beside(
            mentions={key: len(spans) for key, spans in sight.documented.mentions.items()},
            assertions=self._told_assertions(sight),
            records={key: describe_record(record) for key, record in records.items()},
            rare={key: describe_rare(self._examples(), key[1]) for key in sight.shown},
        )
        return CodesView(
            suggestions=present_suggestions(self.reading.ranked, sight.shown, sight.titles, beside),
            outside=present_outside(sight.documented.outside, sight.titles),
            titles={code_name(*key): title for key, title in sight.titles.items()},
            comments=present_comments(sight.moment.comments),
        )

    def _examples(self) -> Examples | None:
        model = self._services.model
        return model.predictor.examples if model else None

    def _review(self, sight: _Sight) -> ReviewView:
        moment, lists = sight.moment, sight.reference.lists
        chart = chart_of(self.encounter, moment.state, sight.assertions)
        length = sum(len(note.text) for note in self.encounter.notes)
        supported = {key for key, said in sight.assertions.items() if said in _SUPPORTING}
        left = remaining(self.reading.ranked, moment.state, supported, self.reading.scores, length)
        return ReviewView(
            sequence=moment.sequence,
            decisions=present_standing(moment.stacks, moment.names, self._user.id),
            chart=present_chart(moment.state, moment.names, self._hold_words(moment.state)),
            exempt=exempt_codes(chart, lists),
            edits=present_edits(check_chart(chart, lists)),
            lists=present_lists(lists),
            missing=present_missing(left, sight.titles),
            notices=describe_changes(moment.changes, moment.names),
            claimed=describe_claim(self._claim(), self._user),
        )

    def _hold_words(self, state: ReviewState) -> str:
        if state.hold is None or not state.hold.digest:
            return ""
        return read_text(self._services.database, state.hold.digest) or ""

    def _claim(self) -> Claim | None:
        return claim_of(self._services.database, self.encounter.id)

    def _next_label(self) -> str:
        """The label of the encounter that comes next, looked for until there is one.

        Others may still be read, put back or taken in while this one is open.
        """
        if not self._next:
            database = self._services.database
            following = next_encounter(database, self.encounter.id, self._query, user=self._user)
            self._next = encounter(database, following).label if following else ""
        return self._next
