"""Signing in at an OpenID provider (OpenID Connect Core 1.0, code flow with PKCE).

Authlib speaks the protocol: state, nonce and code verifier are bound to the browser by a sealed
cookie, so that any replica, and one started anew, can take the answer. Of what the provider says
the person's row keeps the identity, the session the token that ends it there; nothing of it goes
into a cookie.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.integrations.base_client.errors import OAuthError
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from icd9_review.errors import ReviewError, SettingsError, SignInRefused
from icd9_review.settings import Settings
from icd9_review.store.deciding.confirmations import confirm_signer
from icd9_review.store.people.signing_in import sign_in_by_identity
from icd9_review.ui.serving.addresses import is_plain_here
from icd9_review.ui.serving.sign_in.desk import Visitor, in_thread, route
from icd9_review.ui.serving.sign_in.forms import own_place
from icd9_review.ui.serving.sign_in.openid.claims import (
    claimed_role,
    read_roles,
    signed_in_anew,
    text_claim,
)
from icd9_review.ui.serving.sign_in.openid.protocol import (
    FAILURES,
    SKEW,
    claims_of,
    client,
    expected_claims,
    failed,
    metadata,
    not_taken,
)
from icd9_review.ui.serving.sign_in.page import PROVIDER, RETURN, chart_link, page
from icd9_review.ui.serving.sign_in.seal import seal, unseal
from icd9_review.values import Confirmation, Proof, SignInFailure

TRIP_COOKIE = "icd9_review_trip"
_PURPOSE = "trip"
_SECONDS = 600  # that signing in at the provider may take; by judgement
_LONGEST_HINT = 2000  # characters in an address; longer ones are refused by servers on the way


def provider_routes() -> list[Route]:
    """The way to the provider and back."""
    return [route(PROVIDER, leave_for_provider, "GET"), route(RETURN, come_back, "GET")]


def check_provider(settings: Settings) -> None:
    """Raises SettingsError for settings with which nobody could sign in safely."""
    issuer = settings.oidc_issuer
    missing = [
        name
        for name, value in (
            ("ICD9_REVIEW_OIDC_ISSUER", issuer),
            ("ICD9_REVIEW_OIDC_CLIENT", settings.oidc_client),
            ("ICD9_REVIEW_OIDC_SECRET", settings.oidc_secret.get_secret_value()),
        )
        if not value
    ]
    if missing:
        raise SettingsError(f"ICD9_REVIEW_SIGN_IN=oidc needs {' and '.join(missing)}.")
    if urlsplit(issuer).scheme != "https" and not is_plain_here(issuer):
        raise SettingsError("ICD9_REVIEW_OIDC_ISSUER must be an https address.")
    if bool(settings.oidc_roles) != bool(settings.roles):
        raise SettingsError(
            "ICD9_REVIEW_OIDC_ROLES names a claim and ICD9_REVIEW_ROLES what its values mean: set "
            "both or neither."
        )
    read_roles(settings.roles)


async def leave_for_provider(visitor: Visitor) -> Response:
    """To the provider; where one came from travels in the sealed cookie."""
    trip: dict[str, Any] = {"place": visitor.place}
    answer = await _set_out(visitor, trip)
    _keep(answer, visitor, trip)
    return answer


async def leave_to_confirm(visitor: Visitor, encounter_id: str, key: str) -> Response:
    """Where the signer of an encounter signs in anew, for the script of its page to go there.

    The provider is told to ask, whatever it knows of the browser (OpenID Connect Core 1.0,
    3.1.2.1). ``key`` is that of the decision that is to follow.
    """
    place = f"/workbench?{urlencode({'encounter': encounter_id})}"
    confirms = {"encounter": encounter_id, "key": key, "began": int(time.time())}
    trip: dict[str, Any] = {"place": place, "confirms": confirms}
    left = await _set_out(visitor, trip, prompt="login", max_age="0")
    answer = JSONResponse({"away": left.headers["location"]})
    _keep(answer, visitor, trip)
    return answer


async def come_back(visitor: Visitor) -> Response:
    """What the provider sent the browser back with."""
    try:
        return await _arrive(visitor, _trip(visitor))
    except SignInRefused as refused:
        await in_thread(partial(visitor.tell, refused))
        raise


async def _arrive(visitor: Visitor, trip: dict[str, Any]) -> Response:
    # Whoever's session has ended meanwhile signs in as ever, and signs the chart anew.
    if "confirms" in trip and await in_thread(visitor.session) is not None:
        answer = await _confirm(visitor, trip)
    else:
        token, claims = await _what_is_said(visitor, trip)
        person = await in_thread(lambda: _sign_in(visitor, claims))
        place, ticket = str(trip.get("place", "/")), token.get("id_token")
        answer = await in_thread(
            lambda: visitor.begin(person, Proof.PROVIDER, place, ticket=ticket)
        )
    answer.delete_cookie(TRIP_COOKIE, path=RETURN)
    return answer


async def sign_out_address(ticket: str, origin: str) -> str | None:
    """Where the provider ends its own session; None for one that has no such address, or is away.

    OpenID Connect RP-Initiated Logout 1.0, 2.
    """
    hint = ticket if len(ticket) <= _LONGEST_HINT else None
    try:
        found = await client().create_logout_url(
            post_logout_redirect_uri=f"{origin}/",
            id_token_hint=hint,
            client_id=Settings().oidc_client,
        )
    except FAILURES:
        return None
    address = str(found["url"])
    return address if urlsplit(address).scheme in ("https", "http") else None


async def _set_out(visitor: Visitor, trip: dict[str, Any], **asked: str) -> Response:
    """The way to the provider; what is to be known on the way back is in the trip then."""
    try:
        await metadata()
        left: Response = await client().authorize_redirect(
            _on(trip, visitor), f"{visitor.origin}{RETURN}", **asked
        )
    except FAILURES as error:
        raise failed(error) from None
    return left


def _keep(answer: Response, visitor: Visitor, trip: dict[str, Any]) -> None:
    """Have the browser keep its trip until it comes back.

    Without the address it is sent to, which Authlib keeps as well and never reads: a header of
    cookies has its limits.
    """
    for each in trip.values():
        if isinstance(each, dict) and isinstance(data := each.get("data"), dict):
            data.pop("url", None)
    answer.set_cookie(
        TRIP_COOKIE,
        seal(json.dumps(trip), _PURPOSE),
        max_age=_SECONDS,
        path=RETURN,
        httponly=True,
        samesite="lax",
        secure=not is_plain_here(visitor.origin),
    )


def _on(trip: dict[str, Any], visitor: Visitor) -> Request:
    """The request as Authlib reads it: with the trip for its session. What Streamlit keeps under
    that name, and reads as it answers, stays as it is."""
    return Request({**visitor.connection.scope, "session": trip})


async def _what_is_said(
    visitor: Visitor, trip: dict[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The tokens that a browser came back for, and the claims of the person."""
    try:
        await metadata()
        token = await client().authorize_access_token(
            _on(trip, visitor), claims_options=expected_claims(), leeway=SKEW
        )
        return token, await claims_of(token)
    except OAuthError as error:
        raise not_taken(error) from None
    except FAILURES as error:
        raise failed(error) from None


