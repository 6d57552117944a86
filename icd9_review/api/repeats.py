"""A request that is sent again does nothing again and is answered the same."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Final

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from icd9_review.api.surroundings import Call
from icd9_review.errors import StoreError
from icd9_review.store.callers.replies import Reply, claim_key, free_key, keep_reply

_KEY: Final = "[A-Za-z0-9_.:-]{1,64}"

IdempotencyKey = Annotated[
    str,
    Header(
        pattern=f'^({_KEY}|"{_KEY}")$',
        description="Made anew for each request, and the same where one is sent again.",
    ),
]


async def _whole(request: Request) -> bytes:
    return media_and(request.headers.get("content-type", ""), await request.body())


def media_and(media: str, body: bytes) -> bytes:
    """What makes a request the same: its address goes without saying, because keys are new."""
    return media.encode() + b"\n" + body


Whole = Annotated[bytes, Depends(_whole)]
"""All that was sent, to be compared."""


def once(
    call: Call,
    key: str,
    request: bytes,
    work: Callable[[str], tuple[int, BaseModel]],
) -> Response:
    """The answer to a request: that of before, or what ``work`` gives now.

    ``work`` takes the key without its quotes and must be the same done twice: the answer is kept
    after it. Raises KeyReused where the key came with another request.
    """
    name = key.strip('"')
    reply = claim_key(call.database, call.account, name, request)
    if reply is None:
        try:
            status, said = work(name)
        except Exception:
            with suppress(StoreError):  # then it stays this request's
                free_key(call.database, call.account, name, request)
            raise
        reply = Reply(status, said.model_dump_json())
        reply = keep_reply(call.database, call.account, name, request, reply)
    return Response(reply.body, reply.status, media_type="application/json")
