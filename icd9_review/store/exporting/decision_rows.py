"""Decisions as rows for export: one per encounter and code, streamed."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.review.fold import (
    DECISIONS,
    VERDICTS,
    code_key,
    fold,
    reason,
    stack,
    trace,
    verdict,
)
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EncounterRow, NoteRow
from icd9_review.store.intake.note_rows import is_current
from icd9_review.store.scoring.model_versions import load_scores, model_in_use, suggested
from icd9_review.store.users import user_names
from icd9_review.suggestions import merge
from icd9_review.values import (
    CodeKey,
    CodeState,
    DecisionRow,
    EncounterStatus,
    Event,
    EventKind,
    Hold,
    Kind,
    ModelVersion,
    ReviewState,
    SignOff,
    Suggestion,
    Verdict,
    encounter_label,
)

_CHUNK = 100


def decision_rows(database: Database, *, only_decided: bool = False) -> Generator[DecisionRow]:
    """A row for every code with a verdict, with one taken back, or suggested and open.

    In the order of the encounters' numbers; within one, decisions in their order, then
    open suggestions, most probable first, then an admitting diagnosis that is none of
    these. All rows are of one moment. ``only_decided`` leaves out what has no verdict and
    is not the admitting diagnosis.
    """
    with database.read() as session:
        model = model_in_use(session)
        names = user_names(session)
        for encounters in _chunks(session):
            rows = _rows(session, encounters, model, names)
            yield from (row for row in rows if not only_decided or _is_decided(row))


def _is_decided(row: DecisionRow) -> bool:
    return row.verdict is not Verdict.OPEN or row.admitting


def _chunks(session: Session) -> Iterator[list[EncounterRow]]:
    number = 0
    query = select(EncounterRow).order_by(EncounterRow.number).limit(_CHUNK)
    while chunk := list(session.scalars(query.where(EncounterRow.number > number))):
        yield chunk
        number = chunk[-1].number
        session.expunge_all()


def _rows(
    session: Session,
    encounters: Sequence[EncounterRow],
    model: ModelVersion | None,
    names: dict[int, str],
) -> Iterator[DecisionRow]:
    ids = [encounter.id for encounter in encounters]
    told = ledger.read_many(session, ids, tuple(DECISIONS))
    still_open = _suggested(session, ids, model)
    for encounter in encounters:
        told_here = _Told(encounter, fold(told[encounter.id]), names)
        latest = _latest(told[encounter.id])
        rows = [told_here.decided(key, event) for key, event in latest.items()]
        for suggestion in still_open.get(encounter.id, ()):
            if model is not None and (suggestion.kind, suggestion.code) not in latest:
                rows.append(told_here.suggested(suggestion, model))
        yield from told_here.with_admitting(rows, told[encounter.id])


def _suggested(
    session: Session, encounter_ids: Sequence[str], model: ModelVersion | None
) -> dict[str, tuple[Suggestion, ...]]:
    if model is None:
        return {}
    notes = session.execute(
        select(NoteRow.id, NoteRow.encounter_id).where(
            NoteRow.encounter_id.in_(encounter_ids), is_current()
        )
    ).all()
    scores = load_scores(session, [note.id for note in notes], model.version)
    found: dict[str, list[tuple[Suggestion, ...]]] = {}
    for note in notes:
        if note.id in scores:
            ranked = suggested(scores[note.id], model, note.id)
            found.setdefault(note.encounter_id, []).append(ranked)
    return {encounter_id: merge(ranked) for encounter_id, ranked in found.items()}


def _latest(events: Iterable[Event]) -> dict[CodeKey, Event]:
    """The standing verdict of each code, or the undo that left none; in order."""
    given = list(events)
    last = {key: event for event, keys in trace(given) if event.kind in VERDICTS for key in keys}
    standing = {key: verdicts[-1] for key, verdicts in stack(given).items() if verdicts}
    return dict(sorted((last | standing).items(), key=lambda item: item[1].sequence))


@dataclass(frozen=True, slots=True)
class _Told:
    """What the events of one encounter left, turned into rows."""

    encounter: EncounterRow
    state: ReviewState
    names: Mapping[int, str]

    def decided(self, key: CodeKey, event: Event) -> DecisionRow:
        """The row of a code by its latest verdict."""
        payload = cast(dict[str, Any], event.payload)
        said = payload if code_key(event) == key else payload.get("by_basis", {})
        return replace(
            self._row(key),
            verdict=verdict(event, key),
            reason=reason(event),
            actor=self.names[event.actor],
            at=event.at,
            probability=said.get("probability"),
            calibrated=said.get("calibrated"),
            threshold=said.get("threshold"),
            model_version=said.get("model_version"),
            note_id=said.get("note"),
        )

    def suggested(self, suggestion: Suggestion, model: ModelVersion) -> DecisionRow:
        """The row of a suggestion nobody has decided on."""
        return replace(
            self._row((suggestion.kind, suggestion.code)),
            probability=suggestion.probability,
            calibrated=suggestion.calibrated,
            threshold=suggestion.threshold,
            model_version=model.version,
            note_id=str(suggestion.note_id),
        )

    def with_admitting(
        self, rows: Sequence[DecisionRow], events: Sequence[Event]
    ) -> Iterator[DecisionRow]:
        """These rows, and one for an admitting diagnosis that has none of its own."""
        yield from rows
        if self.state.admitting is not None and not any(row.admitting for row in rows):
            event = next(e for e in reversed(events) if e.kind is EventKind.ADMITTING_SET)
            row = self._row((Kind.DIAGNOSIS, self.state.admitting))
            yield replace(row, actor=self.names[event.actor], at=event.at)

    def _row(self, key: CodeKey) -> DecisionRow:
        """A row with what belongs to the encounter and to the code as it stands."""
        encounter = self.encounter
        code = next((each for each in self.state.codes if (each.kind, each.code) == key), None)
        return DecisionRow(
            encounter=encounter_label(encounter.number),
            encounter_id=encounter.id,
            setting=encounter.setting,
            age=encounter.age,
            sex=encounter.sex,
            code=key[1],
            kind=key[0],
            admitting=key == (Kind.DIAGNOSIS, self.state.admitting),
            position=self._position(code),
            **_standing(code),
            **self._status(),
        )

    def _position(self, code: CodeState | None) -> int | None:
        same = [each for each in self.state.accepted if code and each.kind is code.kind]
        return same.index(code) + 1 if code in same else None

    def _status(self) -> dict[str, Any]:
        last: SignOff | Hold | None = self.state.signed or self.state.hold
        if last is None:
            return {}
        status = EncounterStatus.FINALISED if self.state.signed else EncounterStatus.HELD
        return {"status": status, "signer": self.names[last.actor], "signed_at": last.at}


def _standing(code: CodeState | None) -> dict[str, Any]:
    if code is None:
        return {}
    return {
        "by": code.by,
        "origin": code.origin,
        "poa": code.poa,
        "performed": code.performed,
        "evidence": code.evidence,
    }
