"""Who signs at the screen, and how they are to show it once more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from icd9_review.settings import Settings
from icd9_review.store.deciding.confirmations import is_asked
from icd9_review.ui.serving.sign_in.identity import present_token
from icd9_review.ui.serving.sign_in.seal import imprint, is_imprint

_PURPOSE = "confirm"


@dataclass(frozen=True, slots=True)
class Signer:
    """The session in which a chart is signed, by its token, which no page is sent.

    ``asks`` is what the page has to ask for, empty for nothing; ``seal`` ties its request to the
    session and the chart, so that no other page can make it.
    """

    token: str = ""
    asks: Literal["", "password", "provider"] = ""
    seal: str = ""


def present_signer(encounter_id: str) -> Signer:
    """The signer at the screen of an encounter."""
    token = present_token()
    if not is_asked():
        return Signer(token)
    asks: Literal["password", "provider"] = (
        "provider" if Settings().sign_in == "oidc" else "password"
    )
    return Signer(token, asks, imprint(_tied(token, encounter_id), _PURPOSE))


def is_of_this_chart(seal: str, token: str, encounter_id: str) -> bool:
    """Whether a request was made by the page of this encounter, in this session."""
    return bool(token) and is_imprint(seal, _tied(token, encounter_id), _PURPOSE)


def _tied(token: str, encounter_id: str) -> str:
    """Tokens have no blank in them."""
    return f"{token} {encounter_id}"
