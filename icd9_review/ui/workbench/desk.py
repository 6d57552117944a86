"""The read side of the workbench: an encounter as one person sees it now.

The database is asked anew on every run, so that another person's decision is seen;
only what never changes (the text of a note, what a model version says of it, what words
stand in it) is kept between runs.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Set

from icd9_review.quality.arms.veil import NO_VEIL
from icd9_review.store.deciding.moments import Moment
from icd9_review.store.projections.code_records import code_records
from icd9_review.ui.encounter.codes import code_name, known_titles
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.encounter.explaining import Explained
from icd9_review.ui.encounter.reading import Ranked, Reading
from icd9_review.ui.encounter.room import RoomView
from icd9_review.ui.encounter.visit import Visiting
from icd9_review.ui.reference import Reference
from icd9_review.ui.services import Model, Services
from icd9_review.ui.serving.sign_in.confirming.signer import Signer
from icd9_review.ui.workbench.arranging import Arrangement
from icd9_review.ui.workbench.documented import (
    Documented,
    assert_codes,
    found_words,
    naming_places,
    read_words,
    speaking_spans,
    told_sentences,
)
from icd9_review.ui.workbench.lines.causes import cause_words
from icd9_review.ui.workbench.lines.finder import LineFinder
from icd9_review.ui.workbench.lines.presenting import uncoded_lines
from icd9_review.ui.workbench.lines.view import LineView
from icd9_review.ui.workbench.matters.matter import Matter
from icd9_review.ui.workbench.page import Findings, Page, present_page
from icd9_review.ui.workbench.snapshot import Snapshot, shown_codes, take_snapshot
from icd9_review.ui.workbench.view import StatusView, WorkbenchView
from icd9_review.ui.workbench.volumes import offered
from icd9_review.values import (
    Assertion,
    CodeKey,
    Kind,
    Sentences,
    Span,
)


class Desk:
    """What a visit is about, a ``matter``, in front of the person."""

    def __init__(self, services: Services, visit: Visiting, matter: Matter) -> None:
        self.encounter = visit.encounter
        self.reading = Reading()
        self.veil = NO_VEIL
        self.offered: Ranked = ()
        self.assertions: Mapping[CodeKey, Assertion] = {}
        self.sentences: Mapping[CodeKey, Sentences] = {}
        self.explains = self.follows = True
        self.order: Arrangement = "probability"
        self.open_only = False
        self.room = RoomView()
        self.signer = Signer()
        self.page: Page | None = None
        self.uncoded: tuple[Span, ...] | None = None
        self._services = services
        self._visit = visit
        self._matter = matter
        self._contexts: dict[str, NoteContext] = {}
        self._documented: tuple[object, Documented] | None = None
        self._finder = LineFinder()
        self._lines: tuple[LineView, ...] = ()
        self._seen = 0

    @property
    def model(self) -> Model | None:
        """The model that the encounter is shown by."""
        return self._services.model

    def look(self, focus: str | None) -> WorkbenchView:
        """Everything the workbench shows now; asks for the focused code's explanation."""
        # Status and ledger before scores: what comes in between must count as not yet there, so
        # that the page asks again instead of showing half of it for good.
        moment = self._matter.moment()
        status = self._matter.status(moment, self._services, self._is_read)
        snapshot = self._follow(moment)
        self.veil = self._matter.veil(self.encounter, snapshot.events)
        self._read_notes()
        self.page = page = self._gather(status, moment, snapshot, focus)
        self.offered = page.findings.offered.ranked
        self.assertions = page.findings.assertions
        self.sentences = page.findings.sentences
        view = present_page(page)
        self._lines = view.text.lines
        self.uncoded = uncoded_lines(view.text.lines, snapshot.state)
        return view

    def words_for(self, key: CodeKey, typed: str) -> tuple[Span, ...]:
        """Words of the notes for a code that is added without any; ``typed`` is what found it."""
        self._read_notes()
        mentions = self._document(self._services.references.current()).mentions
        texts = self._texts()
        words = found_words(texts, naming_places(texts, mentions, [key])[key], typed)
        return words or cause_words(self._lines, key)

    def _is_read(self) -> bool:
        """Whether the model in use has read the notes, as far as this page has seen."""
        self._read_notes()
        return self.reading.complete

    def _follow(self, moment: Moment) -> Snapshot:
        """The ledger now; with a note that came in or a fact set, the encounter is taken anew."""
        snapshot = take_snapshot(moment)
        if snapshot.note_added_after(self._seen):
            self.encounter = self._matter.taken()
            self._services = self._matter.served(self._services)  # with it another may have come
            self.reading = Reading()
            self._documented = None
        elif snapshot.fact_set_after(self._seen):
            self.encounter = self._matter.taken()
        self._seen = snapshot.sequence
        return snapshot

    def _read_notes(self) -> None:
        """What the model says of the notes, asked for until it has read all of them."""
        notes = self.encounter.notes
        if len(self.reading.scores) < len(notes):
            self.reading = self._matter.read(self._services, notes)
        for note in notes:
            if note.id not in self._contexts:
                self._contexts[note.id] = NoteContext(note.text)

    def _gather(
        self, status: StatusView, moment: Moment, snapshot: Snapshot, focus: str | None
    ) -> Page:
        database, user = self._services.database, self._visit.user
        reference = self._services.references.of(moment.lists)
        findings = self._find(moment, snapshot, reference, focus)
        return Page(
            id=self._matter.id,
            encounter=self.encounter,
            user=user,
            status=status,
            model=self._services.model,
            reading=self.reading.veiled(self.veil),
            veil=self.veil,
            contexts=self._contexts,
            snapshot=snapshot,
            changes=snapshot.changes(self._visit.since, user.id),
            reference=reference,
            findings=findings,
            explains=self.explains,
            records=code_records(database, findings.scored, but=self.encounter.id),
            follows=self.follows,
            order=self.order,
            open_only=self.open_only,
            claim=moment.claim,
            signer=self.signer,
            finder=self._finder,
            room=self.room,
            around=self._matter.around(snapshot, self.encounter),
        )

    def _find(
        self, moment: Moment, snapshot: Snapshot, reference: Reference, focus: str | None
    ) -> Findings:
        documented = self._document(reference)
        reading, words = self.reading.veiled(self.veil), documented.outside
        named = words if self.veil.suggestions else ()
        asked = offered(self.encounter.setting, reading, named, snapshot)
        outside = [each.key for each in asked.outside]
        shown = shown_codes(snapshot, asked.ranked, self._known(), outside)
        scored = shown | {(each.kind, each.code) for each in asked.demoted}
        explained = self._explain(reading, scored, focus, moment.explained)
        keys = {*scored, *outside, *snapshot.stacks}
        if snapshot.state.admitting:
            keys.add((Kind.DIAGNOSIS, snapshot.state.admitting))
        speaking = speaking_spans(self._contexts, snapshot.state, documented, explained)
        return Findings(
            documented=documented,
            offered=asked,
            shown=shown,
            scored=scored,
            places=self._places(documented, keys),
            explained=explained,
            speaking=speaking,
            assertions=assert_codes(self._contexts, speaking),
            sentences=told_sentences(self._contexts, snapshot.state, documented, reference.lists),
            titles=known_titles(keys),
        )

    def _places(
        self, documented: Documented, keys: Set[CodeKey]
    ) -> Mapping[CodeKey, tuple[Span, ...]]:
        """Where the notes name these codes; nothing while that is kept from people."""
        if not self.veil.explanations:
            return {}
        return naming_places(self._texts(), documented.mentions, keys)

    def _explain(
        self, reading: Reading, scored: Set[CodeKey], focus: str | None, told: int
    ) -> Explained:
        """What the model used for these codes; nothing while that is kept from people."""
        if not self.veil.explanations:
            return Explained()
        return self._matter.explaining.explain(
            self._services.model,
            reading.those(scored),
            {code_name(*key) for key in scored},
            focus if self.explains else None,
            told,
        )

    def _document(self, reference: Reference) -> Documented:
        """What words stand in the notes, looked for again when lists or notes changed."""
        model = self._services.model
        key = reference.version, model and model.version
        if self._documented is None or self._documented[0] != key:
            self._documented = key, read_words(self._texts(), reference.phrases, self._known())
        return self._documented[1]

    def _texts(self) -> dict[str, NoteContext]:
        """The notes that count now, without those that others took the place of."""
        return {note.id: self._contexts[note.id] for note in self.encounter.notes}

    def _known(self) -> Container[CodeKey]:
        """The codes that the model knows which the notes are shown by."""
        return self._matter.known(self._services)
