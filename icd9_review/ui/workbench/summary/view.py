"""A coding summary as the browser asks for it and gets it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_NAME: Final = re.compile(r"[0-9a-f-]{36}")


@dataclass(frozen=True, slots=True)
class SummaryView:
    """The summary that was asked for by this ``id``."""

    id: str
    text: str


def read_summary_request(sent: object, encounter_id: str) -> str | None:
    """The name the browser gave a summary of this encounter; None for anything that is none."""
    encounter, _, name = sent.partition(" ") if isinstance(sent, str) else ("", "", "")
    return name if encounter == encounter_id and _NAME.fullmatch(name) else None
