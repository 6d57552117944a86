"""The state of an encounter as an entity tag: what changed it last (RFC 9110, 8.8.3)."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header, Response

from icd9_review.api.problems import Problem
from icd9_review.api.surroundings import Call
from icd9_review.errors import StateChanged
from icd9_review.store.deciding.decisions import state_sequence

_TAG = re.compile(r'"s(\d{1,9})"', re.ASCII)

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="The ETag of the encounter as it was read."),
]


def tag_of(sequence: int) -> str:
    """The entity tag of an encounter by the event that changed it last.

    >>> tag_of(12)
    '"s12"'
    """
    return f'"s{sequence}"'


def read_tag(given: str | None) -> int:
    """The event that a tag names. Raises Problem for none, StateChanged for what is no tag."""
    if given is None:
        raise Problem(428, "Say which state you have read: If-Match with the ETag.")
    found = _TAG.fullmatch(given.strip())
    if found is None:
        raise StateChanged("If-Match is no ETag of this encounter; read it again.")
    return int(found[1])


def tag_answer(response: Response, call: Call, encounter_id: str) -> None:
    """Put the state of an encounter beside an answer; asked before what it is about, so that
    whatever comes in between makes the tag too old and never too new."""
    response.headers["ETag"] = tag_of(state_sequence(call.database, encounter_id))
