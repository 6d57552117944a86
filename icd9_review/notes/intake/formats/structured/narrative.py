"""The text of a narrative (C-CDA section text, HTML, XHTML of FHIR), and what it leaves out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from icd9_review.notes.intake.formats.left_out import HIDDEN, PICTURE, STRUCK
from icd9_review.notes.intake.formats.structured.markup import local_name
from icd9_review.outline.headings import without_marks, write_heading

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_LINES = {"paragraph", "p", "div", "item", "li", "caption", "tr", "footnote", "dt", "dd", "hr"}
_LINES |= {"list", "ul", "ol", "dl", "table", "pre", "blockquote", "section", "article", "header"}
_LINES |= {"footer", "address", "fieldset", "legend", *_HEADINGS}
_CELLS = {"td", "th"}
_SILENT = {"script", "style", "head", "template", "option", "noscript"}
_STRUCK = {"del", "s", "strike"}
_PICTURES = {"img", "renderMultiMedia", "svg", "canvas", "object", "embed", "iframe"}
_BY_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_STRUCK_STYLE = re.compile(r"line-through|strike", re.IGNORECASE)
_ITEM = "\x1e"  # begins a block while it is walked; no XML document can hold it
_SOFT_HYPHEN = "\N{SOFT HYPHEN}"  # where a word may be broken, and is not
_SPACES = re.compile(r"[ \t]{2,}")


@dataclass(frozen=True, slots=True)
class Narrative:
    """``text`` has a line a paragraph, item and row; ``notices`` go on after a file's name."""

    text: str
    notices: tuple[str, ...] = ()


def narrative(element: Any, *, headings: bool = False) -> Narrative:
    """What a person reads there; with ``headings`` those of HTML are declared."""
    walker = _Walker(headings)
    walker.walk(element)
    lines = [_tidy(line) for line in "".join(walker.parts).split("\n")]
    kept: list[str] = []
    for line in lines:
        words = line.lstrip(_ITEM)
        if words or (kept and kept[-1]):
            kept.append(_apart(line, words, kept))
    return Narrative("\n".join(kept).strip("\n"), tuple(walker.notices))


def _tidy(line: str) -> str:
    mark = _ITEM if _ITEM in line else ""
    return mark + _SPACES.sub(" ", line.replace(_ITEM, "")).strip(" |")


def _apart(line: str, words: str, before: list[str]) -> str:
    """A block that starts in lower case would read as the rest of the line before it."""
    follows = line.startswith(_ITEM) and before and before[-1]
    return f"- {words}" if follows and words[:1].islower() else words


@dataclass(slots=True)
class _Walker:
    """Collects the text of an element in the order of reading."""

    headings: bool
    parts: list[str] = field(default_factory=list)
    notices: dict[str, None] = field(default_factory=dict)
    preformatted: int = 0
    cell: int = 0  # how many cells with one line each are open

    def walk(self, element: Any, number: int = 0) -> None:
        name = local_name(element)
        if name and name not in _SILENT and not self._is_left_out(element, name):
            self._enter(element, name, number)
            self._leave(name)
        self._put(self._flow(element.tail))

    def _put(self, text: str) -> None:
        if text:
            self.parts.append(text)

    def _is_left_out(self, element: Any, name: str) -> bool:
        reason = _reason(element, name)
        if reason and "".join(element.itertext()).strip():
            self.notices[reason] = None
        if name in _PICTURES and not reason:
            self.notices[PICTURE] = None
        return bool(reason) or name in _PICTURES

    def _enter(self, element: Any, name: str, number: int) -> None:
        self._put("\n" if name == "br" else "")
        self._break(name)
        if name in _LINES and not self.cell:
            self._put(f"{_ITEM}{number}. " if number else _ITEM)
        if self.headings and name in _HEADINGS:
            words = " ".join("".join(element.itertext()).split())
            self._put(write_heading(words) if words else "")
            return
        if value := _form_value(element, name):
            self._put(f" {value} ")  # a field stands apart from the words around it
        self._put("^" if name == "sup" else "")
        preformatted, cell = name in ("pre", "textarea"), _is_line(element, name)
        self.preformatted += preformatted
        self.cell += cell
        self._put(self._flow(element.text))
        self._walk_children(element, name)
        self.preformatted -= preformatted
        self.cell -= cell

    def _walk_children(self, element: Any, name: str) -> None:
        ordered = name == "ol" or element.get("listType") == "ordered"
        number = 0
        for child in element:
            item = ordered and local_name(child) in ("li", "item")
            number += item
            self.walk(child, number if item else 0)

    def _leave(self, name: str) -> None:
        self._put(" | " if name in _CELLS else "")
        self._break(name)

    def _break(self, name: str) -> None:
        """Begin a new line, unless one has just begun."""
        if name not in _LINES or not self.parts or self.cell:
            return
        if not "".join(self.parts[-4:]).rstrip(" " + _ITEM).endswith("\n"):
            self._put("\n")

    def _flow(self, text: str | None) -> str:
        """Text of XML, where line ends and indentation are only layout."""
        if not text:
            return ""
        text = without_marks(text).replace(_ITEM, "").replace(_SOFT_HYPHEN, "")
        if self.preformatted:
            return text.replace("\r\n", "\n").replace("\r", "\n")
        words = " ".join(text.split())
        return f"{' ' * text[:1].isspace()}{words}{' ' * text[-1:].isspace()}" if words else " "


def _reason(element: Any, name: str) -> str:
    """Why nobody is meant to read an element; empty for the others."""
    style = f"{element.get('style') or ''} {element.get('styleCode') or ''}"
    struck = name in _STRUCK or element.get("revised") == "delete"
    if struck or _STRUCK_STYLE.search(style):
        return STRUCK
    hidden = element.get("hidden") is not None or _BY_STYLE.search(style)
    return HIDDEN if hidden else ""


def _is_line(element: Any, name: str) -> bool:
    """Whether a cell of a table holds one line, whatever it is wrapped in."""
    if name not in _CELLS:
        return False
    inside = [local_name(each) for each in element.iterdescendants()]
    return "br" not in inside and sum(each in _LINES for each in inside) < 2


def _form_value(element: Any, name: str) -> str:
    """What somebody filled in: text, ticks and the chosen of several."""
    if name == "select":
        chosen = [each for each in element.iter() if local_name(each) == "option"]
        return ", ".join(
            "".join(each.itertext()).strip() for each in chosen if each.get("selected") is not None
        )
    if name != "input":
        return ""
    kind = (element.get("type") or "text").lower()
    if kind in ("checkbox", "radio"):
        return "[x] " if element.get("checked") is not None else "[ ] "
    written = kind in ("text", "number", "date", "email", "tel", "search", "time")
    return str(element.get("value") or "") if written else ""
