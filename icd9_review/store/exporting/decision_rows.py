"""Decisions as rows for export: one per encounter and code, streamed."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.codes.volumes import takes
from icd9_review.quality.arms.veil import veil_by
from icd9_review.review.fold import (
    DECISIONS,
    VERDICTS,
    decided_code,
    fold,
    reason,
    replacement,
    stack,
    trace,
    verdict,
)
from icd9_review.review.telling.given_facts import given_facts
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import NoteRow
from icd9_review.store.exporting.exports import ExportEntry, chunks
from icd9_review.store.exporting.rankings import TELLING, Rankings
from icd9_review.store.exporting.shown_evidence import (
    EvidencePlace,
    ShownEvidence,
    had_explanations,
)
from icd9_review.store.people.permissions import Act, may
from icd9_review.store.scoring.model_versions import model_in_use, model_names
from icd9_review.store.users import user_names
from icd9_review.values import (
    Action,
    CodeKey,
    CodeState,
    DecisionRow,
    Doubt,
    EncounterStatus,
    Event,
    EventKind,
    ExportFilter,
    Fact,
    Hold,
    Kind,
    ReviewState,
    SignOff,
    Suggestion,
    Unshown,
    User,
    Verdict,
    encounter_label,
)

_EVERYTHING = ExportFilter()
_TOLD = (EventKind.ENCOUNTER_CREATED, *DECISIONS, *TELLING, EventKind.SHOWN)
_STATUSES = (EventKind.HELD, EventKind.RELEASED, EventKind.FINALISED, EventKind.REOPENED)


def decision_rows(
    database: Database, wanted: ExportFilter = _EVERYTHING, *, actor: User
) -> Generator[DecisionRow]:
    """A row for every code with a verdict, with one taken back, or suggested and open.

    In the order of the encounters' numbers; within one, decisions in their order, then
    open suggestions, most probable first, then an admitting diagnosis that is none of
    these. All rows are of one moment. Time and person of a row are those of its last
    decision; ``only_decided`` leaves out what has no verdict and is not the admitting
    diagnosis. Of what the person sees; to coders twins are encounters like any other, for whoever
    knows of them they are left out. Raises PermissionDenied for a role that does not export.
    """
    with database.read() as session:
        reader = _Reader.begin(session)
        for found in chunks(session, wanted, actor, twins=not may(actor, Act.KEEP_GOLD)):
            for row in reader.rows(found):
                if _is_wanted(row, wanted):
                    yield row


def _is_wanted(row: DecisionRow, wanted: ExportFilter) -> bool:
    if wanted.only_decided and row.verdict is Verdict.OPEN and not row.admitting:
        return False
    return wanted.takes(row.at, row.actor_id) and wanted.takes_code(row.code)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads encounters, so many at a time, and turns them into rows."""

    session: Session
    version: str | None
    names: Mapping[int, str]
    models: Mapping[str, str]

    @classmethod
    def begin(cls, session: Session) -> _Reader:
        model = model_in_use(session)
        version = model.version if model else None
        return cls(session, version, user_names(session), model_names(session))

    def rows(self, found: Sequence[ExportEntry]) -> Iterator[DecisionRow]:
        told = ledger.read_many(self.session, [each.encounter.id for each in found], _TOLD)
        rankings = Rankings(self.session, told)
        drafts = [
            draft
            for each in found
            for draft in _Told(each, told[each.encounter.id], rankings, self).drafts()
        ]
        types = self._types({draft.row.note_id for draft in drafts} - {None})
        shown = ShownEvidence(self.session, [d.place for d in drafts if d.place is not None])
        for draft in drafts:
            at = draft.row.at
            spans = shown.spans(draft.place, at) if draft.place is not None else ()
            why = None if spans or draft.row.purged else _unshown(draft, shown)
            kind, written = types.get(draft.row.note_id, (None, None))
            yield replace(draft.row, shown=spans, unshown=why, note_type=kind, note_date=written)

    def _types(self, notes: Iterable[str | None]) -> dict[str | None, tuple[Any, Any]]:
        """Type and day of these notes."""
        columns = (NoteRow.id, NoteRow.type, NoteRow.written)
        found = self.session.execute(select(*columns).where(NoteRow.id.in_(notes)))
        return {row.id: (row.type, row.written) for row in found}


