"""Forms of plain pages: how they are read, and how it is known that they come from here."""

from __future__ import annotations

import secrets
from hmac import compare_digest
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse

from icd9_review.ui.serving.addresses import is_plain_here
from icd9_review.ui.serving.sign_in.seal import seal, unseal

FORM_COOKIE = "icd9_review_form"
LAPSED = "This page had lapsed. Please try again."
"""Said of a form that is not ours, or no longer."""

_PURPOSE = "form"
_SECONDS = 3600  # that a form may stand open before it is sent; by judgement
_LONGEST_PLACE = 300  # characters of an address that one is led back to: all of ours are shorter
_LONGEST = 8192  # bytes of a form: names, passwords and an address of ours, many times over


class FormError(Exception):
    """A form that is not read further; its message may be shown."""


async def read_fields(request: Request) -> dict[str, str]:
    """The first value of each field. Raises FormError for more than such a form can hold."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST:
            raise FormError("This form is too long.")
    try:
        parsed = parse_qs(body.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError:
        raise FormError("This form cannot be read; send it from the page.") from None
    return {name: values[0] for name, values in parsed.items()}


def new_nonce(request: Request) -> str:
    """What ties forms to this browser: the nonce it has, or a new one."""
    kept = request.cookies.get(FORM_COOKIE, "")
    return kept if len(kept) == 43 and kept.isascii() else secrets.token_urlsafe(32)


def form_seal(nonce: str) -> str:
    """What a form carries along, so that no other site's form can stand in for it."""
    return seal(nonce, _PURPOSE)


def is_ours(request: Request, fields: dict[str, str]) -> bool:
    """Whether a form was made for this browser, not long ago."""
    return is_of_browser(request, unseal(fields.get("seal", ""), _PURPOSE, seconds=_SECONDS))


def is_of_browser(request: Request, nonce: str) -> bool:
    """Whether this is what ties forms to the browser that asks."""
    kept = request.cookies.get(FORM_COOKIE, "")
    return bool(nonce) and compare_digest(nonce.encode(), kept.encode())


def form_answer(html: str, nonce: str, origin: str, *, status: int = 200) -> HTMLResponse:
    """A page with a form, and the cookie that it belongs to."""
    answer = HTMLResponse(html, status_code=status)
    secure = not is_plain_here(origin)
    answer.set_cookie(
        FORM_COOKIE, nonce, max_age=_SECONDS, httponly=True, samesite="lax", secure=secure
    )
    return answer


def own_place(asked: str) -> str:
    """An address within this app, whatever was asked for: never a way to somewhere else."""
    try:
        parts = urlsplit(asked)
    except ValueError:
        return "/"
    strange = "\\" in asked or not asked.isprintable() or not asked.isascii()
    strange |= len(asked) > _LONGEST_PLACE
    if strange or parts.scheme or parts.netloc or not parts.path.startswith("/"):
        return "/"
    # What urlsplit passes over at the beginning, as a browser does, is no part of an address.
    return asked if asked.startswith("/") and not asked.startswith("//") else "/"
