"""One person's work on one encounter: what came from the browser is stored, what goes back is read.

The reading is done by the `Desk`; here is the order of things, and what happens when the
database is away.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from icd9_review.codes.search import ReadWords
from icd9_review.errors import ReviewError, StoreError
from icd9_review.instruments import DECISIONS_REFUSED, DECISIONS_STORED
from icd9_review.model.reading.meaning import codes_meant
from icd9_review.store.deciding.decisions import decide
from icd9_review.store.deciding.views import shown
from icd9_review.store.exporting.exports import record_summary
from icd9_review.store.own_codes import keep_own_code, own_codes
from icd9_review.ui.encounter.codes import code_name
from icd9_review.ui.encounter.explaining import choose_explanations, explains
from icd9_review.ui.encounter.following import choose_following, note_follows
from icd9_review.ui.encounter.room import liked_room, read_room, remember_room
from icd9_review.ui.encounter.visit import Visiting
from icd9_review.ui.services import Services
from icd9_review.ui.serving.sign_in.confirming.signer import Signer
from icd9_review.ui.workbench.arranging import (
    Arrangement,
    choose_open_only,
    choose_order,
    chosen_order,
    shows_open_only,
)
from icd9_review.ui.workbench.book.own import read_marking, with_own
from icd9_review.ui.workbench.book.presenting import (
    BookRequest,
    present_book,
    present_own,
    read_book,
)
from icd9_review.ui.workbench.book.view import BookView
from icd9_review.ui.workbench.desk import Desk
from icd9_review.ui.workbench.finding import FoundView, SearchRequest, answer, read_query
from icd9_review.ui.workbench.matters.matter import Matter
from icd9_review.ui.workbench.matters.storing import decide_audited, named_audit
from icd9_review.ui.workbench.outbox import Refusal, Sent, read_outbox
from icd9_review.ui.workbench.physician.asking import Asking
from icd9_review.ui.workbench.summary.view import SummaryView
from icd9_review.ui.workbench.summary.writing import describe_summary, summarise
from icd9_review.ui.workbench.trail.telling import looks_on
from icd9_review.ui.workbench.view import AnswerView, WorkbenchView
from icd9_review.values import Action, EventKind, OwnCode, Sex, Span, Veil

_ANOTHER_USER = "This decision was made by another user of this browser and was not stored."


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an outbox: ids that are stored, and refusals with their reasons."""

    acknowledged: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()


