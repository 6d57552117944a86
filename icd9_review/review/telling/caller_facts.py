"""What stands beside the words of events about other programs: the account, the token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from icd9_review.review.telling.fact_words import person
from icd9_review.values import EventKind

_Said = Mapping[str, Any]
_Names = Mapping[int, str]


def _token(said: _Said, names: _Names) -> str:
    until = f", until {said['until'][:10]}" if said.get("until") else ""
    return f"{person(said['user'], names)}, token {said['token']}{until}"


def _webhook(said: _Said, names: _Names) -> str:
    to = f", to {said['host']}" if said.get("host") else ""
    return f"{person(said['user'], names)}, webhook {said['webhook'][:8]}{to}"


CALLER_FACTS: Final[Mapping[EventKind, Callable[[_Said, _Names], str]]] = MappingProxyType(
    {
        EventKind.TOKEN_ADDED: _token,
        EventKind.TOKEN_REVOKED: _token,
        EventKind.WEBHOOK_ADDED: _webhook,
        EventKind.WEBHOOK_REMOVED: _webhook,
    }
)
