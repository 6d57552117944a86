"""XML without entities and network, and the text of its narratives."""

from __future__ import annotations

from typing import Any

from icd9_review.errors import NoteError

_LINES = {"paragraph", "p", "div", "item", "li", "caption", "tr", "footnote"}
_LINES |= {"list", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6"}
_CELLS = {"td", "th"}
_HIDDEN = {"script", "style", "head", "renderMultiMedia"}


def parse_xml(data: bytes, title: str) -> Any:
    """The root element.

    Raises NoteError for a document type declaration (the door to entities that expand
    without end and to files of this machine) and for what is not well-formed.
    """
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = f" (line {line})" if line else ""
        raise NoteError(
            f'"{title}" is not well-formed XML{where}; export it again, or paste the text.'
        ) from None
    if root.getroottree().docinfo.doctype:
        raise NoteError(
            f'"{title}" has a document type declaration, which could read files of this '
            "machine; remove it, or paste the text of the note."
        )
    return root


def parse_html(data: bytes, title: str) -> Any:
    """The root element of an HTML page, whatever its faults."""
    from lxml import etree, html

    try:
        return html.document_fromstring(data, parser=html.HTMLParser(no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise NoteError(f'"{title}" is not readable HTML; paste the text of the note.') from None


def local_name(element: Any) -> str:
    """The name of an element without its namespace; empty for comments."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def narrative(element: Any) -> str:
    """The text of a narrative (C-CDA section text, HTML): a line a paragraph, item and row."""
    parts: list[str] = []
    _walk(element, parts)
    lines = (" ".join(line.split(" ")).strip(" |") for line in "".join(parts).split("\n"))
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n")


def _walk(element: Any, parts: list[str]) -> None:
    name = local_name(element)
    if name and name not in _HIDDEN and element.get("revised") != "delete":
        if name == "br":
            parts.append("\n")
        _break(name, parts)
        parts.append(_flow(element.text))
        for child in element:
            _walk(child, parts)
        parts.append(" | " if name in _CELLS else "")
        _break(name, parts)
    parts.append(_flow(element.tail))


def _break(name: str, parts: list[str]) -> None:
    """Begin a new line, unless one has just begun."""
    if name in _LINES and parts and not "".join(parts[-3:]).rstrip(" ").endswith("\n"):
        parts.append("\n")


def _flow(text: str | None) -> str:
    """Text of XML, where line ends and indentation are only layout."""
    if not text:
        return ""
    words = " ".join(text.split())
    return f"{' ' * text[:1].isspace()}{words}{' ' * text[-1:].isspace()}" if words else " "