@dataclass(frozen=True, slots=True)
class _Draft:
    """A row before its evidence, and what that is of; None where none was shown.

    ``off`` is whether that is because the person had explanations switched off.
    """

    row: DecisionRow
    place: EvidencePlace | None = None
    off: bool = False


class _Told:
    """What the events of one encounter left, turned into rows."""

    def __init__(
        self, found: ExportEntry, events: Sequence[Event], rankings: Rankings, reader: _Reader
    ) -> None:
        self._encounter, self._status = found.encounter, found.status
        self._purged = found.purged
        self._events = events
        self._state: ReviewState = fold(events)
        given = given_facts(events[0], self._state)
        self._facts_read = tuple(fact for fact in Fact if fact in given and given[fact].read)
        self._was_signed = any(event.kind is EventKind.FINALISED for event in events)
        self._veil = veil_by(found.encounter.arm, events)
        self._status_reason = _status_reason(events)
        self._rankings = rankings
        self._reader = reader

    def drafts(self) -> Iterator[_Draft]:
        """The rows of the encounter in their order."""
        latest = _latest(self._events)
        drafts = [self._decided(key, event) for key, event in latest.items()]
        version = self._version() if self._veil.suggestions else None
        for rank, each in enumerate(self._suggestions(version), start=1):
            key = each.kind, each.code
            if key not in latest and takes(self._encounter.setting, each.kind):
                drafts.append(self._scored(self._row(key), _facts(each, version), rank))
        yield from drafts
        if self._state.admitting is not None and not any(d.row.admitting for d in drafts):
            yield self._admitting(self._state.admitting)

    def _version(self) -> str | None:
        """The model whose open suggestions are told: of a signed chart that the one in use has
        not read, the one that read it last."""
        scored = [e.payload["model_version"] for e in self._events if e.kind is EventKind.SCORED]
        in_use = self._reader.version
        left_alone = self._status is EncounterStatus.FINALISED and in_use not in scored
        return str(scored[-1]) if left_alone and scored else in_use

    def _decided(self, key: CodeKey, event: Event) -> _Draft:
        """The row of a code by its latest verdict."""
        if not self._veil.suggestions:
            return _Draft(replace(self._row(key), **self._verdict(key, event)))
        said = decision_basis(event, key)
        version = (event.payload if said is None else said).get("model_version")
        suggestions = self._suggestions(version, event.sequence)
        keys = [(each.kind, each.code) for each in suggestions]
        rank = keys.index(key) + 1 if key in keys else None
        if said is None:  # an undo of a replacement speaks of one of its codes alone
            said = _facts(suggestions[rank - 1], version) if rank else {}
        draft = self._scored(replace(self._row(key), **self._verdict(key, event)), said, rank)
        if draft.place is None or had_explanations(self._events, event):
            return draft
        return _Draft(draft.row, off=True)

    def _verdict(self, key: CodeKey, event: Event) -> dict[str, Any]:
        return {"verdict": verdict(event, key), "reason": reason(event), **self._by(event)}

    def _suggestions(self, version: object, sequence: int | None = None) -> Sequence[Suggestion]:
        given = None if version is None else str(version)
        return self._rankings.suggestions(self._encounter.id, given, sequence)

    def _scored(self, row: DecisionRow, said: Mapping[str, Any], rank: int | None) -> _Draft:
        """A row with what a model said of its code, as payloads hold it."""
        version, note, window = (said.get(name) for name in ("model_version", "note", "window"))
        scored = replace(
            row,
            probability=said.get("probability"),
            calibrated=said.get("calibrated"),
            threshold=said.get("threshold"),
            rank=rank,
            demoted=Doubt(said["demoted"]) if said.get("demoted") else None,
            model=self._reader.models.get(version or ""),
            model_version=version,
            note_id=note if self._veil.explanations else None,
        )
        if version is None or note is None or window is None:
            return _Draft(scored)
        if not self._veil.explanations:
            return _Draft(scored, off=True)
        return _Draft(
            scored, EvidencePlace(note, (window[1], window[2]), (row.kind, row.code), version)
        )

    def _admitting(self, code: str) -> _Draft:
        """The row of an admitting diagnosis that has none of its own."""
        event = next(e for e in reversed(self._events) if e.kind is EventKind.ADMITTING_SET)
        return _Draft(replace(self._row((Kind.DIAGNOSIS, code)), **self._by(event)))

    def _by(self, event: Event) -> dict[str, Any]:
        return {
            "actor": self._reader.names[event.actor],
            "actor_id": event.actor,
            "at": event.at,
        }

    def _row(self, key: CodeKey) -> DecisionRow:
        """A row with what belongs to the encounter and to the code as it stands."""
        encounter, state = self._encounter, self._state
        code = next((each for each in state.codes if (each.kind, each.code) == key), None)
        return DecisionRow(
            encounter=encounter_label(encounter.number),
            encounter_id=encounter.id,
            setting=encounter.setting,
            age=encounter.age,
            sex=encounter.sex,
            admitted=encounter.admitted,
            discharged=encounter.discharged,
            disposition=encounter.disposition,
            service=encounter.service,
            payer=encounter.payer,
            arm=encounter.arm if self._was_signed else None,
            status=self._status,
            code=key[1],
            kind=key[0],
            admitting=key == (Kind.DIAGNOSIS, state.admitting),
            position=_position(state, code),
            principal=key == (Kind.DIAGNOSIS, state.principal),
            status_reason=self._status_reason,
            purged=self._purged,
            facts_read=self._facts_read,
            **(_standing(code) | self._unexplained(code)),
            **self._signed(),
        )

    def _unexplained(self, code: CodeState | None) -> dict[str, Any]:
        """What is kept back while nothing may lead from a suggestion into a note."""
        if self._veil.explanations:
            return {}
        found = code is not None and code.found
        return {"unexplained": True, **({"evidence": (), "found": False} if found else {})}

    def _signed(self) -> dict[str, Any]:
        last: SignOff | Hold | None = self._state.signed or self._state.hold
        if last is None:
            return {}
        name = self._reader.names[last.actor]
        return {"signer": name, "signer_id": last.actor, "signed_at": last.at}


