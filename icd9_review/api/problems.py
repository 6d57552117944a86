"""What went wrong, as RFC 9457 says it: every refusal has the same form.

No problem repeats a note or a token; it may name the file, the team or the value that it is about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from math import ceil
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import HTTPException, RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException as PlainHTTPException
from starlette.responses import JSONResponse
from structlog.contextvars import get_contextvars

from icd9_review.errors import (
    ConflictError,
    DecisionError,
    InputError,
    KeyReused,
    NotFound,
    PermissionDenied,
    ReviewError,
    StateChanged,
    StoreError,
    TextPurged,
)

MEDIA_TYPE: Final = "application/problem+json"
_STATUS: Final[Mapping[type[ReviewError], int]] = {
    StateChanged: 412,
    KeyReused: 422,
    NotFound: 404,
    PermissionDenied: 403,
    ConflictError: 409,
    DecisionError: 409,
    TextPurged: 410,
    InputError: 422,
    StoreError: 503,
}
"""By the first class that fits; an error that is none of these is nobody's who asks."""
_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}  # of RFC 9110, any Python
_BUSY = 5  # seconds to wait for a database that is busy; by judgement: a writer takes less
_MOST_ERRORS = 20  # of one body; by judgement: more are read by nobody
_log = structlog.get_logger(__name__)


class ProblemDetails(BaseModel):
    """A problem of RFC 9457. ``instance`` names the request, for whoever asks about it."""

    type: str = Field(description="What kind of problem; stable, to be compared.")
    title: str
    status: int
    detail: str = Field(description="What to do about it, for people.")
    instance: str
    errors: list[dict[str, str]] = Field(
        default_factory=list, description="Of a body: JSON pointers, each with what is wrong there."
    )


class Problem(HTTPException):
    """Ends a request with a problem. ``kind`` is the last part of its type."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        kind: str = "",
        retry_after: float | None = None,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[dict[str, str]] = (),
    ) -> None:
        waits = {} if retry_after is None else {"Retry-After": str(max(1, ceil(retry_after)))}
        super().__init__(status, detail, {**waits, **(headers or {})})
        self.errors = errors
        self.title = _TITLES.get(status) or HTTPStatus(status).phrase
        self.kind = kind or self.title.lower().replace(" ", "-").replace("'", "")


def describe_problem(problem: Problem) -> JSONResponse:
    """The answer that says a problem."""
    details = ProblemDetails(
        type=f"urn:icd9-review:problem:{problem.kind}",
        title=problem.title,
        status=problem.status_code,
        detail=problem.detail,
        instance=f"urn:icd9-review:request:{get_contextvars().get('request', 'unknown')}",
        errors=list(problem.errors),
    )
    said = details.model_dump(exclude=None if problem.errors else {"errors"})
    return JSONResponse(said, problem.status_code, problem.headers, MEDIA_TYPE)


def problem_of(error: ReviewError) -> Problem:
    """The problem that an error of the program amounts to."""
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)
    if status == 500:
        _log.error("request_failed", error=type(error).__name__)
        return unforeseen()
    return Problem(status, str(error), retry_after=_BUSY if status == 503 else None)


def unforeseen() -> Problem:
    """Something that nobody foresaw: the id is all that is said."""
    return Problem(500, "Something went wrong; tell an administrator the id of this request.")


def tell_problems(app: FastAPI) -> None:
    """Have every refusal of an application in this form."""

    async def on_problem(_: Request, error: Any) -> JSONResponse:
        return describe_problem(error)

    async def on_review_error(_: Request, error: Any) -> JSONResponse:
        return describe_problem(problem_of(error))

    async def on_http_error(_: Request, error: Any) -> JSONResponse:
        return describe_problem(_of_http(error))

    async def on_body(_: Request, error: Any) -> JSONResponse:
        return describe_problem(problem_of_body(error.errors()))

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(ReviewError, on_review_error)
    app.add_exception_handler(PlainHTTPException, on_http_error)
    app.add_exception_handler(RequestValidationError, on_body)


def problem_of_body(errors: Sequence[Any]) -> Problem:
    """What is wrong with what was sent: where, and what should be there; never what was."""
    told = [
        {"pointer": _pointer(each), "detail": str(each["type"])} for each in errors[:_MOST_ERRORS]
    ]
    return Problem(422, "What was sent is not what is asked for here; see errors.", errors=told)


def _pointer(error: Mapping[str, Any]) -> str:
    """Where it is, by names of ours and numbers: what is too much has a name of theirs."""
    loc = error["loc"][:-1] if error["type"] == "extra_forbidden" else error["loc"]
    return "/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in loc)


def _of_http(error: PlainHTTPException) -> Problem:
    words = {
        404: "There is no such address.",
        405: "This address does not take this method.",
    }
    said = words.get(error.status_code, "The request cannot be read.")
    return Problem(error.status_code, said, headers=error.headers)
