"""Office documents as their libraries know them: strict ones become transitional.

ISO/IEC 29500 gives every name of its strict conformance class another address than the
transitional one (part 1 and part 4); the elements that readers look at are the same. Word's
templates and documents with macros differ from documents by one content type.
"""

from __future__ import annotations

import io
import re
import zipfile

_STRICT = b"http://purl.oclc.org/ooxml/"
_ADDRESS = re.compile(rb"http://purl\.oclc\.org/ooxml/([A-Za-z]+)/([A-Za-z]+)")
_RENAMED = {
    b"extendedProperties": b"extended-properties",
    b"customProperties": b"custom-properties",
}
_TYPES = "[Content_Types].xml"
_DOCUMENT = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_LIKE_DOCUMENTS = (
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    b"application/vnd.ms-word.document.macroEnabled.main+xml",
    b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
)


def transitional(data: bytes) -> bytes:
    """The same package with transitional names; unchanged where it has no others.

    Sizes must have been checked (``archive``).
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {each.filename: archive.read(each) for each in archive.infolist()}
    changed = {name: _changed(name, content) for name, content in members.items()}
    if changed == members:
        return data
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in changed.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _changed(name: str, content: bytes) -> bytes:
    if name == _TYPES:
        for kind in _LIKE_DOCUMENTS:
            content = content.replace(kind, _DOCUMENT)
    if name.endswith((".xml", ".rels")) and _STRICT in content:
        return _ADDRESS.sub(_transitional_address, content)
    return content


def _transitional_address(found: re.Match[bytes]) -> bytes:
    family, part = found[1], _RENAMED.get(found[2], found[2])
    return b"http://schemas.openxmlformats.org/" + family + b"/2006/" + part