def _unshown(draft: _Draft, shown: ShownEvidence) -> Unshown:
    """Why a row has no evidence that was shown."""
    if draft.off:
        return Unshown.OFF
    if draft.place is None:
        return Unshown.UNSCORED
    return Unshown.NOTHING if shown.is_there(draft.place, draft.row.at) else Unshown.PENDING


def decision_basis(event: Event, key: CodeKey) -> Mapping[str, Any] | None:
    """What a decision rests on for one of the codes it changed; None where it does not say."""
    payload = cast(dict[str, Any], event.payload)
    if decided_code(event) == key:
        return payload
    return payload.get("by_basis") if replacement(event) == key else None


def _facts(suggestion: Suggestion, version: object) -> Mapping[str, Any]:
    """A suggestion as the basis of a decision holds it."""
    window = suggestion.window
    return {
        "probability": suggestion.probability,
        "calibrated": suggestion.calibrated,
        "threshold": suggestion.threshold,
        "model_version": version,
        "note": suggestion.note_id,
        "window": [window.index, window.start, window.end],
    }


def _latest(events: Iterable[Event]) -> dict[CodeKey, Event]:
    """The standing verdict of each code, or the undo that left none; in order."""
    given = list(events)
    last = {key: event for event, keys in trace(given) if event.kind in VERDICTS for key in keys}
    standing = {key: verdicts[-1] for key, verdicts in stack(given).items() if verdicts}
    return dict(sorted((last | standing).items(), key=lambda item: item[1].sequence))


def _status_reason(events: Sequence[Event]) -> tuple[Action, str] | None:
    """Why the encounter was held or reopened, where that was the last thing done to it."""
    last = next((e for e in reversed(events) if e.kind in _STATUSES), None)
    if last is None or not last.payload.get("reason"):
        return None
    return DECISIONS[last.kind], str(last.payload["reason"])


def _position(state: ReviewState, code: CodeState | None) -> int | None:
    same = [each for each in state.accepted if code and each.kind is code.kind]
    return same.index(code) + 1 if code in same else None


def _standing(code: CodeState | None) -> dict[str, Any]:
    if code is None:
        return {}
    return {
        "by": code.by,
        "origin": code.origin,
        "poa": code.poa,
        "performed": code.performed,
        "evidence": code.evidence,
        "found": code.found,
    }
