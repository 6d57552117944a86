"""What the styles of a Word document say of text: struck, hidden, a heading, an item of a list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_HEADING = re.compile(r"heading \d", re.IGNORECASE)
_BODY = 9  # the outline level of text that is no heading (ECMA-376 part 1, 17.3.1.20)
_OFF = {"0", "false", "off", "none"}
_TOGGLES = ("strike", "dstrike", "vanish")
_DEPTH = 12  # styles that rest on each other; Word itself allows eleven


@dataclass(frozen=True, slots=True)
class Style:
    """``toggles`` as far as a style says, ``heading`` and ``item`` of its paragraphs."""

    toggles: Mapping[str, bool] = field(default_factory=dict)
    heading: bool = False
    item: bool = False


def read_styles(root: Any | None) -> dict[str, Style]:
    """The styles of a document by their identifiers, each with what it rests on."""
    if root is None:
        return {}
    found = {style.get(f"{W}styleId"): style for style in root.iterchildren(f"{W}style")}
    return {name: _resolve(name, found, _DEPTH) for name in found if name}


def _resolve(name: str | None, found: Mapping[Any, Any], depth: int) -> Style:
    style = found.get(name)
    if style is None or not depth:
        return Style()
    base = style.find(f"{W}basedOn")
    below = _resolve(base.get(f"{W}val") if base is not None else None, found, depth - 1)
    title = style.find(f"{W}name")
    properties = style.find(f"{W}pPr")
    level = outline_level(properties)
    named = title is not None and _HEADING.match(title.get(f"{W}val") or "") is not None
    return Style(
        {**below.toggles, **toggles(style.find(f"{W}rPr"))},
        (below.heading or named) if level is None else level < _BODY,
        below.item or is_item(properties),
    )


def toggles(properties: Any | None) -> dict[str, bool]:
    """What the properties of a run say of being struck or hidden."""
    if properties is None:
        return {}
    said = ((name, properties.find(f"{W}{name}")) for name in _TOGGLES)
    return {name: is_on(element) for name, element in said if element is not None}


def is_on(element: Any | None) -> bool:
    """Whether a property stands there, and does not say that it is off."""
    return element is not None and (element.get(f"{W}val") or "true").lower() not in _OFF


def outline_level(properties: Any | None) -> int | None:
    """0 to 8 for a heading, 9 for text; None where the properties of a paragraph are silent."""
    element = None if properties is None else properties.find(f"{W}outlineLvl")
    value = "" if element is None else str(element.get(f"{W}val") or "")
    return int(value) if value.isdigit() else None


def is_item(properties: Any | None) -> bool:
    """Whether a paragraph is numbered or has a bullet."""
    return properties is not None and properties.find(f"{W}numPr") is not None
