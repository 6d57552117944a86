"""The ways of signing in, and what each needs before the app may start."""

from __future__ import annotations

from icd9_review.errors import SettingsError
from icd9_review.settings import Settings
from icd9_review.ui.serving.addresses import is_loopback
from icd9_review.ui.serving.sign_in.openid.provider import check_provider
from icd9_review.ui.serving.sign_in.proxy import check_proxy
from icd9_review.ui.serving.sign_in.seal import secret

_OPEN = (
    "Without sign-in the app listens on this machine alone, and {host} is more. Set "
    "ICD9_REVIEW_SIGN_IN to accounts, oidc or proxy (docs/admin-guide.md), or take "
    "--host 127.0.0.1."
)


def check_sign_in(host: str | None = None) -> None:
    """Raises SettingsError for a way that lacks something, or that would let strangers in.

    ``host`` is where the app is to listen, where that is known before it does.
    """
    settings = Settings()
    secret()
    match settings.sign_in:
        case "single":
            if host is not None and not is_loopback(f"http://{_bracketed(host)}"):
                raise SettingsError(_OPEN.format(host=host))
        case "oidc":
            check_provider(settings)
        case "proxy":
            check_proxy(settings)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
