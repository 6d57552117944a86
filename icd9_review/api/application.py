"""The interface as one application, to be mounted beside the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.requests import HTTPConnection

from icd9_review import __version__
from icd9_review.api.admission import Admitted
from icd9_review.api.place import PLACE
from icd9_review.api.problems import MEDIA_TYPE, ProblemDetails, tell_problems
from icd9_review.api.routes import (
    cds_hooks,
    decisions,
    encounters,
    final_codes,
    predicting,
    suggestions,
    webhooks,
)
from icd9_review.api.surroundings import Surroundings

_WORDS: Final = """Suggestions, decisions and final codes of ICD-9 Review for other programs.

Each request needs a token of a service account. Errors are problems of RFC 9457. Offsets count code
points of the text as it is stored."""


def _peer(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else ""


def create_api(
    surroundings: Callable[[], Surroundings], address_of: Callable[[HTTPConnection], str] = _peer
) -> FastAPI:
    """The application; ``surroundings`` gives what it works with, once a request comes.

    ``address_of`` says where a request comes from: unless given, whoever is at the other end.
    """
    app = FastAPI(
        title="ICD-9 Review",
        version=__version__,
        description=_WORDS,
        openapi_url="/openapi.json",
        docs_url=None,  # such pages load scripts from elsewhere
        redoc_url=None,
        servers=[{"url": PLACE}],
        root_path_in_servers=False,
        redirect_slashes=False,
        separate_input_output_schemas=False,
        responses={"default": _problem()},
    )
    app.state.surroundings = surroundings
    for each in (encounters, suggestions, decisions, final_codes, predicting, webhooks, cds_hooks):
        app.include_router(each.router)
    tell_problems(app)
    app.add_middleware(Admitted, surroundings=surroundings, address_of=address_of)
    _describe(app)
    return app


def _own_schemas() -> dict[str, Any]:
    """Of what FastAPI does not see: problems, and what is handed in by two media types."""
    modes: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
        (ProblemDetails, "serialization"),
        (encounters.SentEncounter, "validation"),
    ]
    _, found = models_json_schema(modes, ref_template="#/components/schemas/{model}")
    return dict(found["$defs"])


def _problem() -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{ProblemDetails.__name__}"}
    return {"description": "A problem.", "content": {MEDIA_TYPE: {"schema": reference}}}


def _describe(app: FastAPI) -> None:
    """The description with what FastAPI does not know: tokens, and problems in place of its own."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = plain()
            parts = found.setdefault("components", {})
            schemas = parts.setdefault("schemas", {})
            schemas |= _own_schemas()
            bearer = {"type": "http", "scheme": "bearer"}
            parts["securitySchemes"] = {"token": bearer}
            found["security"] = [{"token": []}]
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
