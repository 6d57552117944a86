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
from functools import cache, partial
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
import structlog
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError
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
from icd9_review.ui.serving.sign_in.page import PROVIDER, RETURN, chart_link, page
from icd9_review.ui.serving.sign_in.seal import seal, unseal
from icd9_review.values import Confirmation, Proof, SignInFailure

TRIP_COOKIE = "icd9_review_trip"
_PURPOSE = "trip"
_SECONDS = 600  # that signing in at the provider may take; by judgement
_SKEW = 60  # seconds that clocks may differ; by judgement, half of Authlib's default
_PATIENCE = 10.0  # seconds for an answer of the provider; by judgement
_KEPT = 3600  # seconds that what a provider says of itself counts; by judgement
_LONGEST_HINT = 2000  # characters in an address; longer ones are refused by servers on the way
_SIGNED_BY = ("RS", "PS", "ES", "Ed")  # keys of two halves: what is published signs nothing
_FAILURES = (
    *(httpx2.HTTPError, JoseError),
    *(RuntimeError, ValueError, KeyError, TypeError, AttributeError),  # of what it said instead
)
_log = structlog.get_logger(__name__)
_AWAY = "The sign-in service does not answer as it should. Try again, or tell an administrator."


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
        found = await _client().create_logout_url(
            post_logout_redirect_uri=f"{origin}/",
            id_token_hint=hint,
            client_id=Settings().oidc_client,
        )
    except _FAILURES:
        return None
    address = str(found["url"])
    return address if urlsplit(address).scheme in ("https", "http") else None


async def _set_out(visitor: Visitor, trip: dict[str, Any], **asked: str) -> Response:
    """The way to the provider; what is to be known on the way back is in the trip then."""
    try:
        await _metadata()
        left: Response = await _client().authorize_redirect(
            _on(trip, visitor), f"{visitor.origin}{RETURN}", **asked
        )
    except _FAILURES as error:
        raise _refusal(error) from None
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
        await _metadata()
        token = await _client().authorize_access_token(
            _on(trip, visitor), claims_options=_expected(), leeway=_SKEW
        )
        return token, await _claims(token)
    except OAuthError as error:
        raise _not_signed_in(error) from None
    except _FAILURES as error:
        raise _refusal(error) from None


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
    at = signed_in_anew(claims, confirms["began"], time.time(), skew=_SKEW)
    person = _sign_in(visitor, claims)
    confirm_signer(
        visitor.database,
        confirms["encounter"],
        confirms["key"],
        person,
        Confirmation(Proof.PROVIDER, at),
        token=visitor.token,
    )


async def _metadata() -> dict[str, Any]:
    """What the provider says of itself. Raises ValueError where it is another one.

    Only keys of two halves are taken: what is published cannot sign then.
    """
    client = _client()
    found: dict[str, Any] = await client.load_server_metadata()
    if time.time() - found.get("_loaded_at", 0) > _KEPT:
        found.clear()  # keys and addresses change without a word
        found = await client.load_server_metadata()
    if found.get("issuer") != Settings().oidc_issuer:
        found.clear()  # or it would be believed until the next start
        raise ValueError("another issuer")
    named = found.get("id_token_signing_alg_values_supported") or ["RS256"]
    taken = [each for each in named if each.startswith(_SIGNED_BY)]
    found["id_token_signing_alg_values_supported"] = taken or ["RS256"]
    return found


def _trip(visitor: Visitor) -> dict[str, Any]:
    sealed = visitor.request.cookies.get(TRIP_COOKIE, "")
    kept = unseal(sealed, _PURPOSE, seconds=_SECONDS) if sealed else ""
    if not kept:
        raise SignInRefused("This way of signing in was not begun in this browser. Try again.")
    trip: dict[str, Any] = json.loads(kept)
    return trip


def _expected() -> dict[str, object]:
    """Issuer and audience, letter by letter (OpenID Connect Core 1.0, 3.1.3.7)."""
    settings = Settings()
    return {
        "iss": {"essential": True, "value": settings.oidc_issuer},
        "aud": {"essential": True, "value": settings.oidc_client},
        "sub": {"essential": True},
        "exp": {"essential": True},
    }


async def _claims(token: Mapping[str, Any]) -> Mapping[str, Any]:
    """The claims of the identity token; with those of the provider's page where one is missing."""
    claims = token.get("userinfo")
    if not claims:
        raise ValueError("no identity token")
    settings = Settings()
    wanted = [settings.oidc_identity, settings.oidc_roles.partition(".")[0], "name"]
    if settings.oidc_identity == "email":
        wanted.append("email_verified")
    metadata = await _metadata()
    if all(claims.get(each) for each in wanted if each) or "userinfo_endpoint" not in metadata:
        return dict(claims)
    told = await _client().userinfo(token=token)
    if told.get("sub") != claims["sub"]:  # Core 1.0, 5.3.2
        raise ValueError("claims of somebody else")
    return {**told, **claims}


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


def _not_signed_in(error: OAuthError) -> SignInRefused:
    if error.error == "access_denied":
        return SignInRefused(
            "You were not signed in, because the sign-in service was told not to.",
            SignInFailure.CANCELLED,
        )
    _log.warning("sign_in_refused", error=type(error).__name__)
    return SignInRefused("The sign-in service did not take this sign-in.", SignInFailure.REFUSED)


def _refusal(error: Exception) -> SignInRefused:
    """What the provider said stands in no message: it is another program's text.

    A service that is away has let nobody try.
    """
    _log.warning("sign_in_service_failed", error=type(error).__name__)
    away = isinstance(error, httpx2.HTTPError)
    return SignInRefused(_AWAY, "" if away else SignInFailure.ANSWER)


def _client() -> Any:
    settings = Settings()
    return _client_of(
        settings.oidc_issuer, settings.oidc_client, settings.oidc_secret.get_secret_value()
    )


@cache
def _client_of(issuer: str, client: str, secret: str) -> Any:
    registry = OAuth()
    registry.register(
        "provider",
        client_id=client,
        client_secret=secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile email",
            "code_challenge_method": "S256",
            "timeout": _PATIENCE,
        },
    )
    return registry.create_client("provider")
