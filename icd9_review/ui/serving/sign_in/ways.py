"""The ways of signing in, and what each needs before the app may start."""

from __future__ import annotations

from icd9_review.errors import SettingsError
from icd9_review.settings import Settings
from icd9_review.ui.serving.addresses import is_loopback, read_addresses
from icd9_review.ui.serving.sign_in.factor.required import check_factor
from icd9_review.ui.serving.sign_in.openid.provider import check_provider
from icd9_review.ui.serving.sign_in.proxy import check_proxy
from icd9_review.ui.serving.sign_in.seal import secret

_OPEN = (
    "Without sign-in the app listens on this machine alone, and {host} is more. Set "
    "ICD9_REVIEW_SIGN_IN to accounts, oidc or proxy (docs/admin-guide.md), or take "
    "--host 127.0.0.1."
)


_NO_PROOF = (
    "ICD9_REVIEW_REAUTHENTICATE=finalise has people show once more who they are before they sign, "
    "and with ICD9_REVIEW_SIGN_IN=single nobody shows it. Set up accounts or oidc, or leave it "
    "empty (docs/admin-guide.md)."
)
_NO_ASKING = (
    "ICD9_REVIEW_REAUTHENTICATE=finalise does not go with ICD9_REVIEW_SIGN_IN=proxy: a proxy "
    "cannot be told to ask somebody once more. Leave it empty, or have people sign in by accounts "
    "or oidc (docs/admin-guide.md)."
)
_ONE_ADDRESS = (
    "ICD9_REVIEW_HOSTS names an https address, so a proxy stands in front, and ICD9_REVIEW_PROXIES "
    "does not name it: failed sign-ins of everybody count under the proxy's address, and a hundred "
    "of them make everybody wait. Set ICD9_REVIEW_PROXIES (docs/admin-guide.md)."
)
_ANOTHER_SERVER = (
    "What ICD9_REVIEW_PROXIES names is believed only where the app is started by `python -m "
    "icd9_review serve` (make run and the container do): under streamlit run or another launcher "
    "whatever runs on this machine could give itself such an address, and the name of anybody. "
    "Start it so, or leave ICD9_REVIEW_PROXIES empty (docs/admin-guide.md)."
)
_CANNOT_ASK = {"single": _NO_PROOF, "proxy": _NO_ASKING}


def check_sign_in(host: str | None = None) -> None:
    """Raises SettingsError for a way that lacks something, or that would let strangers in.

    ``host`` is where the app is to listen, where that is known before it does.
    """
    settings = Settings()
    secret()
    if settings.reauthenticate is not None and settings.sign_in in _CANNOT_ASK:
        raise SettingsError(_CANNOT_ASK[settings.sign_in])
    check_factor(settings)
    match settings.sign_in:
        case "single":
            if host is not None and not is_loopback(f"http://{_bracketed(host)}"):
                raise SettingsError(_OPEN.format(host=host))
        case "oidc":
            check_provider(settings)
        case "proxy":
            check_proxy(settings)


def check_server(settings: Settings) -> None:
    """Raises SettingsError for settings that go with our own server alone.

    Others (uvicorn by itself, which ``streamlit run`` starts as well) take the address of whoever
    asks from ``X-Forwarded-For`` where it comes from this machine, before any of our code sees it.
    """
    if settings.sign_in == "proxy" or settings.trusted_proxies:
        raise SettingsError(_ANOTHER_SERVER)


def warn_of_sign_in() -> str:
    """What somebody should mend although the app starts; empty for nothing."""
    settings = Settings()
    through_proxy = "https" in read_addresses(settings.allowed_hosts).schemes.values()
    alone = settings.sign_in == "accounts" and through_proxy and not settings.trusted_proxies
    return _ONE_ADDRESS if alone else ""


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