class Session:
    """What a visit is about, open in front of a person: a chart, or an audit's codes."""

    def __init__(self, services: Services, visit: Visiting, matter: Matter) -> None:
        self.services = services = services.seen_by(visit.user)
        self.visit = visit
        self.saved_at = ""
        self._matter = matter
        self._desk = Desk(services, visit, matter)
        self._desk.explains = explains(services.database, visit.user)
        self._desk.follows = note_follows(services.database, visit.user)
        self._desk.order = chosen_order(services.database, visit.user)
        self._desk.open_only = shows_open_only(services.database, visit.user)
        self._desk.room = liked_room(services.database, visit.user)
        self._shown: tuple[int, bool, Veil, str] | None = None
        self._showings = 0
        self._answered: dict[str, Refusal | None] = {}
        self._last: WorkbenchView | None = None
        self._kept = self._problem = ""
        self._found: tuple[tuple[SearchRequest, str, str, Sex], FoundView] | None = None
        self._turned: tuple[tuple[BookRequest, str, str], BookView] | None = None
        self._summary: SummaryView | None = None
        self._asking = Asking(services.database, visit, self._decide)

    def present(self, signer: Signer) -> None:
        """Who signs from now on: another session of the same person may have begun."""
        self._desk.signer = signer

    def explain(self, on: bool) -> None:
        """Switch this person's explanations on or off, here and from now on.

        While the database is away nothing changes: the browser asks again.
        """
        try:
            choose_explanations(self.services.database, self.visit.user, on)
        except StoreError:
            return
        self._desk.explains = on

    def follow(self, on: bool) -> None:
        """Have the note follow the focus or not, as `explain` does for explanations."""
        try:
            choose_following(self.services.database, self.visit.user, on)
        except StoreError:
            return
        self._desk.follows = on

    def arrange(self, order: Arrangement) -> None:
        """Show the suggestions in another order, as `explain` does for explanations."""
        try:
            choose_order(self.services.database, self.visit.user, order)
        except StoreError:
            return
        self._desk.order = order

    def leave_out_decided(self, on: bool) -> None:
        """Show only suggestions without a verdict or all, as `explain` does for explanations."""
        try:
            choose_open_only(self.services.database, self.visit.user, on)
        except StoreError:
            return
        self._desk.open_only = on

    def furnish(self, sent: object) -> None:
        """Remember how this person has the room; the browser goes on sending the last."""
        room = read_room(sent)
        if room is None or room == self._desk.room:
            return
        with suppress(StoreError):  # the next run tries again
            remember_room(self.services.database, self.visit.user, room)
            self._desk.room = room

    def store(self, outbox: object) -> Receipt:
        """Store the decisions of an outbox in their order, and say what became of each.

        What the state forbids is refused for good. While the database is away nothing
        more is tried: the browser sends it all again.
        """
        sent, damaged = read_outbox(outbox)
        for each in sent:
            if each.decision.key in self._answered:
                continue
            try:
                self._answered[each.decision.key] = self._decide(each)
            except StoreError:
                break
        keys = [each.decision.key for each in sent if each.decision.key in self._answered]
        refusals = (refusal for key in keys if (refusal := self._answered[key]) is not None)
        return Receipt(
            acknowledged=tuple(key for key in keys if self._answered[key] is None),
            refused=(*damaged, *refusals),
        )

    def view(
        self,
        *,
        focus: str | None,
        query: object,
        receipt: Receipt,
        book: object = None,
        summary: str | None = None,
    ) -> WorkbenchView:
        """Everything the workbench shows now; asks for the focused code's explanation.

        ``summary`` is the name of a coding summary that is wanted, which the ledger hears of.

        While the database is away, what was shown last: the page must stay, because it
        holds the decisions that are still to be stored. Nothing is acknowledged without
        the state it has led to: the browser would forget a decision that this older view
        does not show. Raises StoreError before anything was shown.
        """
        try:
            view = self._desk.look(focus)
            self._record_shown()
            found = self._find(query)
            turned = self._turn_to(book)
            written = self._summarise(summary)
        except StoreError:
            if self._last is None:
                raise
            return replace(self._last, answer=AnswerView(saved_at=self.saved_at))
        answered = AnswerView(
            found,
            turned,
            receipt.acknowledged,
            receipt.refused,
            self.saved_at,
            written,
            self._asking.answered,
        )
        self._last = replace(view, answer=answered)
        return self._last

    def _summarise(self, name: str | None) -> SummaryView | None:
        """The coding summary of this name, written once: the browser asks until it is there."""
        page = self._desk.page
        if name is None or page is None:
            return None
        if self._summary is None or self._summary.id != name:
            text = summarise(page, datetime.now(UTC))
            told, key = describe_summary(text, page), f"summary-{name}"
            database, user = self.services.database, self.visit.user
            record_summary(database, self.visit.encounter.id, told, user, key)
            self._summary = SummaryView(name, text)
        return self._summary

    def query_physician(self, sent: object) -> None:
        """Ask the physician, or withdraw a query, as the browser wants it."""
        self._asking.take(sent)

    def mark(self, sent: object) -> None:
        """Keep a favourite or own words once; while the database is away the next run tries again.

        What is refused is said in the book of the code.
        """
        wish = read_marking(sent, self._matter.id)
        if wish is None or wish.id == self._kept:
            return
        try:
            keep_own_code(self.services.database, self.visit.user, wish.own)
        except StoreError:
            return
        except ReviewError as error:
            self._problem = str(error)
        else:
            self._problem = ""
        self._kept = wish.id

    def _find(self, query: object) -> FoundView | None:
        """The answer to a query, worked out once: the browser goes on sending the last one.

        While the model is busy the index answers alone, and the next time all is asked again.
        """
        asked = read_query(query, self._matter.id)
        if asked is None:
            return None
        reference = self.services.references.current()
        sex = self._desk.encounter.sex
        key = asked, reference.version, self._kept, sex
        if self._found is None or self._found[0] != key:
            meant = self._read(asked.text) if asked.wants_meaning else None
            found = answer(asked, reference.index, reference.lists, meant, sex)
            found = with_own(found, asked, self._own(), reference.lists)
            if found.meaning != asked.meaning:
                return found
            self._found = key, found
        return self._found[1]

    def _turn_to(self, sent: object) -> BookView | None:
        """The place of a code in the code book, worked out once as `_find` does."""
        asked = read_book(sent, self._matter.id)
        if asked is None:
            return None
        reference = self.services.references.current()
        key = asked, reference.version, self._kept
        if self._turned is None or self._turned[0] != key:
            own = present_own(asked.key, self._own(), self._kept, self._problem)
            self._turned = key, replace(present_book(asked, reference), own=own)
        return self._turned[1]

    def _own(self) -> tuple[OwnCode, ...]:
        return own_codes(self.services.database, self.visit.user)

    def _read(self, text: str) -> ReadWords | None:
        """What the model reads in a few words, nothing without one; None where it has no time.

        Nor does it read any where a chart is coded without it.
        """
        if self._desk.model is None or not self._desk.veil.suggestions:
            return ReadWords((), ())
        predictor = self._desk.model.predictor
        read = codes_meant(predictor, text)
        return None if read is None else ReadWords(read, predictor.version.places)

    def _decide(self, sent: Sent) -> Refusal | None:
        """Store one decision; a refusal says why it was not. Raises StoreError."""
        decision, visit = sent.decision, self.visit
        if sent.user != visit.user.id:
            return Refusal(decision.key, decision.code, _ANOTHER_USER)
        try:
            self._keep(sent)
        except StoreError:
            raise
        except ReviewError as error:
            DECISIONS_REFUSED.labels(type(error).__name__).inc()
            return Refusal(decision.key, decision.code, str(error))
        DECISIONS_STORED.labels(decision.action.value).inc()
        self.saved_at = datetime.now().astimezone().strftime("%H:%M:%S")
        visit.claim()
        return None

    def _keep(self, sent: Sent) -> None:
        """Store it where it belongs: what a tab left unsent elsewhere comes with the rest."""
        database, user = self.services.database, self.visit.user
        if (audit := named_audit(sent.encounter)) is not None:
            return decide_audited(database, audit, sent.decision, user)
        here = sent.encounter == self._matter.id
        decide(
            *(database, sent.encounter, sent.decision, user),
            lists=self.services.references.current().lists,
            assertions=self._desk.assertions if here else {},
            sentences=self._desk.sentences if here else {},
            token=self._desk.signer.token,
            found=self._words_for(sent),
            uncoded=self._desk.uncoded if here else None,
        )
        return None

    def _words_for(self, sent: Sent) -> tuple[Span, ...]:
        """The words of the notes that are evidence for a code added without any."""
        decision = sent.decision
        named = {Action.ADD: decision.code, Action.REPLACE: decision.by}.get(decision.action)
        if named is None or decision.evidence or sent.encounter != self._matter.id:
            return ()
        key = decision.kind, named
        return self._desk.words_for(key, self._typed(code_name(*key)))

    def _typed(self, name: str) -> str:
        """What was typed to find a code, where it is among what was found last."""
        if self._found is None:
            return ""
        asked, found = self._found
        return asked[0].text if any(item.key == name for item in found.items) else ""

    def _record_shown(self) -> None:
        """Store what the person is shown, again whenever another note was read, they switched
        explanations on or off, or more of it may be seen."""
        if looks_on(self.visit.user):
            return  # nothing is decided by what they see
        model, reading, veil = self._desk.model, self._desk.reading, self._desk.veil
        if model is None:
            return
        on = self._desk.explains and veil.explanations
        read, *before = self._shown or (0, on, veil, model.version)
        now = [on, veil, model.version]
        if now == before and len(reading.scores) <= read:
            return
        payload = shown(model.version, self._desk.offered, explanations=on, arm=veil.arm)
        self.visit.record(EventKind.SHOWN, payload, f"shown-{self._showings + 1}")
        self._showings += 1
        self._shown = len(reading.scores), on, veil, model.version
