"""XML and HTML, parsed without entities and network."""

from __future__ import annotations

import re
from typing import Any

from icd9_review.errors import NoteError

_SKIPPED = re.compile(r"\ufeff?\s*(<!--|<\?)")
_NAME = re.compile(
    r"\ufeff?\s*<(!doctype(?:\s+html\b)?|[a-z][\w.-]*(?::[\w.-]+)?(?=[\s/>]))", re.IGNORECASE
)


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


def parse_html(text: str, title: str) -> Any:
    """The root element of an HTML page or a piece of one, whatever its faults."""
    from lxml import etree, html

    parser = html.HTMLParser(no_network=True, encoding="utf-8", remove_comments=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise NoteError(f'"{title}" is not readable HTML; paste the text of the note.') from None


def first_name(text: str) -> str:
    """The name of the element a text begins with, behind comments and declarations.

    ``!doctype html`` and ``!doctype`` stand for declarations of a document type; empty for
    what begins with no markup.
    """
    at = 0
    while behind := _SKIPPED.match(text, at):
        mark = "-->" if behind[1] == "<!--" else "?>"
        at = text.find(mark, behind.end()) + len(mark)
        if at < len(mark):
            return ""
    found = _NAME.match(text, at)
    if found is None:
        return ""
    return " ".join(found[1].lower().split()) if found[1][0] == "!" else found[1]


def local_name(element: Any) -> str:
    """The name of an element without its namespace; empty for comments."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