async def _confirm(visitor: Visitor, trip: dict[str, Any]) -> Response:
    """Back to the chart: the signer is confirmed, or it is said why not."""
    place = own_place(str(trip["place"]))
    try:
        _, claims = await _what_is_said(visitor, trip)
        await in_thread(lambda: _confirm_signer(visitor, trip["confirms"], claims))
    except ReviewError as error:
        if isinstance(error, SignInRefused):
            await in_thread(partial(visitor.tell, error))
        said = f"{error} Nothing was signed."
        return HTMLResponse(page("Sign the chart", chart_link(place), refused=said), 403)
    return RedirectResponse(place, status_code=303)


def _confirm_signer(
    visitor: Visitor, confirms: Mapping[str, Any], claims: Mapping[str, Any]
) -> None:
    """Raises SignInRefused for anybody but the person of the session, signed in just now."""
    found = visitor.session()
    identity = text_claim(claims, Settings().oidc_identity)
    if found is None or not identity or identity != found.identity:
        raise SignInRefused(
            "You signed in as somebody else than who works here.", SignInFailure.OTHER_PERSON
        )
    at = signed_in_anew(claims, confirms["began"], time.time(), skew=SKEW)
    person = _sign_in(visitor, claims)
    confirm_signer(
        visitor.database,
        confirms["encounter"],
        confirms["key"],
        person,
        Confirmation(Proof.PROVIDER, at),
        token=visitor.token,
    )


def _trip(visitor: Visitor) -> dict[str, Any]:
    sealed = visitor.request.cookies.get(TRIP_COOKIE, "")
    kept = unseal(sealed, _PURPOSE, seconds=_SECONDS) if sealed else ""
    if not kept:
        raise SignInRefused("This way of signing in was not begun in this browser. Try again.")
    trip: dict[str, Any] = json.loads(kept)
    return trip


def _sign_in(visitor: Visitor, claims: Mapping[str, Any]) -> Any:
    settings = Settings()
    identity = text_claim(claims, settings.oidc_identity)
    if not identity:
        raise SignInRefused(
            f"The sign-in service does not say who you are (no claim {settings.oidc_identity}).",
            SignInFailure.IDENTITY,
        )
    if settings.oidc_identity == "email" and claims.get("email_verified") is not True:
        raise SignInRefused(
            "The sign-in service has not verified your e-mail address.", SignInFailure.EMAIL
        )
    role = claimed_role(claims, settings.oidc_roles, read_roles(settings.roles))
    if settings.oidc_roles and role is None:
        raise SignInRefused(
            "None of your groups has a role here; an administrator sets which do "
            "(ICD9_REVIEW_ROLES).",
            SignInFailure.ROLE,
        )
    name = text_claim(claims, "name") or text_claim(claims, "preferred_username")
    return sign_in_by_identity(
        visitor.database, identity, name=name, role=role, address=visitor.address
    )
