"""An OpenID provider on loopback that tells what a test wants it to, lies included."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.ports import free_port

CLIENT = "icd9-review"
CLIENT_SECRET = "the secret of the client"


@dataclass
class Provider:
    """Signs everybody in at once, as whom ``claims`` describe.

    ``token`` changes what its identity tokens say, ``page`` what its page of claims says;
    ``foreign`` has it sign with a key that it does not publish, ``refuses`` an error in place of
    a code.
    """

    port: int = field(default_factory=free_port)
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "u-1", "name": "Ana Ruiz"})
    token: dict[str, Any] = field(default_factory=dict)
    page: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    foreign: bool = False
    refuses: str = ""
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._key = RSAKey.generate_key(2048, {"kid": "published"})
        self._nonces: dict[str, str] = {}
        self._server: uvicorn.Server | None = None

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        routes = [
            Route("/.well-known/openid-configuration", self._describe),
            Route("/authorize", self._authorize),
            Route("/token", self._token, methods=["POST"]),
            Route("/userinfo", self._userinfo),
            Route("/jwks", self._keys),
            Route("/end", self._end),
        ]
        config = uvicorn.Config(
            Starlette(routes=routes), host="127.0.0.1", port=self.port, log_level="critical"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        if self._server is not None:
            self._server.should_exit = True
            self._thread.join()
            self._server = None

    def sign_in(self, address: str) -> str:
        """What the browser does there: the address that it is sent back to."""
        import httpx

        answer = httpx.get(address, trust_env=False)
        return str(answer.headers["location"])

    async def _describe(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/jwks",
                "end_session_endpoint": f"{self.issuer}/end",
                "id_token_signing_alg_values_supported": ["RS256"],
                **self.metadata,
            }
        )

    async def _authorize(self, request: Request) -> Response:
        asked = request.query_params
        self.asked.append(str(request.url))
        said = {"state": asked["state"]}
        if self.refuses:
            said["error"] = self.refuses
        else:
            said["code"] = f"code-{len(self._nonces)}"
            self._nonces[said["code"]] = asked["nonce"]
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(said)}", 302)

    async def _token(self, request: Request) -> Response:
        sent = parse_qs((await request.body()).decode())
        nonce = self._nonces.pop(sent["code"][0], None)
        if nonce is None or "code_verifier" not in sent:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        said = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            **self.claims,
            **self.token,
        }
        said = {name: value for name, value in said.items() if value is not None}
        key = RSAKey.generate_key(2048, {"kid": "published"}) if self.foreign else self._key
        signed = jwt.encode({"alg": "RS256", "kid": "published"}, said, key)
        return JSONResponse({"access_token": "t", "token_type": "Bearer", "id_token": signed})

    async def _userinfo(self, _: Request) -> Response:
        return JSONResponse({**self.claims, **self.page})

    async def _keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})

    async def _end(self, request: Request) -> Response:
        self.asked.append(str(request.url))
        return RedirectResponse(request.query_params["post_logout_redirect_uri"], 302)


def query(address: str) -> dict[str, str]:
    """The query of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
