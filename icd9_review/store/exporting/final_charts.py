"""Charts as they leave: the codes that stand, with who decided on each and who signed."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from icd9_review.quality.arms.veil import veil_by
from icd9_review.review.fold import DECISIONS, fold
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.exporting.decision_rows import decision_basis
from icd9_review.store.exporting.exports import ExportEntry, chunks
from icd9_review.store.exporting.provenance import Provenances, code_provenances
from icd9_review.store.people.access import check_may_on
from icd9_review.store.people.permissions import Act
from icd9_review.store.scoring.model_versions import model_names
from icd9_review.store.users import user_names
from icd9_review.values import (
    CodeProvenance,
    CodeState,
    Event,
    EventKind,
    ExportFilter,
    FinalChart,
    FinalCode,
    FinalCodeRow,
    Kind,
    ReviewState,
    User,
    encounter_label,
)

_EVERYTHING = ExportFilter()


def final_code_rows(
    database: Database, wanted: ExportFilter = _EVERYTHING, *, actor: User
) -> Generator[FinalCodeRow]:
    """A row for each code of the charts that ``final_charts`` gives, in the order of the chart.

    An admitting diagnosis that is none of them comes last. A filter of codes takes rows, every
    other one whole charts.
    """
    for chart in final_charts(database, wanted, actor=actor):
        alone = chart.admitting and not any(map(chart.was_admitted_for, chart.codes))
        for code in (*chart.codes, *((chart.admitting,) if alone and chart.admitting else ())):
            if wanted.takes_code(code.code):
                yield FinalCodeRow(chart, code)


def final_charts(
    database: Database, wanted: ExportFilter = _EVERYTHING, *, actor: User
) -> Generator[FinalChart]:
    """Each chart that has a code, by number of its encounter; the signed ones where
    ``only_decided``.

    All are of one moment, and each is whole or not there: days and people are those of the
    signature, of a chart that is not signed those of its last decision, and a filter of codes
    takes charts that have one of them. Of what the person sees; raises PermissionDenied for a role
    that does not export.
    """
    with database.read() as session:
        reader = _Reader(user_names(session), model_names(session))
        for found in chunks(session, wanted, actor, twins=False):  # a chart is billed once
            for chart in reader.charts(session, found):
                if _is_wanted(chart, wanted):
                    yield chart


def final_chart(database: Database, encounter_id: str, *, actor: User) -> FinalChart | None:
    """The signed chart of one encounter; None where it is not signed, or has no code to leave.

    Raises NotFound, Restricted, PermissionDenied.
    """
    with database.read() as session:
        check_may_on(session, actor, Act.EXPORT, [encounter_id])
        ledger.head(session, encounter_id)
        reader = _Reader(user_names(session), model_names(session))
        found = chunks(session, _EVERYTHING, actor, twins=False, only=encounter_id)
        charts = (chart for chunk in found for chart in reader.charts(session, chunk))
        signed = (chart for chart in charts if chart.signed_at is not None and chart.codes)
        return next(signed, None)


def _is_wanted(chart: FinalChart, wanted: ExportFilter) -> bool:
    if wanted.only_decided and chart.signed_at is None:
        return False
    codes = (*chart.codes, *((chart.admitting,) if chart.admitting else ()))
    return wanted.takes(chart.at, chart.by) and any(wanted.takes_code(c.code) for c in codes)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns encounters into charts; ``names`` are those of people, ``models`` by version."""

    names: Mapping[int, str]
    models: Mapping[str, str]

    def charts(self, session: Session, found: Sequence[ExportEntry]) -> Iterator[FinalChart]:
        ids = [each.encounter.id for each in found]
        told = ledger.read_many(session, ids, tuple(DECISIONS))
        provenances = code_provenances(session, ids)
        for each in found:
            if events := told[each.encounter.id]:
                yield self._chart(each, events, provenances)

    def _chart(
        self, found: ExportEntry, events: Sequence[Event], provenances: Provenances
    ) -> FinalChart:
        encounter, state = found.encounter, fold(events)
        shown = veil_by(encounter.arm, events).suggestions
        by_sequence = {event.sequence: event for event in events}
        counts = dict.fromkeys(Kind, 0)
        codes = []
        for each in state.accepted:
            counts[each.kind] += 1
            key = each.kind, each.code
            provenance = provenances.get((encounter.id, key), CodeProvenance.SINGLE)
            codes.append(
                FinalCode(
                    **self._decided(each, by_sequence[each.sequence], shown=shown),
                    position=counts[each.kind],
                    principal=key == (Kind.DIAGNOSIS, state.principal),
                    provenance=provenance,
                )
            )
        return FinalChart(
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
            status=found.status,
            codes=tuple(codes),
            admitting=self._admitting(state, events),
            purged=found.purged,
            **self._signed(state, events[-1]),
        )

    def _decided(self, code: CodeState, event: Event, *, shown: bool) -> dict[str, Any]:
        """What a decision says of its code, and what the model had said of it where that may be
        ``shown``."""
        said = (decision_basis(event, (code.kind, code.code)) if shown else None) or {}
        version, calibrated = said.get("model_version"), said.get("calibrated")
        return {
            "code": code.code,
            "kind": code.kind,
            "coder": self.names[code.actor],
            "coder_id": code.actor,
            "at": code.at,
            "origin": code.origin,
            "poa": code.poa,
            "performed": code.performed,
            "probability": said.get("probability") if calibrated is None else calibrated,
            "model": self.models.get(version or ""),
            "model_version": version,
        }

    def _admitting(self, state: ReviewState, events: Sequence[Event]) -> FinalCode | None:
        if state.admitting is None:
            return None
        event = next(e for e in reversed(events) if e.kind is EventKind.ADMITTING_SET)
        name = self.names[event.actor]
        return FinalCode(state.admitting, Kind.DIAGNOSIS, name, event.actor, event.at)

    def _signed(self, state: ReviewState, last: Event) -> dict[str, Any]:
        if (signed := state.signed) is None:
            return {"by": last.actor, "at": last.at}
        name = self.names[signed.actor]
        return {
            "by": signed.actor,
            "at": signed.at,
            "signer": name,
            "signer_id": signed.actor,
            "signed_at": signed.at,
        }
