"""CDS Hooks: at discharge, a card that says how many codes the documents suggest.

The documents come in the prefetch and nothing of them is stored. A card has counts and a link,
never a code as advice: coding is for coders.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from icd9_review.api.routes.predicting import at_most_two
from icd9_review.api.shapes import JSON_ONLY, ToldShape
from icd9_review.api.surroundings import OfCall
from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import Document
from icd9_review.notes.intake.reading import read_file
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.suggestions import merge, suggested

HOOK: Final = "encounter-discharge"
_ID: Final = "icd9-suggestions"
_DOCUMENTS: Final = "documents"
_MOST_READ: Final = 20  # documents of one call; by judgement: somebody waits at a discharge
_LONGEST_SUMMARY: Final = 140  # characters, as CDS Hooks have it
router = APIRouter(tags=["CDS Hooks"])


class CdsService(ToldShape):
    """What a service of CDS Hooks is called when."""

    hook: str
    id: str
    title: str
    description: str
    prefetch: dict[str, str]


class CdsServices(ToldShape):
    """The services there are."""

    services: list[CdsService]


class CdsCall(BaseModel):
    """A call of CDS Hooks; what is not used here is passed over, as the specification has it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    hook: Annotated[str, StringConstraints(pattern=f"^{HOOK}$")]
    hookInstance: str = Field(max_length=64)
    context: dict[str, Any]
    prefetch: dict[str, Any] = Field(default_factory=dict)


class CdsSource(ToldShape):
    label: str


class CdsLink(ToldShape):
    label: str
    url: str
    type: str = "absolute"


class CdsCard(ToldShape):
    summary: str = Field(max_length=_LONGEST_SUMMARY)
    indicator: str = "info"
    source: CdsSource
    links: list[CdsLink]


class CdsCards(ToldShape):
    """One card, or none where there is nothing to say."""

    cards: list[CdsCard]


@router.get("/cds-services")
def tell_services() -> CdsServices:
    """The discovery of CDS Hooks."""
    query = "DocumentReference?encounter={{context.encounterId}}&status=current"
    service = CdsService(
        hook=HOOK,
        id=_ID,
        title="ICD-9-CM codes that the documents suggest",
        description="How many codes wait to be looked at by a coder. Not for diagnosis.",
        prefetch={_DOCUMENTS: query},
    )
    return CdsServices(services=[service])


@router.post(f"/cds-services/{_ID}", dependencies=[JSON_ONLY])
def tell_card(called: CdsCall, request: Request, call: OfCall) -> CdsCards:
    """Cards for a discharge."""
    check_may(call.account, Act.TRY_OUT)
    texts = _texts(called.prefetch.get(_DOCUMENTS))
    if not texts:
        return CdsCards(cards=[])
    predictor = call.model.predictor
    with at_most_two():
        scores = predictor.score_many(texts)
    found = merge(suggested(each, predictor.version) for each in scores)
    documents = "1 document" if len(texts) == 1 else f"{len(texts)} documents"
    codes = "1 ICD-9-CM code" if len(found) == 1 else f"{len(found)} ICD-9-CM codes"
    origin = getattr(request.state, "origin", "") or f"{request.url.scheme}://{request.url.netloc}"
    card = CdsCard(
        summary=f"{codes} suggested from {documents}; a coder decides.",
        source=CdsSource(label="ICD-9 Review"),
        links=[CdsLink(label="Open the worklist", url=f"{origin}/")],
    )
    return CdsCards(cards=[card])


def _texts(given: object) -> list[str]:
    """The texts of a prefetch; none where nothing of it is a document that can be read."""
    if not isinstance(given, dict):
        return []
    try:
        found = read_file(json.dumps(given).encode(), "prefetch.json")
    except NoteError:
        return []
    if not isinstance(found, Document):
        return []
    texts = [note.intake.note.text for each in found.encounters for note in each.notes]
    return texts[:_MOST_READ]
