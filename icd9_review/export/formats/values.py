"""What formats take and where they write it."""

from __future__ import annotations

import re
from typing import Final, Protocol

Value = str | int | float | None

_LONE_SURROGATES: Final = re.compile("[\ud800-\udfff]")


class Sink(Protocol):
    """Where bytes go: a file opened for bytes, standard output's buffer, a BytesIO."""

    def write(self, data: bytes, /) -> object: ...


def encode_text(text: str) -> bytes:
    """Text in UTF-8; half a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD."""
    return _LONE_SURROGATES.sub("\ufffd", text).encode()
