"""What a provider is asked and what it answers, as Authlib speaks it (OpenID Connect Core 1.0).

Nothing that is said is believed that is not signed for this client, by this issuer, now.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import cache
from typing import Any

import httpx2
import structlog
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError

from icd9_review.errors import SignInRefused
from icd9_review.settings import Settings
from icd9_review.values import SignInFailure

SKEW = 60  # seconds that clocks may differ; by judgement, half of Authlib's default
_PATIENCE = 10.0  # seconds for an answer of the provider; by judgement
_KEPT = 3600  # seconds that what a provider says of itself counts; by judgement
_SIGNED_BY = ("RS", "PS", "ES", "Ed")  # keys of two halves: what is published signs nothing
FAILURES = (
    *(httpx2.HTTPError, JoseError),
    *(RuntimeError, ValueError, KeyError, TypeError, AttributeError),  # of what it said instead
)
_log = structlog.get_logger(__name__)
_AWAY = "The sign-in service does not answer as it should. Try again, or tell an administrator."


async def metadata() -> dict[str, Any]:
    """What the provider says of itself. Raises ValueError where it is another one.

    Only keys of two halves are taken: what is published cannot sign then.
    """
    registered = client()
    found: dict[str, Any] = await registered.load_server_metadata()
    if time.time() - found.get("_loaded_at", 0) > _KEPT:
        found.clear()  # keys and addresses change without a word
        found = await registered.load_server_metadata()
    if found.get("issuer") != Settings().oidc_issuer:
        found.clear()  # or it would be believed until the next start
        raise ValueError("another issuer")
    named = found.get("id_token_signing_alg_values_supported") or ["RS256"]
    taken = [each for each in named if each.startswith(_SIGNED_BY)]
    found["id_token_signing_alg_values_supported"] = taken or ["RS256"]
    return found


def expected_claims() -> dict[str, object]:
    """Issuer and audience, letter by letter (OpenID Connect Core 1.0, 3.1.3.7)."""
    settings = Settings()
    return {
        "iss": {"essential": True, "value": settings.oidc_issuer},
        "aud": {"essential": True, "value": settings.oidc_client},
        "sub": {"essential": True},
        "exp": {"essential": True},
    }


async def claims_of(token: Mapping[str, Any]) -> Mapping[str, Any]:
    """The claims of the identity token; with those of the provider's page where one is missing."""
    claims = token.get("userinfo")
    if not claims:
        raise ValueError("no identity token")
    settings = Settings()
    wanted = [settings.oidc_identity, settings.oidc_roles.partition(".")[0], "name"]
    if settings.oidc_identity == "email":
        wanted.append("email_verified")
    known = await metadata()
    if all(claims.get(each) for each in wanted if each) or "userinfo_endpoint" not in known:
        return dict(claims)
    told = await client().userinfo(token=token)
    if told.get("sub") != claims["sub"]:  # Core 1.0, 5.3.2
        raise ValueError("claims of somebody else")
    return {**told, **claims}


def not_taken(error: OAuthError) -> SignInRefused:
    if error.error == "access_denied":
        return SignInRefused(
            "You were not signed in, because the sign-in service was told not to.",
            SignInFailure.CANCELLED,
        )
    _log.warning("sign_in_refused", error=type(error).__name__)
    return SignInRefused("The sign-in service did not take this sign-in.", SignInFailure.REFUSED)


def failed(error: Exception) -> SignInRefused:
    """What the provider said stands in no message: it is another program's text.

    A service that is away has let nobody try.
    """
    _log.warning("sign_in_service_failed", error=type(error).__name__)
    away = isinstance(error, httpx2.HTTPError)
    return SignInRefused(_AWAY, "" if away else SignInFailure.ANSWER)


def client() -> Any:
    settings = Settings()
    return client_of(
        settings.oidc_issuer, settings.oidc_client, settings.oidc_secret.get_secret_value()
    )


@cache
def client_of(issuer: str, client: str, secret: str) -> Any:
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
