"""What stands beside the words of an event about models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from icd9_review.values import EventKind

_Said = Mapping[str, Any]
_Names = Mapping[int, str]


def _changed(said: _Said, _: _Names) -> str:
    former = f"from {said['from'][:12]} " if said["from"] else ""
    return f"{former}to {said['to'][:12]}"


def _registered(said: _Said, _: _Names) -> str:
    replaced = f", instead of {said['replaces'][:12]}" if said["replaces"] else ""
    return f"{said['to'][:12]}, {said['name']}, in {said['folder']}{replaced}"


def _retired(said: _Said, _: _Names) -> str:
    return str(said["to"][:12])


def _shadow_read(said: _Said, _: _Names) -> str:
    return f"by {said['model_version'][:12]}, SHA-256 {said['sha256']}"


MODEL_FACTS: Final[Mapping[EventKind, Callable[[_Said, _Names], str]]] = MappingProxyType(
    {
        EventKind.MODEL_CHANGED: _changed,
        EventKind.MODEL_REGISTERED: _registered,
        EventKind.MODEL_PROMOTED: _changed,
        EventKind.MODEL_ROLLED_BACK: _changed,
        EventKind.MODEL_RETIRED: _retired,
        EventKind.SHADOW_READ: _shadow_read,
    }
)
