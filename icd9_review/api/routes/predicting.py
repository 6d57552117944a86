"""Codes for a text that nothing is kept of."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from fastapi import APIRouter
from pydantic import Field

from icd9_review.api.problems import Problem
from icd9_review.api.shapes import (
    JSON_ONLY,
    EvidenceWords,
    SentShape,
    SuggestedCode,
    ToldShape,
    describe_evidence,
    describe_suggestions,
)
from icd9_review.api.surroundings import OfCall
from icd9_review.model.explaining.explainer import Explainer
from icd9_review.model.reading.predictor import Predictor
from icd9_review.notes.intake.gate import NOTE_LIMIT, read_note
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.suggestions import rank, suggested
from icd9_review.values import Suggestion

MOST_EXPLAINED: Final = 5
"""Of one text; by judgement: each takes up to a second of all cores, and somebody waits."""

_AT_ONCE = 2  # texts; by judgement: one is read while the next is checked
_places = threading.BoundedSemaphore(_AT_ONCE)
router = APIRouter()


class TextToRead(SentShape):
    """A text, and of how many suggestions the evidence is wanted."""

    text: str = Field(min_length=1, max_length=NOTE_LIMIT)
    explain: int = Field(default=0, ge=0, le=MOST_EXPLAINED, strict=True)
    all: bool = Field(
        default=False, strict=True, description="Also what is below its threshold or demoted."
    )


class Predicted(SuggestedCode):
    """A suggestion; ``evidence`` is null where none was asked for."""

    evidence: list[EvidenceWords] | None = None


class Prediction(ToldShape):
    """What the model in use says of the text."""

    model_version: str
    length: int = Field(description="Code points of the text as it was read.")
    read: int = Field(description="Code points that stood in a window.")
    notices: list[str] = Field(description="What intake would have changed or doubts.")
    suggestions: list[Predicted]


@router.post("/predict", dependencies=[JSON_ONLY], tags=["prediction"])
def read_given(asked: TextToRead, call: OfCall) -> Prediction:
    """Read a text with the model in use. Nothing of it is stored."""
    check_may(call.account, Act.TRY_OUT)
    predictor = call.model.predictor
    taken = read_note(asked.text, "")
    with at_most_two():
        scores = predictor.score(taken.note.text)
        found = (rank if asked.all else suggested)(scores, predictor.version)
        spans = _explain(predictor, taken.note.text, found[: asked.explain])
    return Prediction(
        model_version=predictor.model_version,
        length=scores.length,
        read=scores.read,
        notices=list(taken.notices),
        suggestions=[
            Predicted(**each.model_dump(), evidence=spans.get(each.code))
            for each in describe_suggestions(found)
        ],
    )


@contextmanager
def at_most_two() -> Iterator[None]:
    """A place among the texts that are read now. Raises Problem where there is none."""
    if not _places.acquire(blocking=False):
        raise Problem(503, "The model has other texts to read; send it again.", retry_after=2)
    try:
        yield
    finally:
        _places.release()


def _explain(
    predictor: Predictor, text: str, found: tuple[Suggestion, ...]
) -> dict[str, list[EvidenceWords]]:
    explainer = Explainer(predictor) if found else None
    return {
        each.code: describe_evidence(text, attribution)
        for each in found
        if explainer is not None
        for attribution in explainer.explain_many(text, [each.code], window=each.window).values()
    }
