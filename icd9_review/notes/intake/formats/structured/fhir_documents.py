"""The text of FHIR documents: attachments of DocumentReference and DiagnosticReport, Composition.

Attachments given as an address outside the file are not fetched, which is said.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from icd9_review.errors import NoteError
from icd9_review.notes.intake.formats.structured.ccda import Attachment
from icd9_review.notes.intake.formats.structured.ccda_sections import Sections
from icd9_review.notes.intake.formats.structured.markup import parse_html
from icd9_review.notes.intake.formats.structured.narrative import Narrative, narrative
from icd9_review.notes.intake.gate import Intake, read_note
from icd9_review.notes.intake.plain_text import charset_meant

Resource = dict[str, Any]
Refer = Callable[[object], Resource]
"""The resource of the file that a reference or an address names; empty for others."""

_LIKED = ("text/plain", "text/html", "text/rtf", "application/rtf", "application/pdf")
_TABLE = "text/csv"
_TYPE = re.compile(r"[a-z0-9.+-]{1,40}/[a-z0-9.+-]{1,80}")
_LOINC = "http://loinc.org"


def at(value: object, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def read_document(
    document: Resource, name: str, refer: Refer, attachment: Attachment
) -> tuple[Intake, str]:
    """The text of a document under the name of its file where it has none of its own.

    Beside it what is to be said of its other forms; empty where it has one alone.
    Raises NoteError, whose words go on after the place, where nothing of it can be read.
    """
    kind = document.get("resourceType")
    if kind == "Composition":
        return _composition(document, _title(document, {}) or name), ""
    attachments = [at(content, "attachment") for content in as_list(document.get("content"))]
    attachments += as_list(document.get("presentedForm"))
    embedded = [found for each in attachments if (found := _embedded(each, refer))]
    if not embedded and (conclusion := str(document.get("conclusion") or "").strip()):
        return read_note(conclusion, _title(document, {}) or name), ""
    if not embedded:
        raise NoteError("a document without embedded text is left out")
    intake, told = _first(document, sorted(embedded, key=_preference), name, attachment)
    told += [f"{_kind(each)} is stored elsewhere" for each in attachments if _is_away(each, refer)]
    return intake, _other_forms(told)


def _is_away(attachment: object, refer: Refer) -> bool:
    """Whether an attachment has an address alone, of something that is not in the file."""
    return bool(at(attachment, "url")) and not _embedded(attachment, refer)


def _first(
    document: Resource, forms: Sequence[Resource], name: str, attachment: Attachment
) -> tuple[Intake, list[str]]:
    """Of several forms of one document the first that can be read, and what became of each."""
    problem = NoteError("")
    for number, form in enumerate(forms):
        try:
            intake = attachment(_content(form), _title(document, form) or name)
        except NoteError as error:
            problem = problem if str(problem) else _of_attachment(error, document, form, name)
        else:
            told = [f"{_kind(form)} is read"]
            told += [f"{_kind(other)} cannot be read" for other in forms[:number]]
            told += [f"{_kind(other)} is left out" for other in forms[number + 1 :]]
            return intake, told
    raise NoteError(f"a document is left out: {str(problem).rstrip('.')}")


def _of_attachment(error: NoteError, document: Resource, form: Resource, name: str) -> NoteError:
    """A refusal that names the attachment, and not the file, for one that has no title."""
    if _title(document, form):
        return error
    return NoteError(str(error).replace(f'"{name}"', f"its attachment ({_kind(form)})"))


def _other_forms(told: Sequence[str]) -> str:
    """What is to be said of the forms of a document, where it has more than one."""
    if len(told) == 1:
        return ""
    return f"a document has {len(told)} forms; {', '.join(dict.fromkeys(told))}"


def _kind(form: Resource) -> str:
    """The content type of an attachment, without its parameters."""
    written = str(form.get("contentType") or "").partition(";")[0].strip().lower()
    return written if _TYPE.fullmatch(written) else "one without a type"


def _embedded(attachment: object, refer: Refer) -> Resource:
    """An attachment with its data, those of a Binary in the same file included."""
    if at(attachment, "data"):
        return dict(attachment)  # type: ignore[call-overload,no-any-return]
    binary = refer({"reference": at(attachment, "url")}) if at(attachment, "url") else {}
    if not binary.get("data"):
        return {}
    kind = at(attachment, "contentType") or binary.get("contentType")
    return {**attachment, "data": binary["data"], "contentType": kind}  # type: ignore[dict-item]


def _content(attachment: Resource) -> bytes:
    """The bytes of an attachment; text in another character set becomes UTF-8."""
    try:
        data = base64.b64decode("".join(str(attachment["data"]).split()), validate=True)
    except (binascii.Error, ValueError):
        raise NoteError("its text is not base64; export it again") from None
    if not data.strip():
        raise NoteError("it is empty")
    if _kind(attachment) == _TABLE:
        raise NoteError(f"it is a table ({_TABLE}) and no note; take it in by itself")
    kind, _, parameters = str(attachment.get("contentType") or "").partition(";")
    if not kind.strip().lower().startswith("text/"):
        return data
    named = (part.partition("=") for part in parameters.split(";"))
    charset = next((v.strip(" \"'") for k, _, v in named if k.strip().lower() == "charset"), "")
    try:
        if not charset or charset_meant(charset) == "utf-8":
            return data
        return codecs.BOM_UTF8 + data.decode(charset_meant(charset)).encode()
    except (LookupError, UnicodeError):
        return data  # a wrong declaration: the rule for text without one


def _composition(document: Resource, title: str) -> Intake:
    found = Sections()
    for section in as_list(document.get("section")):
        _section(section, "", found)
    if not found.text.strip():
        told = _div(document)
        if not told.text.strip():
            raise NoteError("a document without text is left out")
        found.add("", (), told)
    intake = read_note(found.text, title)
    said = dict.fromkeys(f'"{title}" {notice.words}.' for notice in found.notices)
    return Intake(intake.note, (*said, *intake.notices))


def _section(section: object, parent: str, found: Sections) -> None:
    if not isinstance(section, dict):
        return
    code = section.get("code")
    title = str(section.get("title") or at(code, "text") or next(_displays(code), ""))
    codes = {
        str(at(each, "code"))
        for each in as_list(at(code, "coding"))
        if at(each, "system") in (None, _LOINC)
    }
    holds = found.add(" ".join(title.split()), codes, _div(section), parent)
    for inner in as_list(section.get("section")):
        _section(inner, holds, found)


def _div(resource: Resource) -> Narrative:
    """The narrative of a resource or section, which is XHTML."""
    written = str(at(resource.get("text"), "div") or "")
    return narrative(parse_html(written, "The narrative")) if written.strip() else Narrative("")


def _title(document: Resource, attachment: Resource) -> str:
    type_ = document.get("type") or document.get("code")
    found = (
        attachment.get("title"),
        document.get("title"),
        document.get("description"),
        at(type_, "text"),
        *_displays(type_),
    )
    return next((str(each) for each in found if each), "")


def _displays(concept: object) -> Iterator[str]:
    return (
        str(at(each, "display")) for each in as_list(at(concept, "coding")) if at(each, "display")
    )


def _preference(attachment: Resource) -> int:
    kind = _kind(attachment)
    return _LIKED.index(kind) if kind in _LIKED else len(_LIKED)
