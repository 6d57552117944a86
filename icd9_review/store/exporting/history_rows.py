"""The history of encounters as rows for export: one per event, streamed."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from icd9_review.quality.arms.veil import veil_by, veiled
from icd9_review.review.changes import Change, changes
from icd9_review.review.event_words import code_of_event, describe_event
from icd9_review.review.fold import DECISIONS
from icd9_review.review.signing import signer_proof
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EncounterRow
from icd9_review.store.exporting.exports import chunks
from icd9_review.store.ledger.free_text import find_texts
from icd9_review.store.ledger.purged import purged_notes, purged_words
from icd9_review.store.scoring.model_versions import model_names
from icd9_review.store.users import user_names
from icd9_review.values import (
    Action,
    Event,
    EventKind,
    ExportFilter,
    GlassReason,
    HistoryRow,
    PurgeReason,
    User,
    encounter_label,
)

_EVERYTHING = ExportFilter()


def history_rows(
    database: Database, wanted: ExportFilter = _EVERYTHING, *, actor: User
) -> Generator[HistoryRow]:
    """A row for every event of every encounter, by number of the encounter and of the event.

    All rows are of one moment. Time and person of a row are those of its event;
    ``only_decided`` leaves out what is no decision. Of what the person sees; raises
    PermissionDenied for a role that does not export.
    """
    with database.read() as session:
        names, models = user_names(session), model_names(session)
        for found in chunks(session, wanted, actor, twins=True):
            told = ledger.read_many(session, [each.encounter.id for each in found], ())
            written = find_texts(session, _digests(told.values()))
            for each in found:
                events = told[each.encounter.id]
                veil = veil_by(each.encounter.arm, events)
                teller = _Teller(each.encounter, names, models, written, _gone(events))
                for change in changes(events, names):
                    event = veiled(change.event, veil)
                    if event is not None and _is_wanted(event, wanted):
                        yield teller.row(replace(change, event=event))


def _is_wanted(event: Event, wanted: ExportFilter) -> bool:
    if wanted.only_decided and event.kind not in DECISIONS:
        return False
    code = code_of_event(event)
    return wanted.takes(event.at, event.actor) and wanted.takes_code(code[1] if code else None)


def _digests(told: Iterable[Sequence[Event]]) -> list[str]:
    given = (event.payload.get("words") for events in told for event in events)
    return [str(digest) for digest in given if digest]


def _gone(events: Sequence[Event]) -> frozenset[str]:
    """The notes and the digests of words that were purged."""
    return purged_notes(events) | purged_words(events)


class _Teller:
    """Turns the events of one encounter into rows."""

    def __init__(
        self,
        encounter: EncounterRow,
        names: Mapping[int, str],
        models: Mapping[str, str],
        written: Mapping[str, str | None],
        gone: frozenset[str],
    ) -> None:
        self._label = encounter_label(encounter.number)
        self._names = names
        self._models = models
        self._written = written
        self._gone = gone

    def row(self, change: Change) -> HistoryRow:
        """The row of an event."""
        event = change.event
        said = _said(event)
        version = said.get("model_version") or said.get("version")
        proof, proved = signer_proof(event) if event.kind is EventKind.FINALISED else (None, None)
        return HistoryRow(
            encounter=self._label,
            encounter_id=event.stream,
            event=event,
            actor=self._names[event.actor],
            did=describe_event(event),
            code=code_of_event(event),
            before=change.before,
            after=change.after,
            reason=_reason(event),
            words=self._written.get(str(said.get("words"))),
            purged=self._is_gone(event),
            probability=said.get("probability"),
            calibrated=said.get("calibrated"),
            threshold=said.get("threshold"),
            model=self._models.get(version or ""),
            model_version=version,
            note_id=said.get("note") or said.get("note_id"),
            proof=proof,
            proved=proved,
        )

    def _is_gone(self, event: Event) -> bool:
        """Whether the words that an event refers to were purged, or the text of its note."""
        note = event.payload["note"] if event.kind is EventKind.NOTE_ADDED else None
        return str(event.payload.get("words")) in self._gone or note in self._gone


def _said(event: Event) -> dict[str, Any]:
    """The payload; of an explanation the key, which names model, note and code."""
    payload = cast(dict[str, Any], event.payload)
    return payload["key"] if event.kind is EventKind.EXPLAINED else payload


def _reason(event: Event) -> tuple[Action, str] | PurgeReason | GlassReason | None:
    given = event.payload.get("reason")
    if event.kind is EventKind.GLASS_BROKEN:
        return GlassReason(str(given))
    if event.kind is EventKind.PURGED:
        return PurgeReason(str(given))
    return (DECISIONS[event.kind], str(given)) if event.kind in DECISIONS and given else None
