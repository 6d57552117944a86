"""The codes of a signed chart, as they leave: JSON, or a Bundle of FHIR R4."""

from __future__ import annotations

import json
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from fastapi import APIRouter, Request, Response

from icd9_review.api.problems import Problem
from icd9_review.api.routes.encounters import FHIR
from icd9_review.api.shapes import EncounterId, ToldShape
from icd9_review.api.states import tag_answer
from icd9_review.api.surroundings import OfCall
from icd9_review.codes.table import title
from icd9_review.export.charts.fhir import fhir_bundle
from icd9_review.store.exporting.exports import record_summary
from icd9_review.store.exporting.final_charts import final_chart
from icd9_review.store.intake.encounters import check_encounter_id
from icd9_review.values import CodeProvenance, FinalChart, FinalCode, Kind, Origin, Poa

_TABLE = "final_codes"
_UNSIGNED = (
    "There are no final codes: the chart is not signed, or none of it leaves. A webhook tells when "
    "it is."
)
router = APIRouter(tags=["encounters"])


class CodeThatLeaves(ToldShape):
    """A final code."""

    position: int | None
    code: str
    kind: Kind
    title: str | None
    principal: bool
    poa: Poa | None
    performed: date | None
    origin: Origin | None
    coder: str
    at: datetime
    provenance: CodeProvenance


class FinalCodes(ToldShape):
    """The codes of a chart in the order in which they were signed."""

    encounter: str
    label: str
    signer: str
    signed_at: datetime
    codes: list[CodeThatLeaves]
    admitting: str | None


@router.get(
    "/encounters/{encounter_id}/final-codes",
    response_model=FinalCodes,
    responses={200: {"content": {FHIR: {"schema": {"type": "object"}}}}},
)
def tell_final_codes(encounter_id: EncounterId, request: Request, call: OfCall) -> Response:
    """The codes of a signed chart. ``Accept: application/fhir+json`` gives Condition and
    Procedure."""
    check_encounter_id(encounter_id)
    tagged = Response()
    chart = final_chart(call.database, encounter_id, actor=call.account)
    tag_answer(tagged, call, encounter_id)
    if chart is None:
        raise Problem(409, _UNSIGNED, kind="not-finalised")
    fhir = FHIR in request.headers.get("accept", "").lower()
    body = json.dumps(fhir_bundle(chart)) if fhir else _describe(chart).model_dump_json()
    said: dict[str, Any] = {
        "table": _TABLE,
        "format": "fhir" if fhir else "json",
        "rows": len(chart.codes),
        "sha256": sha256(body.encode()).hexdigest(),
    }
    record_summary(call.database, encounter_id, said, call.account, call.view_key())
    kind = FHIR if fhir else "application/json"
    return Response(body, headers={"ETag": tagged.headers["ETag"]}, media_type=kind)


def _describe(chart: FinalChart) -> FinalCodes:
    return FinalCodes(
        encounter=chart.encounter_id,
        label=chart.encounter,
        signer=chart.signer or "",
        signed_at=chart.signed_at or chart.at,
        codes=[_code(each) for each in chart.codes],
        admitting=chart.admitting and chart.admitting.code,
    )


def _code(each: FinalCode) -> CodeThatLeaves:
    return CodeThatLeaves(
        position=each.position,
        code=each.code,
        kind=each.kind,
        title=title(each.kind, each.code),
        principal=each.principal,
        poa=each.poa,
        performed=each.performed,
        origin=each.origin,
        coder=each.coder,
        at=each.at,
        provenance=each.provenance,
    )
