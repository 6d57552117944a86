"""Files that stand in a text field as base64."""

from __future__ import annotations

import re

_SHORTEST = 24  # characters that hold a signature and something behind it
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
# What files begin with, in base64: PDF, rich text, ZIP, XML, HTML, C-CDA, old Office, pictures.
_BEGINNINGS = "JVBERi e1xydG UEsDB PD94b PGh0b PEhUT PCFET PCFkb PENsa 0M8R4 iVBOR /9j/ SUkqA TU0AK"
_SIGNATURES = tuple(_BEGINNINGS.split())


def looks_like_base64(text: str) -> bool:
    """Whether a text is one word of base64 that begins as a file does; prose has spaces."""
    plain = "".join(text.split())
    return (
        len(plain) >= _SHORTEST
        and len(plain) % 4 == 0
        and plain.startswith(_SIGNATURES)
        and _BASE64.fullmatch(plain) is not None
    )
