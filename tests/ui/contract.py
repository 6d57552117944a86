"""What Python sends to the browser, declared as the scripts read it: in TypeScript."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

_PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}


def declare(name: str, *parts: type) -> str:
    """An interface with the fields of these dataclasses side by side, and those it is made of."""
    found: dict[str, str] = {}
    found[name] = ""
    lines = [line for part in parts for line in _fields(part, found)]
    found[name] = _interface(name, lines)
    return "\n\n".join(found.values()) + "\n"


def _interface(name: str, lines: list[str]) -> str:
    return "\n".join((f"export interface {name} {{", *lines, "}"))


def _fields(part: type, found: dict[str, str]) -> list[str]:
    hints = get_type_hints(part)
    return [f"  {field.name}: {_declare(hints[field.name], found)};" for field in fields(part)]


def _declare(hint: Any, found: dict[str, str]) -> str:
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, given = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return " | ".join(_declare(each, found) for each in given)
    if origin is Literal:
        return " | ".join(f'"{each}"' for each in given)
    if origin is tuple and given[-1:] == (...,):
        inner = _declare(given[0], found)
        return f"({inner})[]" if " | " in inner else f"{inner}[]"
    if origin is tuple:
        return f"[{', '.join(_declare(each, found) for each in given)}]"
    if origin is Mapping or origin is dict:
        return f"Record<string, {_declare(given[1], found)}>"
    return _name(hint, found)


def _name(hint: Any, found: dict[str, str]) -> str:
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return " | ".join(f'"{each.value}"' for each in hint)
    if is_dataclass(hint) and isinstance(hint, type):
        if hint.__name__ not in found:
            found[hint.__name__] = ""
            found[hint.__name__] = _interface(hint.__name__, _fields(hint, found))
        return hint.__name__
    raise TypeError(f"{hint} has no form in the browser")
