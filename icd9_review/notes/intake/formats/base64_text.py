"""Files that stand in a text field as base64."""

from __future__ import annotations

import re

_SHORTEST = 24  # characters that hold a signature and something behind it
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
# What files begin with, in base64: PDF, rich text, ZIP, XML, HTML, C-CDA, old Office, pictures.
_BEGINNINGS = "JVBERi e1xydG UEsDB PD94b PGh0b PEhUT PCFET PCFkb PENsa 0M8R4 iVBOR /9j/ SUkqA TU0AK"
_LINE = 60  # characters in every line of base64 but the last (RFC 2045 has 76, PEM 64)
_SIGNATURES = tuple(_BEGINNINGS.split())


def looks_like_base64(text: str) -> bool:
    """Whether a text is base64 that begins as a file does, or is as long as no word is."""
    words = text.split()
    plain = "".join(words)
    return (
        len(plain) >= _SHORTEST
        and len(plain) % 4 == 0
        and (plain.startswith(_SIGNATURES) or _is_packed(words))
        and _BASE64.fullmatch(plain) is not None
    )


def begins_file(text: str) -> bool:
    """Whether a text is base64, without spaces, that begins as a file does."""
    return len(text) >= _SHORTEST and text.startswith(_SIGNATURES) and is_base64(text)


def is_base64(text: str) -> bool:
    """Whether a text has letters of base64 alone, and maybe the padding that ends it."""
    return _BASE64.fullmatch(text) is not None


def may_be_prose(text: str) -> bool:
    """Whether what has letters of base64 alone may be words all the same: "Findings", "No change".

    Lines of base64 are longer than words, and its letters are of both cases.
    """
    words = text.split()
    plain = "".join(words)
    if any(len(word) < _SHORTEST for word in words[:-1]):
        return True
    one_case = plain in (plain.lower(), plain.upper(), plain.capitalize())
    return plain.isalpha() and one_case and len(set(plain)) > 1  # "AAAA" is how archives end


def _is_packed(words: list[str]) -> bool:
    """Full lines with letters of both cases and digits: neither prose nor a sequence of genes."""
    together = "".join(words)
    mixed = together != together.lower() and together != together.upper()
    return (
        mixed
        and any(map(str.isdigit, together))
        and all(len(w) >= _LINE for w in words[:-1] or words)
    )
