"""What the model suggests for an encounter, and why."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from icd9_review.api.problems import Problem
from icd9_review.api.reading import check_told, read_encounter
from icd9_review.api.shapes import (
    EncounterId,
    EvidenceWords,
    SuggestedCode,
    ToldShape,
    describe_evidence,
    describe_suggestions,
)
from icd9_review.api.states import tag_answer
from icd9_review.api.surroundings import OfCall
from icd9_review.errors import NotFound
from icd9_review.store.explaining.attributions import attribution
from icd9_review.store.worklist.page import status
from icd9_review.values import Attribution, EncounterStatus, Kind

_LATER = 2  # seconds until an explanation that was asked for is looked for again; by judgement
router = APIRouter(tags=["encounters"])


class Suggestions(ToldShape):
    """What the model suggests; ``complete`` once it has read every note."""

    encounter: str
    status: EncounterStatus
    complete: bool
    model_version: str
    suggestions: list[SuggestedCode] = Field(description="Likeliest first.")


class Deleted(ToldShape):
    """What the code's probability is in its window with and without the words that support it."""

    words: int
    before: float
    without: float
    random: float | None = Field(description="Without as many random words.")


class Explanation(ToldShape):
    """Why the model gives a code: the few pieces of the note that people are shown."""

    encounter: str
    model_version: str
    suggestion: SuggestedCode
    state: Literal["ready", "running"]
    evidence: list[EvidenceWords] = Field(description="Heaviest first; empty until it is ready.")
    method: str | None = None
    complete: bool | None = Field(None, description="Whether the weights add up.")
    deletion: Deleted | None = None


@router.get("/encounters/{encounter_id}/suggestions")
def tell_suggestions(
    encounter_id: EncounterId,
    call: OfCall,
    response: Response,
    all: Annotated[bool, Query(description="Also below the threshold, and demoted.")] = False,
) -> Suggestions:
    """What the model suggests for an encounter."""
    tag_answer(response, call, encounter_id)
    found = read_encounter(call, encounter_id)
    check_told(found.veil.suggestions)
    shown = tuple(each for each in found.ranked if all or each.suggested)
    if found.complete or shown:
        found.tell(shown)
    return Suggestions(
        encounter=encounter_id,
        status=status(call.database, encounter_id),
        complete=found.complete,
        model_version=found.call.model.version,
        suggestions=describe_suggestions(shown),
    )


@router.get(
    "/encounters/{encounter_id}/explanations/{code}",
    responses={202: {"model": Explanation, "description": "It is being worked out; ask again."}},
)
def tell_explanation(
    encounter_id: EncounterId,
    code: Annotated[str, Path(min_length=2, max_length=8)],
    call: OfCall,
    response: Response,
    kind: Kind = Kind.DIAGNOSIS,
) -> Explanation:
    """Why the model gives a code; asked for the first time, it is worked out."""
    tag_answer(response, call, encounter_id)
    found = read_encounter(call, encounter_id)
    check_told(found.veil.suggestions and found.veil.explanations)
    chosen = next((e for e in found.ranked if (e.kind, e.code) == (kind, code)), None)
    if chosen is None:
        raise NotFound("Nothing is kept of what the model says of this code here.")
    model = found.call.model
    key = model.explanations.key(chosen)
    stored = attribution(call.database, key)
    if stored is None:
        if (problem := model.explanations.failure(key)) is not None:
            raise Problem(409, problem, kind="not-explained")
        model.explanations.request(key)
        response.status_code = 202
        response.headers["Retry-After"] = str(_LATER)
    else:
        found.tell((chosen,), explained=True)
    (note,) = (each for each in found.encounter.notes if each.id == chosen.note_id)
    (described,) = describe_suggestions([chosen])
    return Explanation(
        encounter=encounter_id,
        model_version=model.version,
        suggestion=described,
        state="running" if stored is None else "ready",
        **({} if stored is None else _describe(stored)),
        evidence=[] if stored is None else describe_evidence(note.text, stored),
    )


def _describe(found: Attribution) -> dict[str, object]:
    checked = found.deletion
    deletion = checked and Deleted(
        words=checked.words,
        before=checked.before,
        without=checked.without,
        random=checked.random,
    )
    return {"method": found.method, "complete": found.holds, "deletion": deletion}
