"""What several answers have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from icd9_review.api.problems import Problem
from icd9_review.codes.table import title
from icd9_review.evidence import choose_evidence
from icd9_review.values import Attribution, Doubt, Kind, Suggestion


class SentShape(BaseModel):
    """The base of what is sent: nothing in it is passed over in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ToldShape(BaseModel):
    """The base of what is answered."""

    model_config = ConfigDict(frozen=True)


class SpanOfText(ToldShape):
    """Code points ``start`` up to ``end`` of the text as it is stored."""

    start: int
    end: int


class SuggestedCode(ToldShape):
    """What the model says of a code."""

    code: str
    kind: Kind
    title: str | None = Field(description="The long title; null where version 32 has none.")
    probability: float = Field(description="As people are shown it: calibrated where the model is.")
    raw_probability: float = Field(description="What the threshold is compared with.")
    threshold: float
    suggested: bool = Field(description="Reaches its threshold and was not demoted.")
    demoted: Doubt | None = Field(description="What speaks against it, where it was demoted.")
    note: str | None = Field(description="The note in which it is most probable.")
    window: SpanOfText = Field(description="Where the model saw most of it.")


class EvidenceWords(ToldShape):
    """Words that support the code, or oppose it where the weight is below 0."""

    start: int
    end: int
    text: str
    weight: float = Field(description="Relative to the heaviest, from -1 to 1.")


def describe_suggestions(found: Iterable[Suggestion]) -> list[SuggestedCode]:
    """Suggestions as they are answered, in their order."""
    return [
        SuggestedCode(
            code=each.code,
            kind=each.kind,
            title=title(each.kind, each.code),
            probability=each.shown,
            raw_probability=each.probability,
            threshold=each.threshold,
            suggested=each.suggested,
            demoted=each.demotion and each.demotion.doubt,
            note=each.note_id,
            window=SpanOfText(start=each.window.start, end=each.window.end),
        )
        for each in found
    ]


def describe_evidence(text: str, found: Attribution) -> list[EvidenceWords]:
    """The few pieces of a text that people are shown of an attribution, the heaviest first.

    None where its weights do not add up: they are no explanation.
    """
    marks = choose_evidence(text, found) if found.holds else ()
    return [
        EvidenceWords(
            start=each.start, end=each.end, text=text[each.start : each.end], weight=each.weight
        )
        for each in marks
    ]


def _check_json(request: Request) -> None:
    if media_type(request) != "application/json":
        raise Problem(415, "Send application/json.")


def media_type(request: Request) -> str:
    """The media type of a body, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


JSON_ONLY = Depends(_check_json)
"""For routes whose body is JSON and nothing else."""

EncounterId = Annotated[str, Field(pattern="^[0-9a-f]{22}$")]
