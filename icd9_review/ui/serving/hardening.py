"""The Streamlit settings that protect notes about patients, checked at start.

Environment variables named ``STREAMLIT_…`` do nothing under uvicorn, so the
committed ``.streamlit/config.toml`` is the one place for these settings. A server
started from another folder would not read it: better not to serve at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from streamlit import config

from icd9_review.errors import SettingsError

OWNER: Final = "X-ICD9-Review-Browser"
KNOWN_AS: Final = "browser"
"""The header by which Streamlit knows whose a session is. It is made here (``conversations``),
whatever a browser sends under this name."""

REQUIRED: Final[Mapping[str, object]] = {
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "viewer",
    "client.allowedOrigins": [],  # of pages that may steer this one from around it; told to all
    "logger.enableRich": False,
    "browser.gatherUsageStats": False,
    "browser.serverAddress": "127.0.0.1",
    "server.enableXsrfProtection": True,
    "server.enableCORS": True,
    "server.enableAgentApi": False,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.trustedUserHeaders": {OWNER: KNOWN_AS},  # whose a session is (conversations.py)
    "server.baseUrlPath": "",  # what guards requests knows them by their paths
}


def check_hardening(option: Callable[[str], object] = config.get_option) -> None:
    """Raise SettingsError naming every protecting setting that is not in force."""
    wrong = [
        f"{name} is {option(name)!r} and must be {wanted!r}"
        for name, wanted in REQUIRED.items()
        if option(name) != wanted
    ]
    if wrong:
        raise SettingsError(
            "Settings that protect patients' notes are not in force: "
            + "; ".join(wrong)
            + ". Start the program from its own folder, where .streamlit/config.toml sets them."
        )
