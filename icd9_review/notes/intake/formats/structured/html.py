"""HTML: a file of its own, and what systems put into fields meant for plain text."""

from __future__ import annotations

import codecs
import html
import re
from typing import Any

from icd9_review.errors import NoteError
from icd9_review.notes.intake.documents import FoundEncounter, FoundNote, Notice, tell
from icd9_review.notes.intake.formats.structured.markup import first_name, parse_html
from icd9_review.notes.intake.formats.structured.narrative import Narrative, narrative
from icd9_review.notes.intake.gate import read_note
from icd9_review.notes.intake.plain_text import charset_meant, decode_text

_NAMES = (
    "html|head|body|title|meta|style|p|br|div|span|b|i|u|s|em|strong|font|center|pre|hr|sub|sup|a|"
    "h[1-6]|ul|ol|li|dl|dt|dd|table|thead|tbody|tr|td|th|img|del|ins|strike|blockquote|code"
)
_TAG = re.compile(rf"</?(?:{_NAMES})(?:[\s/][^<>]{{0,2000}})?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|amp|lt|gt|quot|apos|nbsp|[a-z]{2,8});", re.I)
_PROLOGUE = re.compile(r"(?<!\s)\s*+<\?xml[^>]{0,200}\?>")
_CHARSET = re.compile(rb"<meta[^<>]{0,200}charset\s*+=\s*+[\"']?\s*+([\w.:-]{1,40})", re.IGNORECASE)
_OPENED = re.compile(r"\ufeff?\s*<[\w:.-]{1,80}\s+[\w:.-]{1,80}\s*=\s*[\"']")
_TAGS_OF_MARKUP = 2  # one "<b>" may be a slip of the keyboard; what is opened is closed again
_LINE_TAGS = re.compile(r"<(?:br|p|div|li|tr|h[1-6]|pre|table|ul|ol)\b", re.IGNORECASE)


def is_xml(text: str) -> bool:
    """Whether a text is XML of another kind than HTML.

    It begins with an element and ends one, or breaks off before, but its element has attributes.
    """
    first = first_name(text)
    if not first or first.startswith("!"):
        return False
    if "</" not in text and "/>" not in text and not _OPENED.match(text):
        return False
    return not _TAG.match(f"<{first}>")


def is_html(text: str) -> bool:
    """Whether a text is a page or a piece of HTML and not prose with a stray bracket."""
    first = first_name(text)
    if first.lower() in ("!doctype html", "html"):
        return True
    if first.startswith("!") or is_xml(text):
        return False
    found = _TAG.finditer(text)
    return sum(1 for _, _ in zip(range(_TAGS_OF_MARKUP), found, strict=False)) == _TAGS_OF_MARKUP


def plain_text(text: str, title: str) -> Narrative:
    """The text of a field that may hold HTML, or only its entities; other text as it is."""
    if is_html(text):
        return read_html(text, title)
    return Narrative(html.unescape(text) if _ENTITY.search(text) else text)


def read_html(text: str, title: str) -> Narrative:
    """What a browser shows of a page. Raises NoteError for what cannot be read."""
    marked = _PROLOGUE.sub("", text, count=1)
    if not _LINE_TAGS.search(marked):
        # Line ends are the only ones there: somebody wrote plain text and marked a few words.
        marked = f"<pre>{marked}</pre>"
    root: Any = parse_html(marked, title)
    return narrative(root, headings=True)


def decode_page(data: bytes, title: str) -> tuple[str, tuple[str, ...]]:
    """The text of a page by its byte-order mark or what it declares, else as other text."""
    # HTML has the charset declared within 1,024 bytes (WHATWG); by judgement four times that.
    declared = _CHARSET.search(data[:4_000])
    if declared and not data.startswith(
        (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    ):
        try:
            return data.decode(charset_meant(declared[1].decode("ascii"))), ()
        except (LookupError, UnicodeDecodeError):
            pass  # what it declares is wrong or unknown: the rule for text without a declaration
    return decode_text(data, title)


def read_page(text: str, title: str) -> tuple[tuple[FoundEncounter, ...], tuple[str, ...]]:
    """A page as one note of one encounter, and notices."""
    told = read_html(text, title)
    if not told.text.strip():
        pictures = ", only pictures" if told.notices else ""
        raise NoteError(f'"{title}" is HTML without text{pictures}; paste the text of the note.')
    note = FoundNote(read_note(told.text, title))
    return (FoundEncounter((note,)),), tell(title, map(Notice, told.notices))
